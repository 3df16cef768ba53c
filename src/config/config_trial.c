#include "config/config_trial.h"

#include <stdlib.h>
#include <string.h>

#include "config/config_check.h"

// ---- Putting edits in -------------------------------------------------------------------------------

static bool overlap(const ConfigEdit *one, const ConfigEdit *other)
{
    if (one->at == other->at)
        return true;
    const ConfigEdit *first = one->at < other->at ? one : other, *second = first == one ? other : one;
    return first->at + first->len > second->at;
}

static bool fits_beside(const ConfigEdit *taken, size_t n, const ConfigFix *fix)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < fix->n; k++)
            if (overlap(&taken[i], &fix->edits[k]))
                return false;
    return true;
}

static int by_place(const void *left, const void *right)
{
    const ConfigEdit *a = left, *b = right;
    return a->at < b->at ? -1 : a->at > b->at;
}

ConfigEdit *config_edits(Arena *a, const ConfigFix *const *fixes, size_t n, size_t *n_edits, size_t *left_out)
{
    size_t most = 0, kept = 0;
    for (size_t i = 0; i < n; i++)
        most += fixes[i]->n;
    ConfigEdit *edits = arena_many(a, ConfigEdit, most + 1);
    *left_out = 0;
    for (size_t i = 0; i < n; i++) {
        if (!fits_beside(edits, kept, fixes[i])) {
            ++*left_out;
            continue;
        }
        memcpy(edits + kept, fixes[i]->edits, fixes[i]->n * sizeof *edits);
        kept += fixes[i]->n;
    }
    qsort(edits, kept, sizeof *edits, by_place);
    *n_edits = kept;
    return edits;
}

Str config_fixed(Arena *a, const ConfigFile *f, const ConfigFix *const *fixes, size_t n, size_t *left_out)
{
    size_t n_edits, dropped, at = 0;
    const ConfigEdit *edits = config_edits(a, fixes, n, &n_edits, &dropped);
    AUTO(buf_free) Buf out = {0};
    for (size_t i = 0; i < n_edits; i++) {
        buf_add(&out, (Str){f->bytes.at + at, edits[i].at - at});
        buf_add(&out, edits[i].text);
        at = edits[i].at + edits[i].len;
    }
    buf_add(&out, (Str){f->bytes.at + at, f->bytes.len - at});
    if (left_out)
        *left_out = dropped;
    return str_copy(a, buf_str(&out));
}

// ---- Trying -----------------------------------------------------------------------------------------

ConfigTrial config_trial(Arena *a, const ConfigFile *f, const ConfigFix *const *fixes, size_t n)
{
    Problems *problems = problems_new(a);
    Str bytes = n ? config_fixed(a, f, fixes, n, NULL) : f->bytes;
    const ConfigFile *after = config_file_of(a, f->path, f->keys, bytes, problems);
    YamlCheck check = {f->path, problems};
    if (after->root)
        config_check(&check, after->root, f->keys);
    return (ConfigTrial){after, problems};
}

static size_t count_tabs(const ConfigTrial *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->problems->n; i++)
        n += t->problems->items[i].mend == MEND_TABS;
    return n;
}

// A word and a line are also missed by checks that are not made here.
bool config_trial_better(const ConfigTrial *before, const ConfigTrial *after, Mend mend)
{
    if (mend == MEND_TABS)
        return count_tabs(after) < count_tabs(before);
    bool told_here = mend == MEND_RENAME || mend == MEND_QUOTE || mend == MEND_DOUBLE;
    return after->problems->n + told_here <= before->problems->n;
}

bool config_trial_differs_by(Arena *a, const ConfigFile *f, const ConfigTrial *after, TreeChange *change,
                             const void *what)
{
    YamlNode *before = yaml_parse_anyway(a, f->bytes, f->path, problems_new(a)); // a tree of our own
    return before && after->file->root && change(a, before, what) && yaml_same(before, after->file->root);
}
