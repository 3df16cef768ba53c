// What the files of the PostgreSQL target share; nobody else includes it.
#ifndef TARGET_TARGET_POSTGRES_H
#define TARGET_TARGET_POSTGRES_H

#include "base/compress.h"
#include "base/digest.h"
#include "db/pg.h"
#include "target/target.h"

// A unique or primary key, or a unique index without expressions; an expression or a condition leaves n 0.
typedef struct {
    const char *name;
    const size_t *columns; // of Table.columns
    size_t n;
    bool nulls_equal, deferrable;
} PgUnique;

// A foreign key of any width; columns of this table by number, of the other one by name.
typedef struct {
    const char *name, *schema, *table; // the parent
    const size_t *columns;
    const char *const *parents;
    size_t n;
    bool deferrable;
    bool off; // taken off for a bulk load: the server does not look, the writer does
} PgForeignKey;

typedef struct PgTable PgTable;
struct PgTable {
    Table table;                // first: what the engine sees
    const char *schema;         // of the table; name in Table is as the mapping wrote it
    const char *quoted;         // "schema"."table"
    const char **types;         // per column: format_type(), for casts
    const char **defaults;      // per column: text of the default, NULL without
    bool *generated, *identity; // per column: GENERATED AS (...), and AS IDENTITY
    bool *always;               // per column: an identity that is never updated
    PgUnique *uniques;
    size_t n_uniques;
    PgForeignKey *foreign;
    size_t n_foreign;
    bool row_security, user_triggers, rules; // row_security: active for our role
    bool reads_back; // what is stored may differ from what is sent: triggers, rules, computed columns.
                     // Defaults of columns a mapping does not fill come on top
    char shape[SHA256_HEX + 1]; // over everything the catalogue tells of it
    PgTable *next;
};

enum { PG_LEDGER_VERSION = 2 };
extern const char postgres_ledger_schema[];                               // as version 1 had it
extern const char *const postgres_ledger_upgrades[PG_LEDGER_VERSION - 1]; // from version 1 to 2, and so on

typedef struct PgName PgName;

typedef struct {
    Target base; // first: what the engine sees
    Pg *db;
    Arena *arena;   // the caller's: lives longer than the target
    Arena *scratch; // of the running batch
    bool read_only, has_ledger;
    int64_t version;    // of the ledger; below PG_LEDGER_VERSION: in a target we may only read
    int64_t scope, job; // 0: not known yet
    TargetScope wanted; // what prepare was given, for recover
    const char *locked; // clinic whose lock the session holds; NULL: none
    const char *beside; // clinic for which it writes beside the holder; NULL: it does not
    _Atomic int64_t backend; // the server's process of the session that was last made ready
    Pg *watch;               // of postgres_waits.c
    PgTable *tables;
    PgName *names; // of entities and tables, once they were looked up
    Sha256 *digest;
    Deflate *deflate; // for raw rows; made with the first
    void *writer;     // of postgres_write.c
    bool bulk;        // the session holds the lock of a bulk load
} PostgresTarget;

static inline PostgresTarget *postgres_of(Target *t)
{
    return (PostgresTarget *)t;
}

// Catalogue (postgres_catalogue.c, postgres_constraints.c). NULL with ERR_NONE when there is no such table; a
// name without schema is looked up in public.
PgTable *postgres_live(PostgresTarget *t, const char *name, Err *err);
const Table *postgres_table(Target *base, const char *name, Err *err);
bool postgres_table_same(Target *base, const char *name, bool *same, Err *err);
bool postgres_schema_hash(Target *base, char out[65], Err *err);
size_t postgres_column(const PgTable *live, const char *name); // SIZE_MAX: unknown
// Uniques and foreign keys of a table whose columns are known; name without schema.
bool postgres_constraints(PostgresTarget *t, PgTable *live, Str name, Sha256 *shape, Err *err);
void postgres_shape(Sha256 *digest, const PgRows *r, size_t columns);

