#include "ui/config_data.h"

#include <string.h>

#include "base/intl.h"

static const char *diff_of(Arena *a, const ConfigFile *file, const ConfigFix *fix)
{
    AUTO(buf_free) Buf out = {0};
    size_t n;
    const PreviewLine *lines = config_preview(a, file, &fix, 1, 0, &n);
    for (size_t i = 0; i < n; i++)
        if (lines[i].sign == '-' || lines[i].sign == '+')
            buf_addf(&out, "%c %d  %s\n", lines[i].sign, lines[i].sign == '-' ? lines[i].before : lines[i].after,
                     config_preview_shown(a, &lines[i]));
    return str_keep(a, buf_str(&out));
}

void *config_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)clinic;
    const ConfigReview *r = config_review(a, o->workspace, *(const char *const *)wish, o->state_dir, err);
    if (!r)
        return NULL;
    ConfigModel *m = arena_one(a, ConfigModel);
    *m = (ConfigModel){.review = r, .fixes = arena_many(a, const char *, r->n + 1)};
    for (size_t i = 0; i < r->n; i++)
        if (r->items[i].fix)
            m->fixes[i] = diff_of(a, r->files[r->items[i].file], r->items[i].fix);
    for (int f = 0; f < REVIEW_FILES; f++)
        m->places[f] = config_places(a, r->files[f], &m->n_places[f]);
    return m;
}

// The same problem in the file as it is now.
static const ConfigFix *fix_of(const ConfigReview *r, const ConfigChange *c)
{
    for (size_t i = 0; i < r->n; i++) {
        const ReviewItem *item = &r->items[i];
        if (item->file == c->file && item->problem.line == c->line && item->problem.col == c->col &&
            !strcmp(item->problem.text, c->problem))
            return item->fix;
    }
    return NULL;
}

void *config_apply(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)clinic;
    const ConfigChange *c = wish;
    const ConfigReview *r = config_review(a, o->workspace, c->clinic, o->state_dir, err);
    if (!r)
        return NULL;
    const ConfigFile *file = r->files[c->file];
    const ConfigFix *fix = c->problem ? fix_of(r, c) : config_set(a, file, c->line, c->col, c->text, err);
    if (!fix) {
        if (!err->kind)
            err_set(err, ERR_CONFIG, _("%s has changed meanwhile"), file->name);
        return NULL;
    }
    if (!config_fix_write(file, config_fixed(a, file, &fix, 1, NULL), err))
        return NULL;
    return arena_text(a, _("%s: written"), file->name);
}

void *config_connect(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    (void)o;
    (void)wish;
    (void)err;
    static const ConnectHow how = {.passphrase = {.fd = -1}};
    Connection *parts = arena_many(a, Connection, CONNECT_PARTS);
    for (int i = 0; i < CONNECT_PARTS; i++)
        connection_try(a, clinic, (ConnectPart)i, &how, &parts[i]);
    return parts;
}
