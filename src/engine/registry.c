#include "engine/registry.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_out.h"
#include "base/json_read.h"
#include "engine/lock.h"

enum { ENTRY_MAX = 16 * 1024 };

static const char *folder(Arena *a)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    const struct passwd *p = getpwuid(getuid());
    if (state && *state == '/')
        return file_join(a, state, "mudanza/workers");
    if (!home || *home != '/')
        home = p ? p->pw_dir : NULL;
    return home ? file_join(a, home, ".local/state/mudanza/workers") : NULL;
}

static const char *own_file(Arena *a)
{
    const char *in = folder(a);
    return in ? arena_text(a, "%s/%lld.json", in, (long long)getpid()) : NULL;
}

static const char *real_path(Arena *a, const char *path)
{
    char *real = realpath(path, NULL);
    const char *kept = arena_text(a, "%s", real ? real : path);
    free(real);
    return kept;
}

void registry_add(const char *clinic, const char *workspace, const char *state_folder, const char *mode,
                  int64_t run)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf text = {0}, now = {0};
    Err ignored = {0};
    const char *in = folder(a), *path = own_file(a);
    if (!path || !file_make_folder(in, 0700, &ignored))
        return;
    instant_rfc3339(instant_now(), &now);
    JsonOut j = {.out = &text};
    json_open(&j, NULL);
    json_text(&j, "clinic", clinic);
    json_text(&j, "workspace", real_path(a, workspace));
    json_text(&j, "state", real_path(a, state_folder));
    json_text(&j, "mode", mode);
    json_int(&j, "run", run);
    json_int(&j, "pid", getpid());
    json_str(&j, "since", buf_str(&now));
    json_close(&j);
    buf_add_char(&text, '\n');
    if (!file_write(path, buf_str(&text), 0600, &ignored))
        unlink(path);
}

void registry_remove(void)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *path = own_file(a);
    if (path)
        unlink(path);
}

static const char *text_at(Arena *a, Str json, const char *key)
{
    const char *text = json_as_text(a, json_member(json, key));
    return text ? text : "";
}

static bool read_entry(Arena *a, const char *path, RegisteredWorker *out)
{
    Str json;
    Err ignored = {0};
    const char *owner;
    if (!file_read(a, path, ENTRY_MAX, &json, &ignored) || !json_is_object(str_trim(json)))
        return false;
    json = str_trim(json);
    *out = (RegisteredWorker){.clinic = text_at(a, json, "clinic"),
                              .workspace = text_at(a, json, "workspace"),
                              .state_folder = text_at(a, json, "state"),
                              .mode = text_at(a, json, "mode"),
                              .since = text_at(a, json, "since"),
                              .run = json_as_int(json_member(json, "run"), 0),
                              .pid = json_as_int(json_member(json, "pid"), 0)};
    if (!lock_owner(a, out->state_folder, &owner) || !json_is_object(str_of(owner)) ||
        json_as_int(json_member(str_of(owner), "pid"), -1) != out->pid)
        return false;
    out->told = beat_read(a, out->state_folder, &out->seen);
    return true;
}

static int by_clinic(const void *x, const void *y)
{
    const RegisteredWorker *a = x, *b = y;
    int names = strcmp(a->clinic, b->clinic);
    return names ? names : strcmp(a->workspace, b->workspace);
}

RegisteredWorker *registry_list(Arena *a, size_t *n)
{
    const char *in = folder(a);
    char **names = in ? file_list(a, in) : NULL;
    size_t most = 0;
    *n = 0;
    while (names && names[most])
        most++;
    RegisteredWorker *list = arena_many(a, RegisteredWorker, most + 1);
    for (size_t i = 0; i < most; i++) {
        const char *path = file_join(a, in, names[i]);
        if (!str_ends(str_of(names[i]), ".json")) // one being written
            continue;
        if (read_entry(a, path, &list[*n]))
            ++*n;
        else
            unlink(path);
    }
    qsort(list, *n, sizeof *list, by_clinic);
    return list;
}
