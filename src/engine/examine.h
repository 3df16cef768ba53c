// The target of a clinic looked at before a run: can it be reached, is it fit, what is in the way.
#ifndef ENGINE_EXAMINE_H
#define ENGINE_EXAMINE_H

#include "config/clinic.h"
#include "target/target.h"

// What the server of a PostgreSQL target says, and of the tables the clinic's profile fills; nothing of an embedded
// one. false with err: it could not be asked; what was found before that is in the list.
bool target_examine(Arena *a, const Clinic *clinic, TargetFinding **out, size_t *n, Err *err) MUST_CHECK;

#endif
