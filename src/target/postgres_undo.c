#include "target/postgres_undo.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/intl.h"

enum {
    ATTEMPTS = 10,     // while others write to the same rows
    FIT_ATTEMPTS = 100 // each finds rows whose earlier state does not fit
};

PRINTF(2, 0) static const char *format(const Revert *r, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    char *sql = arena_take(r->arena, (size_t)n + 1);
    vsnprintf(sql, (size_t)n + 1, fmt, args);
    return sql;
}

bool revert_run(const Revert *r, int64_t *affected, Err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const char *sql = format(r, fmt, args);
    va_end(args);
    return affected ? pg_run(r->t->db, sql, NULL, 0, affected, err) : pg_exec(r->t->db, sql, err);
}

bool revert_int(const Revert *r, int64_t *out, Err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const char *sql = format(r, fmt, args);
    va_end(args);
    AUTO(pg_rows_free_at) PgRows *rows = pg_query(r->t->db, sql, NULL, 0, err);
    *out = rows && pg_rows(rows) ? pg_int(rows, 0, 0) : 0;
    return rows;
}

static const char temp_tables[] =
    "CREATE TEMP TABLE undo_held (entity smallint, key text COLLATE \"C\", PRIMARY KEY (entity, key))"
    " ON COMMIT DROP;"
    "CREATE TEMP TABLE undo_batch ON COMMIT DROP AS SELECT batch, job, step, entity, xid::xid AS xid"
    " FROM mudanza.batches WHERE job IN (%s) AND undone IS NULL%s;"
    "ALTER TABLE undo_batch ADD PRIMARY KEY (batch);"
    "CREATE TEMP TABLE undo_first ON COMMIT DROP AS SELECT DISTINCT ON (i.entity, i.key) i.*"
    " FROM mudanza.mapping_images i JOIN mudanza.batches b ON b.batch = i.batch WHERE b.scope = %lld"
    " ORDER BY i.entity, i.key, i.batch;"
    "CREATE TEMP TABLE undo_image ON COMMIT DROP AS SELECT DISTINCT ON (i.entity, i.key) i.*"
    " FROM mudanza.mapping_images i JOIN undo_batch b ON b.batch = i.batch ORDER BY i.entity, i.key, i.batch;"
    "ANALYZE undo_batch; ANALYZE undo_first; ANALYZE undo_image;";

// Tables of main rows that batches made are named by the mappings, all others by the journal.
static const char tables_sql[] =
    "SELECT n.id, n.name, n.id_column FROM mudanza.tables n WHERE n.id_column <> '' AND n.id IN ("
    "SELECT m.table_id FROM mudanza.entity_mappings m JOIN undo_batch b ON b.batch = m.batch"
    " UNION SELECT f.table_id FROM undo_first f"
    " UNION SELECT j.table_id FROM mudanza.journal j JOIN undo_batch b ON b.batch = j.batch)"
    " ORDER BY n.name COLLATE \"C\"";

static bool read_tables(Revert *r, Err *err)
{
    AUTO(pg_rows_free_at) PgRows *rows = pg_query(r->t->db, tables_sql, NULL, 0, err);
    if (!rows)
        return false;
    r->tables = arena_many(r->arena, RevertTable, pg_rows(rows) + 1);
    r->n_tables = 0;
    for (size_t i = 0; i < pg_rows(rows); i++) {
        const char *name = str_keep(r->arena, pg_value(rows, i, 1));
        PgTable *live = postgres_live(r->t, name, err);
        if (!live && err->kind == ERR_NONE)
            continue; // its rows went with it
        if (!live)
            return false;
        const char *id = str_keep(r->arena, pg_value(rows, i, 2));
        size_t column = postgres_column(live, id);
        if (column == SIZE_MAX)
            return err_set(err, ERR_TARGET, _("the target's table %s has no column %s any more"), name, id);
        AUTO(buf_free) Buf quoted = {0};
        pg_quote(&quoted, id);
        r->tables[r->n_tables++] = (RevertTable){.number = pg_int(rows, i, 0),
                                                 .live = live,
                                                 .id_column = column,
                                                 .id = str_keep(r->arena, buf_str(&quoted)),
                                                 .type = live->types[column]};
    }
    return true;
}

