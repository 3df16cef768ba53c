// The step that keeps the source's list of files in the target's ledger, so that their bytes can come later.
#ifndef ENGINE_STAGE_FILES_H
#define ENGINE_STAGE_FILES_H

#include "cache/file_rows.h"
#include "engine/worker.h"

bool step_is_files(const Step *s);
// Whether there is a list, now or in the ledger from earlier runs.
bool staging_is_wanted(Worker *w, bool *wanted, Err *err);
bool staging_fingerprint(Session *s, Inputs *in, const char **out, Err *err);
bool staging_account(Session *s, bool complete, Account *out, Err *err);
// The next lines of the list as rows of a batch: at most `most` of them, about `bytes` bytes.
bool staging_read(Worker *w, FileRows *rows, Arena *a, size_t most, size_t bytes, WriteBatch *out, Err *err);
// Adds the issues of its lines to those being noted.
bool staging_issues(Worker *w, const Step *s, Err *err);

// The id that a row made of a line of the list has in a table: the same in every run.
void staging_row_id(const char *clinic_id, const char *source_system, Str key, const char *table, char out[37]);

#endif
