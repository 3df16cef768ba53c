// What an undo would do, and what it did.
#include "target/sqlite_undo.h"

#include <string.h>

#include "base/intl.h"

typedef struct {
    Undo *u;
    Arena *arena;
    UndoPlan *out;
} Telling;

static UndoTable *table_line(Telling *g, const char *name)
{
    UndoPlan *p = g->out;
    UndoTable *tables = p->tables;
    for (size_t i = 0; i < p->n_tables; i++)
        if (strcmp(tables[i].table, name) == 0)
            return &tables[i];
    UndoTable *more = arena_many(g->arena, UndoTable, p->n_tables + 1);
    if (tables)
        memcpy(more, tables, p->n_tables * sizeof *more);
    more[p->n_tables].table = arena_text(g->arena, "%s", name);
    p->tables = more;
    return &more[p->n_tables++];
}

// sql gives: table, removed, restored, kept.
static bool add_tables(Telling *g, const char *sql, Err *err)
{
    AUTO(lite_finish_at) LiteStmt *s = lite_preparef(g->u->t->db, err, sql, g->u->jobs);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        UndoTable *line = table_line(g, str_keep(g->arena, lite_text(s, 0)));
        line->removed += lite_int(s, 1);
        line->restored += lite_int(s, 2);
        line->kept += lite_int(s, 3);
        g->out->rows += lite_int(s, 1) + lite_int(s, 2);
    }
    return step == LITE_DONE;
}

static bool read_built(Telling *g, Str list, UndoKept *kept, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(
        g->u->t->db, "SELECT value ->> 'table', value ->> 'rows', count(*) OVER () FROM json_each(?)", err);
    if (!s)
        return false;
    lite_bind_text(s, 0, list);
    UndoBuilt *built = NULL;
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW) {
        if (!built)
            kept->built = built = arena_many(g->arena, UndoBuilt, (size_t)lite_int(s, 2));
        built[kept->n_built++] = (UndoBuilt){str_keep(g->arena, lite_text(s, 0)), lite_int(s, 1)};
    }
    return step == LITE_DONE;
}

// Those of this undo, and those an earlier part of it left.
static bool read_kept(Telling *g, bool planned, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        g->u->t->db, err,
        "SELECT name, id, reason, built_by, count(*) OVER () FROM ("
        "SELECT n.name, k.id, k.reason, k.built_by FROM mudanza_kept k JOIN mudanza_tables n ON n.id = "
        "k.table_id"
        " WHERE k.job IN (%s) AND NOT %d UNION ALL "
        "SELECT n.name, s.id, s.reason, (SELECT json_group_array(json_object('table', b.by_table, 'rows', "
        "b.n))"
        " FROM temp.undo_built b WHERE b.t = s.t AND b.id = s.id AND s.reason = 'built_upon')"
        " FROM temp.undo_stays s JOIN mudanza_tables n ON n.id = s.t WHERE %d) ORDER BY name, id",
        g->u->jobs, planned, planned);
    UndoKept *kept = NULL;
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        if (!kept)
            g->out->kept = kept = arena_many(g->arena, UndoKept, (size_t)lite_int(s, 4));
        UndoKept *one = &kept[g->out->n_kept++];
        *one = (UndoKept){.table = str_keep(g->arena, lite_text(s, 0)),
                          .id = str_keep(g->arena, lite_text(s, 1)),
                          .reason = str_keep(g->arena, lite_text(s, 2))};
        if (!read_built(g, lite_text(s, 3), one, err))
            return false;
    }
    return step == LITE_DONE;
}

static bool read_steps(Telling *g, Err *err)
{
    const char *step = g->u->what->step;
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(g->u->t->db, err,
                      "SELECT step, count(*) OVER () FROM (SELECT step FROM mudanza_journal WHERE job IN (%s)"
                      " UNION SELECT step FROM mudanza_checkpoints WHERE job IN (%s))"
                      " WHERE step NOT LIKE '%%.raw' AND (%Q IS NULL OR step = %Q) ORDER BY 1",
                      g->u->jobs, g->u->jobs, step, step);
    const char **steps = NULL;
    LiteStep state = LITE_FAILED;
    while (s && (state = lite_step(s, err)) == LITE_ROW) {
        if (!steps)
            g->out->steps = steps = arena_many(g->arena, const char *, (size_t)lite_int(s, 1));
        steps[g->out->n_steps++] = str_keep(g->arena, lite_text(s, 0));
    }
    return state == LITE_DONE;
}

static bool read_later(Telling *g, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(g->u->t->db, err,
                      "SELECT DISTINCT job FROM mudanza_journal WHERE scope = %lld AND undone IS NULL"
                      " AND job > (SELECT max(job) FROM mudanza_jobs WHERE job IN (%s)) ORDER BY job DESC",
                      (long long)g->u->scope, g->u->jobs);
    int64_t *later = NULL;
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        int64_t *more = arena_many(g->arena, int64_t, g->out->n_later + 1);
        if (later)
            memcpy(more, later, g->out->n_later * sizeof *more);
        g->out->later = later = more;
        later[g->out->n_later++] = lite_int(s, 0);
    }
    return step == LITE_DONE;
}

