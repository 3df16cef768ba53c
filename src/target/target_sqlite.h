// What the files of the SQLite target share; nobody else includes it.
#ifndef TARGET_TARGET_SQLITE_H
#define TARGET_TARGET_SQLITE_H

#include "base/compress.h"
#include "base/digest.h"
#include "db/lite.h"
#include "target/target.h"

// A single-column foreign key: to say which one refused a row.
typedef struct {
    const char *column, *table, *to;
    LiteStmt *probe; // is the parent there? prepared when first needed
} LiveKey;

typedef struct LiveTable LiveTable;
struct LiveTable {
    Table table; // first: what the engine sees
    LiveKey *keys;
    size_t n_keys;
    LiveTable *next;
};

// Of the running batch: ids of the rows and the keys they hang on, and what the changed ones were before.
enum { INSERTED, INSERTED_KEYS, UPDATED, UPDATED_KEYS, IMAGES, PART_LISTS };

// The statements of one mapping's part, kept from batch to batch, and what the running batch did.
typedef struct PartWriter PartWriter;
struct PartWriter {
    const char *signature; // table and columns
    LiveTable *live;
    const Column **columns;
    bool *kept;       // columns that an update leaves alone
    int own;          // of the columns of stored: so many, the id among them, are not the application's
    int64_t table_id; // sqlite_conflict.c; 0 until gathered
    bool gathered;    // what was written last
    size_t n, id;
    LiteStmt *insert, *update, *before, *stored;
    const char *all_columns; // of the table: JSON list, the one that identifies a row first
    bool careful;            // each item of several rows in a savepoint: asked of the main part's writer
    Str key; // of the running item; without value for the main part, whose rows the mappings name
    Buf lists[PART_LISTS];    // JSON lists without their closing bracket
    size_t marks[PART_LISTS]; // their lengths when the running item began
    PartWriter *next;
};

// Statements over the control tables; their texts are in sqlite_statements.c.
typedef enum {
    LEDGER_FIND_MAPPING,
    LEDGER_ADD_MAPPING,
    LEDGER_CHANGE_MAPPING,
    LEDGER_DROP_MAPPING,
    LEDGER_MAPPINGS_BETWEEN,
    LEDGER_PRESENT_MAPPINGS,
    LEDGER_MARK_MAPPING,
    LEDGER_ADD_WARNING,
    LEDGER_DROP_WARNING,
    LEDGER_STEP_WARNINGS,
    LEDGER_WRITTEN,
    LEDGER_NEXT_BATCH,
    LEDGER_JOURNAL,
    LEDGER_KEEP_MAPPING,
    LEDGER_ADD_CHECKPOINT,
    LEDGER_PROGRESS,
    LEDGER_NEWEST_CHECKPOINT,
    LEDGER_FORGET_CHECKPOINTS,
    LEDGER_FORGET_WARNINGS,
    LEDGER_FIND_RAW,
    LEDGER_ADD_RAW,
    LEDGER_KEEP_RAW,
    LEDGER_CHANGE_RAW,
    LEDGER_RAW_BETWEEN,
    LEDGER_PRESENT_RAW,
    LEDGER_MARK_RAW,
    LEDGER_COUNTS,
    LEDGER_RAW_COUNTS,
    LEDGER_ABSENT,
    LEDGER_PART_LINES,
    LEDGER_PART_IS_ABSENT,
    LEDGER_PART_IS_BACK,
    LEDGER_RAW_ENTITIES,
    LEDGER_REJECTED,
    LEDGER_REJECTS,
    LEDGER_SAVEPOINT,
    LEDGER_RELEASE,
    LEDGER_ROLL_BACK,
    LEDGER_STATEMENTS
} LedgerStatement;

enum { LEDGER_VERSION = 5, UNDOABLE_VERSION = 2 };            // undoable: the first that notes enough
extern const char ledger_schema[];                            // of all control tables, as version 1 had them
extern const char *const ledger_upgrades[LEDGER_VERSION - 1]; // from version 1 to 2, and so on
extern const char ledger_as_new[]; // for a reader of an older one: views of the tables as they are now
const char *ledger_sql(LedgerStatement which);

typedef struct {
    Target base; // first: what the engine sees
    Lite *db;
    Arena *arena;   // the caller's: lives longer than the target
    Arena *scratch; // of the running batch
    bool read_only, has_ledger;
    int64_t version;    // of the ledger; below LEDGER_VERSION: in a target we may only read
    int64_t scope, job; // 0: not known yet; ids in the ledger count from 1
    LiveTable *tables;
    PartWriter *writers;
    LiteStmt *ledger[LEDGER_STATEMENTS];
    Deflate *deflate; // for raw rows; made with the first
    Sha256 *digest;   // of stored rows; made with the first
    Buf row;          // the row that is being digested
} SqliteTarget;

static inline SqliteTarget *sqlite_of(Target *t)
{
    return (SqliteTarget *)t;
}

