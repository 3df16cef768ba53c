// The run under way, or one that has ended: how far it is, its steps, its trouble, its log.
#include "base/intl.h"
#include "engine/reason_shown.h"
#include "engine/words_shown.h"
#include "engine/worker_words.h"
#include "ui/autopilot.h"
#include "ui/glyphs.h"
#include "ui/run_words.h"
#include "ui/when.h"

enum { WIDE = 100, NARROW = 80, SECOND = 1000000 };

// ---- How far it is --------------------------------------------------------------------------------

static double elapsed(const Autopilot *s)
{
    const RunFeed *f = s->feed;
    if (f->ended || !f->began)
        return f->ended ? f->took_s : 0;
    Instant until = s->news && s->news->live ? s->news->now : f->last_at; // of one that died: as long as it told
    return (double)MAX(until - f->began, 0) / SECOND;
}

static void add_left(const Autopilot *s, Arena *a, bool wide, Buf *line)
{
    enum { SENSIBLE_S = 100000000 };
    const RunNews *n = s->news;
    bool known = n && n->told && n->seen.eta_high_s >= 0 && n->seen.eta_high_s < SENSIBLE_S;
    if (!known || n->seen.paused_by || s->feed->ended)
        return;
    buf_add_text(line, "   ");
    add_time_left(line, n->seen.eta_low_s, n->seen.eta_high_s);
    double mean = (n->seen.eta_low_s + n->seen.eta_high_s) / 2;
    if (wide)
        buf_addf(line, _("   ends about %.5s"), clock_words(a, n->now + (Instant)(mean * SECOND)));
}

static void paint_all(const Autopilot *s, Arena *a, Canvas *c, int y)
{
    enum { BAR = 18, BAR_NARROW = 12 };
    const RunFeed *f = s->feed;
    AUTO(buf_free) Buf line = {0};
    bool wide = c->cols >= WIDE;
    int bar = c->cols >= NARROW ? BAR : BAR_NARROW, x = 1;
    double share = feed_share(f);
    x += canvas_text(c, y, x, -1, ROLE_STRONG, _("ALL")) + 2;
    paint_bar(c, y, x, bar, share);
    x += bar + 1;
    canvas_textf(c, y, x, 4, ROLE_STRONG, "%3d%%", (int)(share * 100));
    if (f->planned)
        buf_addf(&line, _("%zu of %zu steps"), feed_ended_steps(f), feed_steps(f));
    else if (!f->ended)
        buf_add_text(&line, _("reading the source"));
    add_left(s, a, wide, &line);
    buf_addf(&line, _("   elapsed %s"), took_short(a, elapsed(s)));
    canvas_text(c, y, x + 7, -1, ROLE_TEXT, buf_text(&line));
}

// ---- What is the matter with it -----------------------------------------------------------------------

static void add_issues(const RunFeed *f, Arena *a, Buf *line)
{
    static const char *const words[SEVERITIES] = {N_("fatal"), N_("error"), N_("warning"), N_("information")};
    bool any = false;
    for (int i = 0; i < SEVERITIES; i++)
        if (f->issues[i]) {
            buf_addf(line, "%s+%s %s", any ? "  " : "", number_words(a, f->issues[i]), _(words[i]));
            any = true;
        }
    if (!any)
        buf_add_text(line, _("none"));
}

static const FeedStep *running_step(const RunFeed *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->steps[i].status == STEP_RUNNING && f->steps[i].stage != STAGE_EXTRACT)
            return &f->steps[i];
    return NULL;
}

// Of one that goes on: what keeps it; of one that has ended: how. Empty: all is well.
static Role state_words(const Autopilot *s, const App *app, Arena *a, Buf *line)
{
    const RunFeed *f = s->feed;
    AutopilotState state = autopilot_state(s, app);
    if (state == RUN_GONE) {
        buf_add_text(line, _("The worker is gone without a last word. Nothing is half written; x goes on."));
        return ROLE_BAD;
    }
    if (state == RUN_ENDED) {
        buf_addf(line, _("exit code %d: %s"), f->exit_code,
                 *f->error ? f->error : reason_shown(a, f->reason));
        return f->exit_code == 0 ? ROLE_GOOD : f->exit_code == EXIT_REJECTS ? ROLE_WARN : ROLE_BAD;
    }
    if (s->news && s->news->told)
        worker_trouble_words(&s->news->seen, line);
    else if (state == RUN_LIVE)
        buf_add_text(line, _("the worker has not told of itself yet"));
    return ROLE_WARN;
}

static void paint_matter(const Autopilot *s, const App *app, Arena *a, Canvas *c)
{
    const RunFeed *f = s->feed;
    const FeedStep *now = running_step(f);
    AUTO(buf_free) Buf line = {0}, issues = {0}, state = {0};
    Role role = state_words(s, app, a, &state);
    if (now && now->rows > 0)
        buf_addf(&line, _("%s  %s of %s   "), now->entity, number_words(a, now->done),
                 number_words(a, now->rows));
    int64_t retries = MAX(f->retries, s->news && s->news->told ? s->news->seen.retries : 0);
    buf_addf(&line, _("retries %s   rejects %s"), number_words(a, retries),
             number_words(a, feed_rejected(f)));
    add_issues(f, a, &issues);
    if (c->rows < 2 && state.len) {
        canvas_text(c, 0, 1, -1, role, buf_text(&state));
        return;
    }
    int x = 1 + canvas_text(c, 0, 1, -1, ROLE_TEXT, buf_text(&line));
    if (c->rows < 2) {
        canvas_textf(c, 0, x + 3, -1, ROLE_TEXT, _("issues %s"), buf_text(&issues));
        return;
    }
    if (state.len) {
        canvas_text(c, 1, 1, -1, role, buf_text(&state));
        canvas_textf(c, 0, x + 3, -1, ROLE_TEXT, _("issues %s"), buf_text(&issues));
        return;
    }
    x = 1 + canvas_textf(c, 1, 1, -1, ROLE_TEXT, _("issues %s"), buf_text(&issues));
    if (*f->newest)
        canvas_textf(c, 1, x + 3, -1, ROLE_TEXT, _("newest: %s %s"), f->newest, clock_words(a, f->newest_at));
}

