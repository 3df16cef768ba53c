// config.yaml or commands.yaml as a person's text: its bytes, its tree, its lines without secrets.
#ifndef CONFIG_CONFIG_FILE_H
#define CONFIG_CONFIG_FILE_H

#include "base/file.h"
#include "config/clinic.h"
#include "config/yaml.h"

// Bytes from..to of the file.
typedef struct {
    size_t from, to;
} ConfigSpan;

typedef struct {
    const char *path;      // as the operator would type it
    const char *name;      // config.yaml
    const ConfigKey *keys; // its table
    FileStamp stamp;       // when it was read
    Str bytes;             // as they are in the file; without value: it could not be read
    YamlNode *root;        // NULL: not the YAML of mudanza
    bool odd;              // has line ends that YAML counts and editors do not (U+0085, U+2028, U+2029)
    Str *lines;            // of bytes, as an editor counts them; without line ends
    size_t n_lines;
    const ConfigSpan *secrets; // what is never shown, in order; for config_line()
    size_t n_secrets;
} ConfigFile;

// Reads the file; its mistakes are added to problems, as yaml_read_anyway() tells them (not those of keys). Lives
// as long as a. Never NULL: a file that is not there has no bytes and no root.
ConfigFile *config_file_read(Arena *a, const char *path, const ConfigKey *keys, Problems *problems);
// The same from memory; path is only shown.
ConfigFile *config_file_of(Arena *a, const char *path, const ConfigKey *keys, Str bytes, Problems *problems);

// Whether the file is not any more what was read: another size, time, inode or content, or gone.
bool config_file_changed(const ConfigFile *f);
// Whether it says something else by now: one that was only written again does not.
bool config_file_differs(const ConfigFile *f);

// Line 1..n_lines as it may be shown: secrets are (set), and what is longer than a screen is cut around
// byte `focus` of the line (0: its beginning). Not cleaned for a terminal: text_clean() does that.
const char *config_line(Arena *a, const ConfigFile *f, int line, size_t focus);

// Where a column (from 1, in characters) of a line begins, in bytes of the file; the line's end when it is shorter.
size_t config_offset(const ConfigFile *f, int line, int col);

#endif
