// Messages: one line above the footer, kept to be read again.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/text.h"
#include "ui/app_inner.h"

static const char marks[] = {[SAY_INFO] = 'i', [SAY_WARN] = '!', [SAY_ERROR] = 'x', [SAY_GOOD] = '+', [SAY_STALE] = '~'};
static const Role roles[] = {[SAY_INFO] = ROLE_TEXT, [SAY_WARN] = ROLE_WARN, [SAY_ERROR] = ROLE_BAD,
                             [SAY_GOOD] = ROLE_GOOD, [SAY_STALE] = ROLE_WARN};

void app_say(App *app, Say kind, const char *fmt, ...)
{
    char text[2048];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    Message *m = &app->messages[app->n_messages++ % MESSAGES_KEPT];
    free((void *)(uintptr_t)m->text);
    *m = (Message){kind, strdup(text)};
    if (!m->text)
        abort();
    app->message_shown = true;
    app->said = steady_now();
}

void app_say_err(App *app, const Err *err)
{
    app_say(app, SAY_ERROR, *err->hint ? "%s (%s)" : "%s", err->text, err->hint);
}

size_t app_messages(const App *app)
{
    return MIN(app->n_messages, (size_t)MESSAGES_KEPT);
}

const char *app_message(const App *app, size_t i, char *mark, Role *role)
{
    const Message *m = &app->messages[(app->n_messages - 1 - i) % MESSAGES_KEPT];
    *mark = marks[m->say];
    *role = roles[m->say];
    return m->text;
}

static const Message *shown(const App *app)
{
    return app->message_shown ? &app->messages[(app->n_messages - 1) % MESSAGES_KEPT] : NULL;
}

// As many lines as it needs, up to three: an error that is cut helps nobody.
int app_lines_of_message(const App *app, int width)
{
    enum { MOST = 3, MARGIN = 4 };
    const Message *m = shown(app);
    if (!m || width <= MARGIN)
        return 1;
    return MIN(text_width(str_of(m->text)) * 10 / ((width - MARGIN) * 9) + 1, MOST); // a tenth for words that break
}

void app_paint_message(const App *app, Canvas *c)
{
    const Message *m = shown(app);
    if (!m)
        return;
    canvas_textf(c, 0, 1, 1, roles[m->say], "%c", marks[m->say]);
    Canvas text = canvas_part(c, 0, 4, c->rows, c->cols - 4);
    canvas_wrap(&text, 0, 0, m->say == SAY_ERROR ? ROLE_BAD : ROLE_TEXT, m->text);
}

void app_copy(App *app, const char *text)
{
    Err err = {0};
    app->copied = arena_text(app->wish_arena, "%s", text);
    if (!app->clinic || app->options.read_only || !file_is_folder(app->clinic->state_folder)) {
        app_say(app, SAY_GOOD, "%s", _("Copied to the clipboard."));
        return;
    }
    const char *path = file_join(app->wish_arena, app->clinic->state_folder, "copied.txt");
    if (file_write(path, str_of(text), 0600, &err))
        app_say(app, SAY_GOOD, _("Copied to the clipboard, and into %s."), shown_path(app->wish_arena, path));
    else
        app_say_err(app, &err);
}