void autopilot_paint_log(const Autopilot *s, Canvas *c)
{
    const RunFeed *f = s->feed;
    size_t lines = feed_log_lines(f), rows = (size_t)MAX(c->rows, 0);
    s->seen->log_rows = c->rows;
    size_t back = MIN(s->log_back, lines > rows ? lines - rows : 0);
    for (size_t i = 0; i < rows && i + back < lines; i++) {
        int y = (int)(MIN(rows, lines - back) - 1 - i);
        canvas_text(c, y, 1, -1, ROLE_TEXT, feed_log_line(f, i + back));
        if (s->log_focus && i == 0)
            table_cursor(c, y, true, false);
    }
}

// ---- All of it ------------------------------------------------------------------------------------------

static void paint_run(const Autopilot *s, const App *app, Canvas *body)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    bool roomy = body->rows >= 16;
    int matter = body->cols >= WIDE && roomy ? 2 : 1, log = MAX(MIN(body->rows / 5, 8), 2);
    int head = roomy ? 2 : 1, steps = body->rows - head - matter - log - 1 - roomy;
    int wanted = s->feed->source.active + 1;
    for (size_t i = 0; i < s->feed->n; i++)
        wanted += feed_shows(&s->feed->steps[i]);
    if (wanted < steps && s->feed->planned) { // more of the log instead of nothing
        log += steps - MAX(wanted, 4);
        steps = MAX(wanted, 4);
    }
    paint_all(s, a, body, 0);
    Canvas part = canvas_part(body, head, 0, steps, body->cols);
    autopilot_paint_steps(s, &part);
    int y = head + MAX(steps, 0) + roomy;
    part = canvas_part(body, y, 0, matter, body->cols);
    paint_matter(s, app, a, &part);
    y += matter;
    canvas_rule(body, y);
    part = canvas_part(body, y + 1, 0, log, body->cols);
    autopilot_paint_log(s, &part);
}

void autopilot_paint(const Screen *screen, const App *app, Canvas *body)
{
    const Autopilot *s = (const Autopilot *)screen;
    switch (autopilot_state(s, app)) {
    case RUN_READING: canvas_text(body, 1, 2, -1, ROLE_DIM, _("reading ...")); break;
    case RUN_STARTING: canvas_text(body, 1, 2, -1, ROLE_ACTIVE, _("A worker is starting ...")); break;
    case RUN_LIST: autopilot_paint_runs(s, body); break;
    case RUN_LIVE:
    case RUN_ENDED:
    case RUN_GONE: paint_run(s, app, body);
    }
}

// The second line: the state, who works, since when, whether it is alive.
static void add_worker(const Autopilot *s, Arena *a, Buf *line)
{
    const RunFeed *f = s->feed;
    const RunNews *n = s->news;
    WorkerPulse pulse = n && n->told ? worker_pulse(&n->seen) : WORKER_ALIVE;
    if (pulse != WORKER_ALIVE)
        buf_addf(line, _("? no heartbeat for %.0f s"), n->seen.silent_s);
    else if (n && n->told && n->seen.paused_by)
        buf_addf(line, _("o paused since %s"), clock_words(a, f->paused_at));
    else
        buf_add_text(line, _("o running"));
    buf_addf(line, _("   worker %lld on %s"), (long long)f->pid, f->host);
    if (n && n->told && pulse == WORKER_ALIVE)
        buf_addf(line, _("   heartbeat %.0f s ago"), n->seen.silent_s);
    buf_addf(line, "   %s", s->log_back ? _("log: held") : _("log: follow"));
    buf_addf(line, _("   started %s by %s"), clock_words(a, f->began), f->by);
}

void autopilot_context(const Screen *screen, const App *app, Buf *line)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const Autopilot *s = (const Autopilot *)screen;
    const RunFeed *f = s->feed;
    switch (autopilot_state(s, app)) {
    case RUN_LIST:
        buf_add_text(line, _("nobody is at work"));
        if (s->runs)
            buf_addf(line, ngettext("   %zu run", "   %zu runs", (unsigned long)s->runs->n), s->runs->n);
        break;
    case RUN_LIVE: add_worker(s, a, line); break;
    case RUN_GONE:
        buf_addf(line, _("x interrupted   worker %lld on %s, started %s by %s"), (long long)f->pid, f->host,
                 clock_words(a, f->began), f->by);
        break;
    case RUN_ENDED:
        buf_addf(line, _("%s %s   %s by %s on %s, %s to %s"), run_symbol(f->status), run_word(f->status), word_shown(f->mode),
                 f->by, f->host, clock_words(a, f->began),
                 clock_words(a, f->began + (Instant)(f->took_s * SECOND)));
        break;
    case RUN_READING:
    case RUN_STARTING: break;
    }
}
