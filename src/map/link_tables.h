// The links of a profile at the mapper: proposals made by link_match.h, decisions of people applied to them,
// and the outcome as a table that mappings and work tables read:
//
//   link.<entity>(key, label, type, outcome, target, category, wanted, score)
//
// outcome: link, fuzzy_link (to target), create (in category) or ignore. wanted: the category that was asked
// for; category is the one it gets, another when the target has none of that name.
#ifndef MAP_LINK_TABLES_H
#define MAP_LINK_TABLES_H

#include "cache/link_store.h"
#include "map/mapper_state.h"

// Checks the SQL of every one and makes its table, empty. Mistakes are problems; false with err: the machine
// refused.
bool links_prepare(Mapper *m, Problems *problems, Err *err) MUST_CHECK;
// Adds, for each such table a composed statement reads, what that table is made of.
void links_resolve(Mapper *m, Composed *composed);
// Fills the tables that are empty still; outside of a transaction.
bool links_fill(Mapper *m, Err *err) MUST_CHECK;
// What decides a table's rows beside what it reads: the profile's SQL, the matcher, what people decided.
bool links_add_inputs(Mapper *m, const char *entity, Inputs *out, Err *err) MUST_CHECK;

#endif
