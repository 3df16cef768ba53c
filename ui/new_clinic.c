#include "ui/new_clinic.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "ui/file_picker.h"
#include "ui/pick.h"
#include "ui/screens.h"

enum { FETCH_SOURCE, FETCH_CLINICS, FETCH_PROFILES };

typedef struct {
    Screen base;
    NewClinic form;
    Arena *judged; // texts of the judgement
    Secret *secret; // given and not taken by a reader yet
    char looked_at[FIELD_MAX]; // the source that is or was looked at
    char asked[FIELD_MAX];     // the connection whose clinics were asked for
} Form;

// ---- Looking things up ------------------------------------------------------------------------------

static void judge(Form *f)
{
    arena_reset(f->judged);
    new_clinic_judge(f->judged, &f->form);
}

// One reader at a time has the passphrase: what changes meanwhile is looked at when it is back.
static void look_at_source(Form *f, App *app)
{
    SourceWish wish = {0};
    size_t len = strlen(f->form.source.text);
    if (app_fetching(app, &f->base, FETCH_SOURCE) || !len || len >= sizeof wish.path)
        return;
    memcpy(wish.path, f->form.source.text, len);
    wish.secret = f->secret;
    f->secret = NULL;
    memcpy(f->looked_at, f->form.source.text, sizeof f->looked_at);
    f->form.looking = true;
    app_fetch(app, &f->base, FETCH_SOURCE, source_look, &wish, sizeof wish);
}

static void ask_target(Form *f, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    ClinicsWish wish = {0};
    InitOptions o = new_clinic_options(a, &f->form);
    Err ignored = {0};
    bool same = strcmp(f->asked, f->form.connection.text) == 0 && (f->form.clinics || f->form.asking);
    if (same || !o.target || !o.profile || !clinic_init_check(a, &o, INIT_TARGET, &ignored) ||
        strlen(o.profile) >= sizeof wish.profile || strlen(o.workspace) >= sizeof wish.workspace)
        return;
    memcpy(wish.workspace, o.workspace, strlen(o.workspace));
    memcpy(wish.profile, o.profile, strlen(o.profile));
    memcpy(wish.target, o.target, strlen(o.target));
    memcpy(f->asked, f->form.connection.text, sizeof f->asked);
    f->form.clinics = NULL;
    f->form.clinic = 0;
    f->form.target_trouble = NULL;
    f->form.asking = true;
    app_fetch(app, &f->base, FETCH_CLINICS, clinics_look, &wish, sizeof wish);
}

static void fetched(Screen *s, App *app, int what, void *result, const Err *err)
{
    Form *f = (Form *)s;
    switch (what) {
    case FETCH_SOURCE:
        f->form.looking = false;
        f->form.look = result;
        if (f->secret || strcmp(f->looked_at, f->form.source.text) != 0)
            look_at_source(f, app); // it changed meanwhile
        break;
    case FETCH_CLINICS:
        f->form.asking = false;
        f->form.clinics = result;
        f->form.clinic = result && f->form.clinics->n > 1 ? f->form.clinics->n : 0; // nobody chooses by passing by
        if (f->form.at == FORM_MAKE && result && f->form.clinics->n > 1)
            f->form.at = FORM_CLINIC;
        f->form.target_trouble = result ? NULL : arena_text(s->arena, "%s", err->text);
        break;
    default:
        f->form.profiles = result;
        f->form.n_profiles = 0;
        while (f->form.profiles && f->form.profiles[f->form.n_profiles])
            f->form.n_profiles++;
    }
    if (!new_clinic_shows(&f->form, f->form.at))
        f->form.at = f->form.at == FORM_PASSPHRASE ? FORM_PROFILE : FORM_TARGET;
    judge(f);
}

static void opened(Screen *s, App *app)
{
    app_fetch(app, s, FETCH_PROFILES, profiles_look, NULL, 0);
    judge((Form *)s);
}