static const char left_rows[] =
    "SELECT n.name, total(r.removes AND s.id IS NULL), total(NOT r.removes AND s.id IS NULL), count(s.id)"
    " FROM temp.undo_row r JOIN mudanza_tables n ON n.id = r.t LEFT JOIN temp.undo_stays s ON s.t = r.t AND "
    "s.id = r.id"
    " GROUP BY n.name ORDER BY n.name";

// What is left, as it would be if nobody came in between.
static bool count_left(Telling *g, Err *err)
{
    UndoPlan *p = g->out;
    int64_t batches = 0, others = 0;
    if (!add_tables(g, left_rows, err) ||
        !lite_one_int(
            g->u->t->db, &p->links, NULL, err,
            "SELECT count(DISTINCT m.entity || ' ' || m.key) FROM mudanza_journal j CROSS JOIN"
            " json_each(j.keys) i CROSS JOIN mudanza_entity_mappings m ON m.scope = j.scope AND m.entity = "
            "j.entity"
            " AND m.key = i.value AND m.linked WHERE j.operation = 'mapping'"
            " AND j.batch IN (SELECT batch FROM temp.undo_batch)"
            " AND NOT EXISTS (SELECT 1 FROM temp.undo_held h WHERE h.entity = m.entity AND h.key = m.key)") ||
        !lite_one_int(g->u->t->db, &p->raw, NULL, err,
                      "SELECT count(DISTINCT j.entity || ' ' || i.value) FROM mudanza_journal j CROSS JOIN "
                      "json_each(j.keys) i"
                      " WHERE j.operation = 'raw' AND j.batch IN (SELECT batch FROM temp.undo_batch)") ||
        !lite_one_int(g->u->t->db, &batches, NULL, err, "SELECT count(*) FROM temp.undo_batch") ||
        !lite_one_int(g->u->t->db, &others, NULL, err,
                      "SELECT count(*) FROM mudanza_checkpoints WHERE scope = %lld AND job IN (%s)"
                      " AND (%Q IS NULL OR step IN (%Q, %Q || '.raw'))",
                      (long long)g->u->scope, g->u->jobs, g->u->what->step, g->u->what->step,
                      g->u->what->step))
        return false;
    p->rows += p->raw;
    p->nothing = !batches && !others;
    return true;
}

static bool tell_plan(Telling *g, Err *err)
{
    return lite_one_text(g->u->t->db, g->arena, &g->out->clinic_id, err,
                         "SELECT clinic_id FROM mudanza_scopes WHERE id = %lld", (long long)g->u->scope) &&
           undo_find(g->u, err) && count_left(g, err) && read_kept(g, true, err) && read_steps(g, err) &&
           read_later(g, err);
}

bool sqlite_undo_plan(Target *base, Arena *a, const UndoWhat *what, UndoPlan *out, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    Undo u;
    *out = (UndoPlan){.nothing = true};
    Telling g = {&u, a, out};
    if (!undo_open(&u, t, what, a, err))
        return false;
    if (!t->has_ledger || !u.scope)
        return true;
    // One look at everything: somebody may be writing.
    bool ok = lite_exec(t->db, "BEGIN", err) && tell_plan(&g, err);
    lite_rollback(t->db);
    return ok;
}

static const char done_rows[] =
    "SELECT name, sum(removed), sum(restored), sum(kept) FROM ("
    "SELECT n.name, total(CASE WHEN operation = 'insert' THEN undone_rows END) AS removed,"
    " total(CASE WHEN operation = 'update' THEN undone_rows END) AS restored, 0 AS kept"
    " FROM mudanza_journal j JOIN mudanza_tables n ON n.id = j.table_id WHERE undone IS NOT NULL AND job IN "
    "(%s)"
    " GROUP BY n.name) GROUP BY name ORDER BY name";

bool sqlite_undone(Target *base, Arena *a, const UndoWhat *what, UndoPlan *out, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    Undo u;
    *out = (UndoPlan){.nothing = true};
    Telling g = {&u, a, out};
    if (!undo_open(&u, t, what, a, err))
        return false;
    if (!t->has_ledger || !u.scope)
        return true;
    if (!add_tables(&g, done_rows, err) || !read_kept(&g, false, err) || !read_steps(&g, err) ||
        !lite_one_int(
            t->db, &out->raw, NULL, err,
            "SELECT total(undone_rows) FROM mudanza_journal WHERE operation = 'raw' AND job IN (%s)",
            u.jobs) ||
        !lite_one_int(
            t->db, &out->links, NULL, err,
            "SELECT total(undone_rows) FROM mudanza_journal WHERE operation = 'mapping' AND job IN (%s)",
            u.jobs))
        return false;
    for (size_t i = 0; i < out->n_kept; i++)
        table_line(&g, out->kept[i].table)->kept++;
    out->rows += out->raw;
    return true;
}
