#include "ui/foreground.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
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

bool foreground_run(const char *const *argv, Err *err)
{
    posix_spawnattr_t attributes;
    pid_t pid;
    int status;
    set_attributes(&attributes);
    int why = posix_spawnp(&pid, argv[0], NULL, &attributes, (char *const *)(uintptr_t)argv, environ);
    posix_spawnattr_destroy(&attributes);
    if (why) {
        err_set(err, ERR_INTERNAL, _("cannot start %s"), argv[0]);
        return err_because(err, why);
    }
    signal(SIGINT, SIG_IGN); // Ctrl-C is meant for it
    signal(SIGTSTP, SIG_DFL); // and Ctrl-Z for both
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != NOT_FOUND)
        return true;
    return err_set(err, ERR_INTERNAL, _("that program is not there; VISUAL, EDITOR and PAGER say which one is taken"));
}
