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
static NORETURN void become(const ChildPlan *plan, const int fds[3], pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, plan->death_signal);
    if (getppid() != parent) // it died before it could be said
        _exit(NOT_STARTED);
    for (int i = 0; i < 3; i++)
        if (dup2(fds[i], i) < 0)
            _exit(NOT_STARTED);
    close_range(3, ~0U, 0);
    execve(plan->argv[0], (char *const *)(uintptr_t)plan->argv, (char *const *)(uintptr_t)plan->env);
    _exit(NOT_STARTED);
}

bool child_start_as(const ChildPlan *plan, Child *out, Err *err)
{
    ChildPlan whole = *plan;
    int ends[2];
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    int errors = plan->err_path ? open(plan->err_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : nowhere;
    if (!whole.env)
        whole.env = (const char *const *)environ;
    if (nowhere < 0 || errors < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        err_sys(err, ERR_INTERNAL, _("cannot start %s"), plan->argv[0]);
        if (errors >= 0 && errors != nowhere)
            close(errors);
        if (nowhere >= 0)
            close(nowhere);
        return false;
    }
    const int fds[] = {plan->in >= 0 ? plan->in : nowhere, ends[1], plan->err_to_out ? ends[1] : errors};
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become(&whole, fds, parent);
    int why = errno;
    close(ends[1]);
    close(nowhere);
    if (errors != nowhere)
        close(errors);
    if (pid < 0) {
        close(ends[0]);
        errno = why;
        return err_sys(err, ERR_INTERNAL, _("cannot start %s"), plan->argv[0]);
    }
    setpgid(pid, pid); // whoever comes first: its group is there from now on
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *out = (Child){pid, ends[0]};
    return true;
}

bool child_start(const char *const *argv, const char *err_path, int death_signal, Child *out, Err *err)
{
    ChildPlan plan = {.argv = argv, .in = -1, .err_path = err_path, .death_signal = death_signal};
    return child_start_as(&plan, out, err);
}

static int close_child(Child *c, int status)
{
    close(c->out);
    *c = (Child){0, -1};
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool child_ended(Child *c, int *code)
{
    int status = 0;
    if (waitpid(c->pid, &status, WNOHANG) != c->pid)
        return false;
    *code = close_child(c, status);
    return true;
}

int child_end(Child *c)
{
    int status = 0;
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return close_child(c, status);
}
