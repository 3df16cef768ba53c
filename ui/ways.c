#include "ui/ways.h"

#include <string.h>

#include "base/intl.h"
#include "ui/screens.h"

static const struct {
    int action;
    const char *name; // of its ScreenType
    bool needs_valid; // a clinic whose configuration is right
} ways[] = {
    {ACT_GO_CLINICS, "clinics", false},    {ACT_GO_BOARD, "board", true},     {ACT_GO_WARNINGS, "warnings", true},
    {ACT_GO_AUTOPILOT, "autopilot", true}, {ACT_GO_CONFIG, "config", false},  {ACT_GO_REPORT, "report", true},
    {ACT_GO_JOURNAL, "journal", true},     {ACT_GO_LINKS, "links", true},
};

static Screen *open_screen(App *app, int action)
{
    switch (action) {
    case ACT_GO_CLINICS: return clinics_screen();
    case ACT_GO_BOARD: return board_screen();
    case ACT_GO_WARNINGS: return warnings_screen(app, NULL, NULL);
    case ACT_GO_AUTOPILOT: return autopilot_screen();
    case ACT_GO_CONFIG: return app_clinic_name(app) ? config_screen(0, 0) : NULL;
    case ACT_GO_REPORT: return report_screen(0);
    case ACT_GO_LINKS: return links_screen();
    case ACT_GO_JOURNAL: return journal_screen();
    default: return NULL;
    }
}

void way_go(App *app, int action)
{
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        if (ways[i].action != action)
            continue;
        for (Screen *s = app_top(app); s; s = s->below)
            if (!strcmp(s->type->name, ways[i].name)) {
                while (app_top(app) != s)
                    app_pop(app, app_top(app));
                return;
            }
        if (ways[i].needs_valid && !app_clinic(app)) {
            app_say(app, SAY_WARN, "%s", _("Open a clinic with a valid configuration first."));
            return;
        }
        Screen *s = open_screen(app, action);
        if (s)
            app_push(app, s);
    }
}
