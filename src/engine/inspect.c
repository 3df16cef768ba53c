#include "engine/inspect.h"

#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "cache/as_read.h"
#include "cache/sample.h"
#include "engine/audit.h"
#include "engine/inspect_inner.h"

void *inspect_list(Arena *a, Buf *list, size_t size, size_t *n)
{
    *n = list->len / size;
    return arena_copy(a, buf_text(list), list->len);
}

const char *inspect_shown(const Inspecting *x, Str value)
{
    if (x->wish->unmask || !value.at)
        return str_keep(x->a, value);
    enum { MOST = 8 }; // how many blanks there are is a hint, too
    size_t before = 0, after = 0;
    while (before < value.len && value.at[before] == ' ')
        before++;
    while (after < value.len - before && value.at[value.len - 1 - after] == ' ')
        after++;
    return arena_text(x->a, "%.*s%s%.*s", (int)MIN(before, (size_t)MOST), "        ",
                      sample_masked(x->a, value), (int)MIN(after, (size_t)MOST), "        ");
}

static void lacks(Inspecting *x, const char *sentence)
{
    Inspect *out = x->out;
    const char **more = arena_many(x->a, const char *, out->n_missing + 1);
    if (out->n_missing)
        memcpy(more, out->missing, out->n_missing * sizeof *more);
    more[out->n_missing++] = sentence;
    out->missing = more;
}

// What cannot be opened is told, and does not keep the rest from being shown.
static void open_target(Inspecting *x)
{
    Session *s = &x->s;
    Err err = {0};
    if (session_target(s, false, &err) && !s->target) {
        lacks(x, arena_text(x->a, _("there is no target yet: %s"), s->clinic->target_path));
        return;
    }
    if (s->target && session_which_clinic(s, &err) &&
        s->target->kind->prepare(s->target, (TargetScope){s->clinic_id, s->source_system}, &err))
        return;
    lacks(x, arena_text(x->a, _("the target cannot be looked at: %s"), err.text));
    if (s->target)
        s->target->kind->close(s->target);
    s->target = NULL;
}

static void open_all(Inspecting *x)
{
    Session *s = &x->s;
    Err err = {0};
    s->cache = cache_open(s->clinic->state_folder, false, &err);
    if (s->cache && (!as_read_begin(s->cache, &err) ||
                     !cache_about(s->cache, x->a, "source_system", &s->source_system, &err))) {
        cache_close(s->cache);
        s->cache = NULL;
    }
    if (!s->cache)
        lacks(x, err.kind ? arena_text(x->a, _("the cache cannot be read: %s"), err.text)
                          : _("there is no cache: the source has not been read, or the cache was removed"));
    s->control = control_open(s->clinic->state_folder, false, &err);
    if (!s->control)
        lacks(x, err.kind ? arena_text(x->a, _("the history of runs cannot be read: %s"), err.text)
                          : _("there has been no run yet"));
    if (s->clinic->source_system)
        s->source_system = s->clinic->source_system;
    else if (s->cache && !s->source_system)
        s->source_system = "unknown"; // as a run calls it
    if (!x->wish->without_target)
        open_target(x);
}

static bool find_entity(Inspecting *x, Err *err)
{
    const char *colon = strchr(x->wish->record, ':');
    if (!colon || colon == x->wish->record || !colon[1])
        return err_set(err, ERR_USAGE, _("a record is ENTITY:ID, such as patient:P-031877; not \"%s\""),
                       x->wish->record);
    const Model *model = x->s.model;
    x->entity = arena_text(x->a, "%.*s", (int)(colon - x->wish->record), x->wish->record);
    x->model = model_entity(model, x->entity);
    x->mapped = profile_entity(x->s.profile, x->entity);
    CacheSource rows = {0};
    if (x->model || (x->s.cache && cache_source(x->s.cache, x->entity, &rows, err) && rows.rows))
        return true;
    if (err->kind != ERR_NONE)
        return false;
    const char **names = arena_many(x->a, const char *, model->n);
    for (size_t i = 0; i < model->n; i++)
        names[i] = model->entities[i].name;
    err_set(err, ERR_USAGE, _("the clinic has no entity '%s'"), x->entity);
    const char *near = text_nearest(x->entity, names, model->n);
    if (near)
        err_hint(err, _("did you mean %s?"), near);
    return false;
}

// Before any value is read: what cannot be noted is not shown.
static bool note_unmasking(Inspecting *x, Err *err)
{
    JsonOut *j;
    const char *state = x->s.clinic->state_folder;
    if (!file_exists(state))
        return err_set(err, ERR_INTERNAL, _("%s: there is no audit.log to note this in"), state);
    Audit *audit = audit_begin(state, x->s.clinic->name, "inspect.unmask", &j);
    json_text(j, "entity", x->entity);
    json_text(j, "id", x->out->key);
    json_text(j, "source_id", x->out->source_id);
    json_text(j, "field", x->wish->field);
    json_text(j, "note", x->wish->note);
    return audit_end(audit, err);
}

// A row that extract kept back went no further.
static bool find_outcome(Inspecting *x, Err *err)
{
    InspectOutcome *o = &x->out->outcome;
    if (!x->kept_back)
        return inspect_outcome(x, x->entity, x->out->key, o, &x->trace, err);
    *o = (InspectOutcome){.word = "rejected", .step = arena_text(x->a, "%s/extract", x->entity)};
    return lite_one_text(cache_db(x->s.cache), x->a, &o->reason, err,
                         "SELECT code FROM _rejects WHERE rowid = %lld", (long long)x->reject);
}

static bool look(Inspecting *x, Err *err)
{
    const bool in_cache = x->s.cache;
    return find_entity(x, err) && inspect_find(x, err) && (!x->wish->unmask || note_unmasking(x, err)) &&
           inspect_source(x, err) && find_outcome(x, err) && inspect_rows(x, err) && inspect_way(x, err) &&
           inspect_history(x, err) && (!in_cache || (inspect_needs(x, err) && inspect_waiting(x, err))) &&
           ((!x->wish->field && !x->wish->every_way) || inspect_field(x, err));
}

Inspect *engine_inspect(Arena *a, const Clinic *clinic, const InspectWish *wish, Problems *problems, Err *err)
{
    Inspecting x = {.s = {.arena = a, .clinic = clinic}, .a = a, .wish = wish, .out = arena_one(a, Inspect)};
    err->kind = ERR_NONE;
    if (!session_profile(&x.s, problems, err))
        return NULL;
    open_all(&x);
    bool ok = look(&x, err);
    x.out->entity = x.entity;
    x.out->clinic_name = x.s.clinic_name;
    x.out->unmasked = wish->unmask;
    session_close(&x.s);
    return ok ? x.out : NULL;
}
