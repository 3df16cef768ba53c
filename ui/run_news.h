// Reading what a run tells: its new events, its heartbeat, who is at work. For app_fetch(), on its thread.
#ifndef UI_RUN_NEWS_H
#define UI_RUN_NEWS_H

#include "cache/control.h"
#include "engine/orders.h"
#include "ui/app.h"

typedef struct {
    int64_t run;    // this one; 0: the one under way, else the newest if pid ran it, else the known one
    int64_t known;  // events of this run were read already; 0: of none
    int64_t offset; // up to here
    int64_t pid;    // of a worker that was started here; 0: none
    int wait_ms;    // first: a run under way is looked at once in a while
} NewsWish;

typedef struct {
    int64_t run;  // 0: there is none to tell of, or the worker has only just begun
    bool at_work; // a worker holds the clinic
    bool live;    // and works on this run
    Str owner;    // JSON of who holds the clinic; without value: nobody
    bool told;    // it tells of itself:
    WorkerSeen seen;
    Instant now;
    int64_t from, to; // of events.ndjson
    Str lines;        // whole ones, in between
    bool more;        // are there already
} RunNews;

void *run_news_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

typedef struct {
    const RunRecord *runs; // newest first
    size_t n;
    const char *trouble; // control.db cannot be read: why; NULL
} RunList;

void *run_list_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

// Asks the worker for something (wish: Order with kind and stop); gives what it answered, a text.
void *order_ask_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err);

#endif
