// The clinics a target holds, one of which is to be filled: for who makes a clinic's configuration.
#ifndef ENGINE_TARGET_CLINICS_H
#define ENGINE_TARGET_CLINICS_H

#include "config/clinic.h"

typedef struct {
    const char *id, *name; // name: "?" when it has none
} TargetClinic;

// At most `most` rows of the profile's table of clinics, by id. target: as clinic_init takes it; NULL, or a file
// that is not there yet: none, the first run makes it. false with err: the profile is wrong (ERR_CONFIG), the text
// is no target (ERR_USAGE), or the target cannot be read.
bool target_clinics(Arena *a, const char *workspace, const char *profile, const char *target, size_t most,
                    TargetClinic **out, size_t *n, Err *err) MUST_CHECK;

#endif
