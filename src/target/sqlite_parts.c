// Rows of parts that an earlier run made beside a row, and that its changed source row makes no more. They
// stay in the target; mudanza_absent_parts lists them until they are made again.
#include <stdlib.h>

#include "target/target_sqlite.h"

typedef struct {
    int64_t table;
    Str id;
} PartRow;

typedef struct {
    BatchWork *w;
    PartRow *made; // by the changed items, in order
    size_t n;
    LiteStmt *ids, *keys; // of a line of the journal
} Walk;

static int by_table_and_id(const void *a, const void *b)
{
    const PartRow *one = a, *other = b;
    int order = (one->table > other->table) - (one->table < other->table);
    return order ? order : sqlite_key_order(one->id, other->id);
}

static int key_of_item(const void *key, const void *item)
{
    const WriteItem *const *changed = item;
    return sqlite_key_order(*(const Str *)key, (*changed)->key);
}

static bool note_made(Walk *x, Err *err)
{
    BatchWork *w = x->w;
    size_t most = 0;
    int64_t *tables = arena_many(w->t->scratch, int64_t, w->batch->n_parts);
    for (size_t i = 1; i < w->batch->n_parts; i++)
        if (!sqlite_name_id(w->t, "mudanza_tables", w->batch->parts[i].table, true, &tables[i], err))
            return false;
    for (size_t i = 0; i < w->n_changed; i++)
        most += w->changed[i]->n_rows;
    x->made = arena_many(w->t->scratch, PartRow, most + 1);
    for (size_t i = 0; i < w->n_changed; i++) {
        const WriteItem *item = w->changed[i];
        for (size_t r = 0; r < item->n_rows; r++) {
            int part = item->parts[r];
            if (part)
                x->made[x->n++] = (PartRow){tables[part], item->rows[r].values[w->parts[part]->id]};
        }
    }
    qsort(x->made, x->n, sizeof *x->made, by_table_and_id);
    return true;
}

static bool settle(const Walk *x, int64_t table, Str key, Str id, Err *err)
{
    const BatchWork *w = x->w;
    PartRow row = {table, id};
    bool made = bsearch(&row, x->made, x->n, sizeof row, by_table_and_id);
    LiteStmt *s = sqlite_ledger(w->t, made ? LEDGER_PART_IS_BACK : LEDGER_PART_IS_ABSENT, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, w->t->scope);
    lite_bind_int(s, 1, w->entity);
    lite_bind_text(s, 2, key);
    lite_bind_int(s, 3, table);
    lite_bind_text(s, 4, id);
    lite_bind_int(s, 5, w->number);
    return lite_run(s, err);
}

// A line lists ids and, at the same places, the keys they hang on.
static bool walk_line(const Walk *x, LiteStmt *line, Err *err)
{
    const BatchWork *w = x->w;
    lite_bind_text(x->ids, 0, lite_text(line, 1));
    lite_bind_text(x->keys, 0, lite_text(line, 2));
    LiteStep step, beside = LITE_ROW;
    bool ok = true;
    while (ok && (step = lite_step(x->ids, err)) == LITE_ROW &&
           (beside = lite_step(x->keys, err)) == LITE_ROW) {
        Str key = lite_text(x->keys, 0);
        if (bsearch(&key, w->changed, w->n_changed, sizeof *w->changed, key_of_item))
            ok = settle(x, lite_int(line, 0), key, lite_text(x->ids, 0), err);
    }
    lite_reset(x->ids);
    lite_reset(x->keys);
    return ok && step != LITE_FAILED && beside != LITE_FAILED;
}

bool sqlite_mark_parts(BatchWork *w, Err *err)
{
    if (!w->n_changed)
        return true;
    static const char each[] = "SELECT value FROM json_each(?)";
    AUTO(lite_finish_at) LiteStmt *ids = lite_prepare(w->t->db, each, err);
    AUTO(lite_finish_at) LiteStmt *keys = lite_prepare(w->t->db, each, err);
    LiteStmt *line = sqlite_ledger(w->t, LEDGER_PART_LINES, err);
    Walk x = {.w = w, .ids = ids, .keys = keys};
    if (!ids || !keys || !line || !note_made(&x, err))
        return false;
    lite_bind_int(line, 0, w->t->scope);
    lite_bind_int(line, 1, w->entity);
    lite_bind_int(line, 2, w->number);
    lite_bind_text(line, 3, w->changed[0]->key);
    lite_bind_text(line, 4, w->changed[w->n_changed - 1]->key);
    LiteStep step;
    bool ok = true;
    while (ok && (step = lite_step(line, err)) == LITE_ROW)
        ok = walk_line(&x, line, err);
    lite_reset(line);
    return ok && step == LITE_DONE;
}
