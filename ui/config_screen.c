// Configuration: what is wrong with config.yaml and commands.yaml, where, and how to put it right; every value
// with its origin; whether source, cache and target can be reached.
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "config/config_check.h"
#include "ui/config_inner.h"

enum { READ, APPLY, CONNECT };

static ConfigScreen *of(Screen *s)
{
    return (ConfigScreen *)s;
}

int config_list_rows(int body_rows)
{
    return MAX(body_rows * 2 / 5, 1);
}

size_t config_rows(const ConfigScreen *s)
{
    if (!s->model || s->view == VIEW_CONNECTIONS)
        return 0;
    return s->view == VIEW_PROBLEMS ? s->model->review->n : s->model->n_places[s->file];
}

bool config_at(const ConfigScreen *s, Arena *a, ConfigAt *out)
{
    size_t i = (size_t)s->list.cursor;
    *out = (ConfigAt){.file = s->file};
    if (i >= config_rows(s))
        return false;
    if (s->view == VIEW_VALUES) {
        const ConfigPlace *p = &s->model->places[s->file][i];
        out->place = *p;
        out->line = p->line ? p->line : p->key_line;
        out->col = p->line ? p->col : p->key_col;
        return true;
    }
    out->item = &s->model->review->items[i];
    out->fix = s->model->fixes[i];
    out->file = out->item->file;
    out->line = out->item->problem.line;
    out->col = out->item->problem.col;
    if (!config_place_at(a, s->model->review->files[out->file], out->line, out->col, &out->place))
        out->place.path = NULL;
    return true;
}

static void context(const Screen *screen, const App *app, Buf *line)
{
    const ConfigScreen *s = (const ConfigScreen *)screen;
    (void)app;
    if (!s->model)
        return;
    const ConfigReview *r = s->model->review;
    if (r->errors)
        buf_addf(line, ngettext("x invalid: runs are refused until %zu error is gone",
                                "x invalid: runs are refused until %zu errors are gone", r->errors), r->errors);
    else
        buf_add_text(line, _("+ valid"));
    buf_add_text(line, "   ");
    buf_addf(line, ngettext("%zu warning", "%zu warnings", r->warnings), r->warnings);
    if (r->fixable)
        buf_addf(line, ngettext("   %zu can be mended with F", "   %zu can be mended with F", r->fixable), r->fixable);
    if (s->view == VIEW_VALUES)
        buf_addf(line, s->file == REVIEW_CONFIG ? "   [1 %s] 2 %s" : "   1 %s [2 %s]", r->files[0]->name,
                 r->files[1]->name);
}

// ---- Reading -------------------------------------------------------------------------------------

static void read_again(ConfigScreen *s, App *app)
{
    app_fetch(app, &s->base, READ, config_read, &s->clinic, sizeof s->clinic);
}

static void opened(Screen *screen, App *app)
{
    of(screen)->clinic = arena_text(screen->arena, "%s", app_clinic_name(app));
    read_again(of(screen), app);
}

// The last problem that does not stand behind a place.
static void go_to(ConfigScreen *s, int line, int col)
{
    for (size_t i = 0; s->view == VIEW_PROBLEMS && i < s->model->review->n; i++) {
        const Problem *p = &s->model->review->items[i].problem;
        if (p->line < line || (p->line == line && p->col <= col))
            s->list.cursor = (int64_t)i;
    }
}

static void took_model(ConfigScreen *s, App *app, const ConfigModel *model, const Err *err)
{
    bool first = !s->model;
    s->model = model;
    s->trouble = model ? NULL : arena_text(s->base.arena, "%s", err->text);
    if (!model)
        return;
    if (first && !model->review->n)
        s->view = VIEW_VALUES;
    if (first)
        go_to(s, s->want_line, s->want_col);
    list_fit(&s->list, (int64_t)config_rows(s), config_list_rows(app_body_rows(app)));
}

