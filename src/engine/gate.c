// What is looked at between the phases: has somebody to decide first, and is the target still what it was.
#include <string.h>

#include "base/intl.h"
#include "cache/issue_list.h"
#include "cache/link_store.h"
#include "engine/worker.h"

// The tables the mappings fill, as they are now: seen through a connection of its own, which remembers
// nothing.
static bool schema_now(Worker *w, char out[65], Err *err)
{
    const Profile *p = w->s.profile;
    const TargetKind *kind = w->s.target->kind;
    AUTO(arena_free_at) Arena *a = arena_new();
    Target *t = session_open_target(w->s.clinic, a, true, err);
    bool ok = t;
    for (size_t i = 0; ok && i < p->n; i++)
        for (size_t k = 0; ok && k < p->entities[i].n; k++) {
            const char *table = p->entities[i].mappings[k]->table;
            err->kind = ERR_NONE;
            ok = !table || kind->table(t, table, err) || err->kind == ERR_NONE;
        }
    ok = ok && kind->schema_hash(t, out, err);
    if (t)
        kind->close(t);
    return ok;
}

static bool changed(Err *err)
{
    err_set(err, ERR_TARGET, "%s", _("the target's tables were changed while the run was at work"));
    return err_hint(err, "%s", _("Run again: what depends on the tables is checked anew."));
}

bool gate_tables(Worker *w, const MappedEntity *e, Err *err)
{
    Target *t = w->s.target;
    bool same = true;
    for (size_t i = 0; same && i < e->n; i++) {
        const char *table = e->mappings[i]->table;
        if (table && !t->kind->table_same(t, table, &same, err))
            return false;
    }
    return same || changed(err);
}

// A connection of its own may be the first to meet a server that is being started again.
static bool schema_patiently(Worker *w, char out[65], Err *err)
{
    Target *t = w->s.target;
    Attempts attempts = {0};
    for (bool again = false; !schema_now(w, out, err); again = true) {
        Err lost = {0};
        if (err->kind != ERR_TARGET)
            return false;
        if (t->kind->recover(t, &lost)) {
            if (again) // the server is there: it is something else
                return false;
        } else if (!worker_try_again(w, &attempts, NULL, &lost)) {
            *err = lost;
            return false;
        }
    }
    return true;
}

bool gate_schema(Worker *w, Err *err)
{
    char now[65] = "";
    if (!schema_patiently(w, now, err))
        return false;
    if (!*w->schema)
        memcpy(w->schema, now, sizeof now);
    if (strcmp(w->schema, now) == 0)
        return true;
    return changed(err);
}

// The first of the codes that hold writing back and stand open for this entity; open: how often.
static bool find_blocking(Worker *w, const Step *s, const char **code, int64_t *open, Err *err)
{
    *code = NULL;
    for (const char *const *c = w->s.clinic->blocking; c && *c && !*code; c++) {
        IssueFilter filter = {.code = *c, .entity = s->entity, .state = "open"};
        size_t n;
        const IssueGroup *groups = issue_groups(w->s.control, w->s.arena, &filter, "code", &n, err);
        if (!groups)
            return false;
        if (n) {
            *code = groups[0].code;
            *open = groups[0].count;
        }
    }
    return true;
}

// Proposals of links nobody decided about. Who only looks, or rehearses, takes them as they are proposed.
static bool find_links(Worker *w, const Step *s, const char **code, int64_t *open, Err *err)
{
    const RunOptions *o = w->o;
    const char *policy = o->unreviewed && *o->unreviewed ? o->unreviewed : w->s.clinic->unreviewed;
    if (o->rehearse || worker_only_looks(o) || step_is_raw(s))
        return true;
    if (!link_waiting(w->s.control, s->entity, policy ? policy : "block", open, err))
        return false;
    if (*open)
        *code = NEED_LINKS;
    return true;
}

bool gate_undecided(Worker *w, const Step *s, const char **code, int64_t *open, const char **why, Err *err)
{
    *why = NULL;
    if (!find_blocking(w, s, code, open, err))
        return false;
    if (!*code) {
        if (!find_links(w, s, code, open, err))
            return false;
        if (*code)
            *why = arena_text(w->s.arena,
                              ngettext("%lld proposed link wants a decision",
                                       "%lld proposed links want a decision", (unsigned long)*open),
                              (long long)*open);
    } else {
        *why = arena_text(w->s.arena,
                          ngettext("%lld issue %s wants a decision", "%lld issues %s want a decision",
                                   (unsigned long)*open),
                          (long long)*open, *code);
    }
    return true;
}

bool gate_tell(Worker *w, const Step *s, const char *code, int64_t open, bool blocking, const char *why,
               const char *hint, Err *err)
{
    JsonOut *j = event_begin(w->events, "gate", s->id);
    json_text(j, "need", strcmp(code, NEED_LINKS) == 0 ? "mapping" : "decision");
    json_text(j, "code", code);
    json_int(j, "count", open);
    json_bool(j, "blocking", blocking);
    json_text(j, "message", why);
    json_text(j, "hint", hint);
    event_send(w->events, &(Event){.text = why, .hint = hint});
    worker_worse(w, ERR_DECISION, "%s: %s", s->id, why);
    return control_run_needs(w->s.control, w->record.run, code, err);
}

bool gate_decision(Worker *w, Step *s, const char **why, Err *err)
{
    const char *code;
    int64_t open = 0;
    if (!gate_undecided(w, s, &code, &open, why, err))
        return false;
    s->held |= code != NULL;
    if (!code)
        return true;
    const char *hint =
        strcmp(code, NEED_LINKS) == 0
            ? arena_text(w->s.arena, "mudanza links list %s --state pending", w->s.clinic->typed)
            : arena_text(w->s.arena, "mudanza warnings list %s --code '%s' --entity %s", w->s.clinic->typed,
                         code, s->entity);
    return gate_tell(w, s, code, open, true, *why, hint, err);
}

bool worker_block(Worker *w, Step *s, const Step *need, Err *err)
{
    s->held = need->held; // what waits for a decision, waits for it all the way down
    worker_worse(w, s->held ? ERR_DECISION : ERR_STEP, _("%s waits for %s"), s->id, need->id);
    return worker_end_step(w, s, STEP_BLOCKED, arena_text(w->s.arena, _("waits for %s"), need->id), NULL,
                           err);
}
