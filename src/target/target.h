// Where rows go. One table of functions per kind of database; the engine only sees this.
//
// A value is text in one canonical form per column kind (see ColumnKind), the same in out_* tables, on
// the way to the target and when it is read back. A batch, its checkpoint, its mappings and its journal
// are one transaction.
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include "base/date.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/str.h"
#include "target/finding_state.h"

typedef enum {
    COLUMN_TEXT,    // as it is; length counts code points
    COLUMN_UUID,    // 36 lower-case characters
    COLUMN_BOOL,    // 0 or 1
    COLUMN_INT,     // digits
    COLUMN_DECIMAL, // exactly scale decimals
    COLUMN_DOUBLE,  // shortest text that reads back as the same number
    COLUMN_DATE,    // YYYY-MM-DD
    COLUMN_INSTANT, // YYYY-MM-DD HH:MM:SS[.ffffff]+00:00
    COLUMN_JSON,    // as json_canonical() writes it
} ColumnKind;

typedef struct {
    const char *name;
    ColumnKind kind;
    int length;           // varchar(n); 0: no limit. Of COLUMN_INT: its bytes, 2, 4 or 8
    int precision, scale; // COLUMN_DECIMAL
    int dropped;          // COLUMN_INSTANT: of the six decimals of a second, those it does not keep
    bool single, padded;  // COLUMN_DOUBLE of four bytes; COLUMN_TEXT whose blanks at the end do not count
    bool not_null, has_default, primary_key;
    const char *refers;       // table of a single-column foreign key, or NULL
    const char *const *words; // values of an enumeration type, NULL-ended; or NULL
    const char *refused;      // name of a type that cannot be written; NULL: it can
    bool numbered, computed;  // by the database: when nothing is given; always, and nothing may be given
} Column;

typedef struct {
    const char *name;
    Column *columns;
    size_t n;
    const char **parents; // tables its foreign keys of any width lead to, NULL-ended; NULL: see Column.refers
} Table;

typedef struct Target Target;

// What identifies this clinic's rows in the ledger.
typedef struct {
    const char *clinic_id;
    const char *source_system; // NULL, of a target that is only read: the only one the clinic has
} TargetScope;

// One row for one table.
typedef struct {
    const Str *values; // one per column of its WritePart, in that order
} WriteRow;

// A mapping's table and the columns it fills. part 0 is the main one; the others hang on its rows.
typedef struct {
    const char *name; // the mapping: patient, professional.membership
    const char *table;
    const char *const *columns;
    size_t n_columns; // 0: the mapping only links
    size_t id;        // index of the column that identifies the row in its table
    const bool *kept; // columns the application owns: written once, never over; NULL: none
} WritePart;

typedef struct {
    Str key;              // canonical uuid of the source row
    Str hash;             // of the main row and its parts
    Str link;             // with value: the row stands for this existing id; nothing is inserted in part 0
    const WriteRow *rows; // part 0's row (absent when link has a value), then those of the other parts
    const int *parts;     // to which part each belongs
    size_t n_rows;
    // result
    enum { ROW_NEW, ROW_UPDATED, ROW_UNCHANGED, ROW_LINKED, ROW_REJECTED } outcome;
    const char *code;   // ROW_REJECTED: target.unique, target.foreign_key, target.check, target.not_null,
                        // target.conflict, target.refused
    const char *detail; // constraint and columns, never values; valid until the next write
} WriteItem;

// What to do with a row that was changed both in the source and, since it was written, in the target: refuse
// the new version (code target.conflict), write it over, or leave the target's for good (it counts as
// unchanged, and is among the rejects with the code target.kept).
typedef enum { CONFLICT_ASK, CONFLICT_SOURCE_WINS, CONFLICT_TARGET_WINS } ConflictPolicy;

typedef struct {
    const char *step; // patient/insert
    const char *entity;
    const WritePart *parts;
    size_t n_parts;
    WriteItem *items;
    size_t n;
    const char *last_key; // the checkpoint: everything up to and including it is done
    bool last;            // the step's last batch: the checkpoint also stores fingerprint
    const char *fingerprint;
    ConflictPolicy conflicts;
    bool doubt; // look: a row of which it is not known how it was written counts as changed
    bool some; // not all the source gives: what it passes over may still be there
    // result: rows on record that the source does not give any more, or gives again
    int64_t marked;
} WriteBatch;

