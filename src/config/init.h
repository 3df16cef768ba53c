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

#endif
