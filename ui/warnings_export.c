// P in Warnings: what the filter shows, as a file.
#include "base/intl.h"
#include "base/str.h"
#include "ui/warnings_filter.h"
#include "ui/warnings_state.h"

static const char *check_path(void *arg, const char *text)
{
    (void)arg;
    return str_trim(str_of(text)).len ? NULL : _("a name of a file is needed");
}

static void write_to(App *app, void *arg, const char *text)
{
    Warnings *w = arg;
    Arena *a = app_arena(app);
    IssueFilter typed;
    warnings_filter(a, arena_text(a, "%s", w->typed), &typed); // its texts outlive the screen
    const WarningsExportWish wish = {typed, w->export_format, str_keep(a, str_trim(str_of(text)))};
    app_fetch(app, &w->base, WARNINGS_EXPORT, warnings_write_export, &wish, sizeof wish);
}

static void chosen(App *app, void *arg, int key)
{
    Warnings *w = arg;
    w->export_format = key == 'j' ? "json" : "csv";
    const char *name = arena_text(w->base.arena, "%s-warnings.%s", app_clinic_name(app), w->export_format);
    app_push(app, ask_overlay(_("Export"),
                              _("Into which new file? Codes, keys and places are written, no values."), name,
                              check_path, write_to, w));
}

void warnings_export(Warnings *w, App *app)
{
    const Choice choices[] = {{'c', _("csv, for a spreadsheet")}, {'j', _("json, for a program")}};
    if (w->tree && w->tree->count)
        app_push(app, choice_overlay(_("Export"), _("What the filter shows, all of it."), choices,
                                     ARRAY_LEN(choices), chosen, w));
    else
        app_say(app, SAY_INFO, "%s", _("There is nothing to export."));
}
