// A DPMF file (mudanza-dpmf(5)): encrypted and compressed container of canonical entities.
//
// Opening peels the layers by magic bytes only: envelope, zstd, SQLite. Plaintext of an encrypted file
// lives in a file without a name; nothing of it is read before the GCM tag is verified.
#ifndef SOURCE_DPMF_H
#define SOURCE_DPMF_H

#include "base/secret.h"
#include "db/lite.h"

typedef enum {
    DPMF_ACCEPT,
    DPMF_MAGIC,
    DPMF_PASSPHRASE,
    DPMF_ENVELOPE,
    DPMF_AUTH,
    DPMF_ZSTD,
    DPMF_LIMIT,
    DPMF_SQLITE,
    DPMF_SCHEMA,
    DPMF_VERSION,
    DPMF_HASH,
    DPMF_IO, // the operating system refused: not a judgement of the file
} DpmfVerdict;
const char *dpmf_verdict_word(DpmfVerdict v); // "accept", "magic", ...

typedef struct {
    const char *name;
    int64_t declared; // row_count of _entities
    int64_t rows;     // counted while reading; -1 before
    Str schema_version; // as the hash takes it
} DpmfEntity;

typedef struct {
    const char *code, *message; // dpmf.rowcount_differs, ...
} DpmfWarning;

typedef struct Dpmf Dpmf;

// progress may be NULL; done and total are bytes while peeling the layers and rows while reading.
typedef struct {
    void (*progress)(void *arg, const char *phase, int64_t done, int64_t total);
    void *arg;
} DpmfWatch;

// NULL with *verdict and err (ERR_SOURCE; ERR_DECISION when a passphrase is needed and there is none).
// temp_folder: where plaintext goes when it must (on a disk with room).
Dpmf *dpmf_open(const char *path, const Secret *passphrase, const char *temp_folder, const DpmfWatch *watch,
                DpmfVerdict *verdict, Err *err);
void dpmf_close(Dpmf *d);
// Removes what a killed process may have left there: an empty file where the file system knows no nameless
// ones, plaintext of earlier versions. dpmf_open does it too when it needs the folder.
void dpmf_remove_leftovers(const char *temp_folder);
// Whether the first four bytes are those of a layer. False too when they cannot be read.
bool dpmf_recognised(const char *path);
// Whether opening needs a passphrase: looks at the first four bytes.
bool dpmf_is_encrypted(const char *path, bool *encrypted, Err *err) MUST_CHECK;

const char *dpmf_layering(const Dpmf *d);              // raw, zstd, enc(raw), enc(zstd)
int64_t dpmf_bytes(const Dpmf *d);                     // of the database inside
const char *dpmf_meta(const Dpmf *d, const char *key); // NULL: absent
size_t dpmf_meta_count(const Dpmf *d);
void dpmf_meta_at(const Dpmf *d, size_t i, Str *key, Str *value);
size_t dpmf_entity_count(const Dpmf *d);
const DpmfEntity *dpmf_entity(const Dpmf *d, size_t i); // in the order of the hash: by name
size_t dpmf_warning_count(const Dpmf *d);
const DpmfWarning *dpmf_warning(const Dpmf *d, size_t i);

// One row as it stands in the file. Fields without value are SQL NULL.
typedef struct {
    Str key, source_id, source_system, payload, raw, extracted_at;
} DpmfRow;

// Reads everything once, in the order of the integrity hash, hashing on the way.
typedef struct {
    bool (*entity)(void *arg, const DpmfEntity *entity, Err *err); // before its rows
    bool (*row)(void *arg, const DpmfRow *row, Err *err);          // false stops
    // As row, on a second thread, without extracted_at: for what need not hold up the reading. All rows of an
    // entity have been seen when entity_end is called or dpmf_read returns.
    void (*look)(void *arg, const DpmfRow *row);
    bool (*entity_end)(void *arg, const DpmfEntity *entity, const char *content_hash,
                       Err *err); // sha256 of its lines, hex
    bool (*file)(void *arg, Str columns[7],
                 Err *err); // _files: uuid, parent type, parent uuid, path, size, sha256, mime
    bool (*warning)(void *arg, Str columns[7],
                    Err *err); // _warnings: id, entity_type, source_id, severity, code, message, raw_data
    void *arg;
} DpmfVisitor;
// false: refused (*verdict DPMF_HASH and the like), stopped, or a callback failed (its err, *verdict
// DPMF_ACCEPT). Any callback may be NULL.
bool dpmf_read(Dpmf *d, const DpmfVisitor *visitor, DpmfVerdict *verdict, Err *err) MUST_CHECK;
// The rows of one entity again, in the same order, of a file that was read to its end and accepted. false
// as with dpmf_read.
bool dpmf_read_entity(Dpmf *d, const DpmfEntity *entity, bool (*row)(void *arg, const DpmfRow *row, Err *err),
                      void *arg, DpmfVerdict *verdict, Err *err) MUST_CHECK;
const char *dpmf_hash_declared(const Dpmf *d); // NULL: none
const char *dpmf_hash_computed(const Dpmf *d); // NULL before everything was read

#endif