typedef struct {
    Str key, source_id, payload, raw_source_data;
} RawRow;

typedef struct {
    int64_t inserted, updated, unchanged, linked, rejected; // of one entity, by the ledger, as seen by a job
    int64_t absent; // on record and not given by the source any more: in none of the others
} TargetCounts;

typedef struct {
    Str key, code, detail;
} TargetReject;

// A batch that made or changed what the ledger has of a source row.
typedef struct {
    int64_t job, batch;     // batch: its number in the journal
    const char *started_at; // of the job
    bool undone;            // taken back since
} TargetTouch;

// What a target knows of one source row.
typedef struct {
    bool mapped, raw;                     // stands behind rows of tables; is kept raw
    bool linked;                          // mapped to a row that was there
    bool absent;                          // the source did not give it the last time
    const char *table, *id;               // of the main row; table NULL: not noted
    Str hash;                             // of what the mappings had made of it when it was written
    int64_t made_by, changed_by, seen_by; // jobs; 0: none. seen_by: passed it last, whether or not it wrote
    const char *code, *detail;            // of its refusal; NULL: it was not refused
    int64_t refused_by;                   // job
    TargetTouch *touches;                 // oldest first
    size_t n_touches;
} TargetTrace;

// What is on record and not given any more: a source row, or rows that one made beside its own.
typedef struct {
    Str key;
    Str table; // of the rows of a part; without value: the row as a whole
} TargetAbsent;

// Undo: what jobs did is taken back, as long as nobody changed it or built upon it since. A row stays with
// everything it needs: the rows it refers to, and the record it is a part of.
typedef struct {
    const int64_t *jobs; // of one scope; a run and its resumes
    size_t n_jobs;
    const char *step;  // patient/insert: only what this step wrote; NULL: all
    int64_t marked_by; // the job that undoes, noted with what it undid (undo only)
} UndoWhat;

typedef struct {
    const char *table;
    int64_t removed, restored, kept;
} UndoTable;

typedef struct {
    const char *table;
    int64_t rows;
} UndoBuilt;

typedef struct {
    const char *table, *id;
    const char *reason;     // changed; built_upon; conflict: its earlier state does not fit what is there now
    const UndoBuilt *built; // built_upon: the rows that refer to it or are part of it, by their table
    size_t n_built;
} UndoKept;

typedef struct {
    const char *clinic_id; // whose rows they are
    UndoTable *tables;
    size_t n_tables;
    const UndoKept *kept; // by table and id
    size_t n_kept;
    int64_t links, raw;       // mappings that only link, rows kept raw
    int64_t rows;             // removed, restored and raw ones
    const char *const *steps; // that wrote something
    size_t n_steps;
    const int64_t *later; // jobs that wrote after these and have to be undone first
    size_t n_later;
    bool nothing; // is left to undo
} UndoPlan;

// Tells of each batch that was undone; false with err stops before the next.
typedef struct {
    bool (*undone)(void *arg, const char *step, int64_t rows, Err *err);
    void *arg;
} UndoWatch;

// Rows of a table whose foreign key leads to no row.
typedef struct {
    const char *table, *key, *parent; // key: the constraint, or its columns where it has no name
    int64_t rows, ours;               // ours: those of them that this tool inserted
} TargetOrphans;

// Bulk mode: keys and indexes of empty tables are taken off, noted in the ledger, for the time of their load, and
// made anew afterwards. Rows are refused as ever.
typedef struct {
    const char *entity, *table; // in the order in which they are written
    const char *const *columns; // that the mapping fills
    size_t n_columns;
    bool main;    // not a part of the entity's record
    int64_t rows; // to come, about
} BulkFill;

typedef struct {
    const BulkFill *fills;
    size_t n;
    bool always; // also for few rows, and beside others that are connected
} BulkWish;

typedef struct {
    const char *why_not; // words; NULL: it may be used
    bool refused;        // by what the tables hold or allow: also for who wants it always
    int64_t tables, keys, indexes;
    bool goes_on; // with a load that was cut short
} BulkLook;

