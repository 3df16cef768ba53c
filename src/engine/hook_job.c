#include "engine/hook_job.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/intl.h"
#include "base/text.h"

enum { SAID_MAX = 1000, MERCY_S = 2, SECOND_US = 1000000 };

const char *const hook_end_words[] = {"done", "failed", "timeout", "refused", "dropped"};

// Looked at each time: what was safe when the run began need not be so now.
bool hook_may_call(const char *path, Err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return err_sys(err, ERR_CONFIG, "%s", path);
    if (!S_ISREG(st.st_mode) || access(path, X_OK) != 0)
        return err_set(err, ERR_CONFIG, _("%s is no program that can be run"), path);
    if (st.st_uid != 0 && st.st_uid != getuid())
        return err_set(err, ERR_CONFIG, _("%s belongs to somebody else"), path);
    if (st.st_mode & 0022) {
        err_set(err, ERR_CONFIG, _("others can write to %s"), path);
        return err_hint(err, "chmod go-w '%s'", path);
    }
    return true;
}

// In memory only, and read to its end without anybody having to wait for the reader.
static int input_of(const HookFacts *f)
{
    int fd = memfd_create("event", MFD_CLOEXEC);
    if (fd < 0)
        return -1;
    bool whole = write(fd, f->json.at, f->json.len) == (ssize_t)f->json.len && write(fd, "\n", 1) == 1 &&
                 lseek(fd, 0, SEEK_SET) == 0;
    if (whole)
        return fd;
    close(fd);
    return -1;
}

// A list of what is let through, for nobody can list what is secret.
static const char *const *environment_of(Arena *a, const HookFacts *f)
{
    static const char *const let[] = {"HOME",   "USER",        "LOGNAME", "PATH", "LANG",   "LANGUAGE",
                                      "LC_ALL", "LC_MESSAGES", "LC_CTYPE", "TZ",  "TMPDIR", "XDG_RUNTIME_DIR"};
    const char **env = arena_many(a, const char *, ARRAY_LEN(let) + 8);
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(let); i++)
        if (getenv(let[i]))
            env[n++] = arena_text(a, "%s=%s", let[i], getenv(let[i]));
    if (!getenv("PATH"))
        env[n++] = "PATH=/usr/local/bin:/usr/bin:/bin";
    env[n++] = arena_text(a, "MUDANZA_CLINIC=%s", f->clinic);
    env[n++] = arena_text(a, "MUDANZA_ENV=%s", f->env);
    env[n++] = arena_text(a, "MUDANZA_RUN=%lld", (long long)f->run);
    env[n++] = arena_text(a, "MUDANZA_EVENT=%s", hook_words[f->event]);
    if (f->step)
        env[n++] = arena_text(a, "MUDANZA_STEP=%s", f->step);
    if (f->status)
        env[n++] = arena_text(a, "MUDANZA_STATUS=%s", f->status);
    env[n] = NULL;
    return env;
}

bool hook_job_start(HookJob *job, const Hook *hook, const HookFacts *facts, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    *job = (HookJob){.hook = hook, .event = facts->event, .began = steady_now(), .end = HOOK_REFUSED};
    if (!hook_may_call(hook->exec[0], err))
        return false;
    int in = input_of(facts);
    if (in < 0)
        return err_sys(err, ERR_INTERNAL, _("cannot start %s"), hook->exec[0]);
    ChildPlan plan = {.argv = hook->exec,
                      .env = environment_of(a, facts),
                      .in = in,
                      .err_to_out = true,
                      .death_signal = SIGKILL};
    bool ok = child_start_as(&plan, &job->child, err);
    close(in);
    return ok;
}

// What is more than we keep is read and dropped, so that it never waits for us.
static void hear(HookJob *job)
{
    char text[4096];
    ssize_t n;
    while ((n = read(job->child.out, text, sizeof text)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0 && job->said.len < SAID_MAX)
            buf_add(&job->said, (Str){text, MIN((size_t)n, SAID_MAX - job->said.len)});
}

static void hurry(HookJob *job)
{
    Instant late = steady_now() - job->began - job->hook->timeout_s * SECOND_US;
    int wanted = late < 0 ? 0 : late < (Instant)MERCY_S * SECOND_US ? SIGTERM : SIGKILL;
    if (wanted == job->killed)
        return;
    kill(-job->child.pid, wanted);
    job->killed = wanted;
}

bool hook_job_ended(HookJob *job)
{
    hear(job);
    hurry(job);
    pid_t group = job->child.pid;
    siginfo_t info = {0};
    // its output is read once more after its end is known, and before its descriptor goes
    if (waitid(P_PID, (id_t)group, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != group)
        return false;
    hear(job);
    if (job->killed) // what it started has had its time too; the group is there as long as its leader is not reaped
        kill(-group, SIGKILL);
    if (!child_ended(&job->child, &job->code))
        return false;
    job->took_s = (double)(steady_now() - job->began) / SECOND_US;
    job->end = job->killed ? HOOK_TIMEOUT : job->code ? HOOK_FAILED : HOOK_DONE;
    return true;
}

void hook_job_free(HookJob *job)
{
    buf_free(&job->said);
    *job = (HookJob){0};
}

const char *hook_job_text(Arena *a, const HookJob *job, const char *why)
{
    const char *program = job->hook->exec[0], *event = hook_words[job->event];
    switch (job->end) {
    case HOOK_DONE: return arena_text(a, _("hook for %s: %s is done"), event, program);
    case HOOK_FAILED: return arena_text(a, _("hook for %s: %s ended with %d"), event, program, job->code);
    case HOOK_TIMEOUT:
        return arena_text(a, _("hook for %s: %s was ended after %lld s"), event, program,
                          (long long)job->hook->timeout_s);
    case HOOK_REFUSED: return arena_text(a, _("hook for %s was not called: %s"), event, why ? why : program);
    case HOOK_DROPPED: return arena_text(a, _("hook for %s was not called: too many wait"), event);
    }
    return "";
}