// ---- Filling it in --------------------------------------------------------------------------------------

static void go(Form *f, App *app, int by)
{
    int at = (int)f->form.at;
    if (f->form.at == FORM_CONNECTION)
        ask_target(f, app);
    do
        at = (at + by + FORM_ROWS) % FORM_ROWS;
    while (!new_clinic_shows(&f->form, (FormRow)at));
    f->form.at = (FormRow)at;
    judge(f);
}

static void turn(Form *f, App *app, int by)
{
    NewClinic *n = &f->form;
    size_t clinics = n->clinics ? n->clinics->n : 0;
    if (n->at == FORM_TARGET) {
        n->elsewhere = !n->elsewhere;
    } else if (n->at == FORM_PROFILE && n->n_profiles) {
        n->profile = (n->profile + n->n_profiles + (size_t)by) % n->n_profiles;
        n->clinics = NULL;
        ask_target(f, app);
    } else if (n->at == FORM_CLINIC && clinics) {
        bool chosen = n->clinic < clinics;
        n->clinic = chosen ? (n->clinic + clinics + (size_t)by) % clinics : by > 0 ? 0 : clinics - 1;
    }
    judge(f);
}

static void take_file(App *app, void *arg, const char *path)
{
    Form *f = arg;
    field_set(&f->form.source, path);
    look_at_source(f, app);
    judge(f);
}

static void take_passphrase(App *app, void *arg, Str passphrase)
{
    Form *f = arg;
    secret_free(f->secret);
    f->secret = passphrase.len ? secret_new(passphrase) : NULL;
    f->form.passphrase_given = f->secret;
    look_at_source(f, app);
    judge(f);
}

static void take_profile(App *app, void *arg, size_t line)
{
    Form *f = arg;
    f->form.profile = line;
    f->form.clinics = NULL;
    ask_target(f, app);
    judge(f);
}

static void take_clinic(App *app, void *arg, size_t line)
{
    Form *f = arg;
    (void)app;
    f->form.clinic = line;
    judge(f);
}

static void pick_profile(Form *f, App *app)
{
    if (f->form.n_profiles)
        app_push(app, pick_overlay(_("Profile"), f->form.profiles, f->form.n_profiles, f->form.profile, take_profile, f));
}

static void pick_clinic(Form *f, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const ClinicsLook *c = f->form.clinics;
    const char **lines = arena_many(a, const char *, c->n + 1);
    for (size_t i = 0; i < c->n; i++)
        lines[i] = arena_text(a, "%s   %s", c->items[i].name, c->items[i].id);
    app_push(app, pick_overlay(_("Which clinic of the target?"), lines, c->n,
                               f->form.clinic < c->n ? f->form.clinic : 0, take_clinic, f));
}

// ---- Making it ----------------------------------------------------------------------------------------------

static void make(Form *f, App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    InitOptions o = new_clinic_options(a, &f->form);
    const char *folder;
    Err err = {0};
    bool had_workspace = file_exists(o.workspace);
    if (!f->form.complete) {
        app_say(app, SAY_WARN, "%s", _("Not yet: what is missing stands beside its line."));
        return;
    }
    if (!file_make_folder(o.workspace, 0755, &err) || !clinic_init(a, &o, &folder, &err)) {
        if (!had_workspace)
            rmdir(o.workspace);
        app_say_err(app, &err);
        return;
    }
    const char *name = arena_text(a, "%s", o.name), *shown = shown_path(a, folder);
    app_set_workspace(app, o.workspace);
    app_pop(app, &f->base);
    bool right = app_open_clinic(app, name, NULL);
    app_push(app, right ? board_screen() : config_screen(0, 0));
    app_say(app, SAY_GOOD, _("%s: made %s"), name, shown);
}

