// What SQLite does for the code under test: how many steps its statements take, which is the same on any
// machine.
#ifndef TESTS_SUPPORT_STATEMENT_WATCH_H
#define TESTS_SUPPORT_STATEMENT_WATCH_H

#include "base/base.h"

void statements_watch(void); // those of every connection opened from now on, of this thread
void statements_forget(void);

typedef struct {
    int64_t steps;      // virtual machine steps of the heaviest one that ended since
    char heaviest[512]; // its beginning
    int64_t all;        // steps of all of them
    int64_t ended;      // how many there were
    bool offset;        // one passes over rows by their number
} Statements;
Statements statements_seen(void);

#endif
