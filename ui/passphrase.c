// Asks for the passphrase of the source. What is typed stays in guarded memory and is never shown.
#include <string.h>

#include "base/intl.h"
#include "base/secret.h"
#include "base/text.h"
#include "ui/screens.h"

enum { PASSPHRASE_MAX = 1024 };

typedef struct {
    Screen base;
    Secret *typed; // NULL: nothing yet
    void (*given)(App *app, void *arg, Str passphrase);
    void *arg;
} Passphrase;

static Str typed(const Passphrase *s)
{
    return s->typed ? secret_bytes(s->typed) : STR("");
}

static void paint(const Screen *screen, const App *app, Canvas *body)
{
    enum { COLS = 66, ROWS = 9 };
    const Passphrase *s = (const Passphrase *)screen;
    (void)app;
    Canvas box = canvas_box(body, ROWS, MIN(COLS, body->cols), _("Passphrase"));
    int y =
        canvas_wrap(&box, 0, 0, ROLE_TEXT,
                    _("The source is encrypted and no passphrase is configured. What you type is not shown, "
                      "not kept, and given to the worker alone."));
    canvas_text(&box, y + 1, 0, -1, ROLE_STRONG, ">");
    canvas_text(&box, y + 1, 2, -1, ROLE_FIELD, s->typed ? _("(typed)") : _("(nothing yet)"));
    canvas_cursor(&box, y + 1, 2);
}

static void replace(Passphrase *s, Str bytes)
{
    Secret *old = s->typed;
    s->typed = bytes.len ? secret_new(bytes) : NULL;
    secret_free(old);
}

static void add(Passphrase *s, Str more)
{
    char whole[PASSPHRASE_MAX];
    Str before = typed(s);
    if (before.len + more.len > sizeof whole)
        return;
    memcpy(whole, before.at, before.len);
    memcpy(whole + before.len, more.at, more.len);
    replace(s, (Str){whole, before.len + more.len});
    explicit_bzero(whole, sizeof whole);
}

static void remove_last(Passphrase *s)
{
    Str now = typed(s);
    while (now.len && ((unsigned char)now.at[now.len - 1] & 0xC0) == 0x80)
        now.len--;
    if (now.len)
        now.len--;
    replace(s, now);
}

static void give(Passphrase *s, App *app)
{
    Secret *secret = s->typed;
    void (*given)(App *, void *, Str) = s->given;
    void *arg = s->arg;
    s->typed = NULL;
    app_pop(app, &s->base);
    given(app, arg, secret_bytes(secret));
    secret_free(secret);
}

static bool key(Screen *screen, App *app, int code)
{
    Passphrase *s = (Passphrase *)screen;
    if (code == K_ENTER) {
        if (s->typed)
            give(s, app);
    } else if (code == K_BACKSPACE || code == K_DELETE) {
        remove_last(s);
    } else if (code == K_CTRL('U')) {
        replace(s, STR(""));
    } else if (code == K_PASTE && app_pasted(app)) {
        Str pasted = str_of(app_pasted(app));
        pasted.len = strcspn(pasted.at, "\r\n");
        add(s, pasted);
    } else if (code >= ' ' && code < K_UP) {
        AUTO(buf_free) Buf letter = {0};
        text_encode(&letter, (uint32_t)code);
        add(s, buf_str(&letter));
        explicit_bzero(letter.at, letter.len);
    } else {
        return false;
    }
    return true;
}

static void close_overlay(Screen *screen)
{
    secret_free(((Passphrase *)screen)->typed);
}

static const Binding bindings[] = {
    {"Enter", ACT_OPEN, N_("take it"), N_("takes what is typed"), NULL, false},
    {0},
};
static const ScreenType type = {.name = "passphrase",
                                .title = N_("Passphrase"),
                                .bindings = bindings,
                                .overlay = true,
                                .paint = paint,
                                .key = key,
                                .close = close_overlay};

Screen *passphrase_overlay(void (*given)(App *app, void *arg, Str passphrase), void *arg)
{
    Passphrase *s = screen_new(Passphrase, &type);
    s->given = given;
    s->arg = arg;
    return &s->base;
}
