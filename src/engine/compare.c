// compare: what a run would do with every row, by the ledger and the target as they are now. Nothing is
// written.
#include <string.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "cache/sample.h"
#include "engine/lock.h"
#include "engine/worker.h"
#include "map/out_rows.h"
#include "map/value.h"

enum { BATCH_ROWS = 5000, BATCH_BYTES = 16 << 20 };

typedef struct {
    Worker w;
    Arena *batch;
    size_t most; // rows shown of an entity
    bool unmask, owned; // shows values as they are; and columns of the application
} Comparing;

static bool open_all(Comparing *x, Problems *problems, Err *err)
{
    Session *s = &x->w.s;
    if (!session_profile(s, problems, err))
        return err->kind == ERR_NONE
                   ? err_set(err, ERR_CONFIG, "%s", _("the profile or the model has mistakes"))
                   : false;
    s->control = control_open(s->clinic->state_folder, false, err);
    if (!s->control || !session_target(s, false, err) || !session_which_clinic(s, err) ||
        !(s->cache = cache_open(s->clinic->state_folder, true, err)) ||
        !source_digest(s, &x->w.source_digest, err) ||
        !session_as_of(s, x->w.o->as_of, x->w.source_digest, false, err))
        return false;
    if (!session_mapper(s, problems, err))
        return err->kind == ERR_NONE ? err_set(err, ERR_CONFIG, "%s", _("the mappings have mistakes"))
                                     : false;
    return s->target->kind->prepare(s->target, (TargetScope){s->clinic_id, s->source_system}, err);
}

typedef struct {
    Comparing *x;
    const WritePart *part;
    const Table *table;
    const Str *values; // of the part's columns
    ComparedRow *row;
} Difference;

static const char *shown(const Comparing *x, Str value)
{
    Arena *a = x->w.s.arena;
    return x->unmask ? str_keep(a, value) : sample_masked(a, value);
}

static bool note_difference(void *arg, const Str *stored, Err *err)
{
    Difference *d = arg;
    (void)err;
    d->row->there = true;
    d->row->fields = arena_many(d->x->w.s.arena, ComparedField, d->part->n_columns);
    for (size_t i = 0; i < d->part->n_columns; i++) {
        const char *name = d->part->columns[i];
        bool owned = d->part->kept && d->part->kept[i];
        size_t at = 0;
        while (strcmp(d->table->columns[at].name, name) != 0)
            at++;
        if (value_same(&d->table->columns[at], stored[at], d->values[i]) || (owned && !d->x->owned))
            continue;
        d->row->fields[d->row->n_fields++] =
            (ComparedField){name, shown(d->x, stored[at]), shown(d->x, d->values[i]), owned};
    }
    return true;
}

// How the main row of a changed record differs from the one that stands in the target.
static bool show(Comparing *x, const WriteItem *item, const WritePart *parts, ComparedEntity *out, Err *err)
{
    Session *s = &x->w.s;
    const TargetKind *kind = s->target->kind;
    ComparedRow *row = &out->shown[out->n_shown++];
    bool conflict = item->outcome == ROW_REJECTED;
    *row = (ComparedRow){.key = str_keep(s->arena, item->key), .conflict = conflict, .table = parts[0].table};
    for (size_t i = 0; i < item->n_rows; i++) {
        if (item->parts[i] != 0)
            continue;
        Difference d = {x, &parts[0], kind->table(s->target, parts[0].table, err),
                        item->rows[i].values, row};
        row->id = str_keep(s->arena, d.values[parts[0].id]);
        if (!d.table || !kind->find(s->target, parts[0].table, &parts[0].columns[parts[0].id],
                                    &d.values[parts[0].id], 1, 1, note_difference, &d, err))
            return false;
    }
    return true;
}

