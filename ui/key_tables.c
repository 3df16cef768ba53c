#include "ui/key_tables.h"

#include "base/intl.h"
#include "ui/screens.h"

typedef void (*Each)(void *arg, const char *screen, const char *keys, const char *does, const char *twin);

static void tell(Each each, void *arg, const char *title, const Binding *table)
{
    for (const Binding *b = table; b && b->keys; b++)
        if (b->help)
            each(arg, title, b->keys, _(b->help), b->twin);
}

// Screens that are never shown: only their tables are looked at.
static void tell_of(Each each, void *arg, Screen *s)
{
    tell(each, arg, _(s->type->title), s->type->bindings);
    if (s->type->close)
        s->type->close(s);
    arena_free(s->arena);
}

void key_tables_each(Each each, void *arg)
{
    App *app = app_new(&(AppOptions){0});
    Screen *screens[] = {clinics_screen(),  new_clinic_form(app),  board_screen(),
                         step_screen(app, "patient", STAGE_INSERT, 1),
                         record_screen((const char *const[]){"patient:1"}, 1, 0),
                         warnings_screen(app, NULL, NULL), links_screen(), autopilot_screen(), config_screen(0, 0), report_screen(0),
                         journal_screen()};
    for (size_t i = 0; i < ARRAY_LEN(screens); i++)
        tell_of(each, arg, screens[i]);
    tell(each, arg, _("Everywhere"), keys_everywhere);
    app_free(app);
}
