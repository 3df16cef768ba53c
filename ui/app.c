#include "ui/app_inner.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/intl.h"
#include "engine/audit.h"
#include "engine/lock.h"
#include "ui/field.h"
#include "ui/print_view.h"
#include "ui/screens.h"
#include "ui/ways.h"

static const char *real_clock(Arena *a)
{
    struct tm now;
    time_t at = time(NULL);
    localtime_r(&at, &now);
    return arena_text(a, "%02d:%02d", now.tm_hour, now.tm_min);
}

App *app_new(const AppOptions *o)
{
    Arena *a = arena_new();
    App *app = arena_one(a, App);
    *app = (App){.options = *o, .arena = a, .worker_arena = arena_new(), .wish_arena = arena_new(), .done_fd = -1};
    if (!app->options.clock)
        app->options.clock = real_clock;
    pthread_mutex_init(&app->lock, NULL);
    return app;
}

bool app_free(App *app)
{
    app_leave(app);
    app_launch_close(app);
    if (!app_fetches_end(app))
        return false;
    for (size_t i = 0; i < MIN(app->n_messages, (size_t)MESSAGES_KEPT); i++)
        free((void *)(uintptr_t)app->messages[i].text);
    if (app->done_fd >= 0)
        close(app->done_fd);
    pthread_mutex_destroy(&app->lock);
    arena_free(app->worker_arena);
    arena_free(app->wish_arena);
    arena_free(app->arena);
    return true;
}

const AppOptions *app_options(const App *app)
{
    return &app->options;
}

Arena *app_arena(const App *app)
{
    return app->arena;
}

// ---- The stack --------------------------------------------------------------------------------------

Screen *screen_make(size_t size, const ScreenType *type)
{
    Arena *a = arena_new();
    Screen *s = arena_take(a, size);
    *s = (Screen){.type = type, .arena = a, .fetches = arena_one(a, struct Fetches)};
    return s;
}

void app_push(App *app, Screen *s)
{
    s->below = app->top;
    app->top = s;
    if (s->type->opened)
        s->type->opened(s, app);
}

static void close_top(App *app)
{
    Screen *s = app->top;
    app->top = s->below;
    if (app->unmasked == s)
        app->unmasked = NULL;
    app_free_screen(s);
}

void app_pop(App *app, Screen *s)
{
    bool there = false;
    for (Screen *at = app->top; at; at = at->below)
        there = there || at == s;
    if (!there)
        return;
    while (app->top != s)
        close_top(app);
    close_top(app);
    if (app->top && app->top->type->back)
        app->top->type->back(app->top, app);
}

Screen *app_top(const App *app)
{
    return app->top;
}

bool app_left(const App *app)
{
    return !app->top;
}

void app_leave(App *app)
{
    while (app->top)
        close_top(app);
}

// ---- Keys -----------------------------------------------------------------------------------------------

static bool has_binding(const ScreenType *type, int action)
{
    for (const Binding *b = type->bindings; b && b->keys; b++)
        if (b->action == action)
            return true;
    return false;
}

// Values are shown only after the audit log says who asked.
static void mask_or_show(App *app, Screen *s)
{
    JsonOut *fields;
    Err err = {0};
    if (app->unmasked == s) {
        app->unmasked = NULL;
    } else {
        Audit *audit = audit_begin(app->clinic->state_folder, app->clinic->name, "screen.unmask", &fields);
        json_text(fields, "screen", s->type->name);
        json_text(fields, "subject", s->subject);
        if (!audit_end(audit, &err)) {
            app_say_err(app, &err);
            return;
        }
        app->unmasked = s;
        app_say(app, SAY_WARN, "%s", _("Values are shown until you leave this screen; the audit log says so."));
    }
    s->type->act(s, app, ACT_MASK);
}

