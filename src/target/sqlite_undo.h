// Taking jobs back from the SQLite target; what its files share.
//
// Batches are undone in the reverse of the order in which they were written, so that the target passes
// through states it has been in before: no row goes before those that refer to it, whatever the foreign keys
// look like. What must not go is found beforehand, for all batches at once, in temporary tables:
//
//   undo_batch(batch)                      the batches to undo
//   undo_row(t, id, removes, entity, key)  their rows that are there, to be removed or else restored; entity
//                                          and key of those that are part of a record. 100 bytes of memory
//                                          each
//   undo_stays(t, id, reason, round)       those that stay
//   undo_built(t, id, by_table, n)         why: n rows of that table are built upon it
//   undo_held(entity, key)                 records of which a part stays
//
// t is a number of mudanza_tables.
#ifndef TARGET_SQLITE_UNDO_H
#define TARGET_SQLITE_UNDO_H

#include "target/target_sqlite.h"

// A table with rows to undo.
typedef struct {
    int64_t t;
    const char *name, *id; // id: the column that identifies a row
    bool restores;         // not only removes
} UndoneTable;

// A foreign key that begins or ends at such a table; of n columns.
typedef struct {
    const char *child, *parent;
    const UndoneTable *child_table, *parent_table; // NULL: nothing of it is undone
    const char **from, **to;
    size_t n;
} UndoKey;

typedef struct {
    SqliteTarget *t;
    const UndoWhat *what;
    Arena *arena;
    const char *jobs; // 3, 4: for SQL
    int64_t scope;
    UndoneTable *tables;
    size_t n_tables;
    UndoKey *keys;
    size_t n_keys;
    int64_t seen; // PRAGMA data_version when undo_stays was filled: it changes when others write
} Undo;

// Finds scope, batches and tables, and fills undo_stays. false + ERR_TARGET for jobs of an earlier version,
// which did not note enough. Without a ledger, or with nothing left, there are no tables.
bool undo_open(Undo *u, SqliteTarget *t, const UndoWhat *what, Arena *a, Err *err);
// Fills undo_row and undo_stays for the batches that are left, from the target as it is now. Rows in
// undo_refused(t, id) could not be restored.
bool undo_find(Undo *u, Err *err);
bool undo_read_keys(Undo *u, Err *err);  // sqlite_undo_keys.c
bool undo_find_stays(Undo *u, Err *err); // sqlite_undo_stays.c
const UndoneTable *undo_table(const Undo *u, int64_t t);
bool undo_counters(const Undo *u, Err *err); // sqlite_counters.c; inside a transaction

// Puts rows of one table back as they were.
typedef struct {
    SqliteTarget *t;
    LiteStmt *members; // of an image
    LiteStmt *update;
    const char **columns;
    size_t n; // columns; the id is the parameter behind them
    Arena *scratch;
} Restorer;
// columns: as the journal lists them.
bool restorer_open(Restorer *r, SqliteTarget *t, const UndoneTable *table, const char *columns, Err *err);
void restorer_close(Restorer *r);
// image: an object of a list of images. REFUSED: it does not fit, or the row is not there any more.
Put restore_row(Restorer *r, const UndoneTable *table, Str image, Err *err);

// A line of the journal that is being undone.
typedef struct {
    int64_t seq, entity, rows;
    const char *operation, *columns;
    const UndoneTable *table; // NULL: none
} JournalEntry;

typedef struct {
    Undo *u;
    Arena *arena;
    int64_t number, job;
    const char *step;
    JournalEntry *entries; // the newest first
    size_t n;
    int64_t rows;           // of all of them
    bool aside;             // a row waits in undo_refused for what was inserted to go
    int64_t refused_t;      // the row that could not be restored even then; its table, 0: none
    const char *refused_id; // as SQL
} UndoBatch;
// Inside a transaction, after undo_find. false with refused_t: that row is to stay, and the batch to be begun
// anew.
bool undo_batch(UndoBatch *b, Err *err);

bool sqlite_undo_plan(Target *t, Arena *a, const UndoWhat *what, UndoPlan *out, Err *err);
bool sqlite_undo(Target *t, const UndoWhat *what, const UndoWatch *watch, Err *err);
bool sqlite_undone(Target *t, Arena *a, const UndoWhat *what, UndoPlan *out, Err *err);

#endif
