// A fix tried in memory before anybody is offered it.
#ifndef CONFIG_CONFIG_TRIAL_H
#define CONFIG_CONFIG_TRIAL_H

#include "config/config_fix.h"

// What a file says after its edits, and what is wrong with it: its syntax and its keys.
typedef struct {
    const ConfigFile *file;
    const Problems *problems;
} ConfigTrial;

// The edits of fixes that do not overlap, in order; the first of two that do stays.
ConfigEdit *config_edits(Arena *a, const ConfigFix *const *fixes, size_t n, size_t *n_edits, size_t *left_out);

// n 0: the file as it is.
ConfigTrial config_trial(Arena *a, const ConfigFile *f, const ConfigFix *const *fixes, size_t n);

// Whether the problem that was mended is gone and none came for it. Behind tabs others may come to light.
bool config_trial_better(const ConfigTrial *before, const ConfigTrial *after, Mend mend);

// Whether the two differ in nothing but what `change` does to the first one's tree.
typedef bool TreeChange(Arena *a, YamlNode *root, const void *what);
bool config_trial_differs_by(Arena *a, const ConfigFile *f, const ConfigTrial *after, TreeChange *change,
                             const void *what);

#endif
