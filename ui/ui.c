#include "ui/ui.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "ui/loop.h"
#include "ui/screens.h"
#include "ui/term.h"
#include "ui/ways.h"

// Where standard error goes meanwhile; NULL: nowhere.
static const char *log_path(Arena *a, const UiCall *call)
{
    Err none = {0};
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (call->app.read_only || !((state && *state == '/') || (home && *home == '/')))
        return NULL;
    const char *folder = state && *state == '/' ? arena_text(a, "%s/mudanza", state)
                                                : arena_text(a, "%s/.local/state/mudanza", home);
    return file_make_folder(folder, 0700, &none) ? file_join(a, folder, "screens.log") : NULL;
}

static void say_what_is_odd(App *app, const UiCall *call)
{
    const char *asked = getenv("TERM");
    if (!asked || !*asked)
        app_say(app, SAY_WARN, _("TERM is not set; the terminal is taken for a %s."), term_name());
    else if (strcmp(asked, term_name()) != 0)
        app_say(app, SAY_WARN, _("A terminal of the type %s is not known here; it is taken for a %s."), asked, term_name());
    else if (!call->ascii && strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        app_say(app, SAY_INFO, "%s", _("The locale is not UTF-8: letters with accents are shown without them."));
}

static void open_first(App *app, const UiCall *call)
{
    bool autopilot = call->screen && !strcmp(call->screen, "autopilot");
    if (!call->clinic)
        way_go(app, ACT_GO_CLINICS);
    else if (app_open_clinic(app, call->clinic, NULL))
        way_go(app, autopilot ? ACT_GO_AUTOPILOT : ACT_GO_BOARD);
    else
        way_go(app, ACT_GO_CONFIG);
    if (app_left(app))
        way_go(app, ACT_GO_CLINICS);
}

int ui_main(const UiCall *call, Err *err)
{
    bind_textdomain_codeset(textdomain(NULL), "UTF-8"); // cells are made of it, whatever the locale
    AUTO(arena_free_at) Arena *a = arena_new();
    TermOptions terminal = {.color = call->color, .theme = call->theme, .log_path = log_path(a, call)};
    if (call->app.read_only)
        setenv("LESSSECURE", "1", 1); // a pager starts no shell and no editor for somebody who may only look
    loop_take_signals();
    if (!term_open(&terminal, err))
        return (int)err->kind;
    AppOptions options = call->app;
    options.unicode = !call->ascii && term_unicode();
    App *app = app_new(&options);
    say_what_is_odd(app, call);
    open_first(app, call);
    int code = loop_run(app);
    term_close();
    if (!app_free(app)) // what the end of a program takes away is in use by that thread
        _exit(code);
    return code;
}
