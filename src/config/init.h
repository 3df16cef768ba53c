// mudanza init: a new clinic's folder with both files, commented for people who have never seen one.
#ifndef CONFIG_INIT_H
#define CONFIG_INIT_H

#include "config/clinic.h"

typedef struct {
    const char *workspace; // absolute
    const char *name;      // [a-z0-9][a-z0-9-]{0,62}
    const char *source;    // a file or folder that exists; relative: to the current folder. NULL: none yet
    const char *profile;
    const char *target; // connection string without a password, sqlite:PATH, or NULL: the embedded database
    const Setting *settings; // of --set; line is not used
    size_t n_settings;
    const char *passphrase_file; // NULL, or the file of --passphrase-file; relative: to the current folder
} InitOptions;

// Makes WORKSPACE/NAME with config.yaml (0600: it has the secret), commands.yaml and state/. *folder is its
// path, in a. Nothing is left behind when it fails. ERR_USAGE: name, profile, settings or target are wrong,
// or the clinic exists; ERR_SOURCE: there is no such source.
bool clinic_init(Arena *a, const InitOptions *o, const char **folder, Err *err) MUST_CHECK;

// One thing clinic_init looks at, for a form that is being filled in: what it would say of it, with nothing made.
// The workspace need not exist yet.
typedef enum { INIT_NAME, INIT_SOURCE, INIT_PROFILE, INIT_TARGET } InitPart;
bool clinic_init_check(Arena *a, const InitOptions *o, InitPart part, Err *err) MUST_CHECK;
// The command that does the same, as a shell reads it: mudanza init NAME --source FILE ...
const char *clinic_init_command(Arena *a, const InitOptions *o);

#endif
