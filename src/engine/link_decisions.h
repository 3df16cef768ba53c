// Deciding of links (cache/links.h) from anywhere: opened before, written down after. More is in clinic_links.h.
#ifndef ENGINE_LINK_DECISIONS_H
#define ENGINE_LINK_DECISIONS_H

#include "base/problems.h"
#include "cache/links.h"
#include "config/clinic.h"

// Opens control.db for decisions; it is closed with a. A control.db that never saw the file takes it in. NULL
// with ERR_USAGE before the first run, ERR_DECISION when people changed the file since (take false: the
// caller imports).
Control *links_open(Arena *a, const Clinic *clinic, bool take, Problems *problems, Err *err);
// What follows a decision about count items: a line of audit.log (action: "links.accept"), and the file.
bool links_written(Arena *a, const Clinic *clinic, Control *c, const char *action, int64_t count,
                   Err *err) MUST_CHECK;

#endif
