#include "config/editor.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/intl.h"

const char *editor_command(bool may_guess)
{
    static const char *const names[] = {"VISUAL", "EDITOR"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return may_guess ? "vi" : NULL;
}

// No passphrase for a program that keeps backups and histories.
static char **environment(Arena *a)
{
    static const char hidden[] = "MUDANZA_PASSPHRASE=";
    size_t n = 0, kept = 0;
    while (environ[n])
        n++;
    char **copy = arena_many(a, char *, n + 1);
    for (size_t i = 0; i < n; i++)
        if (strncmp(environ[i], hidden, strlen(hidden)) != 0)
            copy[kept++] = environ[i];
    return copy;
}

static int start(Arena *a, const char *const *argv, int out, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t usual;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    sigemptyset(&usual);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGQUIT);
    posix_spawnattr_setsigdefault(&how, &usual);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF);
    if (out != STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    int why = posix_spawn(pid, argv[0], &files, &how, (char *const *)(uintptr_t)argv, environment(a));
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return why;
}

bool editor_run(const char *command, const char *path, int line, int out, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *file = path[0] == '-' ? arena_text(a, "./%s", path) : path;
    const char *place = line > 1 ? arena_text(a, "+%d", line) : file;
    const char *argv[] = {"/bin/sh", "-c", arena_text(a, "%s \"$@\"", command), "sh", place, line > 1 ? file : NULL,
                          NULL};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before[2];
    pid_t pid = 0;
    int status = 0;
    sigaction(SIGINT, &ignore, &before[0]); // Ctrl-C is the editor's as long as it runs
    sigaction(SIGQUIT, &ignore, &before[1]);
    int why = start(a, argv, out, &pid);
    while (why == 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    sigaction(SIGINT, &before[0], NULL);
    sigaction(SIGQUIT, &before[1], NULL);
    if (why != 0) {
        err_set(err, ERR_CONFIG, _("cannot start the editor %s"), command);
        return err_because(err, why);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    err_set(err, ERR_CONFIG, _("the editor %s ended badly (%d)"), command,
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return err_hint(err, "%s", _("VISUAL or EDITOR names another one"));
}
