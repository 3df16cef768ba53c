// run.log in the folder of a run: what happened as lines for people, without progress and without a value of a
// row. What grows beyond 64 MB is cut into parts, of which five are kept: run.log, run.log.1, ..., run.log.4.
#ifndef ENGINE_RUN_LOG_H
#define ENGINE_RUN_LOG_H

#include "engine/event.h"

typedef struct RunLog RunLog;

enum { RUN_LOG_PARTS = 5, RUN_LOG_MAX = 64 << 20 };

// Listens to the events from now on. max: bytes of a part. NULL when it cannot be written: the events are there.
RunLog *run_log_open(const char *folder, EventLog *events, int64_t max);
void run_log_reopen(RunLog *log); // after it was moved away
// A line beside the events; each text may be "". Only while no event is sent.
void run_log_line(RunLog *log, const char *type, const char *detail, const char *text);
// An event as a line of it, without the line's end: when, what, which step, how it stands, text, hint.
void run_log_text(const Event *e, Buf *line);
void run_log_close(RunLog *log); // after the events; NULL is fine

#endif
