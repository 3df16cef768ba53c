#include "map/compose.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "map/functions.h"

typedef struct {
    Arena *a;
    Lite *db;
    const Mapping *m;
    Problems *problems;
    LiteGuard guard;
    bool deny_raising;  // in from, where, link and key no issue may be raised
    bool raises;        // seen while preparing: the expression calls a function that raises issues
    ColumnRead *reads;
    size_t n_reads, cap_reads;
    bool keep_reads;
} Composer;

static bool may_call(void *arg, const char *function)
{
    Composer *c = arg;
    if (c->keep_reads && (strcmp(function, "at") == 0 || strcmp(function, "val") == 0))
        return true; // the whole, whose expressions were looked at one by one without them
    const FunctionInfo *info = function_find(function);
    if (info && info->raises) {
        c->raises = true;
        return !c->deny_raising;
    }
    bool ours = c->keep_reads && (strcmp(function, "at") == 0 || strcmp(function, "val") == 0);
    return ours || functions_allowed(function);
}

static void note_read(void *arg, const char *schema, const char *table, const char *column)
{
    Composer *c = arg;
    if (!c->keep_reads)
        return;
    for (size_t i = 0; i < c->n_reads; i++)
        if (!strcmp(c->reads[i].table, table) && !strcmp(c->reads[i].column, column) && !strcmp(c->reads[i].schema, schema))
            return;
    if (c->n_reads == c->cap_reads) {
        size_t cap = c->cap_reads ? c->cap_reads * 2 : 64;
        ColumnRead *more = arena_many(c->a, ColumnRead, cap);
        if (c->n_reads)
            memcpy(more, c->reads, c->n_reads * sizeof *more);
        c->reads = more;
        c->cap_reads = cap;
    }
    c->reads[c->n_reads++] = (ColumnRead){arena_text(c->a, "%s", schema), arena_text(c->a, "%s", table), arena_text(c->a, "%s", column)};
}

static int compare_reads(const void *a, const void *b)
{
    const ColumnRead *x = a, *y = b;
    int order = strcmp(x->schema, y->schema);
    order = order ? order : strcmp(x->table, y->table);
    return order ? order : strcmp(x->column, y->column);
}

