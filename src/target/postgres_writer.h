// One batch on its way into PostgreSQL; what the files that write share.
//
// A batch is one transaction: rows, mappings, journal, refused rows, checkpoint. It is tried in ways that
// cost more and find out more:
//
//   WAY_BOLD      new rows by COPY straight into their tables
//   WAY_CAREFUL   all rows by COPY into temporary tables; the server is asked which of them a constraint
//                 would refuse, the others go in by INSERT ... SELECT
//   WAY_HALVING   the same, in groups under savepoints; a group that fails is cut until the guilty row is
//   alone
//
// The next batch begins the way this one needed. Rows written under a savepoint have another xmin than
// mudanza.batches.xid: their digests tell whether they were changed.
//
// A staged row is one in such a temporary table: "mudanza.row" is its number in its part of the batch,
// "mudanza.op" how it is to be written.
#ifndef TARGET_POSTGRES_WRITER_H
#define TARGET_POSTGRES_WRITER_H

#include "target/target_postgres.h"

typedef enum { WAY_BOLD, WAY_CAREFUL, WAY_HALVING } Way;

// new: inserted; change: updated when it is there, inserted when not; absent: inserted when it is not there.
typedef enum { OP_NEW = 'n', OP_CHANGE = 'c', OP_ABSENT = 'a' } RowOp;

// A CHECK over columns that the mapping fills.
typedef struct {
    const char *name, *condition;
} PgCheck;

// One mapping's part, kept from batch to batch.
typedef struct PgPart PgPart;
struct PgPart {
    const char *signature; // table and columns
    PgTable *live;
    size_t n, id;       // columns of the mapping; which of them identifies a row
    size_t *columns;    // their places in the table
    const bool *kept;   // of the mapping's columns; NULL: none
    const char *names;  // "a", "b"
    const char *sets;   // "a" = s."a", ... of those that are updated; "" without any
    const char *stored; // expressions that give the canonical text of every column of table t
    const char *image;  // expression that gives the image of a row of table t
    const char *stage;  // "pg_temp".mudanza_stage_a
    const char *make_stage;
    bool reads_back; // what is stored may differ from what is sent
    bool binary;     // all its columns have a binary form
    bool deferrable; // some of its constraints may speak late
    PgCheck *checks;
    size_t n_checks;
    bool has_checks; // they were looked up
    PgPart *next;
};

typedef struct {
    PgPart *parts;
    Way way;          // of the next batch
    const char *step; // that way was found for
    Buf bytes;        // what goes to the server
} PgWriter;

typedef enum { ITEM_NEW, ITEM_SAME, ITEM_CHANGED, ITEM_KEPT } ItemKind;

typedef struct {
    WriteItem *item;
    ItemKind kind;       // KEPT: a rollback left rows of it: what is missing is added, what is there stays
    bool absent;         // it was not in the source the last time
    bool stays;          // the target's version wins: nothing of it is written
    Str written, judged; // of a known one: digests of its main row when it was last written
    const struct PgRow *main; // NULL: it has none
} PgItem;

typedef struct PgRow {
    const Str *values; // of the mapping's columns
    size_t item;
    RowOp op;
    bool there;   // before the batch
    bool digests; // the two below are known
    Str *stored;  // canonical text of all its columns before the batch; there
    Str image;    // there
    unsigned char written[PG_WRITTEN_BYTES], judged[PG_WRITTEN_BYTES];
} PgRow;

// What was written last of a row of a part, by the journal.
typedef struct {
    int64_t table;
    Str id, key, written, judged;
    bool inserted; // as a row of a part
} PgPast;

// One transaction of a step, also for raw rows (postgres_write.c).
typedef struct {
    const char *step, *last_key, *fingerprint;
    int64_t entity, rows;
    Str first_key;
    bool last, raw;
    // what was found
    int64_t number;
    Str after, until; // the keys it answers for: behind after, not behind until
    bool known, warned;
} PgBatchHead;

typedef struct {
    PostgresTarget *t;
    PgWriter *writer;
    WriteBatch *batch;
    Way way;
    int64_t entity, main_table, number; // number: of the batch
    int64_t *tables;                    // of each part
    PgPart **parts;
    PgItem *items;
    PgRow **rows; // of each part, in the order of the items
    size_t *n_rows;
    const PgBatchHead *head;
    bool known;      // the ledger holds keys of this range
    bool warned;     // the step has refused rows on record
    bool *swallowed; // of each item: a trigger or a rule kept a row of it out
    bool swallows;   // such an item was found in this attempt
    bool as_text;    // a value has no binary form after all
    bool found;      // rows were refused that only the server could judge
    bool halved;     // some of them only by cutting groups
    int64_t *blocks; // of the tables before the batch (postgres_bulk_check.c)
    bool orphaned;   // a key that is off for a bulk load would have refused something
    const char *broken; // which one, in words, where that is known
    Str *vanished;   // keys on record that the source does not give any more
    size_t n_vanished;
    PgPast *past; // of the changed items, by table and id
    size_t n_past;
} PgBatch;

static inline PgWriter *postgres_writer(PostgresTarget *t)
{
    if (!t->writer)
        t->writer = arena_one(t->arena, PgWriter);
    return t->writer;
}

// postgres_part.c
PgPart *postgres_part(PostgresTarget *t, const WritePart *part, Err *err); // NULL: err says why

