// What the files of the desk share.
#ifndef FILES_DESK_INNER_H
#define FILES_DESK_INNER_H

#include "files/desk.h"
#include "map/file_rule.h"

struct Desk {
    Session s;
    bool write, ready; // ready: the ledger knows whose rows these are
    const char *step;
    Problems *problems;
    FileMaker *maker;
};

bool desk_scope(Desk *d, bool *ready, Err *err);

// A call to the target that failed: whether it is worth another attempt, which then may follow at once.
typedef struct {
    int n;
} DeskTries;
bool desk_try_again(Desk *d, DeskTries *tries, Err *err);

#endif