// Behind "no such function: dat_of" the nearest known one.
static const char *hint_for(Composer *c, const char *message)
{
    const char *unknown = strstr(message, "no such function: ");
    if (!unknown)
        return NULL;
    unknown += strlen("no such function: ");
    size_t n = 0;
    while (function_table[n].name)
        n++;
    const char **names = arena_many(c->a, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        names[i] = function_table[i].name;
    const char *near = text_nearest(unknown, names, n);
    return near ? arena_text(c->a, _("did you mean '%s'?"), near) : NULL;
}

// Prepares `sql`; a failure becomes a problem at the expression.
static bool try_sql(Composer *c, const char *what, Expression e, const char *sql)
{
    Err err = {0};
    c->raises = false;
    c->guard.refused = NULL;
    lite_guard(c->db, &c->guard);
    LiteStmt *s = lite_prepare(c->db, sql, &err);
    lite_guard(c->db, NULL);
    lite_finish(s);
    if (s)
        return true;
    const char *text = err.text;
    if (str_starts(str_of(text), "memory: "))
        text += strlen("memory: ");
    if (c->guard.refused && function_find(c->guard.refused))
        text = arena_text(c->a, _("%s() raises issues and cannot be used here"), c->guard.refused);
    else if (c->guard.refused)
        text = arena_text(c->a, _("%s is not allowed in a mapping"), c->guard.refused);
    else if (strrchr(text, ':') && strstr(text, "cache.db: "))
        text = strstr(text, "cache.db: ") + strlen("cache.db: ");
    Problem *p = problems_add(c->problems, PROBLEM_ERROR, c->m->file, e.line, e.col, "%s: %s", what, text);
    p->hint = hint_for(c, text);
    return false;
}

// One expression over the mapping's from. Returns whether it is sound; *raises says whether to wrap it.
static bool try_expression(Composer *c, const char *what, Expression e, bool deny_raising, bool *raises)
{
    c->deny_raising = deny_raising;
    bool ok = try_sql(c, what, e, arena_text(c->a, "SELECT (%s\n) FROM %s", e.sql, c->m->from.sql));
    c->deny_raising = false;
    *raises = c->raises;
    return ok;
}

// Appends ", (expr)", or ", val(at(n, key), (expr))" when the expression can raise an issue.
static bool add_cell(Composer *c, Buf *sql, const char *what, Expression e, int cell)
{
    if (!e.sql) {
        buf_add_text(sql, ", NULL");
        return true;
    }
    bool raises;
    if (!try_expression(c, what, e, cell < 0, &raises))
        return false;
    if (raises)
        buf_addf(sql, ", val(at(%d, %s.canonical_uuid), (%s\n))", cell, c->m->alias, e.sql);
    else
        buf_addf(sql, ", (%s\n)", e.sql);
    return true;
}

ComposedLayout composed_layout(const Mapping *m)
{
    ComposedLayout l = {.columns = COMPOSED_FIRST};
    l.references = l.columns + (int)m->n_columns;
    l.values = l.references + 3 * (int)m->n_references;
    l.checks = l.values + (int)m->n_values;
    l.total = l.checks + (int)m->n_checks;
    return l;
}

const char *composed_cell_name(Arena *a, const Mapping *m, int cell)
{
    ComposedLayout l = composed_layout(m);
    const char *name = "";
    if (cell >= l.checks)
        name = m->checks[cell - l.checks].code;
    else if (cell >= l.values)
        name = m->values[cell - l.values].column;
    else if (cell >= l.references)
        name = m->references[(cell - l.references) / 3].column;
    else if (cell >= l.columns)
        name = m->columns[cell - l.columns].name;
    return m->part ? arena_text(a, "%s.%s", m->part, name) : name;
}

static bool add_all_cells(Composer *c, Buf *sql)
{
    const Mapping *m = c->m;
    ComposedLayout l = composed_layout(m);
    bool ok = true;
    for (size_t i = 0; i < m->n_columns; i++)
        ok &= add_cell(c, sql, m->columns[i].name, m->columns[i].value, l.columns + (int)i);
    for (size_t i = 0; i < m->n_references; i++) {
        const Reference *r = &m->references[i];
        ok &= add_cell(c, sql, r->column, r->key, -1); // it stands in a join too: no issue may come from there
        buf_addf(sql, ", r%zu_.id", i);
        ok &= add_cell(c, sql, r->column, r->fallback, l.references + 3 * (int)i + 2);
    }
    for (size_t i = 0; i < m->n_values; i++)
        ok &= add_cell(c, sql, m->values[i].column, m->values[i].of, l.values + (int)i);
    for (size_t i = 0; i < m->n_checks; i++)
        ok &= add_cell(c, sql, m->checks[i].code, m->checks[i].when, l.checks + (int)i);
    return ok;
}

static bool links_to_reference(const Mapping *m)
{
    return m->link.sql && m->n_references && strcmp(m->link.sql, m->references[0].column) == 0;
}

bool compose_mapping(Arena *a, Lite *db, const Mapping *m, const char *needed_main, Problems *problems, Composed *out)
{
    Composer c = {.a = a, .db = db, .m = m, .problems = problems};
    c.guard = (LiteGuard){.may_call = may_call, .reads = note_read, .arg = &c};
    c.deny_raising = true;
    if (!try_sql(&c, "from", m->from, arena_text(a, "SELECT 1 FROM %s", m->from.sql)))
        return false;
    AUTO(buf_free) Buf sql = {0};
    bool raises, ok = true;
    buf_addf(&sql, "SELECT %s.canonical_uuid", m->alias);
    if (m->where.sql) {
        ok &= try_expression(&c, "where", m->where, true, &raises);
        buf_addf(&sql, ", NOT coalesce((%s\n), 0)", m->where.sql);
    } else {
        buf_add_text(&sql, ", 0");
    }
    ok &= add_cell(&c, &sql, "link", links_to_reference(m) ? (Expression){0} : m->link, -1);
    ok &= add_cell(&c, &sql, "key", m->key, -1);
    ok &= add_all_cells(&c, &sql);
    if (!ok)
        return false;
    buf_addf(&sql, " FROM %s", m->from.sql);
    for (size_t i = 0; i < m->n_references; i++)
        buf_addf(&sql, " LEFT JOIN \"out_%s\" r%zu_ ON r%zu_.key = (%s\n) AND r%zu_.part = ''", m->references[i].entity, i, i,
                 m->references[i].key.sql, i);
    if (needed_main)
        buf_addf(&sql, " JOIN \"%s\" main_ ON main_.key = %s.canonical_uuid AND main_.part = ''", needed_main, m->alias);
    buf_addf(&sql, " ORDER BY %s.canonical_uuid%s", m->alias, m->key.sql ? ", 4" : "");
    c.keep_reads = true;
    if (!try_sql(&c, m->name, m->from, buf_text(&sql)))
        return false;
    qsort(c.reads, c.n_reads, sizeof *c.reads, compare_reads);
    *out = (Composed){str_keep(a, buf_str(&sql)), c.reads, c.n_reads};
    return true;
}
