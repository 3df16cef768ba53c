// The account of a run that could not take it itself: what cache and ledger have of it.
#include <string.h>

#include "cache/raw_rows.h"
#include "engine/stage_files.h"

typedef struct {
    Session s;
    Arena *arena;
    int64_t run;
    Buf list;
    size_t n;
} Found;

// Whether this run came to the end of writing the entity: what is left over then is lost, else pending.
static bool is_complete(Found *x, const char *entity, bool *yes, Err *err)
{
    StepRecord last;
    bool found;
    if (!control_step(x->s.control, x->arena, arena_text(x->arena, "%s/insert", entity), &last, &found, err))
        return false;
    *yes = found && last.run == x->run && (strcmp(last.status, "done") == 0 || strcmp(last.status, "partial") == 0);
    return true;
}

static bool take(Found *x, const char *entity, bool raw, Err *err)
{
    Account one;
    bool complete;
    if (!is_complete(x, entity, &complete, err) || !account_of(&x->s, entity, raw, complete, &one, err))
        return false;
    buf_add(&x->list, (Str){(const char *)&one, sizeof one});
    x->n++;
    return true;
}

static bool take_all(Found *x, Err *err)
{
    const Profile *p = x->s.profile;
    const char **unknown;
    size_t n;
    for (size_t i = 0; i < p->n; i++)
        if (!take(x, p->entities[i].entity->name, p->entities[i].n == 0, err))
            return false;
    if (!cache_unknown_entities(x->s.cache, x->arena, x->s.model, &unknown, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!take(x, unknown[i], true, err))
            return false;
    Worker as_its = {.s = x->s};
    bool files = false;
    return staging_is_wanted(&as_its, &files, err) && (!files || take(x, FILES_ENTITY, true, err));
}

static bool open_all(Session *s, Err *err)
{
    if (!session_profile(s, problems_new(s->arena), err) || !session_target(s, false, err) || !s->target ||
        !session_which_clinic(s, err))
        return false;
    s->cache = cache_open(s->clinic->state_folder, false, err);
    if (!s->cache || !cache_about(s->cache, s->arena, "source_system", &s->source_system, err))
        return false;
    if (s->clinic->source_system)
        s->source_system = s->clinic->source_system;
    if (!s->source_system)
        s->source_system = "unknown"; // as a run calls it
    return s->target->kind->prepare(s->target, (TargetScope){s->clinic_id, s->source_system}, err);
}

// So that what it wrote counts as its own; a job that never came to its first batch is unknown and wrote nothing.
static void name_job(Session *s, int64_t job)
{
    Err unknown = {0};
    if (job && !s->target->kind->job_begin(s->target, &job, "", &unknown))
        unknown.kind = ERR_NONE;
}

Account *accounts_found(Arena *a, const Clinic *clinic, Control *c, const RunRecord *run, size_t *n)
{
    Err ignored = {0};
    Found x = {.s = {.arena = a, .clinic = clinic, .control = c}, .arena = a, .run = run->run};
    bool ok = open_all(&x.s, &ignored);
    if (ok)
        name_job(&x.s, run->job);
    ok = ok && take_all(&x, &ignored);
    Account *list = arena_copy(a, buf_text(&x.list), x.list.len);
    *n = ok ? x.n : 0;
    buf_free(&x.list);
    x.s.control = NULL; // the caller's
    session_close(&x.s);
    return list;
}
