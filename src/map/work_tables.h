// Work tables at the mapper: checked, put in order, made when a mapping that reads them is evaluated and what
// they stand for has changed. Private to map/.
#ifndef MAP_WORK_TABLES_H
#define MAP_WORK_TABLES_H

#include "map/mapper_state.h"

// Checks every work file and makes its table, empty unless it is there with these columns. Mistakes are
// problems; false with err: the machine refused.
bool works_prepare(Mapper *m, Problems *problems, Err *err) MUST_CHECK;

// Puts, for each work table a composed statement reads, what that table reads in its place, and notes it in
// *used, parallel to m->works.
void works_resolve(Mapper *m, Composed *composed, bool **used);

// Makes anew what the mapping reads and is not up to date; inside the caller's transaction.
bool works_fill(Mapper *m, const Ready *r, Err *err) MUST_CHECK;

// What the files of the used ones say.
void works_add_inputs(const Mapper *m, const bool *used, Inputs *out);

#endif
