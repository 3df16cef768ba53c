// Links of a clinic (cache/links.h) and the world outside of control.db: the mappings that make proposals,
// the file decisions/links.yaml in the clinic's folder, and the other clinics of the workspace.
//
//   version: 1
//   clinic: sonrisa
//   system: gesden
//   links:
//     - {entity: treatment_catalog_item, key: "...", label: "OBT COMP", type: "22", state: relinked,
//        target: {id: "...", code: REST-COMP, label: "Obturación composite"}, by: "ana", at:
//        "2026-11-21T12:00:00.000Z"}
//
// Every change of a decision writes it anew. control.db remembers which content it knows: a file that people
// changed is never written over before it was imported. What other clinics of the same source system wrote
// there is offered.
#ifndef ENGINE_CLINIC_LINKS_H
#define ENGINE_CLINIC_LINKS_H

#include "base/problems.h"
#include "cache/link_store.h"
#include "engine/link_decisions.h"
#include "engine/session.h"

const char *links_path(Arena *a, const Clinic *clinic);

// Reads the source and makes the proposals anew, without writing to the target; decisions stay. It is a run
// of its own.
bool links_build(Arena *a, const RunOptions *o, Problems *problems, Err *err);

// For runs: takes in a file that was never seen.
bool links_first(Arena *a, const Clinic *clinic, Control *c, const char *importer, Problems *problems,
                 Err *err) MUST_CHECK;
// Takes a file in, all of it or nothing. path NULL: the clinic's own. One of another clinic gives offers, no
// decisions.
typedef struct {
    int64_t changed, offered;
} LinksImport;
bool links_import(Arena *a, const Clinic *clinic, Control *c, const char *path, const char *importer,
                  LinksImport *out, Problems *problems, Err *err) MUST_CHECK;
// What the other clinics of the workspace decided, as offers; files that cannot be read are passed over.
bool links_look_around(Arena *a, const Clinic *clinic, Control *c, Err *err) MUST_CHECK;

// As it would be written.
bool links_text(Arena *a, const Clinic *clinic, Control *c, Buf *out, size_t *n, Err *err) MUST_CHECK;
bool links_export(Arena *a, const Clinic *clinic, Control *c, Err *err) MUST_CHECK;

// For a worker, after an entity was checked: its proposals into control.db when they are not up to date
// there.
bool links_keep(Session *s, const char *entity, Err *err) MUST_CHECK;

#define LINKS_NOTE "decisions:links.yaml" // the digest of the content control.db knows
#define LINKS_SYSTEM "links:system"       // the source system the proposals were made for

#endif
