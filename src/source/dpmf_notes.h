// What is odd about rows that can be read all the same: counted by kind and told as one warning a table.
#ifndef SOURCE_DPMF_NOTES_H
#define SOURCE_DPMF_NOTES_H

#include "source/dpmf_inner.h"

typedef enum {
    NOTE_DUPLICATE_KEY, // the key of the row before
    NOTE_EMPTY_KEY,
    NOTE_UNUSABLE_KEY, // longer than CACHE_KEY_MAX, or with a NUL
    NOTE_KEY_ORDER,    // below the key of the row before in byte order
    NOTE_NO_VALUE,     // NULL in source_id or source_system
    NOTE_NUL_BYTE,
    NOTE_BLOB,
    NOTE_NOT_UTF8, // in extracted_at; anywhere else the file is refused
    NOTE_FILE_KEY,
    NOTE_FILE_VALUE,
    NOTE_WARNING_ID,
    NOTE_WARNING_VALUE,
    NOTE_KINDS,
} Note;

typedef struct {
    struct {
        int64_t n;
        char first[64]; // key of the first row
    } kinds[NOTE_KINDS];
    Buf last_key; // of the row before
    int64_t last_id;
    bool begun; // there was a row before
} Notes;

// After each row, before the next step of s. columns: its values in the order of DpmfVisitor, shown as text;
// without value: NULL.
void notes_row(Notes *n, LiteStmt *s, const Str columns[6]);
void notes_file(Notes *n, LiteStmt *s, const Str columns[7]);
void notes_warning(Notes *n, LiteStmt *s, const Str columns[7]);
void notes_tell(Notes *n, Dpmf *d, const char *table); // warns, and is empty for the next table
void notes_free(Notes *n);

#endif
