#include <string.h>

#include "base/intl.h"
#include "cli/grid.h"
#include "cli/inspect_print.h"
#include "cli/issue_call.h"
#include "cli/run_records.h"

enum { VALUE_WIDTH = 40 }; // a uuid and its quotes fit

// Blanks at its ends are seen; NULL stays NULL.
static const char *quoted(Arena *a, const char *value)
{
    return value ? arena_text(a, "\"%s\"", value) : "NULL";
}

static void heading(Cli *cli, const char *title)
{
    out_line(&cli->out, "%s", "");
    out_styled(&cli->out, STYLE_HEAD, title, "%s", "");
}

static void print_values(Cli *cli, const char *title, const InspectValue *values, size_t n)
{
    const GridColumn columns[] = {{title, false, 0}, {_("Value"), false, 2 * VALUE_WIDTH}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        grid_text(grid, values[i].name);
        grid_text(grid, quoted(cli->arena, values[i].value));
    }
    if (n)
        grid_print(grid, &cli->out);
}

static const InspectValue *value_named(const InspectValue *values, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(values[i].name, name) == 0)
            return &values[i];
    return NULL;
}

// The payload's members as read, beside what the model reads of them.
static void print_fields(Cli *cli, const Inspect *f)
{
    const GridColumn columns[] = {
        {"payload", false, 0}, {_("Source"), false, VALUE_WIDTH}, {_("Normalised"), false, VALUE_WIDTH}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < f->n_payload_fields + f->n_fields; i++) {
        bool of_model = i >= f->n_payload_fields;
        const InspectValue *one = of_model ? &f->fields[i - f->n_payload_fields] : &f->payload_fields[i];
        if (!of_model && value_named(f->fields, f->n_fields, one->name))
            continue;
        const InspectValue *read = value_named(f->payload_fields, f->n_payload_fields, one->name);
        grid_text(grid, one->name);
        grid_text(grid, read ? quoted(cli->arena, read->value) : "");
        grid_text(grid, of_model ? quoted(cli->arena, one->value) : "");
    }
    if (grid_rows(grid))
        grid_print(grid, &cli->out);
}

static const char *outcome_words(Arena *a, const InspectOutcome *o)
{
    return arena_text(a, "%s%s%s%s%s%s", inspect_word(o->word), o->reason ? " (" : "", o->reason ? o->reason : "",
                      o->reason ? ")" : "", o->detail ? ": " : "", o->detail ? o->detail : "");
}

static void print_head(Cli *cli, const Inspect *f)
{
    Output *out = &cli->out;
    out_line(out, "%s:%s  %s", f->entity, f->key, outcome_words(cli->arena, &f->outcome));
    out_line(out, _("  found by its %s; values are %s"), inspect_word(f->matched),
             f->unmasked ? _("as they are, which audit.log notes") : _("masked"));
    for (size_t i = 0; i < f->n_missing; i++)
        out_line(out, "  %s", f->missing[i]);
}

static void print_source(Cli *cli, const Inspect *f)
{
    Output *out = &cli->out;
    if (!f->in_cache)
        return;
    heading(cli, _("SOURCE"));
    out_line(out, _("  system   %s"), f->source_system ? f->source_system : "-");
    if (f->source_id)
        out_line(out, _("  source   %s"), f->source_id);
    if (f->row && f->file)
        out_line(out, _("  place    %s, row %lld of %s"), f->file, (long long)f->row, f->entity);
    if (f->extracted_at)
        out_line(out, _("  read     %s"), f->extracted_at);
    out_line(out, _("  bytes    payload %lld, raw_source_data %lld"), (long long)MAX(f->payload_bytes, 0),
             (long long)MAX(f->raw_bytes, 0));
    if (f->payload.at)
        out_line(out, "  payload  %.*s", STR_ARG(f->payload));
    if (f->raw.at)
        out_line(out, "  raw_source_data  %.*s", STR_ARG(f->raw));
    print_values(cli, "raw_source_data", f->raw_fields, f->n_raw_fields);
    print_fields(cli, f);
}

static void print_columns(Cli *cli, const char *made, const InspectColumn *columns, size_t n)
{
    const GridColumn titles[] = {{_("Column"), false, 0},
                                 {made, false, VALUE_WIDTH},
                                 {_("Target"), false, VALUE_WIDTH},
                                 {"", false, 0}};
    Grid *grid = grid_new(cli->arena, titles, ARRAY_LEN(titles));
    for (size_t i = 0; i < n; i++) {
        const InspectColumn *c = &columns[i];
        grid_text(grid, c->name);
        grid_text(grid, c->made ? quoted(cli->arena, c->made_value) : "");
        grid_text(grid, c->there ? quoted(cli->arena, c->now_value) : "");
        grid_text(grid, !c->there || !c->made ? "" : c->same ? _("same") : _("differs"));
    }
    if (n)
        grid_print(grid, &cli->out);
}

