#include "base/cancel.h"

#include "base/intl.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 5 };

// A signal handler can reach nothing but static storage; all of it is atomic and lock-free.
static atomic_bool requested;
static atomic_int signal_number;
static atomic_uint asked;
static atomic_bool user_signals[2]; // SIGUSR1, SIGUSR2
static atomic_llong last_signal_ns; // 0: none yet
static atomic_int pipe_read = -1, pipe_write = -1;

static long long monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}

// Async-signal-safe. The pipe never blocks: when it is full, it is readable already.
void cancel_request(int reason)
{
    int saved = errno, none = 0;
    if (reason)
        atomic_compare_exchange_strong(&signal_number, &none, reason);
    atomic_store(&requested, true);
    int fd = atomic_load(&pipe_write);
    if (fd >= 0) {
        ssize_t put UNUSED = write(fd, "!", 1);
    }
    errno = saved;
}

static void on_signal(int number)
{
    int saved = errno;
    long long now = monotonic_ns(), before = atomic_exchange(&last_signal_ns, now);
    if (before && now - before < PATIENCE_S * 1000000000LL)
        _exit(128 + number);
    cancel_request(number);
    errno = saved;
}

static void set_action(int number, void (*handler)(int))
{
    // SA_RESTART: files are read on; whoever waits long does so in poll(), which is always interrupted.
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static void start_pipe(void)
{
    int old_read = atomic_exchange(&pipe_read, -1), old_write = atomic_exchange(&pipe_write, -1);
    if (old_read >= 0)
        close(old_read);
    if (old_write >= 0)
        close(old_write);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return; // the flag still works; poll() ignores -1
    atomic_store(&pipe_read, ends[0]);
    atomic_store(&pipe_write, ends[1]);
}

void cancel_start(bool has_terminal)
{
    start_pipe();
    atomic_store(&requested, false);
    atomic_store(&signal_number, 0);
    atomic_store(&last_signal_ns, 0);
    set_action(SIGINT, on_signal);
    set_action(SIGTERM, on_signal);
    set_action(SIGPIPE, SIG_IGN);
    set_action(SIGXFSZ, SIG_IGN); // a file that may not grow is an error of write(), like a full disk
    if (!has_terminal)
        set_action(SIGHUP, SIG_IGN);
}

void cancel_outlive_terminal(void)
{
    set_action(SIGHUP, SIG_IGN);
}

static void on_user_signal(int number)
{
    atomic_store(&user_signals[number == SIGUSR2], true);
}

void cancel_listen_user(void)
{
    set_action(SIGUSR1, on_user_signal);
    set_action(SIGUSR2, on_user_signal);
}

bool cancel_user_signal(int number)
{
    atomic_bool *noted = &user_signals[number == SIGUSR2];
    return atomic_load_explicit(noted, memory_order_relaxed) && atomic_exchange(noted, false);
}

bool cancel_requested(void)
{
    atomic_store_explicit(&asked, atomic_load_explicit(&asked, memory_order_relaxed) + 1,
                          memory_order_relaxed);
    return atomic_load_explicit(&requested, memory_order_relaxed);
}

unsigned cancel_asked(void)
{
    return atomic_load_explicit(&asked, memory_order_relaxed);
}

int cancel_signal(void)
{
    return atomic_load(&signal_number);
}

int cancel_fd(void)
{
    return atomic_load(&pipe_read);
}

bool cancel_check(Err *err)
{
    if (!cancel_requested())
        return true;
    int number = cancel_signal();
    if (number)
        return err_set(err, ERR_STOPPED, _("stopped by the signal %s"), strsignal(number));
    return err_set(err, ERR_STOPPED, _("stopped on request"));
}