// Catalogue. NULL with ERR_NONE when there is no such table.
LiveTable *sqlite_live(SqliteTarget *t, const char *name, Err *err);
const Table *sqlite_table(Target *base, const char *name, Err *err);
bool sqlite_table_same(Target *base, const char *name, bool *same, Err *err);
bool sqlite_schema_hash(Target *base, char out[65], Err *err);
const Column *sqlite_column(const LiveTable *live, const char *name); // NULL: unknown

// Ledger.
LiteStmt *sqlite_ledger(SqliteTarget *t, LedgerStatement which, Err *err);
// The small number of a name in mudanza_entities or mudanza_tables; 0 when it has none and may not get one.
bool sqlite_name_id(SqliteTarget *t, const char *lookup, const char *name, bool make, int64_t *id, Err *err);
bool sqlite_prepare(Target *base, TargetScope scope, Err *err);
bool sqlite_bring_up_to_date(SqliteTarget *t, Err *err); // an older ledger, in one transaction
bool sqlite_job_begin(Target *base, int64_t *job, const char *label, Err *err);
bool sqlite_job_open(Target *base, const Str about[JOB_FIELDS], int64_t *job, Err *err); // sqlite_jobs.c
bool sqlite_job_seen(Target *base, Arena *a, int64_t job, JobSeen *out, Err *err);
bool sqlite_job_move(Target *base, int64_t job, JobState to, const char *error, int64_t processed, int64_t moves,
                     Err *err);
bool sqlite_job_add(SqliteTarget *t, int64_t *job, const char *label, bool rollback, Err *err);
bool sqlite_job_owned(SqliteTarget *t, int64_t job, bool *there, Err *err); // ERR_TARGET: by another scope
bool sqlite_checkpoint(Target *base, Arena *a, const char *step, const char **last_key,
                       const char **fingerprint, bool *complete, Err *err);
bool sqlite_restart(Target *base, const char *step, Err *err);
bool sqlite_counts(Target *base, const char *entity, TargetCounts *out, Err *err);
bool sqlite_raw_counts(Target *base, const char *entity, TargetCounts *out, Err *err);
bool sqlite_rejects(Target *base, const char *entity,
                    bool (*each)(void *arg, const TargetReject *r, Err *err), void *arg, Err *err);

// One transaction of a step: begin, body, checkpoint, commit. Nothing of it stays when any of them fails.
typedef struct {
    const char *step;
    Str first_key;
    const char *last_key, *fingerprint;
    int64_t rows;
    bool last;
} Batch;
bool sqlite_transaction(SqliteTarget *t, const Batch *batch, bool (*body)(void *arg, Err *err), void *arg,
                        Err *err);

// The keys a batch answers for: all behind the checkpoint before it, up to its own; the last batch of a step
// answers for all that are left. What is on record there and not in the batch, the source does not give any
// more: its rows stay in the target, and its line in the ledger is marked as absent until it is there again
// (sqlite_absent.c).
typedef struct {
    Str after, last; // last without value: no end
} KeyRange;
bool sqlite_range(SqliteTarget *t, const Batch *head, KeyRange *out, Err *err);
bool sqlite_any_known(SqliteTarget *t, LedgerStatement which, int64_t entity, KeyRange range, bool *found,
                      Err *err);
typedef struct {
    LedgerStatement select, mark;
    const char *step, *operation; // for the journal
    int64_t entity, batch;
    KeyRange range;
    const Str *present; // the batch's keys in their order
    size_t n;
} Absence;
bool sqlite_mark_absent(SqliteTarget *t, const Absence *a, int64_t *marked, Err *err);
// job 0: it is there again.
bool sqlite_mark(SqliteTarget *t, LedgerStatement mark, int64_t entity, Str key, int64_t job, Err *err);
bool sqlite_absent(Target *base, const char *entity,
                   bool (*each)(void *arg, const TargetAbsent *row, Err *err), void *arg, Err *err);
int sqlite_key_order(Str a, Str b); // bytewise
// Of the range, each key on record that is not among the n ones, which are in order.
bool sqlite_each_missing(SqliteTarget *t, LedgerStatement select, int64_t entity, KeyRange range,
                         const Str *present, size_t n, bool (*each)(void *arg, Str key, Err *err), void *arg,
                         Err *err);
bool sqlite_raw_entities(Target *base, Arena *a, const char ***names, size_t *n, Err *err);

// One batch of mapped rows on its way in.
typedef struct {
    SqliteTarget *t;
    WriteBatch *batch;
    const Batch *head;
    PartWriter **parts;
    int64_t entity, main_table, number; // number: of the batch in the journal
    Buf keys;                           // JSON list of those whose mapping was made or changed
    size_t keys_mark;
    const WriteItem **changed; // those on record that were written anew, in the order of their keys
    size_t n_changed;
    bool known;    // the ledger holds keys of this range
    bool warned;   // the step has refused rows on record
    bool half_way; // an item was refused when some of its rows were written, and there was no savepoint
    bool probe;    // parents are looked up before each insert: a deferred foreign key broke the commit
} BatchWork;
// What the ledger knows of an item.
typedef struct {
    bool found, same;
    bool absent; // it was not in the source the last time
    bool kept;   // a rollback left rows of it: what is missing is added, what is there stays as it is
} Known;
// What is to become of the item, without trying the constraints: its outcome and code. conflict: the table of
// the row that is in the way; NULL: none.
bool sqlite_judge(BatchWork *w, WriteItem *item, Known *known, const char **conflict,
                  Err *err); // sqlite_item.c
