#include "target/sqlite_undo.h"

#include <string.h>

#include "base/intl.h"

static const char temp_tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS undo_batch (batch INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE IF NOT EXISTS undo_row (t INTEGER, id, removes INTEGER, entity INTEGER, key TEXT,"
    " PRIMARY KEY (t, id)) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS undo_stays (t INTEGER, id, reason TEXT, round INTEGER, PRIMARY KEY (t, "
    "id))"
    " WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS undo_built (t INTEGER, id, by_table TEXT, n INTEGER, PRIMARY KEY (t, "
    "id, by_table))"
    " WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS undo_held (entity INTEGER, key TEXT, PRIMARY KEY (entity, key)) WITHOUT "
    "ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS undo_free (key TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS undo_refused (t INTEGER, id, PRIMARY KEY (t, id)) WITHOUT ROWID;"
    "DELETE FROM temp.undo_batch; DELETE FROM temp.undo_refused;";

const UndoneTable *undo_table(const Undo *u, int64_t t)
{
    for (size_t i = 0; i < u->n_tables; i++)
        if (u->tables[i].t == t)
            return &u->tables[i];
    return NULL;
}

static bool read_tables(Undo *u, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_prepare(u->t->db,
                     "SELECT j.table_id, n.name, min(j.columns ->> '$[0]'), max(j.operation = 'update'),"
                     " count(*) OVER () FROM mudanza_journal j JOIN mudanza_tables n ON n.id = j.table_id"
                     " WHERE j.operation IN ('insert', 'update')"
                     " AND j.batch IN (SELECT batch FROM temp.undo_batch) GROUP BY 1 ORDER BY 2",
                     err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        if (!u->tables)
            u->tables = arena_many(u->arena, UndoneTable, (size_t)lite_int(s, 4));
        u->tables[u->n_tables++] = (UndoneTable){lite_int(s, 0), str_keep(u->arena, lite_text(s, 1)),
                                                 str_keep(u->arena, lite_text(s, 2)), lite_int(s, 3) != 0};
    }
    return step == LITE_DONE;
}

static bool refuse_old(const Undo *u, Err *err)
{
    int64_t old = u->t->version < UNDOABLE_VERSION;
    if (!old &&
        !lite_one_int(u->t->db, &old, NULL, err,
                      "SELECT count(*) FROM mudanza_journal WHERE batch IS NULL AND job IN (%s)", u->jobs))
        return false;
    if (!old)
        return true;
    err_set(err, ERR_TARGET, "%s",
            _("an earlier version of mudanza wrote these rows: it did not note enough to take them back"));
    return err_hint(err, "%s", _("Restore the target from a backup, or make the embedded one anew."));
}

bool undo_open(Undo *u, SqliteTarget *t, const UndoWhat *what, Arena *a, Err *err)
{
    *u = (Undo){.t = t, .what = what, .arena = a, .seen = -1};
    AUTO(buf_free) Buf jobs = {0};
    for (size_t i = 0; i < what->n_jobs; i++)
        buf_addf(&jobs, "%s%lld", i ? ", " : "", (long long)what->jobs[i]);
    u->jobs = str_keep(a, jobs.len ? buf_str(&jobs) : STR("0"));
    if (!lite_table_exists(t->db, "mudanza_meta", &t->has_ledger, err) ||
        (t->has_ledger && !lite_one_int(t->db, &t->version, NULL, err,
                                        "SELECT value FROM mudanza_meta WHERE name = 'version'")))
        return false;
    if (!t->has_ledger)
        return lite_exec(t->db, temp_tables, err);
    return refuse_old(u, err) &&
           lite_one_int(t->db, &u->scope, NULL, err, "SELECT scope FROM mudanza_jobs WHERE job IN (%s)",
                        u->jobs) &&
           (t->scope = u->scope, lite_exec(t->db, temp_tables, err)) &&
           lite_execf(
               t->db, err,
               "INSERT INTO temp.undo_batch SELECT DISTINCT batch FROM mudanza_journal WHERE job IN (%s)"
               " AND undone IS NULL AND (%Q IS NULL OR step IN (%Q, %Q || '.raw'))",
               u->jobs, what->step, what->step, what->step) &&
           read_tables(u, err) && undo_read_keys(u, err);
}

bool undo_find(Undo *u, Err *err)
{
    int64_t now;
    if (!lite_one_int(u->t->db, &now, NULL, err, "PRAGMA data_version"))
        return false;
    if (now == u->seen)
        return true;
    u->seen = -1;
    if (!undo_find_stays(u, err))
        return false;
    u->seen = now;
    return true;
}

// false: nothing of the batch is there. A row that cannot be restored stays, and the batch is begun anew.
static bool undo_next(UndoBatch *b, Err *err)
{
    Lite *db = b->u->t->db;
    for (;;) {
        b->n = 0;
        b->rows = b->refused_t = 0;
        b->aside = false;
        b->entries = NULL;
        if (lite_begin(db, err) && undo_find(b->u, err) && undo_batch(b, err) && lite_commit(db, err))
            return true;
        lite_rollback(db);
        b->u->seen = -1; // what this batch did to the temporary tables is gone with it
        if (!b->refused_t || !lite_execf(db, err, "INSERT OR IGNORE INTO temp.undo_refused VALUES (%lld, %s)",
                                         (long long)b->refused_t, b->refused_id))
            return false;
    }
}

// What belongs to the jobs and to no batch: checkpoints of steps that found everything as it was, refusals.
static bool finish(const Undo *u, Err *err)
{
    static const char *const tables[] = {"mudanza_checkpoints", "mudanza_warnings"};
    Lite *db = u->t->db;
    if (!lite_exec(db, "PRAGMA synchronous = FULL", err))
        return false;
    bool ok = lite_begin(db, err);
    for (size_t i = 0; ok && i < ARRAY_LEN(tables); i++)
        ok = lite_execf(db, err,
                        "DELETE FROM \"%w\" WHERE scope = %lld AND job IN (%s)"
                        " AND (%Q IS NULL OR step IN (%Q, %Q || '.raw'))",
                        tables[i], (long long)u->scope, u->jobs, u->what->step, u->what->step, u->what->step);
    ok = ok && undo_counters(u, err) && lite_commit(db, err);
    if (!ok)
        lite_rollback(db);
    Err ignored;
    return lite_exec(db, "PRAGMA synchronous = NORMAL", ok ? err : &ignored) && ok;
}

bool sqlite_undo(Target *base, const UndoWhat *what, const UndoWatch *watch, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    AUTO(arena_free_at) Arena *a = arena_new();
    Undo u;
    if (!undo_open(&u, t, what, a, err) || !sqlite_bring_up_to_date(t, err))
        return false;
    for (;;) {
        bool more = false;
        AUTO(arena_free_at) Arena *scratch = arena_new();
        UndoBatch b = {.u = &u, .arena = scratch};
        if (!lite_one_int(t->db, &b.number, &more, err,
                          "SELECT batch FROM temp.undo_batch ORDER BY batch DESC LIMIT 1"))
            return false;
        if (!more)
            return !t->has_ledger || finish(&u, err);
        if (!undo_next(&b, err) || !watch->undone(watch->arg, b.step, b.rows, err))
            return false;
    }
}
