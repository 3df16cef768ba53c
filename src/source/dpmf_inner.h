// What the parts of the container reader share; nobody else includes it.
//
// dpmf_layers.c peels (dpmf_envelope.c, dpmf_unpack.c), dpmf_schema.c and dpmf_meta.c judge the tables,
// dpmf_read.c reads and hashes (dpmf_render.c) and notes what is odd (dpmf_notes.c), dpmf_verdict.c words
// refusals and warnings, dpmf.c holds it together.
#ifndef SOURCE_DPMF_INNER_H
#define SOURCE_DPMF_INNER_H

#include "base/digest.h"
#include "base/file.h"
#include "source/dpmf.h"

enum {
    DPMF_PIECE = 256 * 1024,           // bytes read at a time
    DPMF_MAX_TYPES = 1000,             // rows of _entities
    DPMF_MAX_META = 1000,              // rows of _meta
    DPMF_MAX_ROW = 16 << 20,           // bytes of one row
    DPMF_QUICK_CHECK_BELOW = 64 << 20, // bytes: larger files are checked by reading them
    DPMF_MAX_SCHEMA = 2 << 20,         // bytes of the pages that list the tables
};

// Pages of the database in memory, in KiB. Rows are read in the order of their keys, which is not the one they
// are stored in: most tables should fit. Sorting keys takes the memory itself; so do values of the size that is
// just allowed in each column of a row, six in an entity and seven in _files, and turning one of them from UTF-16.
#define DPMF_READ_CACHE "cache_size=-73728"
#define DPMF_UTF16_CACHE "cache_size=-32768"
#define DPMF_SORT_CACHE "cache_size=-8192"

typedef struct {
    Str key, value;
} DpmfMeta;

struct Dpmf {
    Arena *arena;
    const char *path; // as the operator named it
    DpmfWatch watch;
    const char *layering; // NULL: not known yet
    DpmfVerdict verdict;  // of the refusal that is in err
    FileStamp stamp;      // of the file when it was opened
    int64_t bytes;        // of the database inside, without what may follow it
    bool utf16;           // and its texts are in UTF-16
    Lite *db;
    DpmfMeta *meta;
    size_t meta_n;
    DpmfEntity *entities;
    size_t entities_n;
    DpmfWarning *warnings;
    size_t warnings_n, warnings_cap;
    int64_t files, notices; // rows of _files and of _warnings, after reading
    char hash[SHA256_HEX + 1];
};

// A Dpmf that knows only its path, and all that dpmf_open does with it. Whatever was found out before a
// refusal stays there to be told. d->verdict says why on false.
Dpmf *dpmf_new(const char *path, const DpmfWatch *watch);
bool dpmf_load(Dpmf *d, const Secret *passphrase, const char *temp_folder, Err *err) MUST_CHECK;

// dpmf_verdict.c: each returns false.
bool dpmf_refuse(Dpmf *d, DpmfVerdict v, Err *err, const char *fmt, ...) PRINTF(4, 5);
bool dpmf_refuse_system(Dpmf *d, Err *err, const char *fmt, ...) PRINTF(3, 4); // with errno's words
bool dpmf_refuse_failed(Dpmf *d, DpmfVerdict v, Err *err); // err was set below: gives it a path and a hint
bool dpmf_refuse_folder(Dpmf *d, Err *err); // err was set below: the temporary folder fails, not the file
bool dpmf_refuse_sqlite(Dpmf *d, Err *err);                // a lite_ call failed: judges by its fault
bool dpmf_refuse_sqlite_as(Dpmf *d, DpmfVerdict v, Err *err); // the same, with this verdict
void dpmf_warn(Dpmf *d, const char *code, const char *fmt, ...) PRINTF(3, 4);
void dpmf_progress(const Dpmf *d, const char *phase, int64_t done, int64_t total);

// Four seconds of processor time and one for each megabyte, for all statements from now on: a hundred times
// what a sound file takes, and an end for what would never end.
void dpmf_watch(Dpmf *d);

// dpmf_layers.c: opens d->db, whatever lies around it.
bool dpmf_peel(Dpmf *d, const Secret *passphrase, const char *temp_folder, Err *err) MUST_CHECK;
bool dpmf_unchanged(Dpmf *d, Err *err) MUST_CHECK; // the file is the one that was opened
// All of n bytes at an offset; false at the end of the file or on an error (errno 0: the end).
bool dpmf_pread(int fd, void *out, size_t n, int64_t at) MUST_CHECK;

// dpmf_schema.c: soundness, tables, entity names; fills meta and entities.
bool dpmf_judge_schema(Dpmf *d, Err *err) MUST_CHECK;
// An ordinary table with these columns (a list that ends with NULL): views, virtual tables and generated
// columns could run anything.
bool dpmf_ordinary_table(Dpmf *d, const char *table, const char *const *columns, Err *err) MUST_CHECK;
// Whether the keys' indexes hold all rows of their tables. Larger files than those of quick_check pass.
bool dpmf_judge_indexes(Dpmf *d, Err *err) MUST_CHECK;

// dpmf_meta.c: _meta and the version in it.
bool dpmf_read_meta(Dpmf *d, Err *err) MUST_CHECK;
const Str *dpmf_meta_value(const Dpmf *d, const char *key); // NULL: absent

// dpmf_render.c: a value as Python's str() writes it, which is what the hash is made of.
void dpmf_render(LiteStmt *s, int column, Buf *out); // appends; text as it stands
void dpmf_render_real(double value, Buf *out);
void dpmf_render_bytes(Str bytes, Buf *out);

#endif