static void print_rows(Cli *cli, const Inspect *f)
{
    Output *out = &cli->out;
    if (f->n_rows)
        heading(cli, _("TARGET"));
    if (f->made_anew)
        out_line(out, "  %s", _("The mappings make something else now than what was written last."));
    for (size_t i = 0; i < f->n_rows; i++) {
        const InspectRow *r = &f->rows[i];
        out_line(out, "  %s %s  %s%s%s", r->table ? r->table : "-", r->id ? r->id : "-",
                 r->mapping ? r->mapping : "", r->linked ? _("  linked: the row was there") : "",
                 r->there ? "" : _("  not in the target"));
        print_columns(cli, _("Mapped"), r->columns, r->n);
    }
    if (!f->way)
        return;
    heading(cli, _("IN THE WAY"));
    if (f->way->absent) {
        out_line(out, _("  %s %s is not in the target: %s"), f->way->table, f->way->id, f->way->constraint);
        return;
    }
    out_line(out, _("  %s %s has the same %s; %zu other columns are equal"), f->way->table,
             f->way->id ? f->way->id : "-", f->way->constraint, f->way->equal);
    if (f->way->key)
        out_line(out, _("  made of %s:%s"), f->entity, f->way->key);
    print_columns(cli, _("This record"), f->way->columns, f->way->n);
}

static void print_issues(Cli *cli, const Inspect *f)
{
    if (f->n_issues)
        heading(cli, _("ISSUES"));
    for (size_t i = 0; i < f->n_issues; i++) {
        const IssueItem *one = &f->issues[i];
        out_line(&cli->out, "  %s  %s  %s  %s  %s%s%s%s", issue_short(cli->arena, one->fp),
                 word_shown(one->severity), word_shown(one->state), one->code, one->field,
                 one->detail ? ": " : "", one->detail ? _(one->detail) : "",
                 one->present ? "" : _(" (gone)"));
    }
}

static void print_runs(Cli *cli, const Inspect *f)
{
    const GridColumn titles[] = {{_("Run"), false, 0},
                                 {_("When"), false, 0},
                                 {_("Step"), false, 0},
                                 {_("Batch"), true, 0},
                                 {_("What"), false, 0}};
    Grid *grid = grid_new(cli->arena, titles, ARRAY_LEN(titles));
    if (!f->n_touches)
        return;
    heading(cli, _("RUNS"));
    for (size_t i = 0; i < f->n_touches; i++) {
        const InspectTouch *t = &f->touches[i];
        grid_text(grid, t->runs);
        grid_text(grid, t->at);
        grid_text(grid, t->step);
        grid_text(grid, t->batch ? arena_text(cli->arena, "%lld", (long long)t->batch) : "");
        grid_text(grid, arena_text(cli->arena, "%s%s", inspect_word(t->what), t->undone ? _(", undone") : ""));
    }
    grid_print(grid, &cli->out);
}

static void print_links(Cli *cli, const Inspect *f)
{
    Output *out = &cli->out;
    if (f->n_needs)
        heading(cli, _("NEEDS"));
    for (size_t i = 0; i < f->n_needs; i++)
        out_line(out, "  %s  %s:%s  %s", f->needs[i].field, f->needs[i].entity, f->needs[i].key,
                 outcome_words(cli->arena, &f->needs[i].outcome));
    if (f->n_waiting)
        heading(cli, _("NEEDED BY"));
    for (size_t i = 0; i < f->n_waiting; i++) {
        const InspectWaiting *w = &f->waiting[i];
        out_line(out, _("  %lld of %s (%s), %lld of them rejected because of this record"),
                 (long long)w->rows, w->entity, w->field, (long long)w->rejected);
    }
}

static void print_way_of(Cli *cli, const InspectWayOf *w)
{
    Output *out = &cli->out;
    heading(cli, arena_text(cli->arena, _("%s, HOW IT GOT HERE"), w->column));
    for (size_t i = 0; i < w->n_from; i++)
        out_line(out, _("  source   %s  %s"), w->from[i].name, quoted(cli->arena, w->from[i].value));
    out_line(out, _("  mapping  %s:%d"), shown_path(cli->arena, w->file), w->line);
    out_line(out, "           %s", w->expression ? w->expression : "NULL");
    if (w->has_made)
        out_line(out, _("  value    %s"), quoted(cli->arena, w->made));
    for (size_t i = 0; i < w->n_checks; i++)
        out_line(out, _("  check    %s  %s  %s"), w->checks[i].code, word_shown(w->checks[i].severity),
                 w->checks[i].met ? _("fails") : _("passes"));
    if (w->has_now)
        out_line(out, _("  target   %s  %s"), quoted(cli->arena, w->now), w->same ? _("same") : _("differs"));
    else
        out_line(out, "%s", _("  target   not there"));
}

void inspect_text(Cli *cli, const Inspect *f)
{
    print_head(cli, f);
    print_source(cli, f);
    print_rows(cli, f);
    print_issues(cli, f);
    print_runs(cli, f);
    print_links(cli, f);
    for (size_t i = 0; i < f->n_ways; i++)
        print_way_of(cli, &f->ways[i]);
}
