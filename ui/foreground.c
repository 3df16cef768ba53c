#include "ui/foreground.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/intl.h"

// It begins as a program a shell starts: no signal blocked or ignored.
static void set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(attributes);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

enum { NOT_FOUND = 127 }; // of a shell that was to start it

// An editor saves what it has when its terminal goes; it gets a moment for that and for its last words.
static void hang_up(pid_t pid)
{
    enum { LOOKS = 50, LOOK_US = 10000 };
    kill(pid, SIGHUP);
    kill(pid, SIGCONT);
    for (int i = 0; i < LOOKS && waitpid(pid, NULL, WNOHANG) == 0; i++)
        usleep(LOOK_US);
}

// How it ended; 0 when it was not waited for.
static int wait_for(pid_t pid, int wake, bool (*enough)(void))
{
    int status = 0;
    enum { LOOK_MS = 100 };
    int end = (int)syscall(SYS_pidfd_open, pid, 0);
    for (;;) {
        pid_t got = waitpid(pid, &status, WNOHANG);
        if (got == pid || (got < 0 && errno != EINTR))
            break;
        struct pollfd fds[] = {{.fd = end, .events = POLLIN}, {.fd = wake, .events = POLLIN}};
        poll(fds, ARRAY_LEN(fds), end < 0 || wake < 0 ? LOOK_MS : -1);
        if (!enough())
            continue;
        hang_up(pid);
        status = 0;
        break;
    }
    if (end >= 0)
        close(end);
    return status;
}

bool foreground_run(const char *const *argv, int wake, bool (*enough)(void), Err *err)
{
    posix_spawnattr_t attributes;
    pid_t pid;
    set_attributes(&attributes);
    int why = posix_spawnp(&pid, argv[0], NULL, &attributes, (char *const *)(uintptr_t)argv, environ);
    posix_spawnattr_destroy(&attributes);
    if (why) {
        err_set(err, ERR_INTERNAL, _("cannot start %s"), argv[0]);
        return err_because(err, why);
    }
    signal(SIGINT, SIG_IGN); // Ctrl-C is meant for it
    signal(SIGTSTP, SIG_DFL); // and Ctrl-Z for both
    int status = wait_for(pid, wake, enough);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != NOT_FOUND)
        return true;
    return err_set(err, ERR_INTERNAL, _("that program is not there; VISUAL, EDITOR and PAGER say which one is taken"));
}
