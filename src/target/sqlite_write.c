#include "target/target_sqlite.h"

#include <string.h>

#include "base/intl.h"

static bool has_warnings(SqliteTarget *t, const char *step, bool *found, Err *err)
{
    LiteStmt *s = sqlite_ledger(t, LEDGER_STEP_WARNINGS, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, t->scope);
    lite_bind_text(s, 1, str_of(step));
    LiteStep state = lite_step(s, err);
    lite_reset(s);
    *found = state == LITE_ROW;
    return state == LITE_ROW || state == LITE_DONE;
}

// One line per table: which rows were inserted, and what the changed ones were before.
static bool journal_part(const BatchWork *w, PartWriter *p, Err *err)
{
    JournalLine line = {
        .step = w->batch->step, .batch = w->number, .entity = w->entity, .columns = p->all_columns};
    static const struct {
        const char *operation;
        int ids;
    } operations[] = {{"insert", INSERTED}, {"update", UPDATED}};
    AUTO(buf_free) Buf written = {0}, ours = {0};
    for (size_t i = 0; i < ARRAY_LEN(operations); i++) {
        Buf *ids = &p->lists[operations[i].ids], *keys = &p->lists[operations[i].ids + 1];
        if (!ids->len)
            continue;
        buf_add_char(ids, ']');
        line.operation = operations[i].operation;
        line.ids = ids;
        line.keys = keys->len ? keys : NULL;
        line.before = operations[i].ids == UPDATED ? &p->lists[IMAGES] : NULL;
        if (!sqlite_name_id(w->t, "mudanza_tables", p->live->table.name, true, &line.table, err) ||
            !sqlite_written(w->t, p, buf_str(ids), &written, &ours, err))
            return false;
        line.written = buf_str(&written);
        line.ours = ours.len ? buf_str(&ours) : (Str){NULL, 0};
        if (!sqlite_journal(w->t, &line, err))
            return false;
    }
    for (size_t i = 0; i < PART_LISTS; i++)
        buf_clear(&p->lists[i]);
    return true;
}

static bool write_journal(BatchWork *w, Err *err)
{
    for (size_t i = 0; i < w->batch->n_parts; i++)
        if (!journal_part(w, w->parts[i], err))
            return false;
    JournalLine line = {
        .step = w->batch->step, .operation = "mapping", .batch = w->number, .entity = w->entity};
    line.keys = w->keys.len ? &w->keys : NULL;
    return !line.keys || sqlite_journal(w->t, &line, err);
}

static bool mark_absent(BatchWork *w, KeyRange range, Err *err)
{
    const WriteBatch *b = w->batch;
    Str *keys = arena_many(w->t->scratch, Str, b->n + 1);
    for (size_t i = 0; i < b->n; i++)
        keys[i] = b->items[i].key;
    Absence absence = {.select = LEDGER_PRESENT_MAPPINGS,
                       .mark = LEDGER_MARK_MAPPING,
                       .step = b->step,
                       .operation = "absent",
                       .entity = w->entity,
                       .batch = w->number,
                       .range = range,
                       .present = keys,
                       .n = b->n};
    return sqlite_mark_absent(w->t, &absence, &w->batch->marked, err);
}

static bool write_body(void *arg, Err *err)
{
    BatchWork *w = arg;
    WriteBatch *b = w->batch;
    KeyRange range;
    b->marked = 0;
    // Keys of a first run are all new: one look per batch spares one per row.
    if (!sqlite_range(w->t, w->head, &range, err) ||
        !sqlite_name_id(w->t, "mudanza_entities", b->entity, true, &w->entity, err) ||
        !sqlite_any_known(w->t, LEDGER_MAPPINGS_BETWEEN, w->entity, range, &w->known, err) ||
        !has_warnings(w->t, b->step, &w->warned, err) || !sqlite_next_batch(w->t, &w->number, err))
        return false;
    buf_clear(&w->keys);
    w->n_changed = 0;
    if (w->known && b->n_parts > 1)
        w->changed = arena_many(w->t->scratch, const WriteItem *, b->n);
    w->main_table = 0;
    if (b->n_parts && !sqlite_name_id(w->t, "mudanza_tables", b->parts[0].table, true, &w->main_table, err))
        return false;
    for (size_t i = 0; i < b->n_parts; i++) {
        for (size_t k = 0; k < PART_LISTS; k++)
            buf_clear(&w->parts[i]->lists[k]);
    }
    for (size_t i = 0; i < b->n; i++) {
        if (!sqlite_write_item(w, &b->items[i], err))
            return false;
    }
    return write_journal(w, err) && sqlite_mark_parts(w, err) && (!w->known || b->some || mark_absent(w, range, err));
}

// Most batches go in as they are. One that holds a row the database refuses may have to be written anew.
static bool write_as_needed(BatchWork *w, const Batch *head, Err *err)
{
    for (;;) {
        w->half_way = false;
        if (sqlite_transaction(w->t, head, write_body, w, err))
            return true;
        for (size_t i = 0; i < w->batch->n_parts; i++)
            w->parts[i]->gathered = false; // it went with the transaction
        if (w->half_way)
            w->parts[0]->careful = true;
        // A deferred foreign key speaks at the commit and does not say whose row it was: look before each
        // insert.
        else if (!w->probe && strstr(err->text, "FOREIGN KEY constraint failed"))
            w->probe = true;
        else
            return false;
    }
}

bool sqlite_write(Target *base, WriteBatch *batch, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    arena_reset(t->scratch);
    BatchWork w = {.t = t, .batch = batch, .parts = arena_many(t->scratch, PartWriter *, batch->n_parts + 1)};
    for (size_t i = 0; i < batch->n_parts; i++) {
        if (!(w.parts[i] = sqlite_part(t, &batch->parts[i], err)))
            return false;
    }
    Batch head = {
        .step = batch->step,
        .first_key = batch->n ? batch->items[0].key : (Str){NULL, 0},
        .last_key = batch->last_key,
        .fingerprint = batch->fingerprint,
        .rows = (int64_t)batch->n,
        .last = batch->last,
    };
    w.head = &head;
    bool ok = write_as_needed(&w, &head, err);
    buf_free(&w.keys);
    if (!ok)
        return err_wrap(err, "%s", batch->step);
    err->kind = ERR_NONE; // refused rows left their words in it
    return true;
}
