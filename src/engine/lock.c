#include "config.h"

#include "engine/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/intl.h"
#include "base/json_out.h"
#include "base/json_read.h"
#include "base/process.h"
#include "engine/beat_read.h"

enum { OWNER_LOOKS = 100, OWNER_LOOK_MS = 20 }; // how long a new owner is given to say who it is

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

const char *lock_terminal(Arena *a)
{
    const char *name = NULL;
    for (int fd = 0; fd < 3 && !name; fd++)
        name = ttyname(fd);
    return name ? arena_text(a, "%s", str_starts(str_of(name), "/dev/") ? name + 5 : name) : "";
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
    json_int(&j, "pid_start", process_start(getpid()));
    json_text(&j, "tty", lock_terminal(a));
    json_text(&j, "version", PACKAGE_VERSION);
    json_str(&j, "since", buf_str(&now));
    json_int(&j, "run", run);
    json_text(&j, "clinic", l->clinic);
    json_close(&j);
    buf_add_char(&text, '\n');
    // For people only, so a failed write changes nothing. Never empty in between: somebody may be reading.
    if (pwrite(l->fd, text.at, text.len, 0) < 0 || ftruncate(l->fd, (off_t)text.len) != 0)
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

// A lock of the open file, as flock() gives, that can also be asked about without being taken.
static bool lock_file(int fd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_OFD_SETLK, &whole) == 0;
}

static bool is_locked(int fd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
}

static bool is_orphan(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && st.st_nlink == 0;
}

static const char *text_of(Arena *a, Str owner, const char *key)
{
    const char *text = json_is_object(owner) ? json_as_text(a, json_member(owner, key)) : NULL;
    return text ? text : "?";
}

static bool in_use(Arena *a, int fd, const Clinic *clinic, Err *err)
{
    WorkerSeen seen;
    Str owner = str_of(read_owner(a, fd));
    for (int i = 0; !owner.len && i < OWNER_LOOKS; i++) { // it took the lock this moment
        poll(NULL, 0, OWNER_LOOK_MS);
        owner = str_of(read_owner(a, fd));
    }
    bool sound = json_is_object(owner);
    bool told = beat_read(a, clinic->state_folder, &seen);
    err_set(err, ERR_IN_USE,
            _("another worker holds the clinic: %s on %s, process %lld, run %lld, since %s%s%s"),
            text_of(a, owner, "user"), text_of(a, owner, "host"),
            (long long)(sound ? json_as_int(json_member(owner, "pid"), 0) : 0),
            (long long)(sound ? json_as_int(json_member(owner, "run"), 0) : 0), text_of(a, owner, "since"),
            told && *seen.step ? _(", at ") : "", told ? seen.step : "");
    return err_hint(err, _("Look with: mudanza monitor %s"), clinic->typed);
}

Lock *lock_take(const Clinic *clinic, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    if (!check_folder(clinic->state_folder, err))
        return NULL;
    const char *path = file_join(a, clinic->state_folder, "lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        err_sys(err, ERR_INTERNAL, _("cannot make %s"), path);
        return NULL;
    }
    bool taken = lock_file(fd);
    if (taken && is_orphan(fd)) { // purged between the two: the next worker would not see it
        close(fd);
        return lock_take(clinic, err);
    }
    if (!taken) {
        if (errno == EAGAIN || errno == EACCES)
            in_use(a, fd, clinic, err);
        else
            err_sys(err, ERR_INTERNAL, _("cannot lock %s"), path);
        close(fd);
        return NULL;
    }
    Lock *l = malloc(sizeof *l);
    if (!l || !(l->clinic = strdup(clinic->name)))
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
    int fd = open(file_join(a, state_folder, "lock"), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // be it a pipe
    if (fd < 0)
        return false;
    bool held = is_locked(fd);
    if (held)
        *owner = read_owner(a, fd);
    close(fd);
    return held;
}
