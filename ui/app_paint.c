// The frame around the screen on top: title, context, rule, body, message, footer; and what is left of it on a
// terminal that is too small.
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "engine/worker_words.h"
#include "engine/words_shown.h"
#include "ui/app_inner.h"

enum { LEAST_ROWS = 16, LEAST_COLS = 60, WIDE = 100 };

static const Screen *page_of(const Screen *s)
{
    while (s->type->overlay && s->below)
        s = s->below;
    return s;
}

// ---- Title -----------------------------------------------------------------------------------------

static void add_place(const App *app, const Screen *s, Buf *line)
{
    if (!s->type->alone && app->clinic_name)
        buf_addf(line, "%s > ", app->clinic_name);
    if (s->subject)
        buf_addf(line, "%s", s->subject);
    else
        buf_add_text(line, _(s->type->title));
}

static void paint_title(const App *app, const Screen *s, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf place = {0};
    bool wide = c->cols >= WIDE;
    canvas_fill(c, 0, 0, -1, ROLE_TITLE);
    const Clinic *clinic = s->type->alone ? NULL : app->clinic;
    const char *right = app->options.clock(a);
    if (clinic)
        right = arena_text(a, "%s  %s  %s", app_target_label(a, clinic), app->options.read_only ? "ro" : "rw", right);
    else if (app->options.read_only)
        right = arena_text(a, "ro  %s", right);
    const char *before = clinic && wide ? _("target") : "";
    int width = text_width(str_of(right)) + (clinic ? (int)strlen(clinic->env) + 1 : 0) +
                (*before ? text_width(str_of(before)) + 1 : 0);
    add_place(app, s, &place);
    int used = 1 + canvas_text(c, 0, 1, -1, ROLE_TITLE, "mudanza");
    canvas_text(c, 0, used + 2, c->cols - width - used - 5, ROLE_TITLE, buf_text(&place));
    int x = c->cols - width - 1;
    if (x < used)
        return;
    if (*before)
        x += canvas_text(c, 0, x, -1, ROLE_TITLE, before) + 1;
    if (clinic)
        x += canvas_text(c, 0, x, -1, !strcmp(clinic->env, "PROD") ? ROLE_PROD : ROLE_TITLE, clinic->env) + 1;
    canvas_text(c, 0, x, -1, ROLE_TITLE, right);
}

// ---- Footer -------------------------------------------------------------------------------------------

static int paint_hint(Canvas *c, int x, const char *key, const char *words)
{
    int used = canvas_text(c, 0, x, -1, ROLE_KEY, key) + 1;
    return used + canvas_text(c, 0, x + used, -1, ROLE_TEXT, words);
}

static void paint_footer(const App *app, const Screen *s, Canvas *c)
{
    enum { BETWEEN = 2 };
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *close = s->type->overlay ? _("close") : s->below ? _("back") : _("leave"),
               *key = s->type->overlay ? "Esc" : "q";
    const char *pinned = s->type->overlay ? arena_text(a, "%s %s", key, close)
                                          : arena_text(a, "? %s  %s %s", _("help"), key, close);
    int end = c->cols - text_width(str_of(pinned)) - 1, x = 1;
    for (const Binding *b = s->type->bindings; b && b->keys; b++) {
        if (!b->hint || (b->writes && app->options.read_only))
            continue;
        const char *name = keys_first(a, b->keys);
        int width = text_width(str_of(name)) + 1 + text_width(str_of(_(b->hint)));
        if (x + width + BETWEEN > end)
            break;
        x += paint_hint(c, x, name, _(b->hint)) + BETWEEN;
    }
    if (!s->type->overlay)
        end += paint_hint(c, end, "?", _("help")) + BETWEEN;
    paint_hint(c, end, key, close);
}

// ---- All of it ------------------------------------------------------------------------------------------

