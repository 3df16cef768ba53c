#include "ui/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "ui/foreground.h"
#include "ui/term.h"
#include "ui/term_crash.h"
#include "ui/watch.h"
#include "ui/watch_places.h"

// A worker that was killed writes nothing any more: while one is there, or was a moment ago, somebody looks.
enum { TICK_US = 1000000, TICKS_AFTER_US = 3 * TICK_US, BLIND_TICK_US = 2 * TICK_US };

// ---- Signals: noted by a handler, dealt with by the loop ---------------------------------------------------

enum { GOT_WINCH = 1, GOT_TSTP = 2, GOT_CONT = 4, GOT_INT = 8, GOT_TERM = 16, GOT_HUP = 32 };
static const struct {
    int number;
    unsigned bit;
} signals[] = {
    {SIGWINCH, GOT_WINCH}, {SIGTSTP, GOT_TSTP}, {SIGCONT, GOT_CONT},
    {SIGINT, GOT_INT},     {SIGTERM, GOT_TERM}, {SIGHUP, GOT_HUP},
};
static atomic_uint got;
static int wake[2] = {-1, -1};

static void on_signal(int number)
{
    int saved = errno;
    unsigned bit = 0;
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        if (signals[i].number == number)
            bit = signals[i].bit;
    if (atomic_fetch_or(&got, bit) & bit & (GOT_TERM | GOT_HUP)) { // asked before, and it still hangs
        crash_restore();
        _exit(128 + number);
    }
    if (bit == GOT_TERM)
        cancel_request(number); // readers on their threads give up too
    ssize_t put UNUSED = write(wake[1], "!", 1);
    errno = saved;
}

