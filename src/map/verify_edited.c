// Rows that differ from what the mappings made: written so, or changed by somebody since?
#include <stdlib.h>
#include <string.h>

#include "map/verify_edited.h"

static int by_key(const void *x, const void *y)
{
    Str a = ((const DifferentRow *)x)->key, b = ((const DifferentRow *)y)->key;
    int order = memcmp(a.at, b.at, MIN(a.len, b.len));
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

// The target is asked what it would do with a newer version of the records: those it would call a conflict
// are not as they were written.
bool verify_edited(Mapper *m, Arena *a, const char *entity, size_t part, DifferentRow *rows, size_t n,
                   Err *err)
{
    const ReadyEntity *e = mapper_entity(m, entity);
    if (!n)
        return true;
    qsort(rows, n, sizeof *rows, by_key);
    WritePart *parts = arena_many(a, WritePart, e->n);
    for (size_t i = 0; i < e->n; i++)
        parts[i] = out_rows_part(m, &e->parts[i]);
    WriteItem *items = arena_many(a, WriteItem, n);
    WriteRow *written = arena_many(a, WriteRow, n);
    int *which = arena_many(a, int, n);
    WriteBatch batch = {.step = arena_text(a, "%s/verify", entity),
                        .entity = entity,
                        .parts = parts,
                        .n_parts = e->n,
                        .items = items,
                        .last_key = str_keep(a, rows[n - 1].key),
                        .some = true,
                        .doubt = true};
    for (size_t i = 0; i < n; i++) {
        Str *values = arena_many(a, Str, parts[part].n_columns);
        values[parts[part].id] = rows[i].id;
        written[i].values = values;
        which[i] = (int)part;
        WriteItem *last = batch.n ? &items[batch.n - 1] : NULL;
        if (!last || !str_eq(last->key, rows[i].key)) {
            last = &items[batch.n++];
            *last = (WriteItem){
                .key = rows[i].key, .hash = STR("newer"), .rows = &written[i], .parts = &which[i]};
        }
        last->n_rows++;
    }
    if (!m->o.target->kind->look(m->o.target, &batch, "", err))
        return false;
    for (size_t i = 0, k = 0; i < n; i++) {
        k += !str_eq(items[k].key, rows[i].key);
        rows[i].edited = items[k].outcome == ROW_REJECTED;
    }
    return true;
}
