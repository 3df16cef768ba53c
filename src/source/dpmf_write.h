// Writes the database of a DPMF file (mudanza-dpmf(5)) and computes its integrity hash on the way.
//
// Calls come in the order of the hash: begin, the types by name, each with its rows by key; then the files by
// id, the warnings by id, end. Keys are compared byte by byte (memcmp). dpmf_seal.h adds the layers.
#ifndef SOURCE_DPMF_WRITE_H
#define SOURCE_DPMF_WRITE_H

#include "base/digest.h"
#include "source/dpmf.h"

typedef struct DpmfWriter DpmfWriter;

// A type of entity, and how many rows of it will come: the hash begins with that.
typedef struct {
    const char *name;
    int64_t rows;
    Str schema_version;
} DpmfNewEntity;

// fd: an empty file, read and written; name: for messages. entities: by name, and must live as long as the
// writer. loose: some warning's raw_data is no JSON, so its table must not ask for it. NULL on failure. Errors
// here and below: ERR_INTERNAL, with a hint when the disk is full.
DpmfWriter *dpmf_write_begin(int fd, const char *name, const DpmfNewEntity *entities, size_t n, bool loose,
                             Err *err);
void dpmf_write_close(DpmfWriter *w); // NULL is fine; what was not ended is no container
void dpmf_write_close_at(DpmfWriter **w);

bool dpmf_write_meta(DpmfWriter *w, Str key, Str value, Err *err) MUST_CHECK; // the same key again replaces
// The next type of the list: exactly as many rows as it said must follow.
bool dpmf_write_entity(DpmfWriter *w, Err *err) MUST_CHECK;
// payload and raw must be JSON as json_scan() sees it, which is stricter than SQLite: it is not asked again.
bool dpmf_write_row(DpmfWriter *w, const DpmfRow *row, Err *err) MUST_CHECK;
// columns as in DpmfVisitor. Whether a line is one that verify has nothing to say about; only such are written.
bool dpmf_file_fits(const Str columns[7]);
bool dpmf_warning_fits(const Str columns[7]); // but for its id
bool dpmf_write_file(DpmfWriter *w, const Str columns[7], Err *err) MUST_CHECK;
bool dpmf_write_warning(DpmfWriter *w, const Str columns[7], Err *err) MUST_CHECK; // id: a whole number
// Writes what _meta says of this export and completes the database. hash: the integrity hash.
bool dpmf_write_end(DpmfWriter *w, char hash[SHA256_HEX + 1], Err *err) MUST_CHECK;

// A whole number as SQLite and the hash write it: 0, -12; not 007, +1, 1.0.
bool dpmf_whole_number(Str text, int64_t *value);

#endif
