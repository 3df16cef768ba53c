// How a column of the target came to its value: from the source through an expression and its checks.
#include <ctype.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "engine/inspect_inner.h"

// What fills a column, whichever way the mapping file writes it.
typedef struct {
    const Mapping *mapping;
    const char *column;
    Expression from;
} Filling;

static Filling *fillings(const Inspecting *x, size_t *n)
{
    AUTO(buf_free) Buf list = {0};
    for (size_t i = 0; x->mapped && i < x->mapped->n; i++) {
        const Mapping *m = x->mapped->mappings[i];
        for (size_t k = 0; k < m->n_columns; k++)
            buf_add(&list, (Str){(const char *)&(Filling){m, m->columns[k].name, m->columns[k].value},
                                 sizeof(Filling)});
        for (size_t k = 0; k < m->n_references; k++)
            buf_add(&list, (Str){(const char *)&(Filling){m, m->references[k].column, m->references[k].key},
                                 sizeof(Filling)});
        for (size_t k = 0; k < m->n_values; k++)
            buf_add(&list, (Str){(const char *)&(Filling){m, m->values[k].column, m->values[k].of},
                                 sizeof(Filling)});
    }
    return inspect_list(x->a, &list, sizeof(Filling), n);
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

// Where the text names this column of the record's own row: p.given_name. NULL: nowhere (any more).
static const char *mention(const char *sql, const char *alias, const char *name)
{
    size_t a = strlen(alias), n = strlen(name);
    for (const char *at = sql; at && (at = strstr(at, alias)); at++)
        if ((at == sql || !is_word(at[-1])) && at[a] == '.' && strncmp(at + a + 1, name, n) == 0 &&
            !is_word(at[a + 1 + n]))
            return at + a + 1 + n;
    return NULL;
}

static void add_from(Buf *list, const char *name, const char *value)
{
    buf_add(list, (Str){(const char *)&(InspectValue){name, value}, sizeof(InspectValue)});
}

static const char *raw_value(const Inspecting *x, const char *name)
{
    for (size_t i = 0; i < x->out->n_raw_fields; i++)
        if (strcmp(x->out->raw_fields[i].name, name) == 0)
            return x->out->raw_fields[i].value;
    return NULL;
}

// Fields of the model and columns of the source, raw_source_data->>'$.NAME', that the expression reads.
static InspectValue *sources(const Inspecting *x, const Filling *f, size_t *n)
{
    AUTO(buf_free) Buf list = {0};
    const char *sql = f->from.sql ? f->from.sql : "", *alias = f->mapping->alias;
    for (size_t i = 0; i < x->out->n_fields; i++)
        if (mention(sql, alias, x->out->fields[i].name))
            add_from(&list, arena_text(x->a, "payload.%s", x->out->fields[i].name), x->out->fields[i].value);
    static const char arrow[] = "->>'$.";
    for (const char *at = sql; (at = mention(at, alias, "raw_source_data"));) {
        if (strncmp(at, arrow, strlen(arrow)) != 0)
            continue;
        at += strlen(arrow);
        const char *name = arena_text(x->a, "%.*s", (int)strcspn(at, "'"), at);
        add_from(&list, arena_text(x->a, "raw_source_data.%s", name), raw_value(x, name));
    }
    return inspect_list(x->a, &list, sizeof(InspectValue), n);
}

static const IssueItem *issue_of(const Inspecting *x, const char *code, const char *column)
{
    for (size_t i = 0; i < x->out->n_issues; i++) {
        const IssueItem *one = &x->out->issues[i];
        if (one->present && strcmp(one->code, code) == 0 && (!column || strcmp(one->field, column) == 0))
            return one;
    }
    return NULL;
}

// The mapping's checks that look at the same fields, then what else was found wrong with the column.
static InspectCheck *checks(const Inspecting *x, const Filling *f, const InspectWayOf *w, size_t *n)
{
    AUTO(buf_free) Buf list = {0};
    const Mapping *m = f->mapping;
    for (size_t i = 0; i < m->n_checks; i++) {
        const Check *c = &m->checks[i];
        bool looks = false;
        for (size_t k = 0; k < w->n_from && !looks; k++)
            looks = mention(c->when.sql, m->alias, strchr(w->from[k].name, '.') + 1);
        const InspectCheck one = {c->code, c->severity, issue_of(x, c->code, NULL) != NULL, c->when.line};
        if (looks)
            buf_add(&list, (Str){(const char *)&one, sizeof one});
    }
    for (size_t i = 0; i < x->out->n_issues; i++) {
        const IssueItem *issue = &x->out->issues[i];
        const InspectCheck one = {issue->code, issue->severity, true, 0};
        if (issue->present && strcmp(issue->field, f->column) == 0)
            buf_add(&list, (Str){(const char *)&one, sizeof one});
    }
    return inspect_list(x->a, &list, sizeof(InspectCheck), n);
}

static void find_value(const Inspecting *x, const Filling *f, InspectWayOf *w)
{
    for (size_t i = 0; i < x->out->n_rows; i++) {
        const InspectRow *r = &x->out->rows[i];
        for (size_t k = 0; r->mapping && strcmp(r->mapping, f->mapping->name) == 0 && k < r->n; k++)
            if (strcmp(r->columns[k].name, f->column) == 0) {
                const InspectColumn *c = &r->columns[k];
                w->made = c->made_value;
                w->now = c->now_value;
                w->has_made = c->made;
                w->has_now = c->there;
                w->same = c->same;
                return;
            }
    }
}

static bool is_wanted(const Inspecting *x, const Filling *f, const char *wanted)
{
    return strcmp(f->column, wanted) == 0 ||
           strcmp(arena_text(x->a, "%s.%s", f->mapping->name, f->column), wanted) == 0 ||
           (x->model && entity_field(x->model, wanted) && f->from.sql &&
            mention(f->from.sql, f->mapping->alias, wanted));
}

static bool unknown_field(Inspecting *x, const Filling *all, size_t n, Err *err)
{
    const char *wanted = x->wish->field;
    if (x->model && entity_field(x->model, wanted))
        return true; // nothing is made of it
    const char **names = arena_many(x->a, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        names[i] = all[i].column;
    err_set(err, ERR_USAGE, _("the mappings of %s fill no column \"%s\""), x->entity, wanted);
    const char *near = text_nearest(wanted, names, n);
    if (near)
        err_hint(err, _("did you mean %s?"), near);
    return false;
}

bool inspect_field(Inspecting *x, Err *err)
{
    size_t n;
    const Filling *all = fillings(x, &n);
    AUTO(buf_free) Buf list = {0};
    for (size_t i = 0; i < n; i++) {
        const Filling *f = &all[i];
        if (!x->wish->every_way && !is_wanted(x, f, x->wish->field))
            continue;
        InspectWayOf w = {.mapping = f->mapping->name,
                          .file = f->mapping->file,
                          .column = f->column,
                          .expression = f->from.sql,
                          .line = f->from.line};
        w.from = sources(x, f, &w.n_from);
        w.checks = checks(x, f, &w, &w.n_checks);
        find_value(x, f, &w);
        buf_add(&list, (Str){(const char *)&w, sizeof w});
    }
    x->out->ways = inspect_list(x->a, &list, sizeof(InspectWayOf), &x->out->n_ways);
    return x->out->n_ways || x->wish->every_way || unknown_field(x, all, n, err);
}
