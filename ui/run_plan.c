// What would run and why, before it runs. Enter does nothing: starting work is a decision.
#include "ui/run_plan.h"

#include <string.h>

#include "base/intl.h"
#include "engine/lock.h"
#include "ui/screens.h"

enum { ACT_DRY = ACT_OWN, ACT_COPY_COMMAND };

static const ScreenType type, idle_type; // idle: there is nothing to run

// ---- Acting -----------------------------------------------------------------------------------------

static void add_list(const char **to, size_t *n, const char *const *list)
{
    for (; *list; list++)
        to[(*n)++] = *list;
}

static size_t count(const char *const *list)
{
    size_t n = 0;
    while (list[n])
        n++;
    return n;
}

// A dry run takes the same selection; what a run does about rejects does not matter to it.
static void launch(RunPlan *s, App *app, const char *mode, Str passphrase)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Err err = {0};
    size_t n = 0, named = 0;
    const char **args = arena_many(a, const char *, count(s->options) + 2);
    const char **names = arena_many(a, const char *, count(s->select) + 2);
    args[n++] = mode;
    if (!strcmp(mode, s->mode))
        add_list(args, &n, s->options);
    names[named++] = app_clinic(app) ? app_clinic(app)->name : ""; // wrong by now: nothing is started
    add_list(names, &named, s->select);
    if (!app_launch(app, &(Launch){args, names, passphrase}, &err)) {
        app_say_err(app, &err);
        return;
    }
    app_pop(app, &s->base);
    if (app_top(app) && !strcmp(app_top(app)->type->name, "autopilot"))
        app_pop(app, app_top(app)); // it looked at another run
    app_push(app, autopilot_screen());
}

// The overlay is still there: the one that asked was above it.
static void take_passphrase(App *app, void *arg, Str passphrase)
{
    launch(arg, app, ((RunPlan *)arg)->mode, passphrase);
}

static void take_passphrase_dry(App *app, void *arg, Str passphrase)
{
    launch(arg, app, "rehearse", passphrase);
}

static void begin(RunPlan *s, App *app, bool dry)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *owner;
    const Clinic *clinic = app_clinic(app);
    if (!run_plan_may_run(s) || !clinic)
        return;
    if (lock_owner(a, clinic->state_folder, &owner)) {
        app_pop(app, &s->base);
        app_push(app, in_use_overlay());
    } else if (dry && !strcmp(clinic->env, "PROD") && !clinic->rehearse_in_prod) {
        app_say(app, SAY_WARN, "%s",
                _("A dry run holds locks in the target. In PROD it has to be allowed: policy: "
                  "{rehearse_in_prod: true}."));
    } else if (s->plan->wants_passphrase) {
        app_push(app, passphrase_overlay(dry ? take_passphrase_dry : take_passphrase, s));
    } else {
        launch(s, app, dry ? "rehearse" : s->mode, (Str){NULL, 0});
    }
}

static void copy_command(const RunPlan *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf line = {0};
    buf_addf(&line, "mudanza %s %s", s->mode, app_clinic(app) ? app_clinic(app)->typed : "CLINIC");
    for (size_t i = 0; s->select[i]; i++)
        buf_addf(&line, " %s", shell_word(a, s->select[i]));
    for (size_t i = 0; s->options[i]; i++)
        buf_addf(&line, " %s", shell_word(a, s->options[i]));
    app_copy(app, buf_text(&line));
}

static bool act(Screen *screen, App *app, int action)
{
    RunPlan *s = (RunPlan *)screen;
    switch (action) {
    case ACT_YES: begin(s, app, false); return true;
    case ACT_DRY: begin(s, app, true); return true;
    case ACT_COPY_COMMAND: copy_command(s, app); return true;
    default: return false;
    }
}

static void opened(Screen *screen, App *app)
{
    const RunPlan *s = (const RunPlan *)screen;
    AUTO(buf_free) Buf wish = {0};
    const PlanWish head = {.n_select = count(s->select), .n_options = count(s->options)};
    buf_add(&wish, (Str){(const char *)&head, sizeof head});
    buf_add(&wish, (Str){s->mode, strlen(s->mode) + 1});
    for (size_t i = 0; s->select[i]; i++)
        buf_add(&wish, (Str){s->select[i], strlen(s->select[i]) + 1});
    for (size_t i = 0; s->options[i]; i++)
        buf_add(&wish, (Str){s->options[i], strlen(s->options[i]) + 1});
    if (app_clinic(app))
        app_fetch(app, screen, 0, run_plan_read, wish.at, wish.len);
}

static void fetched(Screen *screen, App *app, int what, void *result, const Err *err)
{
    (void)what;
    RunPlan *s = (RunPlan *)screen;
    s->plan = result;
    s->base.type = run_plan_may_run(s) ? &type : &idle_type;
    if (!result)
        app_say_err(app, err);
}

#define COPY_KEY                                                                                             \
    {                                                                                                        \
        "c", ACT_COPY_COMMAND, N_("copy command"), N_("copy the command that does the same"), NULL, false    \
    }
static const Binding bindings[] = {
    {"y s", ACT_YES, N_("run now"), N_("run what the plan says"), "mudanza run CLINIC --yes", true},
    {"d", ACT_DRY, N_("dry run"), N_("the real statements in one transaction that is taken back"),
     "mudanza rehearse CLINIC", true},
    COPY_KEY,
    {0},
};
static const Binding idle_bindings[] = {COPY_KEY, {0}};

#define PLAN_TYPE(keys)                                                                                      \
    {                                                                                                        \
        .name = "run-plan", .title = N_("Plan"), .bindings = (keys), .overlay = true, .opened = opened,      \
        .paint = run_plan_paint, .act = act, .fetched = fetched                                              \
    }
static const ScreenType type = PLAN_TYPE(bindings), idle_type = PLAN_TYPE(idle_bindings);

static const char *const *copy_list(Arena *a, const char *const *list)
{
    size_t n = list ? count(list) : 0;
    const char **copy = arena_many(a, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = arena_text(a, "%s", list[i]);
    return copy;
}

Screen *run_plan_overlay(App *app, const char *mode, const char *const *select, const char *const *options)
{
    static const char *const guided[] = {"--on-reject", "stop", "--on-fail", "stop", NULL};
    RunPlan *s = screen_new(RunPlan, &idle_type);
    (void)app;
    s->mode = arena_text(s->base.arena, "%s", mode);
    s->select = copy_list(s->base.arena, select);
    // somebody is there to look: what is run by hand stops at the first refused row
    s->options = copy_list(s->base.arena, options ? options : !strcmp(mode, "run") ? guided : NULL);
    return &s->base;
}
