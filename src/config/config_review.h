// Both files of a clinic with all that is wrong with them and what can be done about it: what a screen shows and
// `mudanza config fix` works on.
#ifndef CONFIG_CONFIG_REVIEW_H
#define CONFIG_CONFIG_REVIEW_H

#include "config/config_fix.h"

typedef enum { REVIEW_CONFIG, REVIEW_COMMANDS, REVIEW_FILES } ReviewFile;

typedef struct {
    ReviewFile file;
    Problem problem;      // level, line, col, key, text, hint
    const ConfigFix *fix; // NULL: none
} ReviewItem;

typedef struct {
    const char *folder;   // the clinic's
    const Clinic *clinic; // NULL: there are errors
    ConfigFile *files[REVIEW_FILES];
    ReviewItem *items; // of both files, by file, line and column; those of a whole file first
    size_t n, errors, warnings, fixable;
} ConfigReview;

// Reads and checks as clinic_load() does. NULL with err only when there is no such clinic, or its files change
// faster than they can be read.
ConfigReview *config_review(Arena *a, const char *workspace, const char *name, const char *state_dir, Err *err);

// All fixes of one file, in order; their number.
size_t config_review_fixes(Arena *a, const ConfigReview *r, ReviewFile file, const ConfigFix ***fixes);

#endif
