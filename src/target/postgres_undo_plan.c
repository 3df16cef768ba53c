// What an undo would do, and what it did.
#include <string.h>

#include "base/json_read.h"
#include "target/postgres_undo.h"

typedef struct {
    Revert *r;
    Arena *arena; // of what is told
    UndoPlan *out;
    UndoTable *tables;
} Telling;

static UndoTable *table_line(Telling *g, const char *name)
{
    UndoPlan *p = g->out;
    for (size_t i = 0; i < p->n_tables; i++)
        if (strcmp(g->tables[i].table, name) == 0)
            return &g->tables[i];
    UndoTable *more = arena_many(g->arena, UndoTable, p->n_tables + 1);
    if (p->n_tables)
        memcpy(more, g->tables, p->n_tables * sizeof *more);
    more[p->n_tables].table = str_keep(g->arena, str_of(name));
    p->tables = g->tables = more;
    return &more[p->n_tables++];
}

static PgRows *ask(const Telling *g, const char *sql, Err *err)
{
    return pg_query(g->r->t->db, sql, NULL, 0, err);
}

// built: a list of {table, rows}, or without value.
static void read_built(const Telling *g, Str built, UndoKept *kept)
{
    size_t n = 0;
    while (built.at && json_element(built, n).at)
        n++;
    UndoBuilt *list = arena_many(g->arena, UndoBuilt, n + 1);
    for (size_t i = 0; i < n; i++) {
        Str one = json_element(built, i);
        list[i] = (UndoBuilt){json_as_text(g->arena, json_member(one, "table")),
                              json_as_int(json_member(one, "rows"), 0)};
    }
    kept->built = list;
    kept->n_built = n;
}

// sql gives: table, id, reason, built; by table and id.
static bool read_kept(Telling *g, const char *sql, Err *err)
{
    AUTO(pg_rows_free_at) PgRows *rows = ask(g, sql, err);
    if (!rows)
        return false;
    UndoKept *kept = arena_many(g->arena, UndoKept, pg_rows(rows) + 1);
    for (size_t i = 0; i < pg_rows(rows); i++) {
        kept[i] = (UndoKept){.table = str_keep(g->arena, pg_value(rows, i, 0)),
                             .id = str_keep(g->arena, pg_value(rows, i, 1)),
                             .reason = str_keep(g->arena, pg_value(rows, i, 2))};
        read_built(g, pg_value(rows, i, 3), &kept[i]);
    }
    g->out->kept = kept;
    g->out->n_kept = pg_rows(rows);
    return true;
}

static bool read_steps(Telling *g, Err *err)
{
    const Revert *r = g->r;
    AUTO(pg_rows_free_at)
    PgRows *rows =
        ask(g,
            arena_text(r->arena,
                       "SELECT step COLLATE \"C\" FROM (SELECT step FROM mudanza.batches WHERE job IN (%s)"
                       " UNION SELECT step FROM mudanza.checkpoints WHERE job IN (%s)) s"
                       " WHERE right(step, 4) <> '.raw'%s ORDER BY 1",
                       r->jobs, r->jobs, r->steps),
            err);
    if (!rows)
        return false;
    const char **steps = arena_many(g->arena, const char *, pg_rows(rows) + 1);
    for (size_t i = 0; i < pg_rows(rows); i++)
        steps[i] = str_keep(g->arena, pg_value(rows, i, 0));
    g->out->steps = steps;
    g->out->n_steps = pg_rows(rows);
    return true;
}

// A batch of a step that found everything as it was touched nothing.
static bool read_later(Telling *g, Err *err)
{
    const Revert *r = g->r;
    AUTO(pg_rows_free_at)
    PgRows *rows =
        ask(g,
            arena_text(r->arena,
                       "WITH b AS MATERIALIZED (SELECT batch, job FROM mudanza.batches WHERE scope = %lld"
                       " AND undone IS NULL AND job > (SELECT max(job) FROM mudanza.jobs WHERE job IN (%s)))"
                       " SELECT job FROM b WHERE batch IN (SELECT batch FROM mudanza.journal"
                       " UNION ALL SELECT batch FROM mudanza.mapping_images UNION ALL SELECT batch FROM "
                       "mudanza.raw_images)"
                       " OR batch IN (SELECT batch FROM mudanza.entity_mappings WHERE EXISTS (SELECT FROM b))"
                       " OR batch IN (SELECT batch FROM mudanza.raw_entities WHERE EXISTS (SELECT FROM b))"
                       " GROUP BY job ORDER BY job DESC",
                       (long long)r->scope, r->jobs),
            err);
    if (!rows)
        return false;
    int64_t *later = arena_many(g->arena, int64_t, pg_rows(rows) + 1);
    for (size_t i = 0; i < pg_rows(rows); i++)
        later[i] = pg_int(rows, i, 0);
    g->out->later = later;
    g->out->n_later = pg_rows(rows);
    return true;
}

