// decisions/issues.yaml in the clinic's folder: what people decided of issues, to be read, reviewed and kept
// in git beside config.yaml. Fingerprints, keys and codes, never values.
//
//   version: 1
//   decisions:
//     - step: patient/validate
//       code: patient.birth_date.future
//       state: ignored                  # or asked, resolved; open: there are only notes
//       reason: "the clinic knows"
//       by: "ana"
//       at: "2026-11-21T12:00:00.000Z"
//       until: "2026-12-31"             # only of ignored
//       issues:
//         - {issue: "9c41e0a1b2c3d4e5", key: "...", field: "birth_date", notes: [{by: .., at: .., text: ..}],
//            assigned: {to: .., by: .., at: ..}}
//
// Every change of a decision writes it anew, in an order that keeps differences small. control.db remembers
// which content it knows: a file that people changed is never written over before it was imported.
#ifndef ENGINE_DECISIONS_H
#define ENGINE_DECISIONS_H

#include "base/problems.h"
#include "cache/issue_decide.h"
#include "config/clinic.h"

const char *decisions_path(Arena *a, const Clinic *clinic);

// Before deciding: a control.db that never saw the file (new, or made again) takes it in. ERR_DECISION when
// people changed it since; ERR_CONFIG and problems when it has mistakes.
bool decisions_ready(Arena *a, const Clinic *clinic, Control *c, const char *importer, Problems *problems,
                     Err *err) MUST_CHECK;
// The first half of it, for runs: a file that was changed stays as it is.
bool decisions_first(Arena *a, const Clinic *clinic, Control *c, const char *importer, Problems *problems,
                     Err *err) MUST_CHECK;

// Opens control.db for decisions; it is closed with a. The folder of state is made when it has to be, and the
// file taken in as decisions_ready() does; take false: the caller does that. NULL, with ERR_USAGE before the
// first run.
Control *decisions_open(Arena *a, const Clinic *clinic, bool take, Problems *problems, Err *err);
// What follows a decision about count issues: a line of audit.log (action: "warnings.ignore"), and the file.
bool decisions_written(Arena *a, const Clinic *clinic, Control *c, const char *action, int64_t count,
                       Err *err) MUST_CHECK;

// Takes the file in, all of it or nothing; what was decided here later stays. *changed: issues that are not
// as before. Decisions that are not in the file stay. ERR_USAGE: there is no such file.
bool decisions_import(Arena *a, const Clinic *clinic, Control *c, const char *importer, int64_t *changed,
                      Problems *problems, Err *err) MUST_CHECK;

// As it would be written. Decisions about issues whose key is no UTF-8 are left out.
bool decisions_text(Arena *a, Control *c, Buf *out, size_t *n, Err *err) MUST_CHECK;
// Writes the file; without any decision and without a file nothing happens.
bool decisions_export(Arena *a, const Clinic *clinic, Control *c, Err *err) MUST_CHECK;

#endif
