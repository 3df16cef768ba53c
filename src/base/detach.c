#include "base/detach.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/intl.h"

enum { NOT_STARTED = 127, GIVEN_MAX = 4096 }; // a pipe holds that much without a reader

// Between fork and exec only what a signal handler may do: another thread may have held any lock.
static NORETURN void become(const DetachPlan *plan, int nowhere, int out, int given)
{
    static const int usual[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE, SIGTERM,
                                SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        signal(usual[i], SIG_DFL);
    setsid();
    // given first: it may stand where a copy goes
    if (given >= 0 && (given = fcntl(given, F_DUPFD, DETACH_GIVEN_FD + 1)) < 0)
        _exit(NOT_STARTED);
    if (dup2(nowhere, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0 ||
        (given >= 0 && dup2(given, DETACH_GIVEN_FD) < 0))
        _exit(NOT_STARTED);
    close_range(given >= 0 ? DETACH_GIVEN_FD + 1 : DETACH_GIVEN_FD, ~0U, 0);
    execve(plan->argv[0], (char *const *)(uintptr_t)plan->argv, environ);
    _exit(NOT_STARTED);
}

// The end of a pipe in which the bytes wait already; -1: there are none. -2: it failed.
static int fill_pipe(Str given)
{
    int ends[2];
    if (!given.at)
        return -1;
    if (given.len > GIVEN_MAX) {
        errno = EMSGSIZE;
        return -2;
    }
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -2;
    bool ok = write(ends[1], given.at, given.len) == (ssize_t)given.len;
    int why = errno;
    close(ends[1]);
    if (ok)
        return ends[0];
    close(ends[0]);
    errno = why;
    return -2;
}

static void close_all(const int *fds, size_t n)
{
    int why = errno;
    for (size_t i = 0; i < n; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    errno = why;
}

bool detach_start(const DetachPlan *plan, Detached *out, Err *err)
{
    unlink(plan->out_path); // what was there belongs to another, which may still write into it
    int nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int told = open(plan->out_path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    int given = nowhere >= 0 && told >= 0 ? fill_pipe(plan->given) : -2;
    const int fds[] = {nowhere, told, given};
    *out = (Detached){0, -1};
    if (given == -2) {
        close_all(fds, ARRAY_LEN(fds));
        return err_sys(err, ERR_INTERNAL, _("cannot start %s"), plan->argv[0]);
    }
    pid_t pid = fork();
    if (pid == 0)
        become(plan, nowhere, told, given);
    close_all(fds, ARRAY_LEN(fds));
    if (pid < 0)
        return err_sys(err, ERR_INTERNAL, _("cannot start %s"), plan->argv[0]);
    *out = (Detached){pid, (int)syscall(SYS_pidfd_open, pid, 0)};
    if (out->fd >= 0)
        return true;
    return err_sys(err, ERR_INTERNAL, _("%s was started, but nobody can tell when it ends"), plan->argv[0]);
}

bool detach_ended(Detached *d, int *code)
{
    int status = 0;
    if (d->fd < 0 || waitpid(d->pid, &status, WNOHANG) != d->pid)
        return false;
    *code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    detach_leave(d);
    return true;
}

void detach_leave(Detached *d)
{
    if (d->fd >= 0)
        close(d->fd);
    d->fd = -1;
}