// postgres_copy.c: rows as lines of COPY's text format.
typedef struct {
    PostgresTarget *t;
    Buf *bytes; // sent when they are many
    Err *err;
    bool failed;
} PgCopy;
bool postgres_copy_begin(PgCopy *c, PostgresTarget *t, const char *sql, Err *err);
void postgres_copy_field(PgCopy *c, Str value);
void postgres_copy_end_line(PgCopy *c);
void postgres_copy_sent(PgCopy *c); // a line is complete: sends when they are many
bool postgres_copy_end(PgCopy *c); // the server's verdict

// postgres_binary.c: the same in its binary format. A line is its number of fields, the fields, then
// postgres_copy_sent.
bool postgres_binary_begin(PgCopy *c, PostgresTarget *t, const char *sql, Err *err);
void postgres_binary_line(PgCopy *c, size_t fields);
void postgres_binary_int(PgCopy *c, int64_t value, int bytes); // integers by their size, boolean
void postgres_binary_bytes(PgCopy *c, Str bytes);              // text, bytea
bool postgres_has_binary(const PgTable *live, size_t column);  // values of the column can be written so
// A value in its canonical form; false: it is none, and has to be sent as text.
bool postgres_binary_value(PgCopy *c, const PgTable *live, size_t column, Str value);
bool postgres_binary_end(PgCopy *c);

// A parameter for an array: {"a",NULL,"b"}.
void postgres_list(Buf *list, Str text);
void postgres_list_bytes(Buf *list, Str bytes); // of bytea
void postgres_list_number(Buf *list, int64_t n);
Str postgres_list_end(Buf *list); // closes it

// postgres_sort.c: which items are new, changed, the same; what the client itself refuses.
bool postgres_sort_items(PgBatch *b, Err *err);
void postgres_refuse(PgBatch *b, size_t item, const char *code, const char *detail);
static inline bool postgres_is_out(const PgItem *it)
{
    return it->kind == ITEM_SAME || it->stays || it->item->outcome == ROW_REJECTED;
}
void postgres_build_rows(PgBatch *b);

// postgres_stage.c
bool postgres_needs_stage(const PgBatch *b, size_t part);
bool postgres_stage(PgBatch *b, Err *err);   // fills the temporary tables
bool postgres_unstage(PgBatch *b, Err *err); // takes rows of items that are out from them
// Rows that are there already, from the table; locked: nobody else may change them before the commit.
bool postgres_look_stored(PgBatch *b, bool locked, Err *err);

// postgres_conflict.c
void postgres_conflicts(PgBatch *b); // needs the stored rows

// postgres_judge.c: unique keys, foreign keys and checks, asked of the server.
bool postgres_judge(PgBatch *b, Err *err);
bool postgres_read_checks(PostgresTarget *t, PgPart *p, Err *err);

// postgres_put.c
bool postgres_put(PgBatch *b, Err *err); // rows of all parts, the batch's way
// The staged rows of a part from `first` up to, not including, `end`. counted: mudanza_place says how far the
// server came with them: the number behind the last row it took up.
bool postgres_put_staged(PgBatch *b, size_t part, size_t first, size_t end, bool counted, Err *err);
bool postgres_halve(PgBatch *b, Err *err); // postgres_halve.c

// postgres_bulk_check.c: keys that are off. false, with orphaned set: rows would miss their parents.
bool postgres_bulk_before(PgBatch *b, Err *err); // the bold way
bool postgres_bulk_after(PgBatch *b, Err *err);
bool postgres_bulk_group(PgBatch *b, size_t part, size_t first, size_t end, Err *err); // staged rows, written

// postgres_refusal.c: why a row is refused, in words without values.
const char *postgres_unique_words(Arena *a, const PgTable *live, const PgUnique *u, Str in_the_way);
const char *postgres_foreign_words(Arena *a, const PgTable *live, const PgForeignKey *f);
// By what pg_trouble says. part: whose rows were written.
const char *postgres_refusal(PgBatch *b, size_t part, const char **detail);

// postgres_digests.c: of the rows as they stand now.
bool postgres_digests(PgBatch *b, Err *err);
void postgres_judged(PostgresTarget *t, const PgPart *p, const Str *values,
                     unsigned char out[PG_WRITTEN_BYTES]);
static inline bool postgres_is_written(const PgBatch *b, const PgRow *row)
{
    return !postgres_is_out(&b->items[row->item]) && !(row->op == OP_ABSENT && row->there);
}

// postgres_note.c, postgres_mappings.c, postgres_parts.c: what the ledger keeps of it.
bool postgres_mappings(PgBatch *b, Err *err);
bool postgres_note_journal(PgBatch *b, Err *err);
bool postgres_note_refused(PgBatch *b, Err *err);
bool postgres_note_vanished(PgBatch *b, Err *err);
bool postgres_read_past(PgBatch *b, Err *err); // needs the items alone
bool postgres_note_parts(PgBatch *b, Err *err);
const PgPast *postgres_past(const PgBatch *b, int64_t table, Str id);

typedef struct {
    int64_t batch, table; // table 0: none
    const char *operation;
    Buf *ids, *keys, *before, *written, *judged; // lists; NULL: none
} PgJournal;
bool postgres_journal(PostgresTarget *t, const PgJournal *line, Err *err);

// postgres_batch.c
Str postgres_until(bool last, const char *last_key); // the last batch answers for all that are left
bool postgres_batch_begin(PostgresTarget *t, PgBatchHead *head, Err *err);
bool postgres_batch_end(PostgresTarget *t, const PgBatchHead *head, Err *err); // checkpoint and commit

#endif
