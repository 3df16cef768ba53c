// The insert phase, between its files. Private to engine/.
#ifndef ENGINE_INSERT_H
#define ENGINE_INSERT_H

#include "engine/lanes.h"

// run_insert.c: what comes before the first and after the last batch of a step. *goes: batches are to follow;
// else it has ended. false: the run cannot go on.
bool insert_begin(Worker *w, Step *s, bool *goes, Err *err);
bool insert_end(Worker *w, Step *s, Err *err);

// counters_raise.c: once all steps have ended. A kill before it is made good by the next run, which finds them done.
bool insert_raise_counters(Worker *w, Err *err);

// insert_flow.c: all insert steps, several at a time where they do not meet.
bool insert_flow(Worker *w, Err *err);

// insert_batches.c: the batches of one step on their way from the cache to its lane.
typedef struct Inserting Inserting;
Inserting *insert_open(Worker *w, Step *s);
void insert_close(Inserting *x);
// Goes on as far as it can without waiting: takes what was written, reads what there is room for.
// *ended: all of it is written.
bool insert_feed(Inserting *x, size_t place, bool *moved, bool *ended, Err *err);
Step *insert_step(const Inserting *x);
void insert_give_up(Inserting *x); // what is being written is finished and counted, the rest dropped

// insert_meet.c: whether two entities may not be written at the same time: one needs the other, a foreign key
// leads from a table of one to a table of the other, or both fill the same table.
bool insert_meets(Worker *w, const Step *a, const Step *b, bool *yes, Err *err);

#endif
