// Source, mapped and target side by side: a line for each column of the target, then for what no column is
// made of.
#include <string.h>

#include "base/intl.h"
#include "ui/record.h"

typedef struct {
    Arena *arena;
    const Inspect *f;
    Buf lines;  // of RecordLine
    bool *used; // of the source's fields: payload first, then raw_source_data
} Laying;

static const char payload[] = "payload.", raw[] = "raw_source_data.";

static void add(Laying *x, RecordLine line)
{
    for (size_t i = 0; i < x->f->n_issues && !line.heading; i++)
        line.issue = line.issue || record_issue_is_of(&x->f->issues[i], &line);
    buf_add(&x->lines, (Str){(const char *)&line, sizeof line});
}

static bool is_named(const char *name, const char *column, const char *mapping)
{
    const size_t len = mapping ? strlen(mapping) : 0;
    return strcmp(name, column) == 0 || (len && strncmp(name, mapping, len) == 0 && name[len] == '.' &&
                                         strcmp(name + len + 1, column) == 0);
}

bool record_issue_is_of(const IssueItem *issue, const RecordLine *line)
{
    const InspectWayOf *way = line->way;
    if (!issue->present || !issue->field || !*issue->field)
        return false;
    bool of = is_named(issue->field, line->name, way ? way->mapping : NULL);
    for (size_t i = 0; way && !of && i < way->n_checks; i++)
        of = way->checks[i].met && strcmp(way->checks[i].code, issue->code) == 0;
    return of;
}

// ---- The source's fields ------------------------------------------------------------------------------

// The value as it was read. NULL: it has no such field.
static const InspectValue *as_read(Laying *x, const char *from)
{
    const Inspect *f = x->f;
    const bool of_payload = strncmp(from, payload, strlen(payload)) == 0;
    const char *name = from + strlen(of_payload ? payload : raw);
    const InspectValue *values = of_payload ? f->payload_fields : f->raw_fields;
    const size_t n = of_payload ? f->n_payload_fields : f->n_raw_fields;
    for (size_t i = 0; i < n; i++)
        if (strcmp(values[i].name, name) == 0) {
            x->used[of_payload ? i : f->n_payload_fields + i] = true;
            return &values[i];
        }
    return NULL;
}

// A column shows the first field it is made of; all of them are in its way, below.
static void add_source(Laying *x, RecordLine *line)
{
    for (size_t i = 0; line->way && i < line->way->n_from; i++) {
        const InspectValue *read = as_read(x, line->way->from[i].name);
        if (line->has_source)
            continue;
        line->has_source = true;
        line->source = read ? read->value : line->way->from[i].value;
    }
}

static const InspectWayOf *way_of(const Inspect *f, const char *mapping, const char *column)
{
    for (size_t i = 0; i < f->n_ways; i++)
        if (strcmp(f->ways[i].column, column) == 0 && (!mapping || strcmp(f->ways[i].mapping, mapping) == 0))
            return &f->ways[i];
    return NULL;
}

// ---- Rows of the target -------------------------------------------------------------------------------

static void add_heading(Laying *x, const InspectRow *row)
{
    const char *state = row->linked  ? _("   linked: the row was there")
                        : row->there ? ""
                                     : _("   not in the target");
    const char *text =
        arena_text(x->arena, "%s %s%s", row->table ? row->table : "-", row->id ? row->id : "-", state);
    add(x, (RecordLine){.heading = text, .name = ""});
}

// Beside the row in the way stands what it has; of its equal columns only that they are equal.
static void stand_in_way(const InspectWay *way, const InspectColumn *c, RecordLine *line)
{
    line->has_target = c->made;
    line->target = c->made_value;
    line->same = c->made;
    for (size_t i = 0; i < way->n; i++)
        if (strcmp(way->columns[i].name, c->name) == 0) {
            line->target = way->columns[i].now_value;
            line->same = false;
        }
}

static void add_row(Laying *x, const InspectRow *row)
{
    const InspectWay *way = x->f->way;
    const bool in_way =
        way && !way->absent && !row->there && row->table && strcmp(way->table, row->table) == 0;
    if (x->f->n_rows > 1 || row->linked || !row->there)
        add_heading(x, row);
    for (size_t i = 0; i < row->n; i++) {
        const InspectColumn *c = &row->columns[i];
        RecordLine line = {
            .name = c->name,
            .made = c->made_value,
            .target = c->now_value,
            .has_made = c->made,
            .has_target = c->there,
            .same = c->made && c->there && c->same,
            .way = way_of(x->f, row->mapping, c->name),
        };
        if (in_way)
            stand_in_way(way, c, &line);
        add_source(x, &line);
        add(x, line);
    }
}

// A record that was kept out makes no row: its columns stand there all the same, with what they would be made
// of.
static void add_ways(Laying *x)
{
    for (size_t i = 0; i < x->f->n_ways; i++) {
        RecordLine line = {.name = x->f->ways[i].column, .way = &x->f->ways[i]};
        if (!line.way->n_from)
            continue;
        add_source(x, &line);
        add(x, line);
    }
}

static const InspectValue *field_named(const Inspect *f, const char *name)
{
    for (size_t i = 0; i < f->n_fields; i++)
        if (strcmp(f->fields[i].name, name) == 0)
            return &f->fields[i];
    return NULL;
}

static void add_rest(Laying *x)
{
    const Inspect *f = x->f;
    for (size_t i = 0; i < f->n_payload_fields; i++) {
        const InspectValue *read = &f->payload_fields[i], *field = field_named(f, read->name);
        if (!x->used[i])
            add(x, (RecordLine){.name = read->name,
                                .source = read->value,
                                .has_source = true,
                                .made = field ? field->value : NULL,
                                .has_made = field != NULL});
    }
    for (size_t i = 0; i < f->n_raw_fields; i++)
        if (!x->used[f->n_payload_fields + i])
            add(x, (RecordLine){
                       .name = f->raw_fields[i].name, .source = f->raw_fields[i].value, .has_source = true});
}

static bool differs(const RecordLine *line)
{
    return line->issue || (line->has_made && line->has_target && !line->same);
}

RecordLine *record_lines(Arena *a, const Inspect *f, bool only_differences, size_t *n, size_t *equal)
{
    Laying x = {.arena = a, .f = f, .used = arena_many(a, bool, f->n_payload_fields + f->n_raw_fields + 1)};
    for (size_t i = 0; i < f->n_rows; i++)
        add_row(&x, &f->rows[i]);
    if (!f->n_rows)
        add_ways(&x);
    add_rest(&x);
    const size_t all = x.lines.len / sizeof(RecordLine);
    RecordLine *lines = arena_copy(a, buf_text(&x.lines), x.lines.len);
    buf_free(&x.lines);
    *n = *equal = 0;
    for (size_t i = 0; i < all; i++) {
        if (!only_differences || differs(&lines[i]))
            lines[(*n)++] = lines[i];
        else if (!lines[i].heading)
            (*equal)++;
    }
    return lines;
}
