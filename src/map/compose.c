#include "map/compose.h"

#include <string.h>

#include "base/intl.h"
#include "map/compose_try.h"

// Where an expression is to stand: as a value windows are allowed, in a condition they are not.
typedef enum { AS_VALUE, AS_CONDITION } Place;

// One expression over the mapping's from, twice: what leaves its parentheses ("1) FROM x WHERE (1", "1, 2")
// is sound in one of the two at most, and the second has no room for an aggregate, which would make one
// row of many. Returns whether it is sound; *raises says whether to wrap it.
static bool try_expression(Composer *c, const char *what, Expression e, Place place, bool deny_raising,
                           bool *raises)
{
    const char *from = c->m->from.sql, *clause = place == AS_CONDITION ? "WHERE" : "ORDER BY";
    c->deny_raising = deny_raising;
    bool ok = composer_try(c, what, e, arena_text(c->a, "SELECT (%s\n) FROM %s\n", e.sql, from));
    *raises = c->raises;
    ok = ok &&
         composer_try(c, what, e, arena_text(c->a, "SELECT 1 FROM %s\n%s ((%s\n)) IS 1", from, clause, e.sql));
    c->deny_raising = false;
    return ok;
}

// Instead of a cell's number: no issue may come from there; IN_JOIN: it stands in a join's condition too.
enum { NO_CELL = -1, IN_JOIN = -2 };

// Appends ", (expr)", or ", val(at(n, key), (expr))" when the expression can raise an issue.
static bool add_cell(Composer *c, Buf *sql, const char *what, Expression e, int cell)
{
    if (!e.sql) {
        buf_add_text(sql, ", NULL");
        return true;
    }
    bool raises;
    if (!try_expression(c, what, e, cell == IN_JOIN ? AS_CONDITION : AS_VALUE, cell < 0, &raises))
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
    l.data = l.checks + (int)m->n_checks;
    l.total = l.data + (int)m->n_checks;
    return l;
}

const char *composed_cell_name(Arena *a, const Mapping *m, int cell)
{
    ComposedLayout l = composed_layout(m);
    const char *name = "";
    if (cell >= l.data)
        name = m->checks[cell - l.data].code;
    else if (cell >= l.checks)
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
        ok &= add_cell(c, sql, r->column, r->key, IN_JOIN);
        buf_addf(sql, ", r%zu_.id", i);
        ok &= add_cell(c, sql, r->column, r->fallback, l.references + 3 * (int)i + 2);
    }
    for (size_t i = 0; i < m->n_values; i++)
        ok &= add_cell(c, sql, m->values[i].column, m->values[i].of, l.values + (int)i);
    for (size_t i = 0; i < m->n_checks; i++)
        ok &= add_cell(c, sql, m->checks[i].code, m->checks[i].when, l.checks + (int)i);
    for (size_t i = 0; i < m->n_checks; i++)
        ok &= add_cell(c, sql, m->checks[i].code, m->checks[i].data, NO_CELL);
    return ok;
}

static bool links_to_reference(const Mapping *m)
{
    return m->link.sql && m->n_references && strcmp(m->link.sql, m->references[0].column) == 0;
}

// A mapping may stand on what it names only when somebody makes it.
static bool try_references(Composer *c)
{
    bool ok = true;
    for (size_t i = 0; i < c->m->n_references; i++) {
        const Reference *r = &c->m->references[i];
        bool exists = false;
        Err err = {0};
        if (lite_table_exists(c->db, arena_text(c->a, "out_%s", r->entity), &exists, &err) && exists)
            continue;
        problems_add(c->problems, PROBLEM_ERROR, c->file, r->key.line, r->key.col,
                     _("%s: %s has no mapping, so its rows have no id in the target"), r->column, r->entity);
        ok = false;
    }
    return ok;
}

// from alone, and in parentheses, where nothing but tables and their joins may stand.
static bool try_from(Composer *c)
{
    const Mapping *m = c->m;
    c->deny_raising = true;
    bool ok = composer_try(c, "from", m->from,
                      arena_text(c->a, "SELECT %s.canonical_uuid FROM %s\n", m->alias, m->from.sql)) &&
              composer_try(c, "from", m->from, arena_text(c->a, "SELECT 1 FROM (%s\n)", m->from.sql));
    c->deny_raising = false;
    return ok;
}

// A part's rows that where: leaves out are nobody's; those of the main mapping come with a mark, since they
// have to be told of.
static void add_tail(const Mapping *m, const char *needed_main, Buf *sql)
{
    buf_addf(sql, " FROM %s\n", m->from.sql);
    for (size_t i = 0; i < m->n_references; i++)
        buf_addf(sql, " LEFT JOIN \"out_%s\" r%zu_ ON r%zu_.key = (%s\n) AND r%zu_.part = ''",
                 m->references[i].entity, i, i, m->references[i].key.sql, i);
    if (needed_main)
        buf_addf(sql, " JOIN \"%s\" main_ ON main_.key = %s.canonical_uuid AND main_.part = ''", needed_main,
                 m->alias);
    if (m->part && m->where.sql)
        buf_addf(sql, " WHERE (%s\n)", m->where.sql);
    buf_addf(sql, " ORDER BY %s.canonical_uuid%s", m->alias, m->key.sql ? ", 4" : "");
}

bool compose_mapping(Arena *a, Lite *db, const Mapping *m, const char *needed_main, Problems *problems,
                     Composed *out)
{
    Composer c = {
        .a = a, .db = db, .m = m, .file = m->file, .entity = m->entity, .problems = problems};
    composer_begin(&c);
    if (!try_from(&c) || !try_references(&c))
        return false;
    AUTO(buf_free) Buf sql = {0};
    bool raises, ok = true;
    buf_addf(&sql, "SELECT %s.canonical_uuid", m->alias);
    if (m->where.sql)
        ok &= try_expression(&c, "where", m->where, m->part ? AS_CONDITION : AS_VALUE, true, &raises);
    if (m->where.sql && !m->part)
        buf_addf(&sql, ", NOT coalesce((%s\n), 0)", m->where.sql);
    else
        buf_add_text(&sql, ", 0");
    ok &= add_cell(&c, &sql, "link", links_to_reference(m) ? (Expression){0} : m->link, NO_CELL);
    ok &= add_cell(&c, &sql, "key", m->key, NO_CELL);
    buf_add_text(&sql, m->id_of_main && needed_main ? ", main_.id" : ", NULL");
    ok &= add_all_cells(&c, &sql);
    if (!ok)
        return false;
    add_tail(m, needed_main, &sql);
    c.keep_reads = c.whole = true;
    if (!composer_try(&c, m->name, m->from, buf_text(&sql)))
        return false;
    composer_sort_reads(&c);
    *out = (Composed){str_keep(a, buf_str(&sql)), c.reads, c.n_reads};
    return true;
}