static void fetched(Screen *screen, App *app, int what, void *result, const Err *err)
{
    ConfigScreen *s = of(screen);
    if (what == READ)
        took_model(s, app, result, err);
    if (what == CONNECT)
        s->parts = result;
    if (what != APPLY)
        return;
    if (result)
        app_say(app, SAY_GOOD, "%s", (const char *)result);
    else
        app_say_err(app, err);
    app_changed(app, CHANGED_CONFIG);
}

static void changed(Screen *screen, App *app, unsigned what)
{
    if (what & CHANGED_CONFIG)
        read_again(of(screen), app);
}

static void back(Screen *screen, App *app)
{
    ConfigScreen *s = of(screen);
    const ConfigReview *r = s->editing && s->model ? s->model->review : NULL;
    s->editing = false;
    if (r && !config_file_differs(r->files[REVIEW_CONFIG]) && !config_file_differs(r->files[REVIEW_COMMANDS]))
        app_say(app, SAY_INFO, "%s", _("The editor changed nothing."));
    app_changed(app, CHANGED_CONFIG); // an editor was at it
}

// ---- Changes ---------------------------------------------------------------------------------------

static void apply(ConfigScreen *s, App *app, ConfigChange change)
{
    change.clinic = s->clinic;
    app_fetch(app, &s->base, APPLY, config_apply, &change, sizeof change);
}

static void apply_fix(App *app, void *arg)
{
    ConfigScreen *s = arg;
    AUTO(arena_free_at) Arena *a = arena_new();
    ConfigAt at;
    if (config_at(s, a, &at) && at.fix)
        apply(s, app, (ConfigChange){.file = at.file, .line = at.line, .col = at.col,
                                     .problem = arena_text(s->base.arena, "%s", at.item->problem.text)});
}

static void ask_fix(ConfigScreen *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    ConfigAt at;
    bool there = config_at(s, a, &at);
    if (!there || !at.fix) {
        const ConfigFile *file = there ? s->model->review->files[at.file] : NULL;
        if (file && config_fix_too_large(file))
            app_say(app, SAY_INFO, _("%s is larger than %d KiB: it is mended in an editor only"), file->name,
                    CONFIG_FIX_MOST_KIB);
        else
            app_say(app, SAY_INFO, "%s", _("This wants a person: e opens the editor at its line."));
        return;
    }
    const char *text = arena_text(a, "%s\n%s", at.item->fix->about, at.fix);
    app_push(app, confirm_overlay(_("Write this change"), text, apply_fix, s));
}

static const char *check_value(void *arg, const char *text)
{
    ConfigScreen *s = arg;
    AUTO(arena_free_at) Arena *a = arena_new();
    Err err = {0};
    if (config_set(a, s->model->review->files[s->edit_file], s->edit_line, s->edit_col, text, &err))
        return NULL;
    return arena_text(s->base.arena, "%s", err.text);
}

static void given_value(App *app, void *arg, const char *text)
{
    ConfigScreen *s = arg;
    apply(s, app, (ConfigChange){.file = s->edit_file, .line = s->edit_line, .col = s->edit_col,
                                 .text = arena_text(s->base.arena, "%s", text)});
}

static void edit_value(ConfigScreen *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    ConfigAt at;
    if (!config_at(s, a, &at) || !at.place.path || at.place.origin != ORIGIN_FILE) {
        app_say(app, SAY_INFO, "%s", _("It stands in no file yet: e opens the editor."));
        return;
    }
    s->edit_file = at.file;
    s->edit_line = at.place.line;
    s->edit_col = at.place.col;
    const char *takes = at.place.key ? arena_text(a, _("It takes: %s"), config_expects(a, at.place.key)) : "";
    app_push(app, ask_overlay(at.place.path, takes, at.place.secret ? "" : at.place.value, check_value, given_value, s));
}