static bool note_items(Comparing *x, const WriteBatch *b, ComparedEntity *out, Err *err)
{
    for (size_t i = 0; i < b->n; i++) {
        const WriteItem *item = &b->items[i];
        out->rows++;
        switch (item->outcome) {
        case ROW_NEW: out->inserted++; break;
        case ROW_UPDATED: out->updated++; break;
        case ROW_LINKED: out->linked++; break;
        case ROW_REJECTED: out->conflicts++; break;
        case ROW_UNCHANGED: out->unchanged++; break;
        }
        bool differs = item->outcome == ROW_UPDATED || item->outcome == ROW_REJECTED;
        if (differs && out->n_shown < x->most && !show(x, item, b->parts, out, err))
            return false;
    }
    out->vanished += b->marked;
    return true;
}

static bool compare_entity(Comparing *x, const char *entity, ComparedEntity *out, Err *err)
{
    Session *s = &x->w.s;
    *out = (ComparedEntity){.entity = entity, .shown = arena_many(s->arena, ComparedRow, x->most)};
    OutRows *rows = out_rows_open(s->mapper, entity, "", err);
    WriteBatch b = {.step = arena_text(s->arena, "%s/insert", entity),
                    .entity = entity,
                    .last_key = "",
                    .conflicts = conflict_policy(x->w.o->on_conflict)};
    bool ok = rows != NULL;
    if (ok)
        b.parts = out_rows_parts(rows, &b.n_parts);
    while (ok && !b.last) {
        const char *after = b.last_key;
        arena_reset(x->batch);
        ok = cancel_check(err) && out_rows_next(rows, x->batch, BATCH_ROWS, BATCH_BYTES, &b.items, &b.n, err);
        b.last = ok && b.n == 0;
        if (ok && b.n)
            b.last_key = arena_text(s->arena, "%.*s", STR_ARG(b.items[b.n - 1].key));
        ok = ok && s->target->kind->look(s->target, &b, after, err) && note_items(x, &b, out, err);
    }
    out_rows_close(rows);
    return ok;
}

bool engine_compare(Arena *a, const RunOptions *o, size_t rows, Problems *problems, ComparedEntity **out,
                    size_t *n, Err *err)
{
    Comparing x = {.w = {.s = {.arena = a, .clinic = o->clinic}, .o = o, .problems = problems},
                   .batch = arena_new(),
                   .most = rows};
    *n = 0;
    bool ok = engine_preview_make(a, o, problems, err) && open_all(&x, problems, err) &&
              worker_make_steps(&x.w, err);
    *out = arena_many(a, ComparedEntity, x.w.n + 1);
    for (size_t i = 0; ok && i < x.w.n; i++) {
        const Step *s = &x.w.steps[i];
        if (s->stage == STAGE_INSERT && s->wanted && !step_is_raw(s))
            ok = compare_entity(&x, s->entity, &(*out)[(*n)++], err);
    }
    session_close(&x.w.s);
    arena_free(x.batch);
    return ok;
}

bool engine_compare_now(Arena *a, const Clinic *clinic, const char *entity, size_t rows, bool unmask,
                        Problems *problems, ComparedEntity *out, Err *err)
{
    const RunOptions o = {.clinic = clinic, .mode = "preview", .max_rejects = -1, .max_reject_ratio = -1, .jobs = -1};
    Comparing x = {.w = {.s = {.arena = a, .clinic = clinic, .looks = true}, .o = &o, .problems = problems},
                   .batch = arena_new(),
                   .most = rows,
                   .unmask = unmask,
                   .owned = true};
    const char *owner;
    bool ok = !lock_owner(a, clinic->state_folder, &owner) ||
              err_set(err, ERR_IN_USE, "%s", _("a worker is at it: the target is compared when it has ended"));
    ok = ok && open_all(&x, problems, err);
    const MappedEntity *mapped = ok ? profile_entity(x.w.s.profile, entity) : NULL;
    if (ok && (!mapped || !mapped->n))
        ok = err_set(err, ERR_USAGE, _("%s has no mapping: its rows are kept raw"), entity);
    ok = ok && compare_entity(&x, entity, out, err);
    if (!ok && err->kind == ERR_NONE)
        err_set(err, ERR_USAGE, _("there is nothing to compare yet: %s has had no run"), clinic->name);
    session_close(&x.w.s);
    arena_free(x.batch);
    return ok;
}
