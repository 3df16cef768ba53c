#include "ui/term_crash.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

// All a handler can reach is static. STACK: room for write(), tcsetattr() and raise(), whatever the machine
// saves of its registers.
enum { RESTORE_MAX = 512, STACK = 64 << 10 };
static struct {
    atomic_bool armed;
    int fd, standard_error;
    char restore[RESTORE_MAX];
    size_t len;
    struct termios modes;
} kept;
static char stack[STACK] __attribute__((aligned(16)));
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGTRAP, SIGSYS, SIGXCPU};

void crash_restore(void)
{
    if (!atomic_exchange(&kept.armed, false))
        return;
    int saved = errno;
    sigset_t background, before;
    sigemptyset(&background);
    sigaddset(&background, SIGTTOU); // also when the terminal belongs to another process group by now
    pthread_sigmask(SIG_BLOCK, &background, &before);
    ssize_t put UNUSED = write(kept.fd, kept.restore, kept.len);
    tcsetattr(kept.fd, TCSANOW, &kept.modes);
    if (kept.standard_error >= 0)
        dup2(kept.standard_error, STDERR_FILENO);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = saved;
}

bool crash_armed(void)
{
    return atomic_load(&kept.armed);
}

static void on_crash(int number)
{
    crash_restore();
    signal(number, SIG_DFL);
    raise(number);
}

// Sanitizers: the one for addresses calls this before it reports, all of them what they are given before they end.
void __asan_on_error(void);
void __asan_on_error(void)
{
    crash_restore();
}
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static bool is_free(int number)
{
    struct sigaction now;
    return sigaction(number, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) && now.sa_handler == SIG_DFL;
}

void crash_arm(int fd, Str restore, const struct termios *modes, int standard_error)
{
    kept.fd = fd;
    kept.standard_error = standard_error;
    kept.len = MIN(restore.len, sizeof kept.restore);
    memcpy(kept.restore, restore.at, kept.len);
    kept.modes = *modes;
    atomic_store(&kept.armed, true);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(crash_restore);
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack}, now;
    if (sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE))
        sigaltstack(&other, NULL);
    struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ARRAY_LEN(crashes); i++)
        if (is_free(crashes[i]))
            sigaction(crashes[i], &action, NULL);
}

void crash_disarm(void)
{
    atomic_store(&kept.armed, false);
    for (size_t i = 0; i < ARRAY_LEN(crashes); i++) {
        struct sigaction now;
        if (sigaction(crashes[i], NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) && now.sa_handler == on_crash)
            signal(crashes[i], SIG_DFL);
    }
}
