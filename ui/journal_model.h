// What anybody did with a clinic: its runs, and what audit.log tells, as one list.
#ifndef UI_JOURNAL_MODEL_H
#define UI_JOURNAL_MODEL_H

#include "ui/app.h"

enum { JOURNAL_ALL }; // what is fetched
enum {
    JOURNAL_TAIL = 1 << 20,
    JOURNAL_MOST = 10000
}; // bytes of audit.log that are read, from its end; entries

typedef struct {
    const char *at;     // as it was written: 2026-11-21T12:00:00.000Z
    const char *when;   // in local time
    const char *who;    // "amartin", "amartin@srv1" from another machine
    const char *what;   // in words, translated
    const char *more;   // what else is known; "": nothing
    const char *twin;   // the command that does the same; NULL: none
    int64_t run;        // 0: it was no run
    const char *record; // "patient:ID": it was about one record; NULL
    const char *issues; // a filter of warnings_screen_of(): what was decided; NULL
} JournalEntry;

typedef struct {
    JournalEntry *entries; // the newest first
    size_t n;
    bool more; // older ones were left out
} Journal;

// FetchRead; no wish.
void *journal_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);
// An entry of a line of audit.log. false: it is none.
bool journal_line(Arena *a, const Clinic *clinic, const char *host, Str line, JournalEntry *out);

#endif