// Reading (postgres_read.c, postgres_find.c). The expression that gives a column of the table t as text, and
// what the server gave for it in its canonical form: in out or where it stands.
void postgres_select(Buf *sql, const PgTable *live, size_t column);
Str postgres_canonical(const Column *c, Str given, Buf *out);
// Rows of the table, which is t in what stands behind FROM (" JOIN ... WHERE ... ORDER BY ..."): the values
// are canonical and valid during the call. Nothing else can be asked of the connection meanwhile.
bool postgres_rows(PostgresTarget *t, const PgTable *live, const size_t *columns, size_t n,
                   const char *behind, bool (*row)(void *arg, const Str *values, Err *err), void *arg,
                   Err *err);
bool postgres_read(Target *base, const char *table, const char *const *columns, size_t n, bool without_ours,
                   const char *id_column, const char *after_id, int64_t limit,
                   bool (*row)(void *arg, const Str *values, Err *err), void *arg, Err *err);
bool postgres_find(Target *base, const char *table, const char *const *columns, const Str *values, size_t n,
                   int64_t limit, bool (*row)(void *arg, const Str *values, Err *err), void *arg, Err *err);

// Appends: the text of its id (an expression) is that of a row this tool inserted into the table, in whichever
// clinic's migration. The ledger must be there.
void postgres_ours(Buf *sql, const PgTable *live, const char *id);

// What verify asks beside the rows (postgres_verify.c).
bool postgres_orphans(Target *base, Arena *a, const char *table, int64_t *keys, TargetOrphans **out, size_t *n,
                      Err *err);
bool postgres_keep_report(Target *base, Str content, Err *err);

// Digest of a row as it stands in its table (postgres_written.c): 16 bytes over the canonical text of every
// column in the catalogue's order. Of a row that is sent, the columns that are not filled are NULL; where
// that cannot be known (reads_back) the row is read back first.
enum { PG_WRITTEN_BYTES = 16 };
void postgres_written(PostgresTarget *t, const PgTable *live, const Str *values,
                      unsigned char out[PG_WRITTEN_BYTES]);

// bytea in SQL text (postgres_bytes.c).
Str postgres_bytes(Arena *a, Str text);       // what \x0102 stands for; without value: NULL
void postgres_add_bytes(Buf *out, Str bytes); // appends \x0102

// Ledger (postgres_ledger.c, postgres_counts.c, postgres_trace.c).
// The small numbers of names. Made when they have none yet; not in a transaction: they are remembered. Of an
// entity that may not get one: 0. id_column: that tells the table's rows apart; NULL: it is only linked to.
bool postgres_entity_id(PostgresTarget *t, const char *entity, bool make, int64_t *id, Err *err);
bool postgres_table_id(PostgresTarget *t, const char *table, const char *id_column, int64_t *id, Err *err);
bool postgres_find_table(PostgresTarget *t, const char *table, int64_t *id, Err *err); // 0: it has none
typedef struct {
    char digits[24];
} PgNumber;
Str postgres_number(PgNumber *room, int64_t n); // for a parameter; lives as long as room
bool postgres_prepare(Target *base, TargetScope scope, Err *err);
bool postgres_job_begin(Target *base, int64_t *job, const char *label, Err *err);
bool postgres_job_open(Target *base, const Str about[JOB_FIELDS], int64_t *job, Err *err); // postgres_jobs.c
bool postgres_job_seen(Target *base, Arena *a, int64_t job, JobSeen *out, Err *err);
bool postgres_job_move(Target *base, int64_t job, JobState to, const char *error, int64_t processed, int64_t moves,
                       Err *err);
bool postgres_job_add(PostgresTarget *t, int64_t *job, const char *label, bool rollback, Err *err);
bool postgres_job_owned(PostgresTarget *t, int64_t job, bool *there, Err *err); // ERR_TARGET: by another scope
bool postgres_checkpoint(Target *base, Arena *a, const char *step, const char **last_key,
                         const char **fingerprint, bool *complete, Err *err);
