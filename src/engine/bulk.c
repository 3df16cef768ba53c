// Bulk mode of a run: decided once the rows are known, told, and ended whatever happens.
#include <string.h>

#include "base/intl.h"
#include "engine/worker.h"

static const char *policy(const RunOptions *o)
{
    const char *word = o->bulk && *o->bulk ? o->bulk : o->clinic->bulk;
    return word ? word : "auto";
}

void bulk_wish_add(Arena *a, Buf *fills, const MappedEntity *e, int64_t rows)
{
    for (size_t i = 0; i < e->n; i++) {
        const Mapping *m = e->mappings[i];
        if (mapping_only_links(m))
            continue;
        const char **columns = arena_many(a, const char *, m->n_columns + 1);
        for (size_t c = 0; c < m->n_columns; c++)
            columns[c] = m->columns[c].name;
        BulkFill fill = {.entity = m->entity,
                         .table = m->table,
                         .columns = columns,
                         .n_columns = m->n_columns,
                         .main = i == 0,
                         .rows = rows};
        buf_add(fills, (Str){(const char *)&fill, sizeof fill});
    }
}

BulkWish bulk_wish(Arena *a, Buf *fills, const RunOptions *o)
{
    BulkWish wish = {.n = fills->len / sizeof(BulkFill), .always = strcmp(policy(o), "always") == 0};
    wish.fills = wish.n ? arena_copy(a, fills->at, fills->len) : NULL;
    buf_free(fills);
    return wish;
}

bool bulk_is_wanted(const RunOptions *o)
{
    return strcmp(policy(o), "never") != 0 && !o->rehearse;
}

const char *bulk_words(Arena *a, const BulkLook *look)
{
    if (look->why_not)
        return arena_text(a, _("bulk mode: no (%s)"), look->why_not);
    return arena_text(a,
                      _("bulk mode: %lld foreign keys and %lld indexes of %lld tables are taken off for the "
                        "load and made anew after it"),
                      (long long)look->keys, (long long)look->indexes, (long long)look->tables);
}

// What an earlier run wrote whole is not to be filled.
static bool is_written(Worker *w, const Step *s, bool *yes, Err *err)
{
    Inputs in = {0};
    const char *fingerprint, *last, *noted;
    *yes = false;
    return fingerprint_insert(&w->s, s->entity, false, &in, &fingerprint, err) &&
           w->s.target->kind->checkpoint(w->s.target, w->s.arena, s->id, &last, &noted, yes, err) &&
           ((*yes = *yes && !s->again && noted && strcmp(noted, fingerprint) == 0), true);
}

static bool make_wish(Worker *w, BulkWish *wish, Err *err)
{
    Buf fills = {0};
    for (size_t i = 0; i < w->n; i++) {
        const Step *s = &w->steps[i], *from = worker_step(w, s->entity, STAGE_VALIDATE);
        bool written = false;
        if (s->stage != STAGE_INSERT || !s->wanted || step_is_raw(s))
            continue;
        if (!is_written(w, s, &written, err)) {
            buf_free(&fills);
            return false;
        }
        if (!from || from->rows < 0)
            from = worker_step(w, s->entity, STAGE_EXTRACT);
        if (!written && from && from->rows > 0)
            bulk_wish_add(w->s.arena, &fills, s->mapped, from->rows - from->rejected);
    }
    *wish = bulk_wish(w->s.arena, &fills, w->o);
    return true;
}

static void tell(Worker *w, const char *state, const BulkLook *look, Instant began, const char *text,
                 const char *hint)
{
    JsonOut *j = event_begin(w->events, "bulk", NULL);
    json_text(j, "state", state);
    if (look) {
        json_int(j, "tables", look->tables);
        json_int(j, "keys", look->keys);
        json_int(j, "indexes", look->indexes);
    }
    if (look && look->why_not)
        json_text(j, "reason", look->why_not);
    if (began)
        json_num(j, "took_s", (double)(steady_now() - began) / 1e6, 3);
    event_send(w->events, &(Event){.text = text, .hint = hint});
}