// +73 is understood by vi, nano and emacs.
static void open_editor(ConfigScreen *s, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    ConfigAt at;
    const ConfigReview *r = s->model->review;
    const char *editor = getenv("VISUAL");
    if (!editor || !*editor)
        editor = getenv("EDITOR");
    const char *command = arena_text(a, "exec %s \"$@\"", editor && *editor ? editor : "vi"),
               *line = arena_text(a, "+%d", config_at(s, a, &at) && at.line ? at.line : 1),
               *path = arena_text(a, "%s/%s", r->folder, r->files[at.file]->name);
    s->editing = true;
    app_run_foreground(app, (const char *[]){"/bin/sh", "-c", command, "sh", line, path, NULL});
}

// ---- Keys --------------------------------------------------------------------------------------------

static bool turn_to(ConfigScreen *s, ConfigView view, ReviewFile file)
{
    s->view = view;
    s->file = file;
    s->list = (ListState){0};
    list_fit(&s->list, (int64_t)config_rows(s), 1);
    return true;
}

static void try_connections(ConfigScreen *s, App *app)
{
    if (!app_clinic(app)) {
        app_say(app, SAY_WARN, "%s", _("The configuration has to be right first."));
        return;
    }
    turn_to(s, VIEW_CONNECTIONS, s->file);
    app_fetch(app, &s->base, CONNECT, config_connect, NULL, 0);
}

static bool act(Screen *screen, App *app, int action)
{
    ConfigScreen *s = of(screen);
    if (!s->model)
        return false;
    bool values = s->view == VIEW_VALUES;
    switch (action) {
    case ACT_FIX: ask_fix(s, app); return true;
    case ACT_OPEN: edit_value(s, app); return true;
    case ACT_EDIT: open_editor(s, app); return true;
    case ACT_TEST: try_connections(s, app); return true;
    case ACT_BEHIND: return turn_to(s, values ? VIEW_PROBLEMS : VIEW_VALUES, s->file);
    case ACT_TAB_1: return turn_to(s, VIEW_VALUES, REVIEW_CONFIG);
    case ACT_TAB_1 + 1: return turn_to(s, VIEW_VALUES, REVIEW_COMMANDS);
    case ACT_NEXT_TAB:
    case ACT_PREV_TAB:
        return turn_to(s, VIEW_VALUES, values && s->file == REVIEW_CONFIG ? REVIEW_COMMANDS : REVIEW_CONFIG);
    case ACT_CLOSE: return s->view != VIEW_PROBLEMS && s->model->review->n && turn_to(s, VIEW_PROBLEMS, s->file);
    default: return list_move(&s->list, action, config_list_rows(app_body_rows(app)));
    }
}

static const Binding bindings[] = {
    {"e", ACT_EDIT, N_("edit"), N_("opens the file in $EDITOR at this line; it is checked again when you come back"),
     "mudanza config edit CLINIC", true},
    {"Enter", ACT_OPEN, N_("value"), N_("changes this value; it is checked as you type"), NULL, true},
    {"F", ACT_FIX, N_("fix"), N_("mends this mechanically; the change is shown first"), "mudanza config fix CLINIC",
     true},
    {"o", ACT_BEHIND, N_("origins"), N_("every value and where it comes from; again: the problems"),
     "mudanza config show CLINIC --origin", false},
    {"t", ACT_TEST, N_("test"), N_("tries source, cache and target, and tells what was found where"),
     "mudanza doctor CLINIC", false},
    {"Tab", ACT_NEXT_TAB, N_("file"), N_("the values of the other file"), NULL, false},
    {0},
};

static const ScreenType type = {.name = "config",
                                .title = N_("Configuration"),
                                .bindings = bindings,
                                .opened = opened,
                                .paint = config_paint,
                                .context = context,
                                .act = act,
                                .fetched = fetched,
                                .changed = changed,
                                .back = back};

Screen *config_screen(int line, int column)
{
    ConfigScreen *s = screen_new(ConfigScreen, &type);
    s->want_line = line;
    s->want_col = column;
    return &s->base;
}