static const char *steps_named(Arena *a, const char *step)
{
    if (!step)
        return "";
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, " AND step IN (");
    pg_literal(&sql, str_of(step));
    buf_add_text(&sql, ", ");
    pg_literal(&sql, str_of(arena_text(a, "%s.raw", step)));
    buf_add_char(&sql, ')');
    return str_keep(a, buf_str(&sql));
}

// The session may be one that only reads: what is written here is temporary.
bool revert_begin(Revert *r, Err *err)
{
    Pg *db = r->t->db;
    AUTO(buf_free) Buf jobs = {0};
    for (size_t i = 0; i < r->what->n_jobs; i++)
        buf_addf(&jobs, "%s%lld", i ? ", " : "", (long long)r->what->jobs[i]);
    r->jobs = str_keep(r->arena, jobs.len ? buf_str(&jobs) : STR("0"));
    r->steps = steps_named(r->arena, r->what->step);
    r->n_tables = r->n_keys = 0;
    int64_t ledger;
    if (!pg_begin(db, err) ||
        !pg_exec(db,
                 "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE;"
                 "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off",
                 err) ||
        !revert_int(r, &ledger, err, "SELECT count(to_regclass('mudanza.batches'))"))
        return false;
    r->t->has_ledger = ledger > 0;
    r->scope = 0;
    if (!ledger)
        return true;
    if (!revert_int(r, &r->scope, err, "SELECT scope FROM mudanza.jobs WHERE job IN (%s)", r->jobs) ||
        !r->scope)
        return r->scope || err->kind == ERR_NONE;
    r->t->scope = r->scope;
    return revert_run(r, NULL, err, temp_tables, r->jobs, r->steps, (long long)r->scope) &&
           revert_int(r, &r->batches, err, "SELECT count(*) FROM undo_batch") && read_tables(r, err) &&
           revert_read_keys(r, err);
}

bool revert_tell_rows(const Revert *r, const RevertTable *table, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *rows = pg_query(r->t->db,
                            arena_text(r->arena,
                                       "SELECT b.step, count(*) FROM undo_row_%lld u JOIN undo_batch b"
                                       " ON b.batch = u.batch WHERE u.reason IS NULL GROUP BY b.step"
                                       " ORDER BY max(b.batch) DESC",
                                       (long long)table->number),
                            NULL, 0, err);
    bool ok = rows;
    for (size_t i = 0; ok && i < pg_rows(rows); i++) {
        const char *step = str_keep(r->arena, pg_value(rows, i, 0));
        ok = r->watch->undone(r->watch->arg, step, pg_int(rows, i, 1), err);
    }
    return ok;
}

// Restoring comes first: a changed row may refer to one that was inserted beside it. What does not fit yet is
// tried again when what was inserted is gone.
static bool take_back(Revert *r, RevertRefused **refused, Err *err)
{
    RevertRefused *aside = NULL;
    *refused = NULL;
    return revert_lend_indexes(r, err) && revert_restore(r, &aside, refused, err) && !*refused &&
           revert_remove(r, err) && revert_restore_aside(r, aside, refused, err) && !*refused &&
           revert_ledger(r, err) && revert_take_indexes(r, err);
}

// Somebody wrote to one of the rows, or built upon it, after we had looked. Locks are for who called to wait
// for.
static bool came_in_between(const Pg *db)
{
    const char *state = pg_trouble(db)->sqlstate;
    return strcmp(state, "40001") == 0 || strcmp(state, "23503") == 0;
}

bool postgres_undo(Target *base, const UndoWhat *what, const UndoWatch *watch, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    AUTO(arena_free_at) Arena *a = arena_new();
    Revert r = {.t = t, .what = what, .watch = watch, .arena = a};
    for (int busy = 0, unfit = 0; busy < ATTEMPTS && unfit < FIT_ATTEMPTS;) {
        RevertRefused *refused = NULL;
        bool ok = revert_begin(&r, err) &&
                  (!r.scope || (revert_find_rows(&r, err) && revert_find_stays(&r, err) &&
                                take_back(&r, &refused, err))) &&
                  pg_commit(t->db, err);
        if (ok)
            return true;
        bool again = !refused && came_in_between(t->db);
        pg_rollback(t->db);
        if (!refused && !again)
            return false;
        busy += again;
        unfit += refused != NULL;
        for (RevertRefused *next; refused; refused = next) {
            next = refused->next;
            refused->next = r.refused;
            r.refused = refused;
        }
    }
    return err_set(err, ERR_TARGET, "%s",
                   _("others write to the same rows again and again: nothing was undone"));
}
