#include "base/detach.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"

static int code_of(Detached *d)
{
    int code = -1;
    cr_assert_eq(poll(&(struct pollfd){.fd = d->fd, .events = POLLIN}, 1, 10000), 1, "its end is not told");
    cr_assert(detach_ended(d, &code));
    cr_assert_eq(d->fd, -1);
    return code;
}

static const char *told(Arena *a, const char *path)
{
    Str text;
    Err err = {0};
    cr_assert(file_read(a, path, 4096, &text, &err), "%s", err.text);
    return text.at;
}

Test(detach, gets_what_it_is_given_and_nothing_else)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *path = arena_text(a, "%s/told", temp_folder(a));
    const char *const argv[] = {
        "/bin/sh", "-c", "read -r x <&3; echo \"<$x>\"; cat; ls /proc/$$/fd; exit 7",
        NULL};
    int ours = dup(0); // without close-on-exec, as a careless library would open it
    Detached d;
    Err err = {0};
    struct stat st;
    cr_assert(detach_start(&(DetachPlan){argv, path, STR("sesame")}, &d, &err), "%s", err.text);
    cr_assert_eq(code_of(&d), 7);
    cr_assert_str_eq(told(a, path), "<sesame>\n0\n1\n2\n3\n");
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    close(ours);
}

Test(detach, has_a_session_of_its_own_and_the_usual_signals)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *path = arena_text(a, "%s/told", temp_folder(a));
    const char *const argv[] = {"/bin/sh", "-c", "cut -d' ' -f1,6 /proc/$$/stat; grep SigIgn /proc/$$/status",
                                NULL};
    Detached d;
    Err err = {0};
    signal(SIGPIPE, SIG_IGN);
    cr_assert(detach_start(&(DetachPlan){.argv = argv, .out_path = path}, &d, &err), "%s", err.text);
    pid_t pid = d.pid;
    cr_assert_eq(code_of(&d), 0);
    const char *text = told(a, path), *ids = arena_text(a, "%d %d\nSigIgn:\t", (int)pid, (int)pid);
    cr_assert_eq(strncmp(text, ids, strlen(ids)), 0, "%s", text);
    // 32 and 33 are the C library's own, which posix_spawn() of whoever started us may have left ignored
    const uint64_t library = (uint64_t)1 << 31 | (uint64_t)1 << 32;
    cr_assert_eq(strtoull(text + strlen(ids), NULL, 16) & ~library, 0, "%s", text);
}

// The one who started it is gone, killed: it goes on.
Test(detach, outlives_who_started_it)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *folder = temp_folder(a);
    const char *go = arena_text(a, "%s/go", folder), *done = arena_text(a, "%s/done", folder);
    const char *const argv[] = {"/bin/sh", "-c", "cat \"$0\" >/dev/null; echo done >\"$1\"", go, done, NULL};
    cr_assert_eq(mkfifo(go, 0600), 0);
    pid_t starter = fork();
    if (starter == 0) {
        Detached d;
        Err err = {0};
        setsid();
        bool ok =
            detach_start(&(DetachPlan){.argv = argv, .out_path = arena_text(a, "%s/told", folder)}, &d, &err);
        raise(ok ? SIGKILL : SIGTERM);
        _exit(0);
    }
    int status;
    cr_assert_eq(waitpid(starter, &status, 0), starter);
    cr_assert_eq(WTERMSIG(status), SIGKILL);
    int fd = open(go, O_WRONLY); // waits until it reads: it is there
    close(fd);
    for (int i = 0; i < 1000 && !file_exists(done); i++)
        poll(NULL, 0, 10);
    cr_assert(file_exists(done));
}

Test(detach, what_is_not_there_is_told)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *const argv[] = {"/nowhere/at/all", NULL};
    const char *folder = temp_folder(a);
    Detached d;
    Err err = {0};
    cr_assert(
        detach_start(&(DetachPlan){.argv = argv, .out_path = arena_text(a, "%s/told", folder)}, &d, &err));
    cr_assert_eq(code_of(&d), 127);
    cr_assert_not(
        detach_start(&(DetachPlan){.argv = argv, .out_path = arena_text(a, "%s/no/told", folder)}, &d, &err));
    cr_assert(strstr(err.text, "/nowhere/at/all"));
    cr_assert_eq(d.fd, -1);
}