// What the app does by itself.
static void act_itself(App *app, Screen *s, int action)
{
    switch (action) {
    case ACT_BACK:
    case ACT_CLOSE: app_pop(app, s); break;
    case ACT_LEAVE: app_leave(app); break;
    case ACT_HELP:
        if (!s->type->overlay)
            app_push(app, help_overlay(s->type));
        break;
    case ACT_PALETTE:
        if (!s->type->overlay)
            app_push(app, palette_overlay(s->type));
        break;
    case ACT_MESSAGES:
        if (!s->type->overlay)
            app_push(app, messages_overlay());
        break;
    case ACT_REDRAW:
    case ACT_SUSPEND:
    case ACT_MOUSE: app->wish = action; break;
    case ACT_REREAD: app_changed(app, CHANGED_RUN | CHANGED_RECORDS | CHANGED_CONFIG); break;
    case ACT_PRINT: print_view(app); break;
    default:
        if (!s->type->overlay)
            way_go(app, action);
    }
}

void app_do(App *app, const Binding *b)
{
    Screen *s = app->top;
    int action = b->action;
    if (!s)
        return;
    if (b->writes && app->options.read_only) {
        app_say(app, SAY_WARN, "%s", _("Nothing is changed with --read-only."));
        return;
    }
    if (action == ACT_MASK) {
        if (app->clinic && has_binding(s->type, ACT_MASK))
            mask_or_show(app, s);
        return;
    }
    if (!s->type->act || !s->type->act(s, app, action))
        act_itself(app, s, action);
}

void app_key(App *app, int key)
{
    enum { SEEN_US = 2000000 }; // an error stays at least as long as it takes to read
    Screen *s = app->top;
    const Binding *binding = NULL;
    if (!s)
        return;
    const Message *last = app->n_messages ? &app->messages[(app->n_messages - 1) % MESSAGES_KEPT] : NULL;
    if (last && (last->say != SAY_ERROR || steady_now() - app->said > SEEN_US))
        app->message_shown = false;
    if (s->type->key && s->type->key(s, app, key))
        return;
    if (key == K_PASTE) {
        app_say(app, SAY_INFO, "%s", _("Pasted text runs no commands; it is ignored here."));
        return;
    }
    int action = keys_find(s->type->bindings, key, &binding);
    if (action == ACT_NONE)
        action = keys_find(keys_everywhere, key, &binding);
    if (action != ACT_NONE)
        app_do(app, binding);
}

void app_paste(App *app, const char *text)
{
    app->pasted = text;
    app_key(app, K_PASTE);
    app->pasted = NULL;
    if (strlen(text) >= FIELD_MAX && app->top && app->top->type->key)
        app_say(app, SAY_WARN, _("That text is too long to be typed in: %d bytes at most."), FIELD_MAX - 1);
}

const char *app_pasted(const App *app)
{
    return app->pasted;
}

void app_changed(App *app, unsigned what)
{
    if (what & CHANGED_CONFIG && app->clinic_name) {
        bool was_right = app->clinic;
        if (!app_open_clinic(app, app->clinic_name, NULL) && was_right)
            app_say(app, SAY_ERROR, _("The configuration of %s is not right any more; E shows why."), app->clinic_name);
    }
    if (what & CHANGED_RUN)
        app_look_at_worker(app);
    for (Screen *s = app->top; s; s = s->below)
        if (s->type->changed)
            s->type->changed(s, app, what);
}

bool app_unmasked(const App *app)
{
    return app->unmasked != NULL;
}

// ---- For the loop --------------------------------------------------------------------------------------------

int app_take_wish(App *app)
{
    int wish = app->wish;
    app->wish = ACT_NONE;
    return wish;
}

const char *app_take_copied(App *app)
{
    const char *copied = app->copied;
    app->copied = NULL;
    return copied;
}

const char *const *app_take_foreground(App *app)
{
    const char *const *argv = app->foreground;
    app->foreground = NULL;
    return argv;
}

void app_run_foreground(App *app, const char *const *argv)
{
    size_t n = 0;
    while (argv[n])
        n++;
    const char **copy = arena_many(app->wish_arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = arena_text(app->wish_arena, "%s", argv[i]);
    app->foreground = copy;
}

void app_foreground_ended(App *app)
{
    arena_reset(app->wish_arena);
    if (app->top && app->top->type->back)
        app->top->type->back(app->top, app);
}