bool sqlite_write_item(BatchWork *w, WriteItem *item, Err *err);
bool sqlite_mark_parts(BatchWork *w, Err *err); // sqlite_parts.c
// The table of the first row of a changed item that is not as it was written last; NULL: there is none.
bool sqlite_conflict(BatchWork *w, const WriteItem *item, const char **table, Err *err); // sqlite_conflict.c

// Adds a line to the journal and closes the lists it is given; a list without elements adds nothing.
typedef struct {
    const char *step, *operation; // insert, update, mapping, raw, absent, raw_absent
    int64_t batch, entity, table; // table 0: none
    Buf *ids, *keys, *before;     // may be NULL
    const char *columns;
    Str written, ours; // ours: without the columns of the application; no value where there are none
} JournalLine;
bool sqlite_next_batch(SqliteTarget *t, int64_t *number, Err *err);
bool sqlite_journal(SqliteTarget *t, const JournalLine *line, Err *err);
void sqlite_list(Buf *list, Str text); // one more element of a JSON list
// Digests of rows as stored (sqlite_written.c): 16 bytes each, in the order of ids, a closed JSON list.
enum { WRITTEN_BYTES = 16 };
// ours: the same without the columns of the application; empty where the table has none.
bool sqlite_written(SqliteTarget *t, PartWriter *w, Str ids, Buf *out, Buf *ours, Err *err);
// Of the columns from `first` up to `end` of the row the statement stands on.
void sqlite_row_digest(SqliteTarget *t, LiteStmt *s, int first, int end, unsigned char out[WRITTEN_BYTES]);

// Writing and reading.
bool sqlite_write(Target *base, WriteBatch *batch, Err *err);
bool sqlite_look(Target *base, WriteBatch *batch, const char *after, Err *err); // sqlite_look.c
bool sqlite_write_raw(Target *base, const char *step, const char *entity, const RawRow *rows, size_t n,
                      const char *last_key, bool last, const char *fingerprint, int64_t *changed, Err *err);
bool sqlite_read(Target *base, const char *table, const char *const *columns, size_t n, bool without_ours,
                 const char *id_column, const char *after_id, int64_t limit,
                 bool (*row)(void *arg, const Str *values, Err *err), void *arg, Err *err);

// A value in its column's canonical form, in out or where SQLite holds it. What people stored in another
// shape than the column's stays as it is.
Str sqlite_canonical(const Column *c, LiteStmt *s, int i, Buf *out);

bool sqlite_raise(Target *base, const TargetCounter *c, bool *raised, Err *err); // sqlite_counters.c

// Looking at one row (sqlite_trace.c).
bool sqlite_trace(Target *base, Arena *a, const char *entity, Str key, TargetTrace *out, Err *err);
bool sqlite_traces(Target *base, Arena *a, const char *entity, const Str *keys, size_t n, TargetTrace *out,
                   Err *err);
bool sqlite_keys_of(Target *base, const char *entity, const char *id, int64_t limit,
                    bool (*each)(void *arg, Str key, Err *err), void *arg, Err *err);
bool sqlite_orphans(Target *base, Arena *a, const char *table, int64_t *keys, TargetOrphans **out, size_t *n,
                    Err *err);
bool sqlite_files(Target *base, bool make, bool *there, Err *err); // sqlite_files.c
bool sqlite_keep_report(Target *base, Str content, Err *err);
bool sqlite_find(Target *base, const char *table, const char *const *columns, const Str *values, size_t n,
                 int64_t limit, bool (*row)(void *arg, const Str *values, Err *err), void *arg, Err *err);

// The rows of one part (sqlite_rows.c). REFUSED: by a constraint; err holds SQLite's words.
typedef enum { PUT_DONE, PUT_REFUSED, PUT_FAILED } Put;
PartWriter *sqlite_part(SqliteTarget *t, const WritePart *part, Err *err); // NULL: err says why
Put sqlite_insert(SqliteTarget *t, PartWriter *w, const WriteRow *row, Err *err);
Put sqlite_insert_absent(SqliteTarget *t, PartWriter *w, const WriteRow *row, Err *err);
Put sqlite_insert_or_update(SqliteTarget *t, PartWriter *w, const WriteRow *row, Err *err);
// The first foreign key whose parent is missing, as "table.column -> parent.column"; NULL: none.
const char *sqlite_orphan(SqliteTarget *t, PartWriter *w, const WriteRow *row, Err *err);
void sqlite_part_free(PartWriter *w);
void sqlite_quote(Buf *sql, const char *name); // as an identifier

#endif
