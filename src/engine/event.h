// What the engine says while it works: one JSON object a line, always in runs/N/events.ndjson, and to a
// listener (the terminal, --json). Typed fields only: there is no way to put a patient's value in.
#ifndef ENGINE_EVENT_H
#define ENGINE_EVENT_H

#include "base/err.h"
#include "base/json_out.h"

// What a listener gets: the line as written, and the few facts a terminal shows.
typedef struct {
    const char *type; // run.start, plan, step.start, ..., run.end; event_types.h lists them
    const char *at;   // when: RFC 3339, UTC
    const char *step; // NULL: not of a step
    const char *status;
    int64_t done, rows;           // rows -1: unknown
    bool bytes;                   // of step.progress: done, rows and rate are of bytes
    double rate;                  // rows a second
    double eta_low_s, eta_high_s; // of the step; negative: unknown
    int64_t rejected;
    double took_s;    // of step.end
    bool current;     // of step.end: there was nothing to do
    const char *text; // for people
    const char *hint; // of error: what to do; NULL or "": nothing
    Str json;         // the whole line, without its end
} Event;

typedef struct {
    void (*event)(void *arg, const Event *e);
    void *arg;
    int64_t every_us; // progress is told, and written, at most that often; 0: twice a second
} Listener;

typedef struct EventLog EventLog;

// folder: the run's. The listener may have no function.
EventLog *events_open(const char *folder, const char *clinic, int64_t run, Listener listener, Err *err);
// One more listener, after those there are; at most two. Before the first event that another thread sends.
void events_listen(EventLog *log, Listener listener);
void events_close(EventLog *log); // NULL is fine
void events_reopen(EventLog *log);         // after the file was moved away
int64_t events_bytes(EventLog *log);       // written so far; any thread
bool events_whole(EventLog *log, Err *err); // false: some could not be written

// begin, then the event's own fields with json_*(), then send. The common fields are written by begin.
// The log is held from begin to send, so that two threads can write; nothing may wait in between.
JsonOut *event_begin(EventLog *log, const char *type, const char *step);
JsonOut *event_try_begin(EventLog *log, const char *type, const char *step); // NULL: another thread is at it
void event_send(EventLog *log,
                const Event *e); // e: the facts for the listener; type, step and json are filled in

// Of a step at most two a second, or as seldom as the listener that events_open got wants. phase: a constant; done and
// rows count rows, or bytes while a file is unpacked.
void event_progress(EventLog *log, const char *step, const char *phase, bool bytes, int64_t done,
                    int64_t rows, int64_t rejected);
void event_progress_reset(EventLog *log, const char *step); // it begins

#endif
