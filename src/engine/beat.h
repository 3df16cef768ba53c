// The thread beside the worker: it writes status.json each second, listens at the control socket and notices
// when nothing moves. It sets flags and writes events; of a target it only asks what that waits for.
#ifndef ENGINE_BEAT_H
#define ENGINE_BEAT_H

#include "engine/control_socket.h"
#include "engine/event.h"
#include "target/target.h"

typedef struct Beat Beat;

typedef struct {
    const char *state_folder, *clinic;
    int64_t run;
    EventLog *events;
    ControlSocket *socket;                // NULL: none could be opened
    int64_t stall_after_s, stall_kill_s; // stall_kill_s 0: never
} BeatOptions;

// events and socket must outlive it. It beats only while the worker asks whether to stop (cancel_requested):
// one that hangs is seen to be silent.
Beat *beat_start(const BeatOptions *o, Err *err);
// What the worker is at; cheap enough for every progress report. It moves when this differs from before.
void beat_tick(Beat *b, const char *phase, const char *step, int64_t done, int64_t rows, int64_t rejected);
void beat_left(Beat *b, const char *step); // that is over: nobody is at it any more
void beat_steps(Beat *b, int done, int total);
void beat_pace(Beat *b, double rate, double eta_low_s, double eta_high_s); // negative eta: unknown
void beat_news(Beat *b, int64_t warnings_new);
// by NULL: it goes on. until NULL: nobody knows. A paused worker is not stalled.
void beat_pause(Beat *b, const char *by, const char *until);
// Whom to ask why nothing moves; NULL before it is closed. b NULL is fine.
void beat_target(Beat *b, Target *t);
const char *beat_waits_for(Beat *b, Arena *a); // what the target waited for, or last did; NULL: nothing. b NULL is fine
// One that is written to beside it; NULL before they are closed: none any more.
void beat_target_beside(Beat *b, Target *t);
void beat_retry(Beat *b); // one more; NULL is fine
void beat_asked(Beat *b, const char *what); // what is asked and still to come; NULL: nothing
void beat_finishing(Beat *b);               // accounts and report: no stall any more
bool beat_gave_up(Beat *b, int64_t *still_s); // it asked the worker to stop because nothing moved
void beat_tell(Beat *b, EventLog *events);    // its state as an event
// Writes the last state ("done", "failed", ...) and ends the thread. NULL is fine.
void beat_stop(Beat *b, const char *state);

#endif
