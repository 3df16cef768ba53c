// Taking jobs back from the PostgreSQL target; what its files share.
//
// All of it is one transaction that sees one state of the database (REPEATABLE READ): what to remove, what to
// restore and what has to stay is found by sets, then the rows go, those that refer before those they refer
// to. Whoever writes to these rows meanwhile, or builds upon them, makes the server refuse ours - also where
// a foreign key with CASCADE or SET NULL would have reached a row this transaction cannot see - and it is
// begun anew. A kill leaves all or nothing.
//
// Temporary tables, gone with the transaction; N is a number of mudanza.tables:
//
//   undo_batch(batch, job, step, entity, xid)  the batches to undo
//   undo_first(...), undo_image(...)           mappings that were changed since they were made, as they were
//                                              made; and before these batches changed them
//   undo_row_N(undo_id, batch, removes, entity, key, written, suspect, image, reason, round)
//       their rows that are there, to be removed or else restored to image; batch: the last that wrote it;
//       entity and key of those that are part of a record; suspect: somebody else has touched it since;
//       reason: why it stays, found in which round
//   undo_built_N(undo_id, by_table, rows, round)  why: so many rows of that table are built upon it
//   undo_held(entity, key)                     records of which something stays
#ifndef TARGET_POSTGRES_UNDO_H
#define TARGET_POSTGRES_UNDO_H

#include "target/target_postgres.h"

// A table with rows to undo.
typedef struct {
    int64_t number;
    PgTable *live;
    size_t id_column;
    const char *id, *type;  // of that column: quoted, and for casts
    bool restores, parts;   // has rows to be restored; rows that are part of a record
    int64_t fresh;          // rows found to stay in the last round
    int64_t go, back, stay; // how many are removed, restored, kept; once all are found
} RevertTable;

// A foreign key that begins or ends at such a table; of n columns, quoted.
typedef struct {
    const char *child, *parent;                  // as people name them
    const char *schema, *child_sql, *parent_sql; // schema: of the child
    RevertTable *below, *above;                  // NULL: nothing of it is undone
    const char **from, **to, **names, **types;   // names: of the child's columns, not quoted
    size_t n;
    bool indexed; // the child's side; else the server reads all its pages for each row that goes
    int64_t pages;
    bool lent; // has an index for as long as the undo lasts
} RevertKey;

// A row whose earlier state does not fit.
typedef struct RevertRefused RevertRefused;
struct RevertRefused {
    int64_t number; // of its table
    const char *id;
    RevertRefused *next;
};

typedef struct {
    PostgresTarget *t;
    const UndoWhat *what;
    const UndoWatch *watch; // NULL: a plan
    Arena *arena;
    const char *jobs;  // 3, 4: for SQL
    const char *steps; // AND step IN (...), or nothing
    int64_t scope;     // 0: the jobs are not known here
    int64_t batches;
    RevertTable *tables;
    size_t n_tables;
    RevertKey *keys;
    size_t n_keys;
    RevertRefused *refused; // by earlier attempts
} Revert;

// In a transaction that revert_begin() began.
bool revert_begin(Revert *r, Err *err);      // finds scope, batches and tables; without a ledger scope is 0
bool revert_read_keys(Revert *r, Err *err);  // postgres_undo_keys.c
bool revert_find_rows(Revert *r, Err *err);  // postgres_undo_rows.c
bool revert_find_stays(Revert *r, Err *err); // postgres_undo_stays.c; counts what goes and what stays
// Restores what does not stay; puts aside what does not fit as long as other rows are there
// (postgres_undo_restore.c), and tries that again. What does not fit even then is refused.
bool revert_restore(Revert *r, RevertRefused **aside, RevertRefused **refused, Err *err);
bool revert_restore_aside(Revert *r, const RevertRefused *aside, RevertRefused **refused, Err *err);
bool revert_remove(Revert *r, Err *err); // postgres_undo_remove.c
// Indexes for keys that have none, where many rows are to be looked for (postgres_undo_index.c). Lent before
// the first row is touched, taken away before the commit.
bool revert_lend_indexes(Revert *r, Err *err);
bool revert_take_indexes(Revert *r, Err *err);
bool revert_ledger(Revert *r, Err *err); // postgres_undo_ledger.c
// How many mappings that only link go or come back; holds the records of which the main row stays.
bool revert_count_links(const Revert *r, int64_t *links, Err *err);
// Appends a SELECT of the rows of a table that stay: id, batch, reason, built (a list of {table, rows}).
void revert_kept(Buf *sql, const RevertTable *table);                       // postgres_undo_stays.c
bool revert_tell_rows(const Revert *r, const RevertTable *table, Err *err); // to the watch, by step

// Statements made by a format; names in it are quoted beforehand.
bool revert_run(const Revert *r, int64_t *affected, Err *err, const char *fmt, ...) PRINTF(4, 5);
bool revert_int(const Revert *r, int64_t *out, Err *err, const char *fmt, ...) PRINTF(4, 5);

bool revert_counters(const Revert *r, Err *err); // postgres_counters.c

#endif
