#include "files/desk.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "cache/file_rows.h"
#include "files/desk_inner.h"

enum { ALL = 1 << 30 };

static bool is_ready(Desk *d, bool *ready, Err *err)
{
    Target *t = d->s.target;
    *ready = d->ready;
    if (d->ready || !t)
        return true;
    return t->kind->files_ready(t, false, ready, err);
}

static bool note_system(void *arg, const Str *values, Err *err)
{
    Desk *d = arg;
    (void)err;
    enum { SYSTEM = 2 };
    d->s.source_system = str_keep(d->s.arena, values[SYSTEM]);
    return true;
}

// What was staged says under which name the source's rows are known; before that nothing can come.
bool desk_scope(Desk *d, bool *ready, Err *err)
{
    Target *t = d->s.target;
    static const char *const columns[] = {"clinic_id", "source_system"};
    const Str values[] = {str_of(d->s.clinic_id), str_of(d->s.clinic->source_system)};
    if (!is_ready(d, ready, err))
        return false;
    if (!*ready || d->ready)
        return true;
    d->s.source_system = NULL;
    if (!t->kind->find(t, t->kind->files, columns, values, values[1].at ? 2 : 1, 1, note_system, d, err))
        return false;
    *ready = d->s.source_system != NULL;
    if (!*ready)
        return true;
    d->ready = t->kind->prepare(t, (TargetScope){d->s.clinic_id, d->s.source_system}, err);
    return d->ready;
}

static bool open_session(Desk *d, Problems *problems, Err *err)
{
    Session *s = &d->s;
    if (!session_profile(s, problems, err))
        return err->kind != ERR_NONE ? false
                                     : err_set(err, ERR_CONFIG, "%s", _("the profile or the model has mistakes"));
    if (d->write && !s->profile->files)
        return err_set(err, ERR_CONFIG, _("profile %s has no place for files"), s->profile->name);
    if (s->clinic->target_type == TARGET_SQLITE && !file_exists(s->clinic->target_path))
        return true;
    if (!session_target(s, d->write, err) || !session_which_clinic(s, err))
        return false;
    return !d->write || !s->target->kind->beside || s->target->kind->beside(s->target, s->clinic_id, err);
}

Desk *desk_open(Arena *a, const Clinic *clinic, bool write, const char *step, Problems *problems, Err *err)
{
    Desk *d = calloc(1, sizeof *d);
    if (!d)
        abort();
    *d = (Desk){.s = {.arena = a, .clinic = clinic}, .write = write, .step = step, .problems = problems};
    err->kind = ERR_NONE;
    bool ready;
    bool ok = open_session(d, problems, err);
    if (ok && write && !d->s.target)
        ok = err_set(err, ERR_TARGET, _("%s: no such database"), clinic->target_path) ||
             err_hint(err, "mudanza autopilot %s", clinic->typed);
    if (ok && desk_scope(d, &ready, err))
        return d;
    desk_close(d);
    return NULL;
}

void desk_close(Desk *d)
{
    if (!d)
        return;
    file_maker_free(d->maker);
    session_close(&d->s);
    free(d);
}

const char *desk_clinic_name(const Desk *d)
{
    return d->s.clinic_name;
}

// ---- The list ---------------------------------------------------------------------------------------

typedef struct {
    Arena *a;
    const char *system;
    ListedFile *list;
    size_t n, cap;
} Listing;

enum { L_ID, L_CLINIC, L_SYSTEM, L_KEY, L_PARENT_TYPE, L_PARENT_KEY, L_PATH, L_SIZE, L_SHA, L_MIME, L_STAGED };

