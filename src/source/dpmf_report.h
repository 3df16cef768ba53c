// Judges a DPMF file from its first byte to its last: what `mudanza dpmf verify` tells.
#ifndef SOURCE_DPMF_REPORT_H
#define SOURCE_DPMF_REPORT_H

#include "source/dpmf.h"

typedef struct {
    DpmfVerdict verdict;
    const char *verdict_text;  // accept, accept:warn, reject:CLASS
    const char *reason, *hint; // of a refusal, else ""; one sentence each
    const DpmfWarning *warnings;
    size_t warning_count;
    // What was known when the judgement fell. NULL or 0 when it fell earlier.
    const char *layering;
    const char *format_version, *source_system;
    const DpmfEntity *entities; // rows -1: not counted
    size_t entity_count;
    int64_t files; // rows of _files; -1: not counted
    const char *hash_declared, *hash_computed;
} DpmfSummary;

// passphrase and watch may be NULL. true: judged, whatever the verdict; *out lives as long as a.
// false: the operating system refused, or somebody asked to stop: err says it and nothing is judged.
bool dpmf_verify_file(const char *path, const Secret *passphrase, const char *temp_folder,
                      const DpmfWatch *watch, DpmfSummary *out, Arena *a, Err *err) MUST_CHECK;
// The same; of a file that is accepted *open stays open for dpmf_read_entity, as long as a. Else it is NULL.
bool dpmf_verify_open(const char *path, const Secret *passphrase, const char *temp_folder,
                      const DpmfWatch *watch, DpmfSummary *out, Dpmf **open, Arena *a, Err *err) MUST_CHECK;

#endif
