// Where things are: the workspace, its clinics, the product's own files.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "config/clinic.h"

static const char *absolute(Arena *a, const char *path)
{
    char *real = realpath(path, NULL);
    const char *kept = real ? arena_text(a, "%s", real) : NULL;
    free(real);
    return kept;
}

static const char *current_folder(Arena *a)
{
    char *cwd = getcwd(NULL, 0);
    const char *kept = cwd ? arena_text(a, "%s", cwd) : NULL;
    free(cwd);
    return kept;
}

const char *shown_path(Arena *a, const char *path)
{
    const char *cwd = current_folder(a);
    size_t n = cwd ? strlen(cwd) : 0;
    return n > 1 && strncmp(path, cwd, n) == 0 && path[n] == '/' && path[n + 1] ? path + n + 1 : path;
}

bool clinic_name_valid(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return n >= 1 && n <= 63 && name[n] == 0 && name[0] != '-';
}

// ---- The workspace ------------------------------------------------------------------------------

static const char *named_workspace(Arena *a, const char *path, const char *said_by, Err *err)
{
    if (!file_is_folder(path)) {
        err_set(err, ERR_USAGE, _("%s names the workspace %s, which is no folder"), said_by, path);
        return NULL;
    }
    const char *real = absolute(a, path);
    if (!real)
        err_sys(err, ERR_USAGE, _("the workspace %s"), path);
    return real;
}

const char *workspace_find(Arena *a, const char *given, Err *err)
{
    const char *variable = getenv("MUDANZA_CLINICS_DIR");
    if (given)
        return named_workspace(a, given, "-C", err);
    if (variable && *variable)
        return named_workspace(a, variable, "MUDANZA_CLINICS_DIR", err);
    const char *cwd = current_folder(a);
    char *folder = cwd ? arena_text(a, "%s", cwd) : NULL;
    while (folder && *folder) {
        const char *inside = arena_text(a, "%s/clinics", folder);
        if (strcmp(strrchr(folder, '/'), "/clinics") == 0)
            return folder;
        if (file_is_folder(inside))
            return absolute(a, inside);
        *strrchr(folder, '/') = 0;
    }
    err_set(err, ERR_USAGE, _("no folder named clinics here or above"));
    err_hint(err, _("-C DIR or MUDANZA_CLINICS_DIR name the workspace"));
    return NULL;
}

const char *shell_word(Arena *a, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
    if (*word && !word[strspn(word, plain)])
        return word;
    AUTO(buf_free) Buf b = {0};
    buf_add_char(&b, '\'');
    for (const char *p = word; *p; p++) {
        if (*p == '\'')
            buf_add_text(&b, "'\\''");
        else
            buf_add_char(&b, *p);
    }
    buf_add_char(&b, '\'');
    return str_keep(a, buf_str(&b));
}

const char *workspace_words(Arena *a, const char *workspace)
{
    Err ignored = {0};
    const char *found = workspace_find(a, NULL, &ignored);
    if (!workspace || (found && strcmp(found, workspace) == 0))
        return "";
    return arena_text(a, " -C %s", shell_word(a, workspace));
}

const char *clinic_typed(Arena *a, const char *workspace, const char *name, const char *state_dir)
{
    const char *word = arena_text(a, "%s%s", shell_word(a, name), workspace_words(a, workspace));
    return state_dir ? arena_text(a, "%s --state-dir %s", word, shell_word(a, state_dir)) : word;
}

static bool is_clinic(Arena *a, const char *workspace, const char *name)
{
    const char *folder = file_join(a, workspace, name);
    return name[0] != '.' && (file_exists(file_join(a, folder, "config.yaml")) ||
                              file_exists(file_join(a, folder, "commands.yaml")));
}

char **workspace_clinics(Arena *a, const char *workspace)
{
    char **names = file_list(a, workspace);
    size_t kept = 0;
    for (char **name = names; *name; name++)
        if (is_clinic(a, workspace, *name))
            names[kept++] = *name;
    names[kept] = NULL;
    return names;
}

// ---- The product's own files --------------------------------------------------------------------

static bool holds_model(Arena *a, const char *folder)
{
    return file_is_folder(file_join(a, folder, "model"));
}

const char *data_folder(Arena *a, Err *err)
{
    const char *variable = getenv("MUDANZA_DATA_DIR");
    if (variable && *variable) {
        if (holds_model(a, variable))
            return absolute(a, variable);
        err_set(err, ERR_CONFIG, _("MUDANZA_DATA_DIR names %s, which has no folder model"), variable);
        return NULL;
    }
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n > 0) {
        program[n] = 0;
        *strrchr(program, '/') = 0;
        const char *beside = arena_text(a, "%s/clinics", program);
        if (holds_model(a, beside))
            return beside;
    }
    static const char *const installed[] = {PKGDATADIR, PKGDATADIR "/clinics"};
    for (size_t i = 0; i < ARRAY_LEN(installed); i++)
        if (holds_model(a, installed[i]))
            return installed[i];
    err_set(err, ERR_CONFIG, _("the product's own files (model, profiles) are not in %s"), PKGDATADIR);
    err_hint(err, _("MUDANZA_DATA_DIR says where they are"));
    return NULL;
}

static const char *const *profile_roots(Arena *a, const char *workspace)
{
    const char **roots = arena_many(a, const char *, 3);
    size_t n = 0;
    Err ignored = {0};
    const char *product = data_folder(a, &ignored);
    if (workspace)
        roots[n++] = file_join(a, workspace, "profiles");
    if (product)
        roots[n++] = file_join(a, product, "profiles");
    return roots;
}

const char *profile_file(Arena *a, const Clinic *c, const char *profile, const char *name)
{
    if (strchr(profile, '/'))
        return NULL;
    for (const char *const *root = profile_roots(a, c ? c->workspace : NULL); *root; root++) {
        const char *folder = file_inside(a, *root, profile);
        const char *path = folder ? file_inside(a, folder, name) : NULL;
        if (path && file_exists(path))
            return path;
    }
    return NULL;
}

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

const char *const *profile_names(Arena *a, const char *workspace)
{
    const char *const *roots = profile_roots(a, workspace);
    size_t n = 0, kept = 0;
    for (const char *const *root = roots; *root; root++)
        for (char **name = file_list(a, *root); *name; name++)
            n++;
    const char **names = arena_many(a, const char *, n + 1);
    n = 0;
    for (const char *const *root = roots; *root; root++)
        for (char **name = file_list(a, *root); *name; name++)
            if (file_exists(file_join(a, file_join(a, *root, *name), "profile.yaml")))
                names[n++] = *name;
    qsort(names, n, sizeof *names, compare_texts);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || strcmp(names[kept - 1], names[i]) != 0)
            names[kept++] = names[i];
    names[kept] = NULL;
    return names;
}
