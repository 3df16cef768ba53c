// A workspace holds clinics; a clinic is a folder with config.yaml and commands.yaml.
#ifndef CONFIG_CLINIC_H
#define CONFIG_CLINIC_H

#include "base/err.h"
#include "base/problems.h"

// One key of config.yaml. The same table is the validator, `config explain` and mudanza-config(5).
typedef enum { KEY_TEXT, KEY_INT, KEY_BOOL, KEY_WORD, KEY_DURATION, KEY_PERCENT, KEY_PATH, KEY_SECRET, KEY_INSTANT,
               KEY_MAP, KEY_LIST } KeyType;
typedef struct {
    const char *path;     // "source.path"; "settings.*": any name
    KeyType type;
    const char *words;    // KEY_WORD: "DEV|STAG|PROD"
    const char *unit;     // "rows", "days", or NULL
    const char *fallback; // default as written in YAML, or NULL: none
    bool required;
    const char *since;    // version of mudanza
    const char *about;    // one sentence; N_()
} ConfigKey;
extern const ConfigKey config_keys[];   // ends with a NULL path
extern const ConfigKey command_keys[];  // of one entry of commands.yaml, and of its top level

typedef struct {
    const char *name, *value;
    int line;
} Setting;

typedef enum { TARGET_SQLITE, TARGET_POSTGRES } TargetType;

// An entry of commands.yaml; pipeline: auto has none.
typedef struct {
    const char *name, *category, *type, *entity, *source, *script, *function, *description;
    const char *const *after; // ids of steps, NULL-ended
    bool skip_autopilot;
    int line;
} Command;

typedef struct {
    const char *workspace;   // absolute
    const char *name;        // the folder's name
    const char *folder;      // absolute
    const char *state_folder;
    const char *config_path, *commands_path;

    const char *source_path;   // absolute; NULL: none
    const char *source_system; // NULL: as the file says
    const char *passphrase;    // reference (${file:...}) or NULL; file paths made absolute
    const char *profile;
    const char *env;           // DEV, STAG or PROD
    TargetType target_type;
    const char *target_path;   // TARGET_SQLITE: absolute path of the database
    const char *target_conninfo;
    Setting *settings;
    size_t n_settings;
    // limits: and policy:
    int64_t max_rejects;
    double max_reject_ratio;   // 0.01 is 1 %
    int64_t max_duration_s;    // 0: none
    int64_t stall_after_s;
    const char *on_reject, *on_fail, *unreviewed;
    bool pipeline_auto;
    Command *commands;
    size_t n_commands;
} Clinic;

// The workspace: -C, else MUDANZA_CLINICS_DIR, else the nearest folder upwards from the current one that
// is called or holds "clinics". NULL when there is none.
const char *workspace_find(Arena *a, const char *given, Err *err);
char **workspace_clinics(Arena *a, const char *workspace); // sorted names of folders with config.yaml or commands.yaml

// Reads both files. NULL when problems->errors > 0; every problem of both files is in the list.
// state_dir NULL: MUDANZA_STATE_DIR/<name>, else <folder>/state.
Clinic *clinic_load(Arena *a, const char *workspace, const char *name, const char *state_dir, Problems *problems);
const char *clinic_setting(const Clinic *c, const char *name); // NULL: not set

// Where the product's data is: MUDANZA_DATA_DIR; clinics/ beside the executable when it holds model/; pkgdatadir.
const char *data_folder(Arena *a, Err *err);
// A file of a profile, the workspace's own first: <workspace>/profiles/<profile>/<name>. NULL: none has it.
const char *profile_file(Arena *a, const Clinic *c, const char *profile, const char *name);

#endif
