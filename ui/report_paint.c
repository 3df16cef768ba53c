// Report on the screen: how the run ended, above the account of all rows and what else there is to tell.
#include <string.h>

#include "base/intl.h"
#include "engine/reason_shown.h"
#include "engine/words_shown.h"
#include "ui/glyphs.h"
#include "ui/report_state.h"

enum { FACTS_FROM = 14 };

const char *report_section(ReportSection section)
{
    static const char *const names[SECTIONS] = {
        [SECTION_ACCOUNT] = N_("account"),       [SECTION_TARGET] = N_("in the target"),
        [SECTION_REJECTS] = N_("rejected rows"), [SECTION_ISSUES] = N_("issues and decisions"),
        [SECTION_TIME] = N_("durations"),        [SECTION_NEXT] = N_("what to do next"),
    };
    return _(names[section]);
}

void report_context(const Screen *s, const App *app, Buf *line)
{
    const ReportScreen *x = (const ReportScreen *)s;
    (void)app;
    if (!x->shown || x->shown->no_run)
        return;
    buf_addf(line, _("run %lld"), (long long)x->shown->report.run.run);
    if (x->shown->n_lines)
        buf_addf(line, " [%s]", report_section(x->shown->lines[x->list.cursor].section));
    if (x->earlier)
        buf_addf(line, _(", changes since run %lld"), (long long)x->earlier->report.run.run);
    else if (!x->shown->report.is_rollback)
        buf_addf(line, "   %s", _("source = written + skipped + rejected + pending + lost"));
}

// ---- How it ended
// ------------------------------------------------------------------------------------------------------

static StepStatus status_of(const char *status)
{
    if (strcmp(status, "done") == 0)
        return STEP_DONE;
    if (strcmp(status, "running") == 0)
        return STEP_RUNNING;
    if (strcmp(status, "partial") == 0)
        return STEP_PARTIAL;
    return strcmp(status, "stopped") == 0 || strcmp(status, "interrupted") == 0 ? STEP_STALE : STEP_FAILED;
}

static void paint_result(const Report *r, Arena *a, Canvas *c, int y, int at)
{
    AUTO(buf_free) Buf text = {0};
    StepStatus status = r->total.lost ? STEP_FAILED : status_of(r->run.status);
    buf_addf(&text, "%s %s", status_symbol(c->surface, status), run_word(r->run.status));
    int x = at + canvas_text(c, y, at, -1, status_role(status), buf_text(&text)) + 2;
    buf_clear(&text);
    if (r->ended)
        buf_addf(&text, _("exit code %d   "), r->run.exit_code);
    if (r->run.undone_by)
        buf_addf(&text, _("undone by run %lld   "), (long long)r->run.undone_by);
    if (r->run.reason)
        buf_add_text(&text, reason_shown(a, r->run.reason));
    canvas_text(c, y, x, -1, ROLE_TEXT, buf_text(&text));
}

static const char *name_of(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    return !path ? "-" : *path == '/' && slash ? slash + 1 : path;
}

// Returns the lines it took: on a low screen how the run ended has to do.
static int paint_facts(const ReportScreen *x, Arena *a, Canvas *c)
{
    const Report *r = &x->shown->report;
    const char *const names[] = {_("RESULT"), _("RUN"), _("TARGET")};
    bool low = c->rows < FACTS_FROM;
    int at = 12;
    for (int y = 0; y < (low ? 1 : (int)ARRAY_LEN(names)); y++)
        canvas_text(c, y, 1, at - 2, ROLE_HEAD, names[y]);
    paint_result(r, a, c, 0, at);
    if (low)
        return 1;
    canvas_textf(c, 1, at, -1, ROLE_TEXT, _("%lld (%s)  %s  by %s on %s   mudanza %s"), (long long)r->run.run,
                 word_shown(r->run.mode), x->shown->when, r->run.by ? r->run.by : "?", r->run.host ? r->run.host : "?",
                 r->run.version ? r->run.version : "?");
    canvas_textf(c, 2, at, -1, ROLE_TEXT, "%s %s   %s %s", r->clinic->env, name_of(r->target), _("SOURCE"),
                 name_of(r->clinic->source_path));
    return 4;
}

void report_paint(const Screen *s, const App *app, Canvas *body)
{
    const ReportScreen *x = (const ReportScreen *)s;
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *name = app_clinic_name(app) ? app_clinic_name(app) : "CLINIC";
    if (!x->shown || x->shown->no_run) {
        canvas_wrap(body, 1, 2,
                    x->trouble ? ROLE_BAD
                    : x->shown ? ROLE_TEXT
                               : ROLE_DIM,
                    x->trouble ? x->trouble
                    : x->shown ? arena_text(a, _("%s has had no run yet"), name)
                               : _("reading ..."));
        return;
    }
    int facts = paint_facts(x, a, body);
    Canvas lines = canvas_part(body, facts, 0, body->rows - facts, body->cols);
    ListState l = x->list;
    *x->rows = MAX(lines.rows, 1);
    list_fit(&l, l.count, lines.rows);
    if (l.cursor < lines.rows / 2) // with the head of the first table
        l.top = 0;
    for (int y = 0; y < lines.rows && l.top + y < l.count; y++) {
        const ReportLine *line = &x->shown->lines[l.top + y];
        report_paint_line(x, a, line, &lines, y);
        table_cursor(&lines, y, l.top + y == l.cursor && report_can_stand(line), false);
    }
}
