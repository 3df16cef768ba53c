// What a step depends on, one by one: the fingerprint is the digest of the list, and two lists compared
// say why a step is to be done anew.
#ifndef CACHE_INPUTS_H
#define CACHE_INPUTS_H

#include "base/str.h"

// The kinds of inputs, as --json tells them. Several of a kind differ by name.
#define INPUT_SOURCE "source"       // the source file
#define INPUT_SETTING "setting"     // of config.yaml or the profile's default
#define INPUT_AS_OF "as_of"         // the moment that mapping files take for now
#define INPUT_MAPPING "mapping"     // name: "patient.yaml: column first_name"
#define INPUT_PROFILE "profile"     // an issue code of the profile
#define INPUT_MODEL "model"         // the fields of an entity
#define INPUT_CATALOGUE "catalogue" // a column of the target: table.column
#define INPUT_TARGET "target"       // the small tables of the target that mappings read
#define INPUT_UPSTREAM "upstream" // what another step made: "patient/validate" or "patient/validate: column"
#define INPUT_LINKS "links"       // what people decided of an entity's links
#define INPUT_RULES "rules"       // mudanza's own, by number

typedef struct {
    const char *kind, *name;
    const char *digest; // what decides; as long as the text is short, readable
    const char *text;   // for people; NULL: secret or nothing to read. Never a patient's
} Input;

typedef struct {
    Arena *arena; // where texts are kept
    Input *items;
    size_t n, room;
} Inputs;

// Adds the digest of a value; text is what people read of it, cut to INPUT_TEXT_MAX bytes.
void inputs_add(Inputs *l, const char *kind, const char *name, const char *value, const char *text);
// The same for what is a digest already.
void inputs_add_digest(Inputs *l, const char *kind, const char *name, const char *digest, const char *text);
// The digest of the list, in its order.
const char *inputs_fingerprint(const Inputs *l);

enum { INPUT_TEXT_MAX = 1000 };

typedef enum { INPUT_CHANGED, INPUT_CAME, INPUT_WENT } InputChangeKind;
typedef struct {
    InputChangeKind change;
    const char *kind, *name;
    const char *before, *after; // texts; NULL: not there, or not to be read
} InputChange;
// What differs, in the order of `after`, then what is there no more. Lives in after->arena.
InputChange *inputs_compare(const Inputs *before, const Inputs *after, size_t *n);

#endif
