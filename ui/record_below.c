// What is told below the fields of a record: what became of it, its issues, how the value of a field got
// there, which runs touched it, what it needs and what waits for it.
#include <string.h>

#include "base/intl.h"
#include "cache/issue_store.h"
#include "engine/words_shown.h"
#include "ui/record.h"
#include "ui/when.h"

typedef struct {
    Arena *arena;
    const Inspect *f;
    Buf lines; // of BelowLine
} Telling;

static void tell(Telling *x, Role role, int indent, const char *label, const char *text)
{
    const BelowLine line = {role, indent, label, text};
    buf_add(&x->lines, (Str){(const char *)&line, sizeof line});
}

static const char *quoted(Arena *a, const char *value)
{
    return value ? arena_text(a, "\"%s\"", value) : "NULL";
}

static const char *outcome(Arena *a, const InspectOutcome *o)
{
    return arena_text(a, "%s%s%s%s%s%s", inspect_word(o->word), o->reason ? " (" : "",
                      o->reason ? o->reason : "", o->reason ? ")" : "", o->detail ? ": " : "",
                      o->detail ? o->detail : "");
}

static void tell_way_in(Telling *x, const InspectWay *w)
{
    Arena *a = x->arena;
    if (w->absent) {
        tell(x, ROLE_BAD, 2, NULL,
             arena_text(a, _("%s %s is not in the target: %s"), w->table, w->id, w->constraint));
        return;
    }
    const char *row = arena_text(a, "%s %s", w->table, w->id ? w->id : "-");
    if (w->key)
        row = arena_text(a, _("%s, made of %s:%s,"), row, x->f->entity, w->key);
    tell(x, ROLE_BAD, 2, NULL,
         arena_text(a, _("in the way: %s has the same %s; %zu other columns are equal"), row, w->constraint,
                    w->equal));
}

static void tell_outcome(Telling *x)
{
    const Inspect *f = x->f;
    const bool bad = strcmp(f->outcome.word, "rejected") == 0;
    tell(x, bad ? ROLE_BAD : ROLE_STRONG, 0, NULL, outcome(x->arena, &f->outcome));
    if (f->made_anew)
        tell(x, ROLE_WARN, 2, NULL, _("The mappings make something else now than what was written last."));
    for (size_t i = 0; i < f->n_missing; i++)
        tell(x, ROLE_WARN, 2, NULL, f->missing[i]);
    if (f->way)
        tell_way_in(x, f->way);
}

static bool same_text(const char *one, const char *other)
{
    return one && other && strcmp(one, other) == 0;
}

// In one line, unless it is of the field that is looked at.
static void tell_issues(Telling *x, const RecordLine *line)
{
    Arena *a = x->arena;
    const Inspect *f = x->f;
    if (f->n_issues)
        tell(x, ROLE_HEAD, 0, NULL, arena_text(a, _("ISSUES %zu"), f->n_issues));
    for (size_t i = 0; i < f->n_issues; i++) {
        const IssueItem *one = &f->issues[i];
        const bool bad = strcmp(one->severity, "error") == 0 || strcmp(one->severity, "fatal") == 0;
        const bool open = strcmp(one->state, "open") == 0 && one->present;
        tell(x,
             !open ? ROLE_DIM
             : bad ? ROLE_BAD
                   : ROLE_WARN,
             2, bad ? "x" : "!",
             arena_text(a, "%s   %s   %s%s   %s", one->code, word_shown(one->severity),
                        word_shown(one->state), one->present ? "" : _(" (gone)"),
                        one->field ? one->field : ""));
        if (f->n_issues > 1 && !(line && record_issue_is_of(one, line)))
            continue;
        if (one->detail && *one->detail && !same_text(one->detail, f->outcome.detail))
            tell(x, ROLE_TEXT, 5, NULL, _(one->detail));
        if (one->by && !open)
            tell(x, ROLE_DIM, 5, NULL,
                 arena_text(a, "%s %s%s%s", one->by, when_whole(a, one->at), one->reason ? ": " : "",
                            one->reason ? one->reason : ""));
        if (one->note)
            tell(x, ROLE_DIM, 5, NULL, arena_text(a, _("note: %s"), one->note));
    }
}

