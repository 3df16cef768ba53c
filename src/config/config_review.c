#include "config/config_review.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "config/config_trial.h"

enum { READ_AGAIN = 3, MOST_FIXES = 100 };

static bool is_a_clinic(Arena *a, const char *workspace, const char *name, const char **folder)
{
    *folder = strchr(name, '/') || name[0] == '.' ? NULL : file_inside(a, workspace, name);
    return *folder && file_is_folder(*folder);
}

static bool changed(const ConfigReview *r)
{
    for (size_t i = 0; i < REVIEW_FILES; i++)
        if (config_file_changed(r->files[i]))
            return true;
    return false;
}

// Of the whole file first, then from top to bottom.
static int by_place(const void *left, const void *right)
{
    const ReviewItem *a = left, *b = right;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    if (a->problem.line != b->problem.line)
        return a->problem.line < b->problem.line ? -1 : 1;
    if (a->problem.col != b->problem.col)
        return a->problem.col < b->problem.col ? -1 : 1;
    return a->problem.level < b->problem.level ? -1 : a->problem.level > b->problem.level;
}

static void take_problems(Arena *a, ConfigReview *r, const Problems *problems)
{
    r->items = arena_many(a, ReviewItem, problems->n + 1);
    r->n = problems->n;
    for (size_t i = 0; i < r->n; i++) {
        const Problem *p = &problems->items[i];
        ReviewFile file = strcmp(p->file, r->files[REVIEW_COMMANDS]->path) == 0 ? REVIEW_COMMANDS : REVIEW_CONFIG;
        r->items[i] = (ReviewItem){file, *p, NULL};
        r->errors += p->level == PROBLEM_ERROR;
        r->warnings += p->level == PROBLEM_WARNING;
    }
    if (r->n)
        qsort(r->items, r->n, sizeof *r->items, by_place);
    for (size_t i = 0; i < r->n && r->fixable < MOST_FIXES; i++) {
        ReviewItem *item = &r->items[i];
        item->fix = config_fix_of(a, r->files[item->file], &item->problem);
        r->fixable += item->fix != NULL;
    }
}

ConfigReview *config_review(Arena *a, const char *workspace, const char *name, const char *state_dir, Err *err)
{
    const char *folder;
    if (!is_a_clinic(a, workspace, name, &folder)) {
        err_set(err, ERR_USAGE, _("there is no clinic \"%s\" in %s"), name, workspace);
        return NULL;
    }
    for (int attempt = 0; attempt < READ_AGAIN; attempt++) {
        ConfigReview *r = arena_one(a, ConfigReview);
        Problems *problems = problems_new(a);
        r->folder = folder;
        r->files[REVIEW_CONFIG] = config_file_read(a, shown_path(a, file_join(a, folder, "config.yaml")), config_keys,
                                                   problems_new(a));
        r->files[REVIEW_COMMANDS] = config_file_read(a, shown_path(a, file_join(a, folder, "commands.yaml")),
                                                     command_keys, problems_new(a));
        r->clinic = clinic_load(a, workspace, name, state_dir, problems);
        if (changed(r))
            continue;
        take_problems(a, r, problems);
        return r;
    }
    err_set(err, ERR_CONFIG, _("the files of %s change while they are read: try again"), name);
    return NULL;
}

// Two fixes may be good each and bad together: two keys that both become the same one.
size_t config_review_fixes(Arena *a, const ConfigReview *r, ReviewFile file, const ConfigFix ***fixes)
{
    AUTO(arena_free_at) Arena *scratch = arena_new();
    const ConfigFile *f = r->files[file];
    const ConfigFix **list = arena_many(a, const ConfigFix *, r->fixable + 1);
    size_t n = 0, left_out = 0;
    ConfigTrial now = config_trial(scratch, f, NULL, 0);
    for (size_t i = 0; i < r->n; i++) {
        if (r->items[i].file != file || !r->items[i].fix)
            continue;
        list[n] = r->items[i].fix;
        config_fixed(scratch, f, list, n + 1, &left_out);
        ConfigTrial then = config_trial(scratch, f, list, n + 1);
        if (left_out || !config_trial_better(&now, &then, r->items[i].problem.mend))
            continue;
        now = then;
        n++;
    }
    *fixes = list;
    return n;
}