static bool take_file(void *arg, const Str *v, Err *err)
{
    Listing *l = arg;
    (void)err;
    if (!str_is(v[L_SYSTEM], l->system))
        return true;
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 64;
        l->list = realloc(l->list, l->cap * sizeof *l->list);
        if (!l->list)
            abort();
    }
    l->list[l->n++] = (ListedFile){
        .id = str_keep(l->a, v[L_ID]),
        .canonical_uuid = str_keep(l->a, v[L_KEY]),
        .parent_type = str_keep(l->a, v[L_PARENT_TYPE]),
        .parent_uuid = str_keep(l->a, v[L_PARENT_KEY]),
        .path = str_keep(l->a, v[L_PATH]),
        .staged_at = str_keep(l->a, v[L_STAGED]),
        .sha256 = str_keep(l->a, v[L_SHA]),
        .mime_hint = str_keep(l->a, v[L_MIME]),
        .size = v[L_SIZE].at ? strtoll(str_keep(l->a, v[L_SIZE]), NULL, 10) : -1,
    };
    return true;
}

static int by_id(const void *one, const void *other)
{
    return strcmp(((const ListedFile *)one)->id, ((const ListedFile *)other)->id);
}

static int by_path(const void *one, const void *other)
{
    const ListedFile *a = one, *b = other;
    int order = strcmp(a->path, b->path);
    return order ? order : strcmp(a->id, b->id);
}

enum { R_ID, R_CLINIC, R_DOCUMENT, R_SHA, R_SIZE, R_MIME, R_MATCHED };

static bool take_receipt(void *arg, const Str *v, Err *err)
{
    Listing *l = arg;
    (void)err;
    ListedFile wanted = {.id = str_keep(l->a, v[R_ID])};
    ListedFile *file = l->n ? bsearch(&wanted, l->list, l->n, sizeof *l->list, by_id) : NULL;
    if (!file)
        return true;
    file->document_id = str_keep(l->a, v[R_DOCUMENT]);
    file->received_sha256 = str_keep(l->a, v[R_SHA]);
    file->by_path = str_is(v[R_MATCHED], "path_size");
    return true;
}

static bool list_where(Desk *d, Arena *a, const char *column, const char *value, ListedFile **out, size_t *n, Err *err)
{
    const char *columns[] = {"clinic_id", column};
    const Str values[] = {str_of(d->s.clinic_id), str_of(value)};
    Target *t = d->s.target;
    Listing l = {.a = a};
    bool ready;
    *out = NULL;
    *n = 0;
    if (!desk_scope(d, &ready, err))
        return false;
    if (!ready)
        return true;
    l.system = d->s.source_system;
    bool ok = t->kind->find(t, t->kind->files, columns, values, column ? 2 : 1, ALL, take_file, &l, err);
    if (ok && l.n)
        qsort(l.list, l.n, sizeof *l.list, by_id);
    if (ok && !column)
        ok = t->kind->find(t, t->kind->file_receipts, columns, values, 1, ALL, take_receipt, &l, err);
    static const char *const id[] = {"id"};
    for (size_t i = 0; ok && column && i < l.n; i++) {
        const Str which = str_of(l.list[i].id);
        ok = t->kind->find(t, t->kind->file_receipts, id, &which, 1, 1, take_receipt, &l, err);
    }
    if (ok && l.n) {
        qsort(l.list, l.n, sizeof *l.list, by_path);
        *out = arena_copy(a, l.list, l.n * sizeof *l.list);
        *n = l.n;
    }
    free(l.list);
    return ok;
}

bool desk_list(Desk *d, Arena *a, ListedFile **out, size_t *n, Err *err)
{
    DeskTries tries = {0};
    err->kind = ERR_NONE;
    while (!list_where(d, a, NULL, NULL, out, n, err))
        if (!desk_try_again(d, &tries, err))
            return false;
    return true;
}

bool desk_find(Desk *d, Arena *a, const char *sha256, ListedFile **out, size_t *n, Err *err)
{
    DeskTries tries = {0};
    err->kind = ERR_NONE;
    while (!list_where(d, a, "sha256", sha256, out, n, err))
        if (!desk_try_again(d, &tries, err))
            return false;
    return true;
}
