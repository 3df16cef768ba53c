// What fixes would change in a file, line by line, without secrets.
#ifndef CONFIG_CONFIG_PREVIEW_H
#define CONFIG_CONFIG_PREVIEW_H

#include "config/config_fix.h"

typedef struct {
    char sign;         // ' ' both, '-' before, '+' after; '@' begins a group of lines, with the first numbers of both
    int before, after; // numbers of the line; 0: it is not there
    const char *text;  // as config_line() gives it; NULL: of '@'
    int from, to;      // '-' and '+': the columns that differ, from 1, to not included; 0: none
} PreviewLine;

// The fixes as config_fixed() applies them, with so many lines around each change.
PreviewLine *config_preview(Arena *a, const ConfigFile *f, const ConfigFix *const *fixes, size_t n, int around,
                            size_t *n_lines);

// A line's text as people are shown it: of one that changes tabs are <TAB>, or nothing could be seen to change.
const char *config_preview_shown(Arena *a, const PreviewLine *line);

// The same as text in the form of diff -u: "--- NAME", "+++ NAME", "@@ -73,3 +73,3 @@" and the lines.
void config_preview_text(const ConfigFile *f, const PreviewLine *lines, size_t n, Buf *out);

#endif
