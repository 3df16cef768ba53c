// Rows that were changed in the source and, since they were written, in the target.
#include <string.h>

#include "base/intl.h"
#include "cache/issue_list.h"
#include "engine/worker.h"

static const char code[] = "target.conflict";

ConflictPolicy conflict_policy(const char *word)
{
    return !word || !*word || strcmp(word, "ask") == 0 ? CONFLICT_ASK
           : strcmp(word, "source-wins") == 0          ? CONFLICT_SOURCE_WINS
                                                       : CONFLICT_TARGET_WINS;
}

static bool count(void *arg, const TargetReject *reject, Err *err)
{
    (void)err;
    *(int64_t *)arg += str_is(reject->code, code);
    return true;
}

bool worker_conflicts(Worker *w, const Step *s, int64_t *n, Err *err)
{
    *n = 0;
    return w->s.target->kind->rejects(w->s.target, s->entity, count, n, err);
}

bool gate_conflicts(Worker *w, const Step *s, Err *err)
{
    Arena *a = w->s.arena;
    IssueFilter filter = {.code = code, .step = s->id, .state = "open"};
    size_t n;
    const IssueGroup *groups = issue_groups(w->s.control, a, &filter, "code", &n, err);
    if (!groups)
        return false;
    if (!n)
        return true;
    const char *why = arena_text(a,
                                 ngettext("%lld row was changed in the source and in the target",
                                          "%lld rows were changed in the source and in the target",
                                          (unsigned long)groups[0].count),
                                 (long long)groups[0].count);
    return gate_tell(w, s, code, groups[0].count, false, why,
                     arena_text(a, _("mudanza run %s %s --on-conflict source-wins (or target-wins)"),
                                w->s.clinic->typed, s->entity),
                     err);
}
