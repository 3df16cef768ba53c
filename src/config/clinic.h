// A workspace holds clinics; a clinic is a folder with config.yaml and commands.yaml.
#ifndef CONFIG_CLINIC_H
#define CONFIG_CLINIC_H

#include "base/err.h"
#include "base/problems.h"

// One key of config.yaml. The same table is the validator, `config explain` and mudanza-config(5).
typedef enum {
    KEY_TEXT,
    KEY_INT,
    KEY_BOOL,
    KEY_WORD,
    KEY_DURATION,
    KEY_PERCENT,
    KEY_PATH,
    KEY_SECRET,
    KEY_INSTANT,
    KEY_MAP,
    KEY_LIST
} KeyType;
typedef struct {
    const char *path; // "source.path"; "settings.*": any name
    KeyType type;
    const char *words;    // KEY_WORD: "DEV|STAG|PROD"
    const char *unit;     // "rows", "days", or NULL
    const char *fallback; // default as written in YAML, or NULL: none
    bool required;
    int64_t min, max;  // KEY_INT, KEY_DURATION (seconds); max 0: no upper limit
    const char *since; // version of mudanza
    const char *about; // one sentence; N_()
} ConfigKey;
extern const ConfigKey config_keys[];  // ends with a NULL path
extern const ConfigKey command_keys[]; // of commands.yaml: its top level, and commands.NAME of one entry

typedef struct {
    const char *name, *value;
    int line;
} Setting;

// What a hook can be called for.
typedef enum {
    HOOK_RUN_START,
    HOOK_RUN_END,
    HOOK_STEP_FAILED,
    HOOK_GATE,
    HOOK_STALL,
    HOOK_PAUSED,
    HOOK_HEARTBEAT,
    HOOK_EVENTS
} HookEvent;
extern const char *const hook_words[HOOK_EVENTS + 1]; // run.start, ...; NULL-ended

// An entry of hooks: a program of the operator's that is told of events.
typedef struct {
    unsigned on;             // bits 1 << HookEvent
    const char *const *exec; // NULL-ended; begins with an absolute path
    int64_t timeout_s, every_s;
    int line;
} Hook;

typedef enum { TARGET_SQLITE, TARGET_POSTGRES } TargetType;

// An entry of commands.yaml; pipeline: auto has none.
typedef struct {
    const char *name;     // unique in the file
    const char *category; // "General" when none is given
    // extract, normalise, validate, insert, verify, files, sql, script, report; script too when only a script
    // is named; global: a script of the product's global_commands, which gets the clinic's folder
    const char *type;
    const char *entity, *source, *function, *description;
    const char *script;       // relative: to the clinic's folder, or to global_commands
    const char *const *after; // other entries or ids of steps (patient/insert); NULL-ended, never NULL
    Setting *params;
    size_t n_params;
    bool skip_autopilot, skip_status;
    int line;
} Command;

typedef struct {
    const char *workspace; // absolute
    const char *name;      // the folder's name
    const char *typed;     // as a command to type names it: clinic_typed()
    const char *folder;    // absolute
    const char *state_folder;
    const char *config_path, *commands_path;

    const char *source_path;   // absolute; NULL: none
    const char *source_system; // NULL: as the file says
    const char *passphrase;    // reference (${file:...}) or NULL; file paths made absolute
    const char *profile;
    const char *env; // DEV, STAG or PROD
    TargetType target_type;
    const char *target_path;     // TARGET_SQLITE: absolute path of the database
    const char *target_conninfo; // TARGET_POSTGRES: keywords for libpq, never a password
    const char *target_password; // reference to its file, made absolute, or credential; NULL: libpq finds it
    const char *bulk;            // TARGET_POSTGRES: auto, never or always
    const char *storage_path;    // absolute: the folder below which files are kept
    const char *storage_token;   // reference, as passphrase; NULL: none
    Setting *settings;
    size_t n_settings;
    // limits: and policy:
    int64_t max_rejects;
    double max_reject_ratio; // 0.01 is 1 %
    int64_t max_duration_s;  // 0: none
    int64_t stall_after_s;
    int64_t stall_kill_s;    // 0: never
    int64_t jobs;            // entities written at a time, 1 to 8
    int64_t disk_reserve_mb; // what must stay free; 0: nothing
    const char *on_reject, *on_fail, *on_conflict, *unreviewed;
    bool rehearse_in_prod;
    const char *const *blocking; // codes of issues that hold writing back, globs, NULL-ended; NULL: none
    Hook *hooks;
    size_t n_hooks;
    int64_t retention_cache_s; // retention:
    int64_t retention_runs;
    bool pipeline_auto;
    Command *commands;
    size_t n_commands;
} Clinic;

// The workspace: -C, else MUDANZA_CLINICS_DIR, else the nearest folder upwards from the current one that
// is called or holds "clinics". NULL when there is none.
const char *workspace_find(Arena *a, const char *given, Err *err);
// What a command typed in the current folder needs to find this workspace: "" or " -C DIR".
const char *workspace_words(Arena *a, const char *workspace);
// A clinic as a command typed in the current folder has to name it, for every hint: lima, or
// lima -C DIR --state-dir DIR. workspace NULL: none to name; state_dir NULL: where it would be looked for.
const char *clinic_typed(Arena *a, const char *workspace, const char *name, const char *state_dir);
// Sorted names of the folders with config.yaml or commands.yaml, NULL-ended.
char **workspace_clinics(Arena *a, const char *workspace);

// Reads both files. NULL when problems->errors > 0; every problem of both files is in the list.
// state_dir NULL: MUDANZA_STATE_DIR/<name>, else <folder>/state.
Clinic *clinic_load(Arena *a, const char *workspace, const char *name, const char *state_dir,
                    Problems *problems);
const char *clinic_setting(const Clinic *c, const char *name); // NULL: not set

// Where the product's data is: MUDANZA_DATA_DIR; clinics/ beside the executable when it holds model/; at
// last pkgdatadir.
const char *data_folder(Arena *a, Err *err);
// Names of all profiles, sorted, NULL-ended. workspace NULL: only the product's.
const char *const *profile_names(Arena *a, const char *workspace);
// A file of a profile, the workspace's own first: <workspace>/profiles/<profile>/<name>. NULL: none has it.
// c NULL: only the product's.
const char *profile_file(Arena *a, const Clinic *c, const char *profile, const char *name);
// A word as a shell reads it: quoted when it has to be, 'it'\''s'.
const char *shell_word(Arena *a, const char *word);
// A path as the operator would type it: without the current folder in front.
const char *shown_path(Arena *a, const char *path);
// [a-z0-9][a-z0-9-]{0,62}: the names init gives; folders made by hand may differ.
bool clinic_name_valid(const char *name);

#endif