static void tell_way(Telling *x, const RecordLine *line)
{
    Arena *a = x->arena;
    const InspectWayOf *w = line->way;
    tell(x, ROLE_HEAD, 0, NULL, arena_text(a, _("%s, HOW IT GOT HERE"), line->name));
    if (x->f->in_cache && x->f->file)
        tell(x, ROLE_TEXT, 2, _("source"),
             x->f->row ? arena_text(a, _("%s row %lld"), shown_path(a, x->f->file), (long long)x->f->row)
                       : shown_path(a, x->f->file));
    if (!w) {
        if (line->has_source)
            tell(x, ROLE_TEXT, 2, "", arena_text(a, "%s  %s", line->name, quoted(a, line->source)));
        tell(x, ROLE_DIM, 2, _("mapping"), _("nothing of the target is made of it"));
        return;
    }
    for (size_t i = 0; i < w->n_from; i++)
        tell(x, ROLE_TEXT, 2, "", arena_text(a, "%s  %s", w->from[i].name, quoted(a, w->from[i].value)));
    tell(x, ROLE_TEXT, 2, _("mapping"), arena_text(a, "%s:%d", shown_path(a, w->file), w->line));
    tell(x, ROLE_TEXT, 2, "", w->expression ? w->expression : "NULL");
    if (line->has_made)
        tell(x, ROLE_TEXT, 2, _("value"), quoted(a, line->made));
    for (size_t i = 0; i < w->n_checks; i++)
        tell(x, w->checks[i].met ? ROLE_WARN : ROLE_TEXT, 2, _("check"),
             arena_text(a, "%s  %s  %s", w->checks[i].code, word_shown(w->checks[i].severity),
                        w->checks[i].met ? _("fails") : _("passes")));
    tell(x, ROLE_TEXT, 2, _("target"),
         line->has_target
             ? arena_text(a, "%s  %s", quoted(a, line->target), line->same ? _("same") : _("differs"))
             : _("not there"));
}

static void tell_runs(Telling *x)
{
    Arena *a = x->arena;
    const Inspect *f = x->f;
    if (f->n_touches)
        tell(x, ROLE_HEAD, 0, NULL, _("RUNS"));
    for (size_t i = 0; i < f->n_touches; i++) {
        const InspectTouch *t = &f->touches[i];
        const char *batch = t->batch ? arena_text(a, _(" batch %lld"), (long long)t->batch) : "";
        tell(x, ROLE_TEXT, 2, arena_text(a, "#%s", t->runs ? t->runs : "?"),
             arena_text(a, "%s  %s%s  %s%s", when_whole(a, t->at), t->step ? t->step : "-", batch,
                        inspect_word(t->what), t->undone ? _(", undone") : ""));
    }
}

static void tell_links(Telling *x)
{
    Arena *a = x->arena;
    const Inspect *f = x->f;
    if (f->n_needs)
        tell(x, ROLE_HEAD, 0, NULL, _("NEEDS"));
    for (size_t i = 0; i < f->n_needs; i++)
        tell(x, ROLE_TEXT, 2, NULL,
             arena_text(a, "%s  %s:%s  %s", f->needs[i].field, f->needs[i].entity, f->needs[i].key,
                        outcome(a, &f->needs[i].outcome)));
    if (f->n_waiting)
        tell(x, ROLE_HEAD, 0, NULL, _("NEEDED BY"));
    for (size_t i = 0; i < f->n_waiting; i++) {
        const InspectWaiting *w = &f->waiting[i];
        tell(x, w->rejected ? ROLE_WARN : ROLE_TEXT, 2, NULL,
             arena_text(a, _("%lld of %s (%s), %lld of them rejected because of this record"),
                        (long long)w->rows, w->entity, w->field, (long long)w->rejected));
    }
}

BelowLine *record_below(Arena *a, const Inspect *f, const RecordLine *line, size_t *n)
{
    Telling x = {.arena = a, .f = f};
    tell_outcome(&x);
    tell_issues(&x, line);
    if (line && !line->heading)
        tell_way(&x, line);
    tell_runs(&x);
    tell_links(&x);
    *n = x.lines.len / sizeof(BelowLine);
    BelowLine *lines = arena_copy(a, buf_text(&x.lines), x.lines.len);
    buf_free(&x.lines);
    return lines;
}
