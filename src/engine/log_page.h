// Lines of a run's log (run_log.h) for a screen, a page at a time, read from the file by position. Each line
// begins with its time; what is half written is not shown.
#ifndef ENGINE_LOG_PAGE_H
#define ENGINE_LOG_PAGE_H

#include "base/err.h"
#include "base/page_way.h"
#include "config/clinic.h"

typedef struct {
    int64_t run;
    const char *step; // lines of this step (of an extract step: of source/extract too); NULL: all
    const char *find; // and with this text in them, a-z and A-Z alike; NULL or "": any
    int limit_ms;     // looks no longer; 0: 150 ms
} LogWish;

typedef struct {
    int64_t at, end;                // its bytes in the file, from at to before end
    const char *text;               // without the line's end
    const char *time, *type, *step; // as the line has them; step "": none
} LogLine;

typedef struct {
    LogLine *lines; // as in the file
    size_t n;
    // What was looked at: PAGE_BEFORE goes on at `from`, PAGE_AFTER at `to` (also for what was written
    // since).
    int64_t from, to;
    int64_t size; // of the file, whole lines
    bool stopped; // the time was up before the page was full
    bool there;   // false: the run has no log (any more)
} LogPage;

// at: for PAGE_AFTER and PAGE_FROM the byte to begin with, for PAGE_BEFORE the one to end before: from, to,
// at or end of an earlier page. A file that was cut or replaced meanwhile is read from its begin or end.
bool log_page(Arena *a, const Clinic *clinic, const LogWish *wish, PageWay way, int64_t at, size_t most,
              LogPage *out, Err *err) MUST_CHECK;

#endif
