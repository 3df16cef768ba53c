// Writes the cache of a clinic as a DPMF file (mudanza-dpmf(5)) that verifies as accept.
//
// What extract kept back is left out; for a source without a flaw the file has the source's integrity hash.
// A worker may go on meanwhile: the cache is read as it was at the beginning.
#ifndef ENGINE_EXPORT_DPMF_H
#define ENGINE_EXPORT_DPMF_H

#include "base/digest.h"
#include "base/secret.h"
#include "cache/as_read.h"
#include "config/clinic.h"
#include "source/dpmf.h"

typedef struct Export Export;

// Opens the cache and begins the file, beside its name until export_write is done. ERR_DECISION when the
// source was not extracted yet or the file is there already. NULL on failure.
Export *export_begin(const Clinic *clinic, const char *path, Err *err);
void export_end(Export *e); // removes what was not finished; NULL is fine
void export_end_at(Export **e);
const char *export_source_layering(const Export *e); // raw, zstd, enc(raw), enc(zstd)

typedef enum { EXPORT_SOURCE_SAME, EXPORT_SOURCE_CHANGED, EXPORT_SOURCE_UNKNOWN } ExportSource;

typedef struct {
    const AsReadEntity *entities; // with the rows written
    size_t n_entities;
    int64_t rows, files, warnings; // written
    int64_t bytes;                 // of the file
    const AsReadRejects *left_out; // rows the cache does not have, by reason
    size_t n_left_out;
    int64_t rows_left_out;
    int64_t files_left_out, warnings_left_out; // lines that verify warns about, or whose id comes again
    bool renumbered;                       // the ids of the warnings were not distinct numbers in order
    char hash[SHA256_HEX + 1];
    const char *source_hash;
    bool equal;          // the two are the same
    ExportSource source; // whether the source file is still the one the cache was made of
} ExportResult;          // lives as long as the Export

// layering: as dpmf_layering_words. passphrase: for the encrypted ones. watch: rows while writing ("write"),
// bytes while packing ("seal"). On failure nothing of the file remains.
bool export_write(Export *e, const char *layering, const Secret *passphrase, const DpmfWatch *watch,
                  ExportResult *out, Err *err) MUST_CHECK;

#endif
