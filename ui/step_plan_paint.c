// Tab Plan: what the step reads, fills and needs, and what would become of every row now.
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "ui/glyphs.h"
#include "ui/step.h"
#include "ui/when.h"

enum { LABEL = 9, NUMBER = 14, NAMED = 24, SAMPLES = 3 };

// "patients, patient_phone"
static const char *listed(Arena *a, const char *const *names, size_t n)
{
    AUTO(buf_free) Buf list = {0};
    for (size_t i = 0; i < n; i++)
        buf_addf(&list, "%s%s", i ? ", " : "", names[i]);
    return str_keep(a, buf_str(&list));
}

static const char *reads(Arena *a, const StepScreen *s)
{
    const StepKnown *k = s->known;
    switch (s->stage) {
    case STAGE_EXTRACT: return k->source ? shown_path(a, k->source) : "-";
    case STAGE_VALIDATE: return arena_text(a, "cache.%s", s->entity);
    default: return arena_text(a, k->mapped ? "cache.out_%s" : "cache.%s", s->entity);
    }
}

static const char *writes(Arena *a, const StepScreen *s)
{
    const StepKnown *k = s->known;
    switch (s->stage) {
    case STAGE_EXTRACT: return arena_text(a, "cache.%s", s->entity);
    case STAGE_VALIDATE: return arena_text(a, "cache.out_%s", s->entity);
    case STAGE_INSERT: return k->mapped ? listed(a, k->tables, k->n_tables) : "raw_entities";
    default: return _("nothing: it only reads back");
    }
}

// As many as there is room for, and how many others.
static void paint_near(Canvas *c, int y, int x, const StepNear *near, size_t n)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    for (size_t i = 0; i < n; i++) {
        const char *more = i + 1 < n ? arena_text(a, _("and %zu more"), n - i) : "";
        const int width = 2 + text_width(str_of(near[i].entity));
        if (i && x + width + 3 * (*more != 0) + text_width(str_of(more)) > c->cols) {
            canvas_textf(c, y, x, -1, ROLE_DIM, _("and %zu more"), n - i);
            return;
        }
        paint_symbol(c, y, x, near[i].status);
        canvas_text(c, y, x + 2, -1, ROLE_TEXT, near[i].entity);
        x += width + 3;
    }
    if (!n)
        canvas_text(c, y, x, -1, ROLE_DIM, "-");
}

static int paint_about(const StepScreen *s, Canvas *c)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const StepKnown *k = s->known;
    int y = 0;
    canvas_text(c, y, 1, LABEL - 1, ROLE_HEAD, _("reads"));
    canvas_text(c, y++, LABEL + 1, -1, ROLE_TEXT, reads(a, s));
    canvas_text(c, y, 1, LABEL - 1, ROLE_HEAD, _("writes"));
    canvas_text(c, y++, LABEL + 1, -1, ROLE_TEXT, writes(a, s));
    canvas_text(c, y, 1, LABEL - 1, ROLE_HEAD, _("needs"));
    paint_near(c, y++, LABEL + 1, k->needs, k->n_needs);
    canvas_text(c, y, 1, LABEL - 1, ROLE_HEAD, _("feeds"));
    paint_near(c, y++, LABEL + 1, k->feeds, k->n_feeds);
    return y + 1;
}

// ---- What would happen ----------------------------------------------------------------------------

static int paint_count(Canvas *c, int y, int indent, const char *name, int64_t n, Role role, const char *note)
{
    AUTO(buf_free) Buf number = {0};
    number_shown(n, &number);
    canvas_text(c, y, 3 + indent, NAMED - indent, role, name);
    canvas_right(c, y, 3 + NAMED - 4, NUMBER, role, buf_text(&number));
    canvas_text(c, y, 3 + NAMED - 4 + NUMBER + 3, -1, ROLE_DIM, note);
    return y + 1;
}

static int paint_compared(const StepScreen *s, Canvas *c, int y)
{
    const Preview *p = s->counts;
    if (!s->diff) {
        y = paint_count(c, y, 2, _("to write or written"), p->kept, ROLE_TEXT,
                        s->trouble[STEP_DIFF] ? s->trouble[STEP_DIFF] : _("comparing with the target ..."));
        return p->linked
                   ? paint_count(c, y, 2, _("linked"), p->linked, ROLE_TEXT, _("the row was there before"))
                   : y;
    }
    const ComparedEntity *e = &s->diff->compared;
    y = paint_count(c, y, 2, _("insert"), e->inserted, ROLE_TEXT, "");
    y = paint_count(c, y, 2, _("update"), e->updated, ROLE_TEXT, e->updated ? _("-> 3 Diff") : "");
    y = paint_count(c, y, 2, _("unchanged"), e->unchanged, ROLE_TEXT, "");
    if (e->linked)
        y = paint_count(c, y, 2, _("linked"), e->linked, ROLE_TEXT, _("the row was there before"));
    if (e->conflicts)
        y = paint_count(c, y, 2, _("conflict"), e->conflicts, ROLE_WARN,
                        _("-> 3 Diff: changed on both sides"));
    return y;
}

static int paint_counts(const StepScreen *s, Canvas *c, int y)
{
    const Preview *p = s->counts;
    y = paint_count(c, y, 0, _("source rows"), p->source, ROLE_STRONG, "");
    if (s->known && s->known->mapped)
        y = paint_compared(s, c, y);
    if (p->raw)
        y = paint_count(c, y, 2, _("kept raw"), p->raw, ROLE_TEXT, _("the profile has no place for them"));
    if (p->skipped)
        y = paint_count(c, y, 2, _("left out"), p->skipped, ROLE_TEXT, _("by the mapping"));
    y = paint_count(c, y, 2, _("reject"), p->rejected, p->rejected ? ROLE_WARN : ROLE_TEXT,
                    p->rejected ? _("-> 4 Issues: unreadable, or would break a rule") : "");
    return paint_count(c, y, 0, _("accounted"), p->kept + p->linked + p->raw + p->skipped + p->rejected,
                       ROLE_STRONG, _("every source row has one outcome"));
}

