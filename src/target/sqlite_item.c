#include "target/target_sqlite.h"

#include <string.h>

static void bind_key(const BatchWork *w, LiteStmt *s, const WriteItem *item)
{
    lite_bind_int(s, 0, w->t->scope);
    lite_bind_int(s, 1, w->entity);
    lite_bind_text(s, 2, item->key);
}

static bool find_mapping(const BatchWork *w, const WriteItem *item, Known *out, Err *err)
{
    *out = (Known){0};
    if (!w->known)
        return true;
    LiteStmt *s = sqlite_ledger(w->t, LEDGER_FIND_MAPPING, err);
    if (!s)
        return false;
    bind_key(w, s, item);
    LiteStep step = lite_step(s, err);
    if (step == LITE_ROW) {
        bool linked = lite_int(s, 1) != 0;
        out->found = true;
        out->absent = lite_type(s, 3) != LITE_NULL;
        out->kept = lite_type(s, 0) == LITE_BLOB && !lite_blob(s, 0).len;
        out->same = str_eq(lite_blob(s, 0), item->hash) && linked == (item->link.at != NULL) &&
                    (!linked || str_eq(lite_text(s, 2), item->link));
    }
    lite_reset(s);
    return step == LITE_ROW || step == LITE_DONE;
}

static Str target_id(const BatchWork *w, const WriteItem *item)
{
    if (item->link.at)
        return item->link;
    for (size_t i = 0; i < item->n_rows; i++) {
        if (item->parts[i] == 0)
            return item->rows[i].values[w->parts[0]->id];
    }
    return (Str){NULL, 0};
}

static bool keep_image(const BatchWork *w, const WriteItem *item, Err *err)
{
    LiteStmt *s = sqlite_ledger(w->t, LEDGER_KEEP_MAPPING, err);
    if (!s)
        return false;
    bind_key(w, s, item);
    lite_bind_int(s, 3, w->number);
    return lite_run(s, err);
}

static Put put_mapping(const BatchWork *w, const WriteItem *item, bool known, Err *err)
{
    if (known && !keep_image(w, item, err))
        return PUT_FAILED;
    LiteStmt *s = sqlite_ledger(w->t, known ? LEDGER_CHANGE_MAPPING : LEDGER_ADD_MAPPING, err);
    if (!s)
        return PUT_FAILED;
    bind_key(w, s, item);
    if (w->main_table)
        lite_bind_int(s, 3, w->main_table);
    else
        lite_bind_null(s, 3);
    lite_bind_text(s, 4, target_id(w, item));
    lite_bind_int(s, 5, item->link.at != NULL);
    lite_bind_blob(s, 6, item->hash);
    lite_bind_int(s, 7, w->t->job);
    LiteStep step = lite_step(s, err);
    lite_reset(s);
    return step == LITE_CONSTRAINT ? PUT_REFUSED : step == LITE_FAILED ? PUT_FAILED : PUT_DONE;
}

// It is in the source again, as it was.
static bool return_mapping(BatchWork *w, const WriteItem *item, Err *err)
{
    sqlite_list(&w->keys, item->key);
    w->batch->marked++;
    return keep_image(w, item, err) && sqlite_mark(w->t, LEDGER_MARK_MAPPING, w->entity, item->key, 0, err);
}

// SQLite's words for a refused row name the constraint and its columns, never a value.
static void refuse(const BatchWork *w, WriteItem *item, PartWriter *part, const WriteRow *row,
                   const char *words)
{
    static const struct {
        const char *start, *code;
    } codes[] = {
        {"UNIQUE ", "target.unique"},
        {"FOREIGN KEY ", "target.foreign_key"},
        {"NOT NULL ", "target.not_null"},
        {"CHECK ", "target.check"},
    };
    item->outcome = ROW_REJECTED;
    item->code = "target.check"; // types of a STRICT table, RAISE in a trigger
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        if (strncmp(words, codes[i].start, strlen(codes[i].start)) == 0)
            item->code = codes[i].code;
    }
    Err ignored;
    const char *orphan =
        strncmp(words, "FOREIGN KEY ", 12) == 0 && row ? sqlite_orphan(w->t, part, row, &ignored) : NULL;
    const char *table = part ? part->live->table.name : "";
    if (orphan)
        item->detail = arena_text(w->t->scratch, "%s: %s", words, orphan);
    else if (part && !strstr(words, table))
        item->detail = arena_text(w->t->scratch, "%s: %s", table, words);
    else
        item->detail = arena_text(w->t->scratch, "%s", words);
}

static Put put_row(const BatchWork *w, const WriteItem *item, const Known *known, PartWriter *part,
                   const WriteRow *row, Err *err)
{
    if (w->probe && sqlite_orphan(w->t, part, row, err)) {
        err_set(err, ERR_TARGET, "FOREIGN KEY constraint failed");
        return PUT_REFUSED;
    }
    if (known->found && !known->kept)
        return sqlite_insert_or_update(w->t, part, row, err);
    return item->link.at || known->kept ? sqlite_insert_absent(w->t, part, row, err)
                                        : sqlite_insert(w->t, part, row, err);
}

