// What writing a batch would do, seen without writing.
#include "target/target_sqlite.h"

static bool count_one(void *arg, Str key, Err *err)
{
    (void)key;
    (void)err;
    ++*(int64_t *)arg;
    return true;
}

static bool look(BatchWork *w, KeyRange range, Err *err)
{
    WriteBatch *b = w->batch;
    b->marked = 0;
    if (!sqlite_name_id(w->t, "mudanza_entities", b->entity, false, &w->entity, err) ||
        !sqlite_any_known(w->t, LEDGER_MAPPINGS_BETWEEN, w->entity, range, &w->known, err))
        return false;
    Str *keys = arena_many(w->t->scratch, Str, b->n + 1);
    for (size_t i = 0; i < b->n; i++) {
        Known known;
        const char *conflict;
        keys[i] = b->items[i].key;
        if (!sqlite_judge(w, &b->items[i], &known, &conflict, err))
            return false;
    }
    return !w->known || sqlite_each_missing(w->t, LEDGER_PRESENT_MAPPINGS, w->entity, range, keys, b->n,
                                            count_one, &b->marked, err);
}

bool sqlite_look(Target *base, WriteBatch *batch, const char *after, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    arena_reset(t->scratch);
    batch->marked = 0;
    if (!t->scope) { // nothing is on record
        for (size_t i = 0; i < batch->n; i++)
            batch->items[i].outcome = batch->items[i].link.at ? ROW_LINKED : ROW_NEW;
        return true;
    }
    BatchWork w = {.t = t, .batch = batch, .parts = arena_many(t->scratch, PartWriter *, batch->n_parts + 1)};
    for (size_t i = 0; i < batch->n_parts; i++) {
        if (!(w.parts[i] = sqlite_part(t, &batch->parts[i], err)))
            return false;
        if (batch->doubt) // what this job has written since counts
            w.parts[i]->gathered = false;
    }
    KeyRange range = {str_of(after), batch->last ? (Str){NULL, 0} : str_of(batch->last_key)};
    return look(&w, range, err);
}
