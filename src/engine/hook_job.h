// One call of a hook: its program is started, fed, waited for and, when it takes too long, ended.
#ifndef ENGINE_HOOK_JOB_H
#define ENGINE_HOOK_JOB_H

#include "base/child.h"
#include "base/date.h"
#include "config/clinic.h"

// What a hook is told. Texts are copied by whoever keeps them.
typedef struct {
    const char *clinic, *env;
    int64_t run; // 0: a sample
    HookEvent event;
    const char *step, *status; // NULL: none
    Str json;                  // on its standard input, with a line end behind it
} HookFacts;

typedef enum { HOOK_DONE, HOOK_FAILED, HOOK_TIMEOUT, HOOK_REFUSED, HOOK_DROPPED } HookEnd;
extern const char *const hook_end_words[]; // done, failed, timeout, refused, dropped

typedef struct {
    const Hook *hook; // NULL: there is no call
    HookEvent event;
    Child child;
    Instant began; // by the steady clock
    int killed;    // the last signal it was sent; 0: none
    HookEnd end;
    int code;      // its exit code, or 128 + a signal
    double took_s;
    Buf said; // the beginning of what it wrote to standard output and error
} HookJob;

// Whether a program may be called now, as hook_job_start asks.
bool hook_may_call(const char *path, Err *err) MUST_CHECK;
// false + err when the program may not be called (missing, not executable, of somebody else, others can write to
// it) or cannot be started. It gets no variable of our environment but where programs, home and language are.
bool hook_job_start(HookJob *job, const Hook *hook, const HookFacts *facts, Err *err) MUST_CHECK;
// true: it has ended, end, code and took_s are set. Never waits.
bool hook_job_ended(HookJob *job);
void hook_job_free(HookJob *job); // after its end
// How it ended, as one sentence; why: of a call that was refused or dropped, else NULL.
const char *hook_job_text(Arena *a, const HookJob *job, const char *why);

#endif
