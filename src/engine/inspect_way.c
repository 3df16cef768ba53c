// The row because of which the target refused a record.
#include <string.h>

#include "engine/inspect_inner.h"
#include "map/value.h"

// SQLite's words: "UNIQUE constraint failed: patients.clinic_id, patients.national_id" and
// "FOREIGN KEY constraint failed: appointments.patient_id -> patients.id"; of PostgreSQL what stands behind the
// colon, then the constraint's name in parentheses.
typedef struct {
    const char *words;
    const char *table;
    const char *columns[16];
    size_t n;
    const char *parent, *parent_column; // of a foreign key
} Constraint;

static bool cut_column(Inspecting *x, Str word, const char **table, const char **column)
{
    Str name;
    word = str_trim(word);
    if (!str_cut(&word, '.', &name) || !name.len || !word.len)
        return false;
    *table = str_keep(x->a, name);
    *column = str_keep(x->a, word);
    return true;
}

static bool read_constraint(Inspecting *x, const char *detail, Constraint *c)
{
    const char *failed = detail ? strstr(detail, " failed: ") : NULL;
    const char *name = detail && !failed ? strstr(detail, " (") : NULL;
    *c = (Constraint){0};
    if (!failed && !name)
        return false;
    const char *at = failed ? failed + strlen(" failed: ") : str_keep(x->a, (Str){detail, (size_t)(name - detail)});
    c->words = at;
    const char *arrow = strstr(at, " -> ");
    if (arrow) {
        c->n = 1;
        return cut_column(x, (Str){at, (size_t)(arrow - at)}, &c->table, &c->columns[0]) &&
               cut_column(x, str_of(arrow + 4), &c->parent, &c->parent_column);
    }
    Str rest = str_of(at), word;
    while (c->n < ARRAY_LEN(c->columns) && str_cut(&rest, ',', &word))
        if (!cut_column(x, word, &c->table, &c->columns[c->n++]))
            return false;
    return c->n > 0;
}

// The value the record was to have in a column of the table. false: it makes no such row.
static bool made_value(const Inspecting *x, const char *table, const char *column, Str *value,
                       const InspectRow **row)
{
    for (size_t i = 0; i < x->out->n_rows; i++) {
        const InspectRow *r = &x->out->rows[i];
        if (!r->mapping || r->linked || strcmp(r->table, table) != 0)
            continue;
        *row = r;
        for (size_t k = 0; k < r->n; k++)
            if (r->columns[k].made && strcmp(r->columns[k].name, column) == 0) {
                *value = x->made[i][k];
                return true;
            }
        *value = str_of(r->id); // the one column that is not filled
        return r->id;
    }
    return false;
}

static void compare(Inspecting *x, InspectWay *way, const Table *t, const Str *now)
{
    way->columns = arena_many(x->a, InspectColumn, t->n);
    for (size_t i = 0; i < t->n; i++) {
        const Column *c = &t->columns[i];
        const InspectRow *row;
        Str own;
        if (c->primary_key || !made_value(x, t->name, c->name, &own, &row))
            continue;
        if (own.at == row->id || value_same(c, own, now[i])) {
            way->equal += own.at != row->id;
            continue;
        }
        way->columns[way->n++] = (InspectColumn){.name = c->name,
                                                 .made = true,
                                                 .there = true,
                                                 .made_value = inspect_shown(x, own),
                                                 .now_value = inspect_shown(x, now[i])};
    }
}

typedef struct {
    Inspecting *x;
    const Table *table;
    const InspectRow *own;
    InspectWay *way;
    bool found;
} Taking;

static bool take(void *arg, const Str *values, Err *err)
{
    Taking *k = arg;
    (void)err;
    const char *id = NULL;
    for (size_t i = 0; i < k->table->n && !id; i++)
        if (k->table->columns[i].primary_key)
            id = str_keep(k->x->a, values[i]);
    if (k->found || (id && k->own->id && strcmp(id, k->own->id) == 0)) // not its own row of an earlier run
        return true;
    k->found = true;
    k->way->id = id;
    compare(k->x, k->way, k->table, values);
    return true;
}

static bool note_key(void *arg, Str key, Err *err)
{
    Inspecting *x = arg;
    (void)err;
    x->out->way->key = str_keep(x->a, key);
    return true;
}

static const char *columns_listed(Arena *a, const Constraint *c)
{
    AUTO(buf_free) Buf list = {0};
    for (size_t i = 0; i < c->n; i++)
        buf_addf(&list, "%s%s", i ? ", " : "", c->columns[i]);
    return str_keep(a, buf_str(&list));
}

// A value that is taken: by whom?
static bool find_holder(Inspecting *x, const Constraint *c, Err *err)
{
    Str values[ARRAY_LEN(c->columns)];
    const InspectRow *row = NULL;
    for (size_t i = 0; i < c->n; i++)
        if (!made_value(x, c->table, c->columns[i], &values[i], &row))
            return true;
    Target *t = x->s.target;
    const Table *table = t->kind->table(t, c->table, err);
    InspectWay *way = arena_one(x->a, InspectWay);
    Taking k = {x, table, row, way, false};
    if (!table)
        return err->kind == ERR_NONE;
    if (!t->kind->find(t, c->table, c->columns, values, c->n, 2, take, &k, err))
        return false;
    if (!k.found)
        return true;
    way->table = c->table;
    way->constraint = columns_listed(x->a, c);
    x->out->way = way;
    return !way->id || t->kind->keys_of(t, x->entity, way->id, 1, note_key, x, err);
}

// A row that should be there: is it still missing?
static bool find_parent(Inspecting *x, const Constraint *c, Err *err)
{
    Str id, *values;
    const InspectRow *row;
    bool there = false;
    Target *t = x->s.target;
    const Table *table = t->kind->table(t, c->parent, err);
    if (!table || !made_value(x, c->table, c->columns[0], &id, &row))
        return err->kind == ERR_NONE;
    if (!inspect_target_row(x, table, c->parent_column, id, &values, &there, err))
        return false;
    InspectWay *way = arena_one(x->a, InspectWay);
    *way = (InspectWay){.table = c->parent, .id = str_keep(x->a, id), .absent = !there};
    way->constraint = c->words;
    x->out->way = there ? NULL : way;
    return true;
}

bool inspect_way(Inspecting *x, Err *err)
{
    const InspectOutcome *o = &x->out->outcome;
    Constraint c;
    err->kind = ERR_NONE;
    if (!x->s.target || !o->reason || !read_constraint(x, o->detail, &c))
        return true;
    if (strcmp(o->reason, "target.unique") == 0)
        return find_holder(x, &c, err);
    return strcmp(o->reason, "target.foreign_key") != 0 || !c.parent || find_parent(x, &c, err);
}
