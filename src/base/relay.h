// Work handed to a second thread in buffers, in order, a bounded number of them: while one side fills a
// buffer the other takes one.
//
// take runs on the second thread and never at the same time as itself; what it changes may be looked at
// after relay_drain. Where no thread can be started it runs in relay_put, and nothing else differs. Signals
// stay with the other threads. One thread fills.
#ifndef BASE_RELAY_H
#define BASE_RELAY_H

#include "base/err.h"

typedef struct Relay Relay;
typedef bool (*RelayTake)(void *arg, void *buffer, Err *err); // false: nothing more is taken

Relay *relay_new(size_t buffer_size, RelayTake take, void *arg); // the buffers are zeroed at first
// Drops what was not taken yet and ends the thread. NULL is fine.
void relay_free(Relay *r);
void relay_free_at(Relay **r);

// A buffer to fill, the same one until relay_put; as take left it. Waits for one. NULL: take failed, with
// its error.
void *relay_get(Relay *r, Err *err) MUST_CHECK;
void relay_put(Relay *r); // hands over what relay_get gave
// Waits until everything handed over was taken. false: take failed, with its error.
bool relay_drain(Relay *r, Err *err) MUST_CHECK;

#endif
