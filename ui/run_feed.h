// A run as its events and its heartbeat tell it: what the Autopilot screen shows.
//
// It is fed with lines of events.ndjson in their order, from the first one on, however many at a time, and is
// the same whenever one came in. No disk and no clock: run_news.h reads.
#ifndef UI_RUN_FEED_H
#define UI_RUN_FEED_H

#include "base/date.h"
#include "engine/beat_read.h"
#include "engine/engine.h"

typedef struct {
    const char *id, *entity;      // patient/insert, patient
    int stage;                    // Stage; -1: none of them
    StepStatus status;            // STEP_PENDING: its turn has not come
    bool current;                 // there was nothing to do
    bool left_out;                // the run is not about it
    int64_t rows, done, rejected; // rows -1: not known
    double rate;                  // rows a second; 0: not known
    double eta_low_s, eta_high_s; // negative: not known
    double took_s;                // once it has ended
} FeedStep;

typedef enum {
    SEVERITY_FATAL,
    SEVERITY_ERROR,
    SEVERITY_WARNING,
    SEVERITY_INFORMATION,
    SEVERITIES
} FeedSeverity;

enum { EXIT_REJECTS = 3 };                // mudanza(1): done, and rows were kept out
enum { FEED_LOG = 400, FEED_TEXT = 320 }; // lines kept of the log; bytes of a text

typedef struct {
    Arena *arena;   // of what grows with the number of steps alone
    int64_t run;    // 0: nothing is known of any
    int64_t offset; // of events.ndjson: what is before it was taken
    int64_t seq;    // of the last event taken
    char mode[32], by[64], host[64], env[16], version[32];
    int64_t pid;
    Instant began; // 0: not told yet
    Instant last_at; // of the last event

    FeedStep *steps; // in the order in which they run, once that is known
    size_t n, cap;
    bool planned; // all steps are there
    struct {      // the source is unpacked and read in one pass, before there are steps to plan
        bool active, bytes;
        char phase[48];
        int64_t done, rows;
        double rate;
    } source;

    int64_t issues[SEVERITIES]; // that are new in this run
    char newest[FEED_TEXT];     // "patient.no_name patient"; "": none
    char refused[FEED_TEXT];    // the first of those that keep a row out
    Instant newest_at;
    int64_t retries;
    char retry[FEED_TEXT], gate[FEED_TEXT], gate_hint[FEED_TEXT], error[FEED_TEXT], error_hint[FEED_TEXT],
        stall[FEED_TEXT]; // the last ones; "": none
    bool wants_links;     // it waits for a person to decide proposed links
    char paused_by[64];   // "": it is not paused
    Instant paused_at;

    bool ended; // by its own last word
    char status[32], reason[FEED_TEXT], resume[FEED_TEXT];
    int exit_code;
    double took_s;

    Buf log[FEED_LOG]; // a ring: "12:46:52 patient/insert done", clean
    size_t logged;     // lines there have been
} RunFeed;

RunFeed *feed_new(int64_t run);
void feed_free(RunFeed *f); // NULL is fine

// A line of events.ndjson, without its end. What is no event, and what was taken already, is left out.
void feed_line(RunFeed *f, Str line);

FeedStep *feed_step(RunFeed *f, const char *id); // NULL: there is none
// Of the steps that the run is about, which feed_steps() counts.
size_t feed_ended_steps(const RunFeed *f);
size_t feed_steps(const RunFeed *f);
// Worth a row: the run is about it, or something was done in it all the same.
bool feed_shows(const FeedStep *s);
double feed_share(const RunFeed *f); // of the run that is done, by its rows: 0 to 1
// How long a step whose turn has not come may take, by those that have ended; negative: nobody can say.
double feed_about_s(const RunFeed *f, const FeedStep *s);
int64_t feed_rows(const RunFeed *f, const FeedStep *s);   // it has or will have; -1: not known
int64_t feed_rejected(const RunFeed *f);                  // rows kept out so far, each once
size_t feed_log_lines(const RunFeed *f);                  // that are kept
const char *feed_log_line(const RunFeed *f, size_t back); // 0: the last one

#endif
