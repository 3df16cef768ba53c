// What the mappings made of a record, column by column beside what the target has now.
#include <string.h>

#include "base/digest.h"
#include "engine/inspect_inner.h"
#include "map/out_rows.h"
#include "map/value.h"

typedef struct {
    Inspecting *x;
    const Table *table;
    Str *values; // NULL: no such row
} Found;

static bool keep_row(void *arg, const Str *values, Err *err)
{
    Found *f = arg;
    (void)err;
    f->values = arena_many(f->x->a, Str, f->table->n);
    for (size_t i = 0; i < f->table->n; i++)
        f->values[i] = str_copy(f->x->a, values[i]);
    return true;
}

bool inspect_target_row(Inspecting *x, const Table *t, const char *column, Str id, Str **values, bool *there,
                        Err *err)
{
    Found f = {x, t, NULL};
    const char *columns[] = {column};
    bool ok = x->s.target->kind->find(x->s.target, t->name, columns, &id, 1, 1, keep_row, &f, err);
    *values = f.values;
    *there = f.values != NULL;
    return ok;
}

static const Table *live_table(Inspecting *x, const char *name, Err *err)
{
    err->kind = ERR_NONE;
    return x->s.target && name ? x->s.target->kind->table(x->s.target, name, err) : NULL;
}

static InspectColumn *column_named(InspectRow *row, const char *name)
{
    for (size_t i = 0; i < row->n; i++)
        if (strcmp(row->columns[i].name, name) == 0)
            return &row->columns[i];
    return NULL;
}

// Beside the made values, in the order of the mapping, come the target's; what only it has follows.
static bool add_target(Inspecting *x, InspectRow *row, const Str *made, const char *id_column, Str id,
                       Err *err)
{
    const Table *t = live_table(x, row->table, err);
    Str *now;
    if (!t || !id.at)
        return err->kind == ERR_NONE;
    for (size_t i = 0; !id_column && i < t->n; i++)
        if (t->columns[i].primary_key)
            id_column = t->columns[i].name;
    if (!id_column || !inspect_target_row(x, t, id_column, id, &now, &row->there, err) || !row->there)
        return err->kind == ERR_NONE;
    InspectColumn *columns = arena_many(x->a, InspectColumn, row->n + t->n);
    if (row->n)
        memcpy(columns, row->columns, row->n * sizeof *columns);
    row->columns = columns;
    size_t n_made = row->n;
    for (size_t i = 0; i < t->n; i++) {
        InspectColumn *c = column_named(row, t->columns[i].name);
        if (!c)
            *(c = &row->columns[row->n++]) = (InspectColumn){.name = t->columns[i].name};
        c->there = true;
        c->now_value = strcmp(c->name, id_column) == 0 ? str_keep(x->a, now[i]) : inspect_shown(x, now[i]);
        if (c->made) {
            c->same = (size_t)(c - row->columns) < n_made &&
                      value_same(&t->columns[i], made[c - row->columns], now[i]);
            row->different += !c->same;
        }
    }
    return true;
}

static void keep(Inspecting *x, Buf *list, const InspectRow *row, const Str *made)
{
    size_t n = list->len / sizeof *row;
    const Str **more = arena_many(x->a, const Str *, n + 1);
    if (n)
        memcpy(more, x->made, n * sizeof *more);
    more[n] = made;
    x->made = more;
    buf_add(list, (Str){(const char *)row, sizeof *row});
}

// One row of an out_ table: key, part, id, link, the filled columns, hash.
static bool take_row(Inspecting *x, const Mapping *m, LiteStmt *s, Sha256 *digest, Buf *list, Err *err)
{
    int n = lite_columns(s);
    InspectRow row = {.mapping = m->name, .table = m->table};
    InspectColumn *columns = arena_many(x->a, InspectColumn, (size_t)n);
    Str *made = arena_many(x->a, Str, (size_t)n), id = {NULL, 0}, link = {NULL, 0};
    for (int i = 0; i < n; i++) {
        const char *name = lite_column_name(s, i);
        if (strcmp(name, "id") == 0)
            id = str_copy(x->a, lite_text(s, i));
        else if (strcmp(name, "link") == 0)
            link = str_copy(x->a, lite_text(s, i));
        else if (strcmp(name, "hash") == 0)
            sha256_add(digest, lite_blob(s, i));
        else if (strcmp(name, "key") != 0 && strcmp(name, "part") != 0) {
            made[row.n] = str_copy(x->a, lite_text(s, i));
            columns[row.n] = (InspectColumn){.name = out_rows_column(x->a, arena_text(x->a, "%s", name)),
                                             .made = true,
                                             .made_value = inspect_shown(x, made[row.n])};
            row.n++;
        }
    }
    row.linked = link.at != NULL;
    row.columns = columns;
    row.n = row.linked ? 0 : row.n; // nothing of it is written
    Str in_target = row.linked ? link : id;
    row.id = str_keep(x->a, in_target);
    if (!row.table) // a mapping that only links; the ledger knows where to
        row.table = x->trace.table;
    if (!add_target(x, &row, made, m->table ? m->id_column : NULL, in_target, err))
        return false;
    keep(x, list, &row, made);
    return true;
}

static bool take_mapping(Inspecting *x, const Mapping *m, Sha256 *digest, Buf *list, Err *err)
{
    bool exists;
    if (!lite_table_exists(cache_db(x->s.cache), m->out, &exists, err) || !exists)
        return err->kind == ERR_NONE;
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(cache_db(x->s.cache), err, "SELECT * FROM \"%w\" WHERE key = ? ORDER BY part", m->out);
    if (!s)
        return false;
    lite_bind_text(s, 0, str_of(x->out->key));
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW)
        if (!take_row(x, m, s, digest, list, err))
            return false;
    return step == LITE_DONE;
}

// A row that was written once and that no mapping makes now, or whose cache is gone.
static bool add_written(Inspecting *x, Buf *list, Err *err)
{
    InspectRow row = {.table = x->trace.table, .id = x->trace.id, .linked = x->trace.linked};
    if (!add_target(x, &row, NULL, NULL, str_of(x->trace.id), err))
        return false;
    keep(x, list, &row, NULL);
    return true;
}

// A record that stands for a row of one of its own parts: the part says it all.
static void drop_link_to_part(Inspecting *x)
{
    const InspectRow *rows = x->out->rows;
    for (size_t i = 1; i < x->out->n_rows; i++)
        if (rows[0].linked && !rows[i].linked && strcmp(rows[0].id, rows[i].id) == 0) {
            x->out->rows++;
            x->out->n_rows--;
            x->made++;
            return;
        }
}

bool inspect_rows(Inspecting *x, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    unsigned char hash[SHA256_BYTES];
    Sha256 *digest = sha256_new();
    bool ok = true;
    err->kind = ERR_NONE;
    for (size_t i = 0; ok && !x->kept_back && x->s.cache && x->mapped && i < x->mapped->n; i++)
        ok = take_mapping(x, x->mapped->mappings[i], digest, &list, err);
    sha256_finish(digest, hash);
    sha256_free(digest);
    x->out->made_anew =
        list.len && x->trace.mapped && x->trace.hash.len == 16 && memcmp(hash, x->trace.hash.at, 16) != 0;
    if (ok && !list.len && x->trace.mapped)
        ok = add_written(x, &list, err);
    x->out->rows = inspect_list(x->a, &list, sizeof(InspectRow), &x->out->n_rows);
    drop_link_to_part(x);
    return ok;
}
