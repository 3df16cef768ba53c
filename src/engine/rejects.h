// Rows that were kept out: what extract and validate kept back and what the target refused, one by one,
// with their place in the source and, where asked for, their bytes.
#ifndef ENGINE_REJECTS_H
#define ENGINE_REJECTS_H

#include "base/json_out.h"
#include "cache/control.h"
#include "config/clinic.h"

// NULL: any; globs.
typedef struct {
    const char *code, *entity, *step;
} RejectFilter;

typedef struct {
    const char *step, *entity, *key, *code;
    const char *source_id;  // NULL: unknown
    int64_t origin;         // position of the row in its source table; 0: unknown
    bool by_parent;         // only because a row it needs was rejected
    const char *fp, *state; // of its issue; NULL: it has none
    const char *detail;     // of its issue: a constraint, a rule; NULL: nothing to add
    Str payload, raw;       // as read; without value when not asked for or absent
} Reject;

// By entity, step and code, then in the order of the source. A reject is valid during the call. ERR_USAGE
// when the cache, which holds the rows, is gone.
bool rejects_each(const Clinic *clinic, Control *c, const RejectFilter *f, bool values,
                  bool (*each)(void *arg, const Reject *r, Err *err), void *arg, Err *err) MUST_CHECK;

// Bytes as read: those that are no UTF-8 as NAME_hex. Without value: null.
void json_bytes(JsonOut *j, const char *name, Str bytes);

// One reject as JSON. Bytes that are no UTF-8 come as payload_hex, raw_hex.
void json_reject(JsonOut *j, const Reject *r, bool values);

typedef struct {
    const char *entity, *step, *code;
    bool by_parent;
    int64_t rows, ignored;
} RejectCause;
// The most frequent first.
RejectCause *reject_causes(Arena *a, const Clinic *clinic, Control *c, const RejectFilter *f, size_t *n,
                           Err *err);

// Writes rejects.ndjson (0600) into the folder of a run: every reject with its bytes, up to a limit of lines
// and of size; a last line says how many are left out.
bool rejects_write(const Clinic *clinic, Control *c, const char *run_folder, Err *err) MUST_CHECK;

#endif