bool worker_bulk_announce(Worker *w, Err *err)
{
    const TargetKind *kind = w->s.target->kind;
    BulkWish wish;
    BulkLook look;
    if (!kind->bulk_look && strcmp(policy(w->o), "always") == 0)
        return err_set(err, ERR_TARGET, "%s", _("an embedded target has no bulk mode"));
    if (!kind->bulk_look || !bulk_is_wanted(w->o))
        return true;
    if (!make_wish(w, &wish, err))
        return false;
    if (!wish.n)
        return true;
    if (!kind->bulk_look(w->s.target, w->s.arena, &wish, &look, err))
        return false;
    tell(w, look.why_not ? "no" : "planned", &look, 0, bulk_words(w->s.arena, &look), NULL);
    return true;
}

static bool refuse(const BulkLook *look, Err *err)
{
    err_set(err, ERR_TARGET, _("bulk mode is not possible: %s"), look->why_not);
    return err_hint(err, "%s", _("With bulk: auto the load goes on without it."));
}

static bool try_begin(Worker *w, const BulkWish *wish, BulkLook *look, Err *err)
{
    const TargetKind *kind = w->s.target->kind;
    if (!kind->bulk_look(w->s.target, w->s.arena, wish, look, err))
        return false;
    return look->why_not ||
           (worker_need_job(w, err) && kind->bulk_begin(w->s.target, w->s.arena, wish, look, err));
}

bool worker_bulk_begin(Worker *w, Err *err)
{
    BulkWish wish;
    BulkLook look = {0};
    Attempts retry = {0};
    Instant began = steady_now();
    if (!w->s.target->kind->bulk_begin || !bulk_is_wanted(w->o))
        return true;
    if (!make_wish(w, &wish, err))
        return false;
    if (!wish.n)
        return true;
    while (!try_begin(w, &wish, &look, err))
        if (!worker_try_again(w, &retry, NULL, err))
            return false;
    if (look.why_not && look.refused && wish.always)
        return refuse(&look, err);
    w->bulk = !look.why_not;
    tell(w, w->bulk ? "off" : "no", &look, began, w->bulk ? bulk_words(w->s.arena, &look) : NULL, NULL);
    return true;
}

bool worker_bulk_end(Worker *w, Err *err)
{
    const TargetKind *kind = w->s.target->kind;
    BulkOwed *owed;
    size_t n = 0;
    bool under_way;
    Attempts retry = {0};
    Instant began = steady_now();
    if (!kind->bulk_end)
        return true;
    while (!kind->bulk_owed(w->s.target, w->s.arena, &owed, &n, &under_way, err))
        if (!worker_try_again(w, &retry, NULL, err))
            return false;
    if (n)
        tell(w, "back", NULL, 0,
             arena_text(w->s.arena,
                        ngettext("bulk mode: %zu key or index is made anew and checked",
                                 "bulk mode: %zu keys and indexes are made anew and checked", n),
                        n),
             NULL);
    while (!kind->bulk_end(w->s.target, true, err))
        if (!worker_try_again(w, &retry, NULL, err))
            return false;
    w->bulk = false;
    if (n)
        tell(w, "on", NULL, began,
             arena_text(w->s.arena, _("bulk mode: all of them hold (%.1f s)"),
                        (double)(steady_now() - began) / 1e6),
             NULL);
    return true;
}

// Also of a run that failed, was told to stop or lost its server.
void worker_bulk_leave(Worker *w)
{
    Err err = {0};
    if (!w->bulk)
        return;
    bool ok = w->s.target->kind->bulk_end(w->s.target, false, &err);
    tell(w, ok ? "unchecked" : "left", NULL, 0,
         ok ? _("bulk mode: the load was cut short; the foreign keys hold for new rows, indexes are still "
                "missing")
            : _("bulk mode: the load was cut short, and foreign keys and indexes are still missing"),
         arena_text(w->s.arena, "mudanza resume %s", w->s.clinic->typed));
    w->bulk = false;
}

// What a worker that died had taken off.
bool worker_bulk_recover(Worker *w, bool whole, Err *err)
{
    const TargetKind *kind = w->s.target->kind;
    return !kind->bulk_end || kind->bulk_end(w->s.target, whole, err);
}
