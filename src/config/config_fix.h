// Mechanical fixes of a configuration file: bytes out, bytes in, and everything else stays as it is - comments,
// quotes, layout, line ends.
#ifndef CONFIG_CONFIG_FIX_H
#define CONFIG_CONFIG_FIX_H

#include "config/config_file.h"

// Bytes at..at+len of the file become text. len 0: only put in.
typedef struct {
    size_t at, len;
    Str text;
} ConfigEdit;

// Its edits belong together, in order, and never overlap. Applied to the file it was made from, the problem is
// gone, no new one is there, and every other value is what it was: that has been tried in memory.
typedef struct {
    const char *kind;  // for scripts: rename, quote, word, add, tabs, double, value
    const char *about; // what it does, one sentence; never with a secret
    int line, col;     // where it begins
    const ConfigEdit *edits;
    size_t n;
} ConfigFix;

// Larger than what is mended mechanically: every fix is tried on the whole file.
enum { CONFIG_FIX_MOST_KIB = 256 };
bool config_fix_too_large(const ConfigFile *f);

// How a problem of this file can be mended; NULL: by a person only.
const ConfigFix *config_fix_of(Arena *a, const ConfigFile *f, const Problem *problem);

// The fix that gives the scalar (or the empty value of a key) at line and column another text; text NULL empties
// it. In quotes when it must be or was. ERR_CONFIG: nothing there that can be written so, or the key does not take
// the text (the message says what it takes, and shows no secret).
const ConfigFix *config_set(Arena *a, const ConfigFile *f, int line, int col, const char *text, Err *err);

// The file with the fixes in it. One that overlaps an earlier one of the list is left out, and *left_out (may be
// NULL) counts it.
Str config_fixed(Arena *a, const ConfigFile *f, const ConfigFix *const *fixes, size_t n, size_t *left_out);

// Writes what config_fixed() gives, whole or not at all: beside, synced, renamed; mode, owner and group stay, and
// a symbolic link keeps leading to the file. ERR_CONFIG: the file has changed since it was read, is read-only, is
// no file, has several names (hard links) or is somebody else's. Nothing is damaged then.
bool config_fix_write(const ConfigFile *f, Str bytes, Err *err) MUST_CHECK;

#endif
