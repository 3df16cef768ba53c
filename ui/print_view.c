#include "ui/print_view.h"

#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/intl.h"

enum { PAGE_ROWS = 120, PAGE_COLS = 132 };

// The lines, with one empty line where the page has many.
static void squeeze(Str page, Buf *out)
{
    Str line;
    size_t empty = 0;
    while (str_cut(&page, '\n', &line)) {
        empty = line.len ? 0 : empty + 1;
        if (empty > 1)
            continue;
        buf_add(out, line);
        buf_add_char(out, '\n');
    }
}

// 20261121-120000
static const char *time_stamp(Arena *a)
{
    AUTO(buf_free) Buf now = {0}, digits = {0};
    instant_rfc3339(instant_now(), &now);
    for (size_t i = 0; i < now.len && digits.len < strlen("20261121-120000"); i++)
        if (now.at[i] == 'T')
            buf_add_char(&digits, '-');
        else if (now.at[i] >= '0' && now.at[i] <= '9')
            buf_add_char(&digits, now.at[i]);
    return str_keep(a, buf_str(&digits));
}

void print_view(App *app)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf page = {0}, text = {0};
    Err err = {0};
    if (app_unmasked(app)) {
        app_say(app, SAY_WARN, "%s", _("Mask the values first (M): patients' values are not written into files."));
        return;
    }
    if (!app_clinic(app))
        return;
    AUTO(surface_free_at) Surface *s = surface_new(PAGE_ROWS, PAGE_COLS, app_options(app)->unicode);
    app_paint(app, s);
    surface_dump(s, false, &page);
    squeeze(buf_str(&page), &text);
    const char *folder = file_join(a, app_clinic(app)->state_folder, "screens");
    const char *path = arena_text(a, "%s/%s-%s.txt", folder, app_top(app)->type->name, time_stamp(a));
    if (!file_make_folder(folder, 0700, &err) || !file_write(path, buf_str(&text), 0600, &err))
        app_say_err(app, &err);
    else
        app_say(app, SAY_GOOD, _("Written: %s"), shown_path(a, path));
}