static void enter(Form *f, App *app)
{
    const SourceLook *look = f->form.look;
    switch (f->form.at) {
    case FORM_SOURCE:
        if (look && look->recognised && strcmp(look->path, f->form.source.text) == 0)
            go(f, app, 1);
        else
            app_push(app, file_picker(f->form.source.text, take_file, f));
        break;
    case FORM_PASSPHRASE: app_push(app, passphrase_overlay(take_passphrase, f)); break;
    case FORM_PROFILE: pick_profile(f, app); break;
    case FORM_TARGET: turn(f, app, 1); break;
    case FORM_CLINIC: pick_clinic(f, app); break;
    case FORM_MAKE: make(f, app); break;
    default: go(f, app, 1);
    }
}

static bool key(Screen *s, App *app, int key)
{
    Form *f = (Form *)s;
    Field *field = new_clinic_field(&f->form, f->form.at);
    bool control = key == K_ENTER || key == K_TAB || key == K_ESC || key == K_CTRL('O') || key == K_CTRL('Y');
    if (!field || control || !field_key(field, key, app_pasted(app)))
        return false;
    if (f->form.at == FORM_SOURCE)
        look_at_source(f, app);
    if (f->form.at == FORM_CONNECTION) {
        f->form.clinics = NULL;
        f->form.target_trouble = NULL;
    }
    judge(f);
    return true;
}

static bool act(Screen *s, App *app, int action)
{
    Form *f = (Form *)s;
    switch (action) {
    case ACT_UP:
    case ACT_PREV_TAB: go(f, app, -1); return true;
    case ACT_DOWN:
    case ACT_NEXT_TAB: go(f, app, 1); return true;
    case ACT_LEFT: turn(f, app, -1); return true;
    case ACT_RIGHT: turn(f, app, 1); return true;
    case ACT_OPEN: enter(f, app); return true;
    case ACT_BEHIND: app_push(app, file_picker(f->form.source.text, take_file, f)); return true;
    case ACT_COPY: app_copy(app, f->form.command); return true;
    default: return false;
    }
}

static const Binding bindings[] = {
    {"Enter", ACT_OPEN, N_("choose, go on"), N_("choose from a list; at the end: make the clinic"),
     "mudanza init CLINIC --source FILE --profile NAME", true},
    {"Tab Down", ACT_NEXT_TAB, N_("next"), N_("the next line of the form"), NULL, false},
    {"Ctrl-O", ACT_BEHIND, N_("look for the file"), N_("look for the source file"), NULL, false},
    {"Ctrl-Y", ACT_COPY, N_("copy the command"), N_("copy the command that makes the same clinic"), NULL, false},
    {0},
};

// ---- The screen ------------------------------------------------------------------------------------------------

static void paint(const Screen *s, const App *app, Canvas *body)
{
    (void)app;
    new_clinic_paint(&((const Form *)s)->form, body);
}

static void context(const Screen *s, const App *app, Buf *line)
{
    (void)s, (void)app;
    buf_add_text(line, _("Nothing is written before you make it. Later config.yaml has all of it."));
}

static void close_form(Screen *s)
{
    Form *f = (Form *)s;
    secret_free(f->secret);
    arena_free(f->judged);
}

static const ScreenType form_type = {
    .name = "new-clinic",
    .title = N_("New clinic"),
    .bindings = bindings,
    .alone = true,
    .opened = opened,
    .paint = paint,
    .context = context,
    .act = act,
    .key = key,
    .fetched = fetched,
    .close = close_form,
};

// The first clinic makes its workspace: clinics/ in the current folder.
static const char *workspace_of(Arena *a, const App *app)
{
    if (app_options(app)->workspace)
        return app_options(app)->workspace;
    char *cwd = getcwd(NULL, 0);
    const char *workspace = file_join(a, cwd ? cwd : ".", "clinics");
    free(cwd);
    return workspace;
}

Screen *new_clinic_form(const App *app)
{
    Form *f = screen_new(Form, &form_type);
    f->judged = arena_new();
    f->form.workspace = workspace_of(f->base.arena, app);
    return &f->base;
}
