// Reading for screens, on threads of their own.
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ui/app_inner.h"

static void *read_on_thread(void *arg)
{
    Fetch *f = arg;
    App *app = f->app;
    f->result = f->read(f->arena, &f->options, f->clinic, f->wish, &f->err);
    pthread_mutex_lock(&app->lock);
    f->next = app->done;
    app->done = f;
    ssize_t told = write(app->done_fd, &(uint64_t){1}, sizeof(uint64_t));
    (void)told; // full: the loop has been told anyway
    pthread_mutex_unlock(&app->lock);
    return NULL;
}

// Signals stay with the thread of the terminal.
static bool start_thread(Fetch *f)
{
    sigset_t all, before;
    pthread_t thread;
    pthread_attr_t attr;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    bool started = pthread_create(&thread, &attr, read_on_thread, f) == 0;
    pthread_attr_destroy(&attr);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

// A result that another one took the place of; it lies in its own arena.
struct OldResult {
    Arena *arena;
    struct OldResult *next;
};

static void free_old(struct Fetches *all)
{
    while (all->old) {
        Arena *arena = all->old->arena;
        all->old = all->old->next;
        arena_free(arena);
    }
}

static void keep_old(struct Fetches *all, Arena *arena)
{
    if (arena) {
        struct OldResult *old = arena_one(arena, struct OldResult);
        *old = (struct OldResult){arena, all->old};
        all->old = old;
    }
    if (!all->running)
        free_old(all);
}

enum { AGAIN_US = 2000000 };

int64_t app_again_in(const App *app, Instant now)
{
    return app->again ? MAX(app->again - now, (int64_t)0) : -1;
}

void app_again(App *app)
{
    app->again = 0;
    app_changed(app, CHANGED_RECORDS);
}

static void give(App *app, Fetch *f)
{
    Screen *s = f->screen;
    Arena *before = f->arena;
    if (f->err.passing)
        app->again = steady_now() + AGAIN_US;
    if (f->result) {
        before = s->fetches->kinds[f->what].shown;
        s->fetches->kinds[f->what].shown = f->arena;
    }
    s->fetches->running++; // fetched() may close the screen
    if (s->type->fetched)
        s->type->fetched(s, app, f->what, f->result, &f->err);
    s->fetches->running--;
    keep_old(s->fetches, before);
    if (s->fetches->closed)
        app_free_screen(s);
}

static void begin(App *app, Screen *s, int what, FetchRead read, const void *wish, size_t size)
{
    Arena *a = arena_new();
    Fetch *f = arena_one(a, Fetch);
    *f = (Fetch){.app = app, .screen = s, .what = what, .arena = a, .read = read, .options = app->options,
                 .clinic = app->readable, .wish = wish ? arena_copy(a, wish, size) : NULL, .wish_size = size};
    if (app->options.stand_in) {
        f->result = app->options.stand_in(a, s->type->name, what);
        if (f->result)
            give(app, f);
        else
            arena_free(a);
        return;
    }
    s->fetches->kinds[what].running = f;
    s->fetches->running++;
    app->running++;
    if (!start_thread(f))
        read_on_thread(f); // no thread can be had: the screen waits
}

void app_fetch(App *app, Screen *s, int what, FetchRead read, const void *wish, size_t size)
{
    app_fetch_fd(app);
    if (!s->fetches->kinds[what].running) {
        begin(app, s, what, read, wish, size);
        return;
    }
    s->fetches->kinds[what].read = read;
    free(s->fetches->kinds[what].wish);
    s->fetches->kinds[what].wish = NULL;
    s->fetches->kinds[what].wish_size = size;
    if (wish && size) {
        s->fetches->kinds[what].wish = malloc(size);
        if (!s->fetches->kinds[what].wish)
            abort();
        memcpy(s->fetches->kinds[what].wish, wish, size);
    }
}

bool app_fetching(const App *app, const Screen *s, int what)
{
    (void)app;
    return s->fetches->kinds[what].running;
}

int app_fetch_fd(const App *app)
{
    if (app->done_fd < 0)
        ((App *)(uintptr_t)app)->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return app->done_fd;
}

// What was asked for meanwhile is read next; a result that nobody wants any more is dropped.
static void take(App *app, Fetch *f)
{
    app->running--;
    Screen *s = f->screen;
    s->fetches->running--;
    s->fetches->kinds[f->what].running = NULL;
    if (f->dropped) {
        arena_free(f->arena);
        app_free_screen(s);
        return;
    }
    int what = f->what;
    FetchRead next = s->fetches->kinds[what].read;
    void *wish = s->fetches->kinds[what].wish;
    size_t size = s->fetches->kinds[what].wish_size;
    s->fetches->kinds[what].read = NULL;
    s->fetches->kinds[what].wish = NULL;
    bool same = next == f->read && size == f->wish_size && (!size || !memcmp(wish, f->wish, size));
    if (next)
        begin(app, s, what, next, wish, size);
    free(wish);
    if (next && !same) {
        arena_free(f->arena);
        return;
    }
    give(app, f);
}

void app_fetch_take(App *app)
{
    uint64_t n;
    ssize_t seen = read(app->done_fd, &n, sizeof n);
    (void)seen;
    pthread_mutex_lock(&app->lock);
    Fetch *done = app->done;
    app->done = NULL;
    pthread_mutex_unlock(&app->lock);
    while (done) {
        Fetch *next = done->next;
        take(app, done);
        done = next;
    }
}

void app_free_screen(Screen *s)
{
    struct Fetches *all = s->fetches;
    all->closed = true;
    for (int i = 0; i < FETCH_KINDS; i++)
        if (all->kinds[i].running)
            all->kinds[i].running->dropped = true;
    if (all->running)
        return;
    for (int i = 0; i < FETCH_KINDS; i++) {
        free(all->kinds[i].wish);
        arena_free(all->kinds[i].shown);
    }
    free_old(all);
    if (s->type->close)
        s->type->close(s);
    arena_free(s->arena);
}

bool app_fetches_end(App *app)
{
    enum { LOOKS = 30, LOOK_US = 10000 };
    for (int i = 0; i < LOOKS && app->running; i++) {
        app_fetch_take(app);
        if (app->running)
            usleep(LOOK_US);
    }
    return !app->running;
}