bool postgres_restart(Target *base, const char *step, Err *err);
bool postgres_counts(Target *base, const char *entity, TargetCounts *out, Err *err);
bool postgres_raw_counts(Target *base, const char *entity, TargetCounts *out, Err *err);
bool postgres_rejects(Target *base, const char *entity,
                      bool (*each)(void *arg, const TargetReject *r, Err *err), void *arg, Err *err);
bool postgres_absent(Target *base, const char *entity,
                     bool (*each)(void *arg, const TargetAbsent *row, Err *err), void *arg, Err *err);
bool postgres_raw_entities(Target *base, Arena *a, const char ***names, size_t *n, Err *err);
bool postgres_trace(Target *base, Arena *a, const char *entity, Str key, TargetTrace *out, Err *err);
bool postgres_traces(Target *base, Arena *a, const char *entity, const Str *keys, size_t n, TargetTrace *out,
                     Err *err);
bool postgres_keys_of(Target *base, const char *entity, const char *id, int64_t limit,
                      bool (*each)(void *arg, Str key, Err *err), void *arg, Err *err);

// Writing (postgres_write.c and beside it).
bool postgres_write(Target *base, WriteBatch *batch, Err *err);
void postgres_writer_free(PostgresTarget *t); // what writing keeps from batch to batch
bool postgres_look(Target *base, WriteBatch *batch, const char *after, Err *err); // postgres_look.c
bool postgres_write_raw(Target *base, const char *step, const char *entity, const RawRow *rows, size_t n,
                        const char *last_key, bool last, const char *fingerprint, int64_t *changed, Err *err);

bool postgres_files(Target *base, bool make, bool *there, Err *err); // postgres_files.c

// Undo (postgres_undo*.c).
bool postgres_undo_plan(Target *base, Arena *a, const UndoWhat *what, UndoPlan *out, Err *err);
bool postgres_undo(Target *base, const UndoWhat *what, const UndoWatch *watch, Err *err);
bool postgres_undone(Target *base, Arena *a, const UndoWhat *what, UndoPlan *out, Err *err);

// Bulk mode (postgres_bulk*.c).
bool postgres_bulk_look(Target *base, Arena *a, const BulkWish *wish, BulkLook *out, Err *err);
bool postgres_bulk_begin(Target *base, Arena *a, const BulkWish *wish, BulkLook *out, Err *err);
bool postgres_bulk_end(Target *base, bool whole, Err *err);
bool postgres_bulk_owed(Target *base, Arena *a, BulkOwed **out, size_t *n, bool *under_way, Err *err);
bool postgres_has_bulk(PostgresTarget *t, bool *yes, Err *err); // whether there may be notes
// Shared by all who write to the database, held alone by a bulk load: what it took off is nobody else's to miss.
bool postgres_bulk_guard(PostgresTarget *t, Err *err);
bool postgres_bulk_join(PostgresTarget *t, Err *err); // of a session that writes beside one that may have begun one

// Life (target_postgres.c, postgres_lock.c).
bool postgres_lock(Target *base, const char *clinic_id, Err *err);
bool postgres_beside(Target *base, const char *clinic_id, Err *err);
bool postgres_lock_again(PostgresTarget *t, Err *err); // what it held, in a new session
TargetTrouble postgres_trouble(Target *base);
bool postgres_recover(Target *base, Err *err);
const char *postgres_waits_for(Target *base, Arena *a);
bool postgres_raise(Target *base, const TargetCounter *c, bool *raised, Err *err); // postgres_counters.c
bool postgres_finish(Target *base, Err *err);
bool postgres_examine(Target *t, Arena *a, const TargetTables *tables, size_t writers, TargetFinding **out,
                      size_t *n_out, Err *err);

#endif
