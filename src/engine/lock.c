#include "engine/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/intl.h"
#include "base/json_out.h"

struct Lock {
    int fd;
    char *clinic;
};

const char *lock_user(Arena *a)
{
    const struct passwd *p = getpwuid(getuid());
    return p ? arena_text(a, "%s", p->pw_name) : arena_text(a, "%u", (unsigned)getuid());
}

const char *lock_host(Arena *a)
{
    char name[256] = "";
    gethostname(name, sizeof name - 1);
    return arena_text(a, "%s", name);
}

static void describe(Lock *l, int64_t run)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf text = {0}, now = {0};
    instant_rfc3339(instant_now(), &now);
    JsonOut j = {.out = &text};
    json_open(&j, NULL);
    json_text(&j, "user", lock_user(a));
    json_text(&j, "host", lock_host(a));
    json_int(&j, "pid", getpid());
    json_str(&j, "since", buf_str(&now));
    json_int(&j, "run", run);
    json_text(&j, "clinic", l->clinic);
    json_close(&j);
    buf_add_char(&text, '\n');
    // For people only: the lock itself is the flock, so a failed write changes nothing.
    if (ftruncate(l->fd, 0) == 0 && pwrite(l->fd, text.at, text.len, 0) < 0)
        errno = 0;
}

static bool check_folder(const char *folder, Err *err)
{
    struct stat st;
    if (!file_make_folder(folder, 0700, err))
        return false;
    if (stat(folder, &st) != 0)
        return err_sys(err, ERR_INTERNAL, _("cannot read %s"), folder);
    if (st.st_mode & 0007) {
        err_set(err, ERR_CONFIG, _("%s holds patient data and others can read it"), folder);
        return err_hint(err, "chmod o-rwx '%s'", folder);
    }
    return true;
}

static const char *read_owner(Arena *a, int fd)
{
    char text[1024];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    if (n <= 0)
        return "";
    return arena_text(a, "%.*s", (int)strcspn((text[n] = 0, text), "\n"), text);
}

// A field of the owner's JSON, which describe() wrote: a text or a number.
static Str field(const char *json, const char *name)
{
    AUTO(buf_free) Buf key = {0};
    buf_addf(&key, "\"%s\":", name);
    const char *at = strstr(json, buf_text(&key));
    if (!at)
        return STR("?");
    at += key.len;
    at += *at == '"';
    return (Str){at, strcspn(at, "\",}")};
}

static bool in_use(Arena *a, int fd, const char *clinic, Err *err)
{
    const char *owner = read_owner(a, fd);
    err_set(err, ERR_IN_USE,
            _("another worker holds the clinic: %.*s on %.*s, process %.*s, run %.*s, since %.*s"),
            STR_ARG(field(owner, "user")), STR_ARG(field(owner, "host")), STR_ARG(field(owner, "pid")),
            STR_ARG(field(owner, "run")), STR_ARG(field(owner, "since")));
    return err_hint(err, _("Look with: mudanza status %s"), clinic);
}

Lock *lock_take(const char *state_folder, const char *clinic, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    if (!check_folder(state_folder, err))
        return NULL;
    const char *path = file_join(a, state_folder, "lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        err_sys(err, ERR_INTERNAL, _("cannot make %s"), path);
        return NULL;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        in_use(a, fd, clinic, err);
        close(fd);
        return NULL;
    }
    Lock *l = malloc(sizeof *l);
    if (!l || !(l->clinic = strdup(clinic)))
        abort();
    l->fd = fd;
    describe(l, 0);
    return l;
}

void lock_run(Lock *l, int64_t run)
{
    describe(l, run);
}

void lock_drop(Lock *l)
{
    if (!l)
        return;
    close(l->fd);
    free(l->clinic);
    free(l);
}

bool lock_owner(Arena *a, const char *state_folder, const char **owner)
{
    *owner = NULL;
    int fd = open(file_join(a, state_folder, "lock"), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (held)
        *owner = read_owner(a, fd);
    close(fd);
    return held;
}
