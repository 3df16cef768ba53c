// What a clinic needs open to be planned or run: configuration, model, profile, target, cache, mappings.
#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include "base/file.h"
#include "cache/cache.h"
#include "engine/engine.h"
#include "map/mapper.h"
#include "target/target.h"

typedef struct {
    Arena *arena;
    const Clinic *clinic; // NULL: a profile checked on its own
    Model *model;
    Profile *profile;
    Target *target;
    Cache *cache;
    Mapper *mapper;
    Control *control;
    const char *clinic_id, *clinic_name;
    const char *source_system;
    Instant as_of;
    bool looks; // nothing of the cache may change
    const char *as_of_text;
    FileStamp source_stamp; // of the source file when its digest was taken
} Session;

// Each opens one thing and relies on those before it. write: for a worker.
bool session_profile(Session *s, Problems *problems, Err *err);
// The embedded target is made from the profile's schema and seed when a worker finds none; a reader
// gets s->target NULL with ERR_NONE. A server's is there or not.
bool session_target(Session *s, bool write, Err *err);
// The target as the configuration names it, for whoever wants a connection of his own; its memory is a's.
Target *session_open_target(const Clinic *c, Arena *a, bool read_only, Err *err) MUST_CHECK;
bool session_which_clinic(Session *s, Err *err); // clinic_id and the name as read from the target
// Fixes as_of: --as-of, settings.as_of, what an earlier run fixed for this source, now.
bool session_as_of(Session *s, const char *given, const char *source_digest, bool write, Err *err);
bool session_mapper(Session *s, Problems *problems, Err *err);
void session_close(Session *s);

#endif