// As it would be if nobody came in between.
static bool tell_left(Telling *g, Err *err)
{
    Revert *r = g->r;
    UndoPlan *p = g->out;
    int64_t others;
    AUTO(buf_free) Buf kept = {0};
    buf_add_text(&kept, "SELECT '' AS name, '' AS id, '' AS reason, NULL::jsonb AS built WHERE false");
    for (size_t i = 0; i < r->n_tables; i++) {
        const RevertTable *table = &r->tables[i];
        if (table->go || table->back || table->stay) {
            UndoTable *line = table_line(g, table->live->table.name);
            *line = (UndoTable){line->table, table->go, table->back, table->stay};
        }
        p->rows += table->go + table->back;
        if (!table->stay)
            continue;
        buf_add_text(&kept, " UNION ALL SELECT ");
        pg_literal(&kept, str_of(table->live->table.name));
        buf_add_text(&kept, ", id, reason, built FROM (");
        revert_kept(&kept, table);
        buf_addf(&kept, ") k%zu", i);
    }
    const char *in_order = arena_text(
        r->arena, "SELECT * FROM (%s) k ORDER BY name COLLATE \"C\", id COLLATE \"C\"", buf_text(&kept));
    if (!read_kept(g, in_order, err) || !revert_count_links(r, &p->links, err) ||
        !revert_int(
            r, &p->raw, err,
            "SELECT count(*) FROM mudanza.raw_entities m WHERE m.scope = %lld AND (m.batch IN (SELECT batch"
            " FROM undo_batch) OR (m.entity, m.key) IN (SELECT i.entity, i.key FROM mudanza.raw_images i"
            " JOIN undo_batch b ON b.batch = i.batch))",
            (long long)r->scope) ||
        !revert_int(r, &others, err,
                    "SELECT count(*) FROM mudanza.checkpoints WHERE scope = %lld AND job IN (%s)%s",
                    (long long)r->scope, r->jobs, r->steps))
        return false;
    p->rows += p->raw;
    p->nothing = !r->batches && !others;
    return true;
}

static bool tell_clinic(Telling *g, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *rows = ask(g,
                       arena_text(g->r->arena, "SELECT clinic_id FROM mudanza.scopes WHERE id = %lld",
                                  (long long)g->r->scope),
                       err);
    if (rows && pg_rows(rows))
        g->out->clinic_id = str_keep(g->arena, pg_value(rows, 0, 0));
    return rows;
}

static bool tell_plan(Telling *g, Err *err)
{
    Revert *r = g->r;
    return revert_begin(r, err) &&
           (!r->scope || (revert_find_rows(r, err) && revert_find_stays(r, err) && tell_clinic(g, err) &&
                          tell_left(g, err) && read_steps(g, err) && read_later(g, err)));
}

bool postgres_undo_plan(Target *base, Arena *a, const UndoWhat *what, UndoPlan *out, Err *err)
{
    AUTO(arena_free_at) Arena *own = arena_new();
    Revert r = {.t = postgres_of(base), .what = what, .arena = own};
    *out = (UndoPlan){.nothing = true};
    Telling g = {.r = &r, .arena = a, .out = out};
    bool ok = tell_plan(&g, err);
    pg_rollback(r.t->db);
    return ok;
}

static bool tell_done(Telling *g, Err *err)
{
    const Revert *r = g->r;
    UndoPlan *p = g->out;
    AUTO(pg_rows_free_at)
    PgRows *rows = ask(g,
                       arena_text(r->arena,
                                  "SELECT n.name COLLATE \"C\", u.what, sum(u.rows) FROM mudanza.undone u"
                                  " LEFT JOIN mudanza.tables n ON n.id = u.table_id WHERE u.job IN (%s)"
                                  " GROUP BY 1, 2 ORDER BY 1",
                                  r->jobs),
                       err);
    if (!rows)
        return false;
    for (size_t i = 0; i < pg_rows(rows); i++) {
        Str what = pg_value(rows, i, 1);
        int64_t n = pg_int(rows, i, 2);
        const char *name = str_keep(r->arena, pg_value(rows, i, 0));
        p->rows += str_is(what, "links") ? 0 : n;
        if (!name)
            *(str_is(what, "raw") ? &p->raw : &p->links) += n;
        else if (str_is(what, "removed"))
            table_line(g, name)->removed += n;
        else
            table_line(g, name)->restored += n;
    }
    return true;
}

bool postgres_undone(Target *base, Arena *a, const UndoWhat *what, UndoPlan *out, Err *err)
{
    AUTO(arena_free_at) Arena *own = arena_new();
    Revert r = {.t = postgres_of(base), .what = what, .arena = own};
    *out = (UndoPlan){.nothing = true};
    Telling g = {.r = &r, .arena = a, .out = out};
    bool ok =
        revert_begin(&r, err) &&
        (!r.scope || (tell_done(&g, err) && read_steps(&g, err) &&
                      read_kept(&g,
                                arena_text(own,
                                           "SELECT n.name, k.id, k.reason, k.built_by FROM mudanza.kept k"
                                           " JOIN mudanza.tables n ON n.id = k.table_id WHERE k.job IN (%s)"
                                           " ORDER BY n.name COLLATE \"C\", k.id COLLATE \"C\"",
                                           r.jobs),
                                err)));
    for (size_t i = 0; ok && i < out->n_kept; i++)
        table_line(&g, out->kept[i].table)->kept++;
    pg_rollback(r.t->db);
    return ok;
}
