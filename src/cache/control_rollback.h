// What rollbacks did, as control.db remembers it for reports and lists.
#ifndef CACHE_CONTROL_ROLLBACK_H
#define CACHE_CONTROL_ROLLBACK_H

#include "cache/control.h"

typedef struct {
    const char *table;
    int64_t removed, restored, kept;
} RollbackTable;

typedef struct {
    const char *table, *id;
    const char *reason; // changed, built_upon, conflict
    const char *built;  // built_upon: "appointments 2, invoices 1"; else NULL
} RollbackKept;

typedef struct {
    const char
        *json; // as it was saved: {"undid":[4,3],"step":..,"tables":[..],"kept":[..],"links":..,"raw":..}
    const char *undid, *step; // "4, 3"; NULL: all steps
    int64_t links, raw;
    RollbackTable *tables;
    RollbackKept *kept;
    size_t n_tables, n_kept;
} RollbackRecord;

bool control_rollback_save(Control *c, int64_t run, const char *json, Err *err) MUST_CHECK;
// found false: this run is no rollback, or did not come to its end.
bool control_rollback(Control *c, Arena *a, int64_t run, RollbackRecord *out, bool *found,
                      Err *err) MUST_CHECK;

// Marks a run as undone as a whole: RunRecord's undone_by.
bool control_undone_save(Control *c, int64_t run, int64_t by, Err *err) MUST_CHECK;

// The step is to be done again: what is known of its last time does not hold any more.
bool control_step_again(Control *c, const char *step, const char *why, int64_t run, Err *err) MUST_CHECK;

#endif