// The mapping goes first: a key that comes twice is then refused before any row of it is there.
static Put put_item(BatchWork *w, WriteItem *item, const Known *known, bool *mapped, Err *err)
{
    Put done = put_mapping(w, item, known->found, err);
    *mapped = done == PUT_DONE;
    if (done == PUT_REFUSED)
        refuse(w, item, NULL, NULL, err->text);
    else if (done == PUT_DONE)
        sqlite_list(&w->keys, item->key);
    for (size_t i = 0; done == PUT_DONE && i < item->n_rows; i++) {
        PartWriter *part = w->parts[item->parts[i]];
        part->key = item->parts[i] ? item->key : (Str){NULL, 0};
        done = put_row(w, item, known, part, &item->rows[i], err);
        if (done == PUT_REFUSED)
            refuse(w, item, part, &item->rows[i], err->text);
    }
    return done;
}

static bool run(const BatchWork *w, LedgerStatement which, Err *err)
{
    LiteStmt *s = sqlite_ledger(w->t, which, err);
    return s && lite_run(s, err);
}

static void mark(BatchWork *w)
{
    w->keys_mark = w->keys.len;
    for (size_t i = 0; i < w->batch->n_parts; i++)
        for (size_t k = 0; k < PART_LISTS; k++)
            w->parts[i]->marks[k] = w->parts[i]->lists[k].len;
}

// Takes back what a refused item wrote before it was refused.
static bool undo(BatchWork *w, const WriteItem *item, bool saved, bool mapped, Err *err)
{
    w->keys.len = w->keys_mark;
    for (size_t i = 0; i < w->batch->n_parts; i++)
        for (size_t k = 0; k < PART_LISTS; k++)
            w->parts[i]->lists[k].len = w->parts[i]->marks[k];
    if (saved)
        return run(w, LEDGER_ROLL_BACK, err);
    if (!mapped)
        return true; // a key that came twice keeps the mapping of the first
    LiteStmt *s = sqlite_ledger(w->t, LEDGER_DROP_MAPPING, err); // all there is of an item of one row
    if (!s)
        return false;
    bind_key(w, s, item);
    return lite_run(s, err);
}

// noted: refused, or kept as the target has it. anew: the row is written, whatever was noted of it is over.
static bool note_warning(const BatchWork *w, const WriteItem *item, bool noted, bool anew, Err *err)
{
    if (!noted && !w->warned)
        return true;
    LiteStmt *s = sqlite_ledger(w->t, noted ? LEDGER_ADD_WARNING : LEDGER_DROP_WARNING, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, w->t->scope);
    lite_bind_text(s, 1, str_of(w->batch->step));
    lite_bind_text(s, 2, item->key);
    lite_bind_int(s, 3, anew);
    if (noted) {
        lite_bind_int(s, 3, w->entity);
        lite_bind_text(s, 4, str_of(item->code));
        lite_bind_text(s, 5, str_of(item->detail));
        lite_bind_int(s, 6, w->t->job);
    }
    return lite_run(s, err);
}

// The row stays as it is: refused until somebody decides, or for good, with what the source says now on
// record.
static bool keep_as_it_is(BatchWork *w, WriteItem *item, Err *err)
{
    if (item->outcome == ROW_UNCHANGED) {
        if (put_mapping(w, item, true, err) != PUT_DONE)
            return false;
        sqlite_list(&w->keys, item->key);
    }
    return note_warning(w, item, true, false, err);
}

bool sqlite_judge(BatchWork *w, WriteItem *item, Known *known, const char **conflict, Err *err)
{
    *conflict = NULL;
    item->code = item->detail = NULL;
    if (!find_mapping(w, item, known, err))
        return false;
    item->outcome = item->link.at  ? ROW_LINKED
                    : known->same  ? ROW_UNCHANGED
                    : known->found ? ROW_UPDATED
                                   : ROW_NEW;
    if (item->outcome != ROW_UPDATED || (known->kept && !w->batch->doubt) ||
        w->batch->conflicts == CONFLICT_SOURCE_WINS)
        return true;
    if (!sqlite_conflict(w, item, conflict, err))
        return false;
    if (!*conflict)
        return true;
    bool ask = w->batch->conflicts == CONFLICT_ASK;
    item->outcome = ask ? ROW_REJECTED : ROW_UNCHANGED;
    item->code = ask ? "target.conflict" : "target.kept";
    item->detail = *conflict;
    return true;
}

bool sqlite_write_item(BatchWork *w, WriteItem *item, Err *err)
{
    Known known;
    const char *conflict;
    if (!sqlite_judge(w, item, &known, &conflict, err))
        return false;
    if (known.same)
        return (!known.absent || return_mapping(w, item, err)) && note_warning(w, item, false, false, err);
    if (conflict)
        return keep_as_it_is(w, item, err);
    // A savepoint copies every page the item touches: batches do without until one refuses an item half way.
    bool several = known.found || item->n_rows > 1, saved = several && w->parts[0] && w->parts[0]->careful;
    mark(w);
    if (saved && !run(w, LEDGER_SAVEPOINT, err))
        return false;
    bool mapped;
    Put done = put_item(w, item, &known, &mapped, err);
    if (done == PUT_REFUSED && mapped && several && !saved) {
        w->half_way = true;
        return false;
    }
    if (done == PUT_FAILED || (done == PUT_REFUSED && !undo(w, item, saved, mapped, err)))
        return false;
    if (saved && !run(w, LEDGER_RELEASE, err))
        return false;
    if (done == PUT_DONE && known.found && w->batch->n_parts > 1)
        w->changed[w->n_changed++] = item;
    return note_warning(w, item, done == PUT_REFUSED, true, err);
}