// What is taken off at the moment, or put back and not checked yet.
typedef struct {
    const char *table, *name, *sql; // sql: puts it right
    bool missing;
} BulkOwed;

// A job as it stands in the ledger, for whoever looks there: a file on its way into the target, or what took
// such a job back. Only these moves are possible (job_may_move); the tables' own checks refuse half-states.
typedef enum {
    JOB_UPLOADED,   // the file was read
    JOB_VALIDATING, // the mappings are being evaluated
    JOB_VALIDATED,
    JOB_PREVIEWING, // somebody has been shown what would come of it
    JOB_EXECUTING,  // rows are being written
    JOB_COMPLETED,
    JOB_FAILED,     // error says why; so does one that was taken back
    JOB_STATES
} JobState;
extern const char *const job_state_words[JOB_STATES];
bool job_may_move(JobState from, JobState to);

// What is told of the file with a job, each a column of the table; no value: not known.
typedef enum {
    JOB_LABEL, // for people: clinic and run
    JOB_CREATED_BY,
    JOB_ORIGINAL_FILENAME,
    JOB_FILE_PATH,
    JOB_FILE_SIZE,
    JOB_SOURCE_ADAPTER_VERSION,
    JOB_EXPORTER_TOOL,
    JOB_EXPORTER_VERSION,
    JOB_FORMAT_VERSION,
    JOB_TENANT_LABEL,
    JOB_HASH_DECLARED,
    JOB_HASH_COMPUTED,
    JOB_TOTAL_ENTITIES, // source rows; always given
    JOB_EXECUTE_OPTIONS,
    JOB_FIELDS
} JobField;
extern const char *const job_fields[JOB_FIELDS];

typedef struct {
    int64_t job; // 0: there is none
    JobState state;
    bool rollback;     // it takes others back, and has no file
    bool executed;     // ever begun to
    int64_t moves;     // how often its state changed
    int64_t total, processed;
    const char *error, *hash; // of the content, computed; NULL: none
} JobSeen;
// Numbers of a row of the application that are to be at least this high, the first column counting most.
typedef struct {
    const char *step, *table; // step: patient/insert, on whose account it is
    Str id;
    const char *const *columns;
    const int64_t *values;
    size_t n;
} TargetCounter;

// Trouble that goes away by itself or with help: TRY_AGAIN at once or soon (deadlock, serialization, a lock
// held by others), LOST the connection, FULL until somebody makes room.
typedef enum { TROUBLE_NONE, TROUBLE_TRY_AGAIN, TROUBLE_LOST, TROUBLE_FULL } TargetTrouble;

// What an operator should know of a target before a run.
typedef struct {
    const char *name; // one word
    FindingState state;
    const char *text, *advice; // advice NULL: nothing to do
} TargetFinding;

// The tables a profile fills, and those it only reads.
typedef struct {
    const char **filled, **looked_up;
    size_t n_filled, n_looked_up;
} TargetTables;