void loop_take_signals(void)
{
    if (wake[0] < 0 && pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
        wake[0] = wake[1] = -1; // poll() is interrupted all the same, at most a tick later
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        sigaction(signals[i].number, &action, NULL);
}

static void drain(void)
{
    char bytes[64];
    while (read(wake[0], bytes, sizeof bytes) > 0)
        continue;
}

static unsigned take_signals(void)
{
    drain();
    return atomic_exchange(&got, 0);
}

// The program is to end, whoever has the terminal meanwhile. What came stays noted.
static bool is_to_end(void)
{
    drain();
    return atomic_load(&got) & (GOT_TERM | GOT_HUP);
}

// ---- What the loop knows ---------------------------------------------------------------------------------------


typedef struct {
    App *app;
    Watch *watch;
    Surface *surface;
    WatchedPlaces places;
    bool dirty, mouse;
    int exit_code; // -1: goes on
    Instant run_news, tick;
} Loop;

static void tell_changed(Loop *l, unsigned what, Instant now)
{
    if (what & CHANGED_RUN)
        l->run_news = now;
    app_changed(l->app, what);
    l->tick = now;
    l->dirty = true;
}

static bool a_run_lives(const Loop *l, Instant now)
{
    return app_worker(l->app) || (l->run_news && now - l->run_news < TICKS_AFTER_US);
}

// Milliseconds poll() may sleep; -1: until something happens.
static int patience(const Loop *l, Instant now)
{
    int64_t wait = watch_wait(l->watch, now), tick = -1;
    if (a_run_lives(l, now))
        tick = TICK_US;
    else if (watch_fd(l->watch) < 0)
        tick = BLIND_TICK_US;
    if (tick >= 0) {
        tick = MAX(l->tick + tick - now, (int64_t)0);
        wait = wait < 0 ? tick : MIN(wait, tick);
    }
    int64_t again = app_again_in(l->app, now);
    if (again >= 0)
        wait = wait < 0 ? again : MIN(wait, again);
    return wait < 0 ? -1 : (int)(wait / 1000 + (wait % 1000 != 0));
}

static void see_changes(Loop *l, Instant now)
{
    unsigned what = watch_due(l->watch, now);
    if (what) {
        tell_changed(l, what, now);
    } else if (a_run_lives(l, now) && now - l->tick >= TICK_US) {
        l->tick = now;
        app_changed(l->app, CHANGED_RUN);
        l->dirty = true;
    } else if (watch_fd(l->watch) < 0 && now - l->tick >= BLIND_TICK_US) {
        l->tick = now;
        app_changed(l->app, CHANGED_RUN | CHANGED_RECORDS);
        l->dirty = true;
    }
    if (app_again_in(l->app, now) == 0) {
        app_again(l->app);
        l->dirty = true;
    }
    if (watch_folders_changed(l->watch)) {
        app_changed(l->app, CHANGED_CONFIG); // clinics came or went
        l->places.run = -1;
        l->dirty = true;
    }
    if (watch_places(l->watch, &l->places, l->app))
        tell_changed(l, CHANGED_RUN | CHANGED_RECORDS, now);
}

static void obey_signals(Loop *l);

// ---- What the app asked of the terminal --------------------------------------------------------------------

static void suspend(Loop *l)
{
    term_suspend();
    atomic_fetch_and(&got, ~(unsigned)(GOT_CONT | GOT_TSTP));
    l->dirty = true;
}

static void grant(Loop *l)
{
    const char *copied = app_take_copied(l->app);
    if (copied)
        term_copy(copied);
    const char *const *argv = app_take_foreground(l->app);
    if (argv) {
        Err err = {0};
        term_leave();
        bool ran = foreground_run(argv, wake[0], is_to_end, &err);
        loop_take_signals();
        if (is_to_end()) { // the loop looks at signals next
            obey_signals(l);
            return;
        }
        term_return();
        app_foreground_ended(l->app);
        if (!ran)
            app_say_err(l->app, &err);
        l->dirty = true;
    }
    switch (app_take_wish(l->app)) {
    case ACT_REDRAW: term_redraw(); break;
    case ACT_SUSPEND: suspend(l); break;
    case ACT_MOUSE:
        l->mouse = !l->mouse;
        term_mouse(l->mouse);
        app_say(l->app, SAY_INFO, "%s",
                l->mouse ? _("The mouse wheel moves the cursor; the same key gives the mouse back to the terminal.")
                         : _("The mouse selects text."));
        l->dirty = true;
        break;
    default: break;
    }
}

// ---- What came ---------------------------------------------------------------------------------------------------

static void lost(Loop *l)
{
    term_gone();
    l->exit_code = 128 + SIGHUP;
}

static void obey_signals(Loop *l)
{
    unsigned signals_got = take_signals();
    if (signals_got & GOT_HUP) {
        lost(l);
    } else if (signals_got & GOT_TERM || cancel_requested()) {
        l->exit_code = 128 + (cancel_signal() ? cancel_signal() : SIGTERM);
    } else if (signals_got & GOT_TSTP) {
        suspend(l);
    } else if (signals_got & GOT_CONT) { // it was stopped without a word
        term_leave();
        term_return();
        l->dirty = true;
    }
    if (signals_got & GOT_WINCH && l->exit_code < 0) {
        term_resize();
        l->dirty = true;
    }
    if (signals_got & GOT_INT && l->exit_code < 0) {
        app_key(l->app, K_CTRL('c'));
        l->dirty = true;
    }
}

static void take_keys(Loop *l)
{
    int waiting = 0, key;
    if (ioctl(term_fd(), FIONREAD, &waiting) == 0 && waiting == 0) { // readable and empty: its end
        lost(l);
        return;
    }
    while (l->exit_code < 0 && !app_left(l->app) && (key = term_key()) != K_NONE) {
        if (key == K_PASTE)
            app_paste(l->app, term_pasted());
        else
            app_key(l->app, key);
        l->dirty = true;
        grant(l);
    }
}

static void show(Loop *l)
{
    int rows, cols;
    term_size(&rows, &cols);
    if (!l->surface || l->surface->rows != rows || l->surface->cols != cols) {
        surface_free(l->surface);
        l->surface = surface_new(rows, cols, app_options(l->app)->unicode);
    }
    surface_clear(l->surface);
    app_paint(l->app, l->surface);
    term_show(l->surface);
    l->dirty = false;
}

static void wait_for_news(Loop *l)
{
    enum { TERMINAL, SIGNALS, CANCEL, FETCHED, LAUNCHED, CHANGED, FDS };
    struct pollfd fds[FDS] = {
        [TERMINAL] = {.fd = term_fd(), .events = POLLIN},
        [SIGNALS] = {.fd = wake[0], .events = POLLIN},
        [CANCEL] = {.fd = cancel_fd(), .events = POLLIN},
        [FETCHED] = {.fd = app_fetch_fd(l->app), .events = POLLIN},
        [LAUNCHED] = {.fd = app_launch_fd(l->app), .events = POLLIN},
        [CHANGED] = {.fd = watch_fd(l->watch), .events = POLLIN},
    };
    if (poll(fds, FDS, patience(l, steady_now())) < 0 && errno != EINTR) {
        lost(l);
        return;
    }
    obey_signals(l);
    if (fds[TERMINAL].revents & (POLLHUP | POLLERR | POLLNVAL))
        lost(l);
    if (l->exit_code >= 0)
        return;
    if (fds[FETCHED].revents) {
        app_fetch_take(l->app);
        l->dirty = true;
    }
    if (fds[LAUNCHED].revents) {
        app_launch_ended(l->app);
        l->dirty = true;
    }
    if (fds[CHANGED].revents)
        watch_read(l->watch);
    if (fds[TERMINAL].revents & POLLIN)
        take_keys(l);
    see_changes(l, steady_now());
}

int loop_run(App *app)
{
    Loop l = {.app = app, .watch = watch_open(), .dirty = true, .exit_code = -1, .places = {.run = -1}};
    watch_places(l.watch, &l.places, app);
    while (l.exit_code < 0 && !app_left(app)) {
        if (l.dirty)
            show(&l);
        wait_for_news(&l);
        grant(&l);
    }
    surface_free(l.surface);
    watch_close(l.watch);
    watch_places_free(&l.places);
    return MAX(l.exit_code, 0);
}