// What the profile wants to be seen of the entity, and the files that belong to its rows.
static int paint_told(const Preview *p, Canvas *c, int y)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    if (p->files)
        y = paint_count(c, y, 0, _("files"), p->files, ROLE_TEXT,
                        arena_text(a, _("of them %lld without a hash"), (long long)(p->files - p->files_hashed)));
    for (size_t i = 0; i < p->n_told; i++) {
        const Told *t = &p->told[i];
        const char *about = t->about ? t->about : "";
        y = paint_count(c, y, 0, t->label ? t->label : t->name, t->rows, ROLE_TEXT,
                        t->setting ? arena_text(a, "%s (%s)", about, t->value ? t->value : "-") : about);
    }
    return p->files || p->n_told ? y + 1 : y;
}

enum { SAMPLE_WIDTH = 16, SAMPLE_COLUMNS = 4, SAMPLE_AT = 18 };

// The first columns that say something: ids of other rows do not.
static size_t pick_columns(const SamplePage *p, size_t *picked)
{
    enum { UUID = 36 };
    const size_t n = p->n_made ? p->n_made : p->n_source;
    size_t found = 0;
    for (size_t i = 0; i < n && found < SAMPLE_COLUMNS; i++) {
        const char **first = p->n_made ? p->rows[0].made : p->rows[0].source;
        if (!first || !first[i] || strlen(first[i]) != UUID)
            picked[found++] = i;
    }
    return found;
}

static void paint_sample(const SamplePage *p, Canvas *c, int y, const SampleRow *row, const size_t *picked,
                         size_t n)
{
    const char **values = p->n_made ? row->made : row->source;
    canvas_text(c, y, 3, SAMPLE_AT - 4, ROLE_TEXT, row->source_id ? row->source_id : row->at.key);
    for (size_t i = 0; values && i < n; i++)
        canvas_text(c, y, SAMPLE_AT + SAMPLE_WIDTH * (int)i, SAMPLE_WIDTH - 1, ROLE_TEXT,
                    values[picked[i]] ? values[picked[i]] : "NULL");
    canvas_text(c, y, SAMPLE_AT + SAMPLE_WIDTH * (int)n, -1, ROLE_DIM, step_outcome_word(row->outcome));
}

static int paint_samples(const StepScreen *s, const App *app, Canvas *c, int y)
{
    enum { OUTCOME = 12 };
    const SamplePage *p = s->samples;
    size_t picked[SAMPLE_COLUMNS], rows = p ? MIN(p->n, (size_t)SAMPLES) : 0;
    if (!rows || y + (int)rows + 2 > c->rows)
        return y;
    size_t n = pick_columns(p, picked);
    while (n && SAMPLE_AT + SAMPLE_WIDTH * (int)n + OUTCOME > c->cols)
        n--;
    const char **names = p->n_made ? p->made : p->source;
    canvas_text(c, y, 1, SAMPLE_AT - 2, ROLE_HEAD, app_unmasked(app) ? _("SAMPLE") : _("SAMPLE, masked"));
    for (size_t i = 0; i < n; i++)
        canvas_text(c, y, SAMPLE_AT + SAMPLE_WIDTH * (int)i, SAMPLE_WIDTH - 1, ROLE_HEAD, names[picked[i]]);
    for (size_t r = 0; r < rows; r++)
        paint_sample(p, c, ++y, &p->rows[r], picked, n);
    return y + 2;
}

static void paint_time(const StepScreen *s, Canvas *c, int y)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf line = {0};
    const PlannedStep *p = s->plan ? s->plan->step : NULL;
    const StepRecord *last = s->known && s->known->ran ? &s->known->last : NULL;
    const char *about = p && p->eta_low_s >= 0 ? time_about(a, p->eta_low_s, p->eta_high_s) : NULL;
    if (about)
        buf_addf(&line, _("takes %s"), about);
    if (last && last->took_s > 0) {
        buf_add_text(&line, line.len ? "; " : "");
        AUTO(buf_free) Buf rows = {0};
        number_shown(last->rows, &rows);
        buf_addf(&line, _("run #%lld worked on %s rows in %s"), (long long)last->run, buf_text(&rows),
                 took_short(a, last->took_s));
    }
    canvas_text(c, y, 3, -1, ROLE_DIM, buf_text(&line));
}

void step_paint_plan(const StepScreen *s, const App *app, Canvas *c)
{
    if (step_paint_lack(s, STEP_KNOWN, s->known, _("reading the step ..."), c, 0))
        return;
    int y = paint_about(s, c);
    bool stale = s->plan && (s->plan->stale || (s->plan->step && s->plan->step->status == STEP_STALE));
    canvas_text(c, y++, 1, -1, ROLE_HEAD, _("WHAT WOULD HAPPEN NOW (nothing is written)"));
    if (stale)
        canvas_text(c, y++, 3, -1, ROLE_WARN,
                    _("as read and checked last; an input changed since: d reads it anew"));
    y++;
    if (step_paint_lack(s, STEP_COUNTS, s->counts, _("counting ..."), c, y))
        return;
    y = paint_counts(s, c, y) + 1;
    y = paint_told(s->counts, c, y);
    y = paint_samples(s, app, c, y);
    paint_time(s, c, y);
}
