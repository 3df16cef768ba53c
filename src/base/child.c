#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/intl.h"

enum { NOT_STARTED = 127 };

// Between fork and exec only what a signal handler may do: another thread may have held any lock.
static NORETURN void become(const char *const *argv, const int fds[3], int death_signal, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, death_signal);
    if (getppid() != parent) // it died before it could be said
        _exit(NOT_STARTED);
    for (int i = 0; i < 3; i++)
        if (dup2(fds[i], i) < 0)
            _exit(NOT_STARTED);
    close_range(3, ~0U, 0);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(NOT_STARTED);
}

bool child_start(const char *const *argv, const char *err_path, int death_signal, Child *out, Err *err)
{
    int ends[2];
    int in = open("/dev/null", O_RDWR | O_CLOEXEC);
    int errors = err_path ? open(err_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : in;
    if (in < 0 || errors < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        err_sys(err, ERR_INTERNAL, _("cannot start %s"), argv[0]);
        if (errors >= 0 && errors != in)
            close(errors);
        if (in >= 0)
            close(in);
        return false;
    }
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become(argv, (const int[]){in, ends[1], errors}, death_signal, parent);
    int why = errno;
    close(ends[1]);
    close(in);
    if (errors != in)
        close(errors);
    if (pid < 0) {
        close(ends[0]);
        errno = why;
        return err_sys(err, ERR_INTERNAL, _("cannot start %s"), argv[0]);
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *out = (Child){pid, ends[0]};
    return true;
}

int child_end(Child *c)
{
    int status = 0;
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    close(c->out);
    *c = (Child){0, -1};
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
