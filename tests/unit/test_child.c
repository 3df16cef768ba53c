#include "base/child.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const nap[] = {"/bin/sleep", "60", NULL};

Test(child, says_what_it_says_and_how_it_ended)
{
    const char *const argv[] = {"/bin/sh", "-c", "read x; echo \"<$x>\"; exit 7", NULL};
    Child c;
    Err err = {0};
    char text[16] = "";
    cr_assert(child_start(argv, NULL, SIGTERM, &c, &err));
    cr_assert_eq(poll(&(struct pollfd){.fd = c.out, .events = POLLIN}, 1, 5000), 1);
    cr_assert_eq(read(c.out, text, sizeof text - 1), 3);
    cr_assert_str_eq(text, "<>\n");
    cr_assert_eq(child_end(&c), 7);
}

Test(child, what_is_not_there_is_told)
{
    const char *const argv[] = {"/nowhere/at/all", NULL};
    Child c;
    Err err = {0};
    cr_assert(child_start(argv, NULL, SIGTERM, &c, &err));
    cr_assert_eq(child_end(&c), 127);
}

// A lock of ours is free once we let go of it, however long the child lives.
Test(child, keeps_no_lock)
{
    char path[] = "/tmp/mudanza-child-XXXXXX";
    int fd = mkstemp(path); // without close-on-exec, as a careless library would open it
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    Child c;
    Err err = {0};
    cr_assert_eq(fcntl(fd, F_OFD_SETLK, &whole), 0);
    cr_assert(child_start(nap, NULL, SIGTERM, &c, &err));
    char exe[64], program[64] = "";
    snprintf(exe, sizeof exe, "/proc/%d/exe", (int)c.pid);
    for (int i = 0; i < 500 && !strstr(program, "sleep"); i++) { // until it has become the other program
        cr_assert_geq(readlink(exe, program, sizeof program - 1), 0);
        poll(NULL, 0, 10);
    }
    close(fd);
    fd = open(path, O_RDWR);
    cr_assert_eq(fcntl(fd, F_OFD_SETLK, &whole), 0, "the child holds our lock");
    kill(c.pid, SIGKILL);
    cr_assert_eq(child_end(&c), 128 + SIGKILL);
    unlink(path);
}

Test(child, dies_with_us)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t parent = fork();
    if (!parent) {
        Child c;
        Err err = {0};
        if (!child_start(nap, NULL, SIGKILL, &c, &err) || write(ends[1], &c.pid, sizeof c.pid) < 0)
            _exit(1);
        pause();
    }
    pid_t grandchild = 0;
    cr_assert_eq(read(ends[0], &grandchild, sizeof grandchild), (ssize_t)sizeof grandchild);
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    char stat[64];
    snprintf(stat, sizeof stat, "/proc/%d/stat", (int)grandchild);
    bool gone = false;
    for (int i = 0; i < 500 && !gone; i++) {
        char line[256] = "";
        FILE *f = fopen(stat, "r");
        gone = !f || !fgets(line, sizeof line, f) || strstr(line, ") Z");
        if (f)
            fclose(f);
        poll(NULL, 0, 10);
    }
    cr_assert(gone, "the child outlives us");
}

Test(child, gets_the_input_and_the_variables_it_is_given_and_no_others)
{
    const char *const argv[] = {"/bin/sh", "-c", "read x; echo \"$x $ONE ${HOME-none}\"; echo said >&2", NULL};
    const char *const env[] = {"ONE=1", NULL};
    int ends[2], code = -1;
    Child c;
    Err err = {0};
    char text[64] = "";
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], "told\n", 5), 5);
    close(ends[1]);
    ChildPlan plan = {.argv = argv, .env = env, .in = ends[0], .err_to_out = true, .death_signal = SIGKILL};
    cr_assert(child_start_as(&plan, &c, &err));
    siginfo_t info;
    cr_assert_eq(waitid(P_PID, (id_t)c.pid, &info, WEXITED | WNOWAIT), 0);
    cr_assert_eq(read(c.out, text, sizeof text - 1), 17);
    cr_assert_str_eq(text, "told 1 none\nsaid\n");
    cr_assert(child_ended(&c, &code));
    cr_assert_eq(code, 0);
}

Test(child, that_still_works_has_not_ended)
{
    Child c;
    Err err = {0};
    int code = -1;
    cr_assert(child_start(nap, NULL, SIGKILL, &c, &err));
    cr_assert_not(child_ended(&c, &code));
    cr_assert_eq(kill(-c.pid, SIGKILL), 0, "it leads a group from the first moment");
    cr_assert_eq(child_end(&c), 128 + SIGKILL);
}
