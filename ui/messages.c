// What was said on the message line, newest first.
#include "base/intl.h"
#include "ui/list.h"
#include "ui/screens.h"

typedef struct {
    Screen base;
    ListState list;
} MessagesScreen;

static void paint(const Screen *s, const App *app, Canvas *body)
{
    const MessagesScreen *m = (const MessagesScreen *)s;
    Canvas box = canvas_box(body, body->rows - 2, body->cols - 4, _("Messages"));
    if (!app_messages(app))
        canvas_text(&box, 0, 0, -1, ROLE_DIM, _("Nothing was said yet."));
    int y = 0;
    for (size_t i = (size_t)m->list.cursor; i < app_messages(app) && y < box.rows; i++) {
        char mark;
        Role role;
        const char *text = app_message(app, i, &mark, &role);
        canvas_textf(&box, y, 0, 1, role, "%c", mark);
        Canvas part = canvas_part(&box, y, 2, box.rows - y, box.cols - 2);
        y += MAX(canvas_wrap(&part, 0, 0, ROLE_TEXT, text), 1);
    }
}

static bool act(Screen *s, App *app, int action)
{
    MessagesScreen *m = (MessagesScreen *)s;
    list_fit(&m->list, (int64_t)app_messages(app), 1);
    return list_move(&m->list, action, 5);
}

static const ScreenType type = {.name = "messages", .title = N_("Messages"), .overlay = true, .paint = paint, .act = act};

Screen *messages_overlay(void)
{
    return &screen_new(MessagesScreen, &type)->base;
}