typedef struct {
    const char *kind; // "sqlite", "postgres"
    // location: a path, or keywords for libpq. password: NULL or of a PostgreSQL role.
    Target *(*open)(Arena *a, const char *location, const Secret *password, bool read_only, Err *err);
    void (*close)(Target *t);
    // Says what it is at, to whoever looks after the server: "mudanza clinic run 43 patient/insert".
    void (*at_work)(Target *t, const char *words);
    // The clinic's rows are this session's to write as long as it is open; ERR_IN_USE: another worker, maybe of
    // another machine, holds them, and err says which.
    bool (*lock)(Target *t, const char *clinic_id, Err *err);
    // A session that writes beside the one that holds the lock, for the same worker: it may have a job begun and
    // write. Whoever gets the lock later ends it first. NULL: there can be no second one.
    bool (*beside)(Target *t, const char *clinic_id, Err *err);
    // The live table, or NULL with ERR_NONE when it does not exist. Belongs to the target.
    const Table *(*table)(Target *t, const char *name, Err *err);
    bool (*schema_hash)(Target *t, char out[65], Err *err); // of the tables read so far
    // Whether a table still is what table() found it to be: looks anew, and remembers nothing of it.
    bool (*table_same)(Target *t, const char *name, bool *same, Err *err);
    // Ledger. prepare makes or upgrades the control tables; job starts or continues one.
    bool (*prepare)(Target *t, TargetScope scope, Err *err);
    bool (*job_begin)(Target *t, int64_t *job, const char *label,
                      Err *err); // *job 0: a new one; else it goes on
    // One that is begun without having been opened takes others back; a batch counts its rows as processed.
    // job_open: the given one, 0: the newest of the scope unless it was ever executed; else a new one, uploaded.
    // job_seen: 0: the newest of the scope. job_move: ERR_INTERNAL for a move that cannot be; moves: only while
    // the state has changed so often (-1: in any case), else nothing happens; processed -1: as it is.
    bool (*job_open)(Target *t, const Str about[JOB_FIELDS], int64_t *job, Err *err);
    bool (*job_seen)(Target *t, Arena *a, int64_t job, JobSeen *out, Err *err);
    bool (*job_move)(Target *t, int64_t job, JobState to, const char *error, int64_t processed, int64_t moves,
                     Err *err);
    bool (*checkpoint)(
        Target *t, Arena *a, const char *step, const char **last_key, const char **fingerprint,
        bool *complete,
        Err *err); // of the newest one; NULLs when there is none. fingerprint of the run that wrote it
    bool (*restart)(Target *t, const char *step,
                    Err *err); // forgets the checkpoints and rejects of a step that runs anew
    // To be called before prepare: nothing of what is written from now on stays. A batch is refused as if it were
    // committed; all of them are gone when the target is closed.
    bool (*rehearse)(Target *t, Err *err);
    // Writes and commits. A row that is on record and has changed is a conflict when the target's is not what
    // was written last (the columns of WritePart.kept aside); ConflictPolicy says what then. Rows refused by
    // the database come back as ROW_REJECTED (kept in the ledger's warnings too); false only when the batch
    // as a whole could not be written: nothing of it is there. A step gives all its rows in the order of
    // their keys, bytewise. Those on record that it passes over are absent from now on: what was written for
    // them stays, they are counted apart, and the row that is given again is what it would have been.
    bool (*write)(Target *t, WriteBatch *batch, Err *err);
    // What write would do as things stand, without trying the constraints: outcome and code of each item, and
    // in marked the rows on record that it would find absent. after: the last key of the batch before, "" at
    // first. Nothing is written.
    bool (*look)(Target *t, WriteBatch *batch, const char *after, Err *err);
    // *changed: rows that were new, different, absent or there again.
    bool (*write_raw)(Target *t, const char *step, const char *entity, const RawRow *rows, size_t n,
                      const char *last_key, bool last, const char *fingerprint, int64_t *changed, Err *err);
    bool (*counts)(Target *t, const char *entity, TargetCounts *out, Err *err);     // mapped rows
    bool (*raw_counts)(Target *t, const char *entity, TargetCounts *out, Err *err); // raw rows
    bool (*rejects)(Target *t, const char *entity, bool (*each)(void *arg, const TargetReject *r, Err *err),
                    void *arg, Err *err);
    // Absent rows, mapped or raw, and then each table where parts of rows that are there are absent.
    bool (*absent)(Target *t, const char *entity, bool (*each)(void *arg, const TargetAbsent *row, Err *err),
                   void *arg, Err *err);
    bool (*raw_entities)(Target *t, Arena *a, const char ***names, size_t *n, Err *err); // that have raw rows
    // Reads rows as canonical text: the named columns, in the order of id_column (NULL: the primary key),
    // behind after_id unless that is NULL, at most limit of them (0: all). without_ours leaves out the rows
    // this tool inserted, for whichever clinic. The values are valid during the call; row stops by returning
    // false.
    bool (*read)(Target *t, const char *table, const char *const *columns, size_t n, bool without_ours,
                 const char *id_column, const char *after_id, int64_t limit,
                 bool (*row)(void *arg, const Str *values, Err *err), void *arg, Err *err);
    // What is known of a source row, and the source rows (at most limit) that stand behind a row of the
    // target. Both see the scope given to prepare.
    bool (*trace)(Target *t, Arena *a, const char *entity, Str key, TargetTrace *out, Err *err);
    // The same of n of them, without hash and touches.
    bool (*traces)(Target *t, Arena *a, const char *entity, const Str *keys, size_t n, TargetTrace *out, Err *err);
    bool (*keys_of)(Target *t, const char *entity, const char *id, int64_t limit,
                    bool (*each)(void *arg, Str key, Err *err), void *arg, Err *err);
    // The rows that have these values in these columns: every column of the table, in its order, as read
    // gives them.
    bool (*find)(Target *t, const char *table, const char *const *columns, const Str *values, size_t n,
                 int64_t limit, bool (*row)(void *arg, const Str *values, Err *err), void *arg, Err *err);
    // Every foreign key of a table, whatever its width, over all rows of it. keys: how many there are; out:
    // those with orphans, by key.
    bool (*orphans)(Target *t, Arena *a, const char *table, int64_t *keys, TargetOrphans **out, size_t *n,
                    Err *err);
    // Keeps what verify found, a JSON document, among the ledger's validation reports.
    bool (*keep_report)(Target *t, Str content, Err *err);
    // Why the last call failed, for who may try again; recover then makes the target usable (a lost
    // connection is opened again, scope and job are known again). Whether a batch landed, checkpoint tells.
    TargetTrouble (*trouble)(Target *t);
    bool (*recover)(Target *t, Err *err);
    // What the target waits for: text of another session, its pid, application and state; NULL: nothing
    // known. From any one thread.
    const char *(*waits_for)(Target *t, Arena *a);
    // Is it fit for writing to and reading these tables, on so many connections at a time? NULL: nothing that could be asked.
    // false: it could not be asked to the end.
    bool (*examine)(Target *t, Arena *a, const TargetTables *tables, size_t writers, TargetFinding **out, size_t *n_out,
                    Err *err);
    // Whether bulk mode may be used as things stand; only looks. NULL: this kind has none.
    bool (*bulk_look)(Target *t, Arena *a, const BulkWish *wish, BulkLook *out, Err *err);
    // Looks again, with the tables locked, and takes off what it may.
    bool (*bulk_begin)(Target *t, Arena *a, const BulkWish *wish, BulkLook *out, Err *err);
    // What earlier ones took off, too. whole: all is there and checked when it returns; else the foreign keys are
    // there for rows to come, which takes no time and heeds no request to stop.
    bool (*bulk_end)(Target *t, bool whole, Err *err);
    // under_way: by a worker that lives.
    bool (*bulk_owed)(Target *t, Arena *a, BulkOwed **out, size_t *n, bool *under_way, Err *err);
    // Raises a counter that is lower; noted in the ledger, so that undoing the job and step gives it back unless
    // somebody has counted on since. A row that is not there is left alone. After job_begin.
    bool (*raise)(Target *t, const TargetCounter *c, bool *raised, Err *err);
    // After the last step: statistics of the written tables, sequences behind the highest id.
    bool (*finish)(Target *t, Err *err);
    // The source's list of files: the tables `files` and `file_receipts` are written like any other, beside the
    // ledger. make: with the first use. *there: they are.
    bool (*files_ready)(Target *t, bool make, bool *there, Err *err);
    const char *files, *file_receipts;
    // What undo would do now; the target is only read. A job begun after it is of the same clinic and source.
    bool (*undo_plan)(Target *t, Arena *a, const UndoWhat *what, UndoPlan *out, Err *err);
    // Takes the batches back, the newest first, each in a transaction that also marks it, or all of them in
    // one; undone then tells before the commit, and false with err takes nothing back. Called again after
    // it was cut short it goes on.
    bool (*undo)(Target *t, const UndoWhat *what, const UndoWatch *watch, Err *err);
    // What was done so far to take these jobs back, also by earlier calls.
    bool (*undone)(Target *t, Arena *a, const UndoWhat *what, UndoPlan *out, Err *err);
} TargetKind;

struct Target {
    const TargetKind *kind;
};

extern const TargetKind target_sqlite, target_postgres;
// An embedded target that does not exist is made from schema and seed (SQL texts), atomically.
bool target_sqlite_make(const char *path, Str schema, Str seed, Err *err) MUST_CHECK;

#endif
