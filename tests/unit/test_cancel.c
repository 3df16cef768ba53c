#include "base/cancel.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool readable(void)
{
    struct pollfd p = {.fd = cancel_fd(), .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

Test(cancel, nothing_is_requested_at_first)
{
    Err err = {0};
    cancel_start(true);
    cr_assert_not(cancel_requested());
    cr_assert_not(readable());
    cr_assert_eq(cancel_signal(), 0);
    cr_assert(cancel_check(&err));
}

Test(cancel, a_command_requests)
{
    Err err = {0};
    cancel_start(false);
    cancel_request(0);
    cr_assert(cancel_requested());
    cr_assert(readable());
    cr_assert_eq(cancel_signal(), 0);
    cr_assert_not(cancel_check(&err));
    cr_assert_eq(err.kind, ERR_STOPPED);
    cr_assert_str_eq(err.text, "stopped on request");
}

Test(cancel, a_signal_requests_and_leaves_errno_alone)
{
    Err err = {0};
    cancel_start(true);
    errno = EDOM;
    raise(SIGTERM);
    cr_assert_eq(errno, EDOM);
    cr_assert_eq(cancel_signal(), SIGTERM);
    cr_assert(readable());
    cr_assert_not(cancel_check(&err));
    cr_assert_eq(err.kind, ERR_STOPPED);
    cr_assert_not_null(strstr(err.text, strsignal(SIGTERM)));
}

Test(cancel, the_first_signal_is_remembered)
{
    cancel_start(true);
    cancel_request(SIGINT);
    cancel_request(SIGTERM);
    cancel_request(0);
    cr_assert_eq(cancel_signal(), SIGINT);
}

Test(cancel, many_requests_never_block)
{
    cancel_start(true);
    for (int i = 0; i < 200000; i++) // more than a pipe holds
        cancel_request(0);
    cr_assert(readable());
}

Test(cancel, starting_again_forgets)
{
    cancel_start(true);
    raise(SIGINT);
    cancel_start(true);
    cr_assert_not(cancel_requested());
    cr_assert_not(readable());
    raise(SIGINT); // is the first again: the process lives
    cr_assert(cancel_requested());
}

static int exit_code_of_second(int first, int second)
{
    pid_t child = fork();
    if (child == 0) {
        cancel_start(true);
        raise(first);
        raise(second);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(cancel, the_second_signal_leaves_at_once)
{
    cr_assert_eq(exit_code_of_second(SIGINT, SIGINT), 128 + SIGINT);
    cr_assert_eq(exit_code_of_second(SIGINT, SIGTERM), 128 + SIGTERM);
}

Test(cancel, without_a_terminal_its_end_does_not_matter)
{
    cancel_start(false);
    raise(SIGHUP);
    raise(SIGPIPE);
    cr_assert_not(cancel_requested());
}

Test(cancel, a_worker_outlives_its_terminal)
{
    cancel_start(true);
    cancel_outlive_terminal();
    raise(SIGHUP);
    cr_assert_not(cancel_requested());
}

Test(cancel, signals_of_the_user_are_noted_once)
{
    cancel_start(true);
    cancel_listen_user();
    cr_assert_not(cancel_user_signal(SIGUSR1));
    raise(SIGUSR2);
    cr_assert_not(cancel_user_signal(SIGUSR1));
    cr_assert(cancel_user_signal(SIGUSR2));
    cr_assert_not(cancel_user_signal(SIGUSR2));
    cr_assert_not(cancel_requested());
}

Test(cancel, asking_is_a_sign_of_life)
{
    cancel_start(true);
    unsigned before = cancel_asked();
    cr_assert_eq(cancel_asked(), before);
    cancel_requested();
    cr_assert_neq(cancel_asked(), before);
}