// An overlay belongs to what is below it, which is painted first; page: down to where that has been done.
static void paint_above(const App *app, const Screen *s, const Screen *page, Canvas *body)
{
    if (s == page)
        return;
    paint_above(app, s->below, page, body);
    Canvas c = *body;
    s->type->paint(s, app, &c);
}

// How far the run is, the step it is at, what is left.
static int paint_worker(Canvas *c, int y, const WorkerSeen *w)
{
    AUTO(buf_free) Buf line = {0};
    buf_addf(&line, _("%lld of %lld steps"), (long long)w->steps_done, (long long)w->steps_total);
    if (w->eta_high_s >= 0 && !w->paused_by) {
        buf_add_text(&line, "   ");
        add_time_left(&line, w->eta_low_s, w->eta_high_s);
    }
    canvas_text(c, y++, 1, -1, ROLE_TEXT, buf_text(&line));
    if (!*w->step)
        return y;
    buf_clear(&line);
    buf_add_text(&line, w->step);
    if (w->rows > 0)
        buf_addf(&line, "  %d%%", (int)(MIN((double)w->done / (double)w->rows, 1.0) * 100));
    canvas_text(c, y++, 1, -1, ROLE_TEXT, buf_text(&line));
    return y;
}

// Still alive, still of use: where one is, how far the run is, the keys.
static void paint_small(const App *app, const Screen *page, Canvas *c)
{
    AUTO(buf_free) Buf place = {0};
    const WorkerSeen *w = app->worker;
    int y = 0;
    add_place(app, page, &place);
    canvas_textf(c, y++, 0, -1, ROLE_TITLE, "mudanza %s", buf_text(&place));
    if (w) {
        canvas_textf(c, y, 1, -1, ROLE_ACTIVE, "#%lld %s", (long long)w->run, run_word(w->state));
        y++;
        y = paint_worker(c, y, w);
    }
    canvas_textf(c, y++, 1, -1, ROLE_WARN, _("%dx%d is small: %dx%d shows the screen"), c->cols, c->rows, LEAST_COLS,
                 LEAST_ROWS);
    if (app->message_shown) {
        Canvas rest = canvas_part(c, y, 0, c->rows - y - 1, c->cols);
        app_paint_message(app, &rest);
    }
    Canvas above = canvas_part(c, 0, 0, c->rows - 1, c->cols), footer = canvas_part(c, c->rows - 1, 0, 1, c->cols);
    paint_above(app, app->top, page, &above);
    paint_footer(app, app->top, &footer);
}

void app_paint(App *app, Surface *surface)
{
    surface_clear(surface);
    Canvas all = canvas_of(surface);
    if (!app->top)
        return;
    const Screen *page = page_of(app->top);
    if (all.rows < LEAST_ROWS || all.cols < LEAST_COLS) {
        paint_small(app, page, &all);
        return;
    }
    int said = app_lines_of_message(app, all.cols);
    Canvas title = canvas_part(&all, 0, 0, 1, all.cols), context = canvas_part(&all, 1, 0, 1, all.cols),
           body = canvas_part(&all, 3, 0, all.rows - 4 - said, all.cols),
           message = canvas_part(&all, all.rows - 1 - said, 0, said, all.cols),
           footer = canvas_part(&all, all.rows - 1, 0, 1, all.cols);
    AUTO(buf_free) Buf line = {0};
    paint_title(app, page, &title);
    if (page->type->context)
        page->type->context(page, app, &line);
    canvas_text(&context, 0, 1, -1, ROLE_TEXT, buf_text(&line));
    canvas_rule(&all, 2);
    app->body_rows = body.rows;
    Canvas own = body;
    page->type->paint(page, app, &own);
    paint_above(app, app->top, page, &body);
    app_paint_message(app, &message);
    paint_footer(app, app->top, &footer);
}

int app_body_rows(const App *app)
{
    return app->body_rows ? app->body_rows : 20; // before it was painted: a usual terminal
}
