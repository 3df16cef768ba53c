// Ways into the target: each writes batches in the order in which it gets them, beside the others and beside
// the thread that reads them out of the cache, which alone touches SQLite, the events and everything else.
//
// A lane that has a thread has a connection of its own; one without is the run's own connection, and what is
// put is written at once. Between lane_put and lane_done a load belongs to the lane; a lane's target may be
// used by the main thread while the lane holds no load, or while all are held.
#ifndef ENGINE_LANES_H
#define ENGINE_LANES_H

#include "engine/worker.h"

// A batch on its way, with its rows.
typedef struct {
    Arena *arena;
    bool raw;
    WriteBatch batch;
    RawBatch rows;    // raw
    Instant took;     // to read it, and then to write it
    bool tried, ok;   // result; not tried: it was behind one that failed
    Err err;          // of the failure
} Load;

typedef struct Lane Lane;

// How many of them the run has asked for and can have: one for a target that has one writer, and for a rehearsal.
size_t lanes_wanted(const Worker *w);
// n lanes, with threads if there are several. The job must have begun. Fewer where the server has no more
// connections to give.
bool lanes_open(Worker *w, size_t n, Err *err) MUST_CHECK;
void lanes_close(Worker *w); // waits for what is being written; the rest is dropped
size_t lanes_count(const Lanes *l);
Lane *lanes_at(Lanes *l, size_t i);
// Until a lane has something done; true at once when one has.
void lanes_wait(Lanes *l);
// Nothing new is taken up, and nothing is being written any more when this returns. Nests.
void lanes_hold(Lanes *l);
void lanes_release(Lanes *l);

Target *lane_target(const Lane *l);
bool lane_has_thread(const Lane *l);
Load *lane_room(Lane *l); // to fill, its arena empty; NULL: it has enough to do
void lane_put(Lane *l);   // the load lane_room gave
Load *lane_done(Lane *l); // the oldest that was tried and not yet collected; NULL: none
// Done with that load. A lane stops at a load that failed until that is collected.
void lane_collected(Lane *l);
bool lane_is_empty(Lane *l);
void lane_drop(Lane *l); // everything not collected; while all are held

#endif
