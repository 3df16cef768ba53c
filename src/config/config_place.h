// Values of a clinic's file and where they come from: what `config show`, `config diff` and a screen tell.
#ifndef CONFIG_CONFIG_PLACE_H
#define CONFIG_CONFIG_PLACE_H

#include "config/config_file.h"

typedef enum { ORIGIN_NONE, ORIGIN_FILE, ORIGIN_DEFAULT, ORIGIN_ENVIRONMENT } ConfigOrigin;

// One key in force.
typedef struct {
    const char *path;     // target.env; of a list's entry hooks[1].timeout, of a free name settings.color
    const ConfigKey *key; // NULL: unknown to mudanza
    const YamlNode *node; // NULL: not in the file
    const char *value;    // lists with commas; NULL: not given and without default; of a secret the word set
    bool secret;          // the value is never shown
    ConfigOrigin origin;
    int line, col;        // ORIGIN_FILE: where the value stands
    const char *variable; // ORIGIN_ENVIRONMENT: its name
    int key_line, key_col; // where the key stands; 0: nowhere
} ConfigPlace;

// Every key of the table that takes a value, in its order; free names where they stand in the file.
ConfigPlace *config_places(Arena *a, const ConfigFile *f, size_t *n);

// What stands at line and column of the file: the innermost key or value there, else the last one that begins
// before it in the line. false: nothing (a comment, an empty line, a file that is no YAML).
bool config_place_at(Arena *a, const ConfigFile *f, int line, int col, ConfigPlace *out);

// The place of a path as above; it need not be in the file. false: there is no such key.
bool config_place_of(Arena *a, const ConfigFile *f, const char *path, ConfigPlace *out);

// "config.yaml:73:20", "default", "MUDANZA_PASSPHRASE", "-": as config show --origin has it.
const char *config_origin_text(Arena *a, const ConfigFile *f, const ConfigPlace *p);

// Whether nobody may see the value: references to secrets and the key that tokens are made with.
bool config_is_secret(const ConfigKey *key, const char *path);

#endif
