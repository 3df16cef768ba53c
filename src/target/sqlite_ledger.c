#include "config.h"

#include "target/target_sqlite.h"

#include <string.h>

#include "base/intl.h"

LiteStmt *sqlite_ledger(SqliteTarget *t, LedgerStatement which, Err *err)
{
    if (!t->ledger[which])
        t->ledger[which] = lite_prepare(t->db, ledger_sql(which), err);
    return t->ledger[which];
}

bool sqlite_name_id(SqliteTarget *t, const char *lookup, const char *name, bool make, int64_t *id, Err *err)
{
    bool found;
    *id = 0;
    if (!lite_one_int(t->db, id, &found, err, "SELECT id FROM \"%w\" WHERE name = %Q", lookup, name))
        return false;
    if (found || !make)
        return true;
    return lite_execf(t->db, err, "INSERT INTO \"%w\" (name) VALUES (%Q)", lookup, name) &&
           lite_one_int(t->db, id, NULL, err, "SELECT last_insert_rowid()");
}

static bool look_for_ledger(SqliteTarget *t, Err *err)
{
    if (!lite_table_exists(t->db, "mudanza_meta", &t->has_ledger, err))
        return false;
    if (!t->has_ledger)
        return true;
    if (!lite_one_int(t->db, &t->version, NULL, err, "SELECT value FROM mudanza_meta WHERE name = 'version'"))
        return false;
    if (t->version >= 1 && t->version <= LEDGER_VERSION)
        return true;
    err_set(err, ERR_TARGET, _("the target's control tables have version %lld, this program knows %d"),
            (long long)t->version, LEDGER_VERSION);
    return err_hint(err, "%s", _("Use the version of mudanza that wrote them, or a newer one."));
}

static bool upgrade(SqliteTarget *t, Err *err)
{
    for (; t->version < LEDGER_VERSION; t->version++)
        if (!lite_exec(t->db, ledger_upgrades[t->version - 1], err))
            return false;
    return lite_execf(t->db, err, "INSERT OR REPLACE INTO mudanza_meta VALUES ('version', %d)",
                      LEDGER_VERSION);
}

bool sqlite_bring_up_to_date(SqliteTarget *t, Err *err)
{
    if (!t->has_ledger || t->version == LEDGER_VERSION)
        return true;
    if (lite_begin(t->db, err) && upgrade(t, err) && lite_commit(t->db, err))
        return true;
    lite_rollback(t->db);
    return false;
}

static bool find_scope(SqliteTarget *t, TargetScope scope, Err *err)
{
    return lite_one_int(t->db, &t->scope, NULL, err,
                        "SELECT max(id) FROM mudanza_scopes WHERE clinic_id = %Q"
                        " AND source_system = coalesce(%Q, source_system) HAVING count(*) = 1",
                        scope.clinic_id, scope.source_system);
}

static bool make_ledger(SqliteTarget *t, TargetScope scope, Err *err)
{
    // Another worker may have made the tables before this one got the lock.
    if (!look_for_ledger(t, err))
        return false;
    if (!t->has_ledger) {
        t->version = 1;
        if (!lite_exec(t->db, ledger_schema, err))
            return false;
    }
    if (t->version < LEDGER_VERSION && !upgrade(t, err))
        return false;
    return lite_execf(t->db, err,
                      "INSERT OR IGNORE INTO mudanza_scopes (clinic_id, source_system) VALUES (%Q, %Q)",
                      scope.clinic_id, scope.source_system) &&
           find_scope(t, scope, err);
}

// A target that was prepared before, or that we may only read, is not written to.
bool sqlite_prepare(Target *base, TargetScope scope, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    t->scope = t->job = 0;
    if (!look_for_ledger(t, err) || (t->has_ledger && !find_scope(t, scope, err)))
        return err_wrap(err, "%s", _("control tables"));
    if (t->read_only)
        return !t->has_ledger || t->version == LEDGER_VERSION || lite_exec(t->db, ledger_as_new, err);
    if (t->scope && t->version == LEDGER_VERSION)
        return true;
    if (lite_begin(t->db, err) && make_ledger(t, scope, err) && lite_commit(t->db, err)) {
        t->has_ledger = true;
        return true;
    }
    lite_rollback(t->db);
    t->scope = 0;
    t->has_ledger = false;
    return err_wrap(err, "%s", _("cannot make the control tables"));
}

bool sqlite_job_begin(Target *base, int64_t *job, const char *label, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    bool there = false;
    if (!t->scope)
        return err_set(err, ERR_INTERNAL, "job_begin before prepare");
    if (*job && !sqlite_job_owned(t, *job, &there, err))
        return false;
    t->job = *job;
    for (PartWriter *w = t->writers; w; w = w->next)
        w->gathered = false;
    if (there)
        return true;
    if (!sqlite_bring_up_to_date(t, err) || !sqlite_job_add(t, job, label, true, err))
        return err_wrap(err, "%s", _("cannot begin a job in the target"));
    t->job = *job;
    return true;
}

bool sqlite_checkpoint(Target *base, Arena *a, const char *step, const char **last_key,
                       const char **fingerprint, bool *complete, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    *last_key = *fingerprint = NULL;
    *complete = false;
    if (!t->scope)
        return true;
    LiteStmt *s = sqlite_ledger(t, LEDGER_NEWEST_CHECKPOINT, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, t->scope);
    lite_bind_text(s, 1, str_of(step));
    LiteStep state = lite_step(s, err);
    if (state == LITE_ROW) {
        *last_key = str_keep(a, lite_text(s, 0));
        *fingerprint = str_keep(a, lite_text(s, 1));
        *complete = lite_int(s, 2) != 0;
    }
    lite_reset(s);
    return state == LITE_ROW || state == LITE_DONE;
}

bool sqlite_restart(Target *base, const char *step, Err *err)
{
    static const LedgerStatement forget[] = {LEDGER_FORGET_CHECKPOINTS, LEDGER_FORGET_WARNINGS};
    SqliteTarget *t = sqlite_of(base);
    bool ok = lite_begin(t->db, err);
    for (size_t i = 0; ok && i < ARRAY_LEN(forget); i++) {
        LiteStmt *s = sqlite_ledger(t, forget[i], err);
        if (s) {
            lite_bind_int(s, 0, t->scope);
            lite_bind_text(s, 1, str_of(step));
        }
        ok = s && lite_run(s, err);
    }
    ok = ok && lite_commit(t->db, err);
    if (!ok)
        lite_rollback(t->db);
    return ok;
}

static bool add_checkpoint(SqliteTarget *t, const Batch *batch, Err *err)
{
    LiteStmt *s = sqlite_ledger(t, LEDGER_ADD_CHECKPOINT, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, t->scope);
    lite_bind_text(s, 1, str_of(batch->step));
    lite_bind_text(s, 2, batch->first_key);
    lite_bind_text(s, 3, str_of(batch->last_key));
    lite_bind_int(s, 4, batch->rows);
    lite_bind_int(s, 5, batch->last);
    lite_bind_text(s, 6, str_of(batch->fingerprint));
    lite_bind_int(s, 7, t->job);
    return lite_run(s, err);
}

static bool add_progress(SqliteTarget *t, const Batch *batch, Err *err)
{
    LiteStmt *s = sqlite_ledger(t, LEDGER_PROGRESS, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, t->job);
    lite_bind_int(s, 1, batch->rows);
    return lite_run(s, err);
}

bool sqlite_transaction(SqliteTarget *t, const Batch *batch, bool (*body)(void *arg, Err *err), void *arg,
                        Err *err)
{
    if (!t->scope || !t->job)
        return err_set(err, ERR_INTERNAL, "write before prepare and job_begin");
    // The level can only be changed between transactions.
    bool safe = batch->last && !lite_rehearses(t->db);
    if (safe && !lite_exec(t->db, "PRAGMA synchronous = FULL", err))
        return false;
    bool ok = lite_begin(t->db, err) && body(arg, err) && add_checkpoint(t, batch, err) &&
              add_progress(t, batch, err) && lite_commit(t->db, err);
    if (!ok)
        lite_rollback(t->db);
    Err ignored;
    if (safe && !lite_exec(t->db, "PRAGMA synchronous = NORMAL", ok ? err : &ignored))
        return false;
    return ok;
}

bool sqlite_next_batch(SqliteTarget *t, int64_t *number, Err *err)
{
    LiteStmt *s = sqlite_ledger(t, LEDGER_NEXT_BATCH, err);
    bool ok = s && lite_step(s, err) == LITE_ROW;
    if (ok)
        *number = lite_int(s, 0);
    if (s)
        lite_reset(s);
    return ok;
}

static Str closed(Buf *list)
{
    if (!list || !list->len)
        return (Str){NULL, 0};
    if (list->at[list->len - 1] != ']')
        buf_add_char(list, ']');
    return buf_str(list);
}

bool sqlite_journal(SqliteTarget *t, const JournalLine *line, Err *err)
{
    LiteStmt *s = sqlite_ledger(t, LEDGER_JOURNAL, err);
    if (!s)
        return false;
    int64_t numbers[] = {t->scope, t->job, line->batch};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        lite_bind_int(s, (int)i, numbers[i]);
    lite_bind_text(s, 3, str_of(line->step));
    lite_bind_int(s, 4, line->entity);
    lite_bind_int(s, 5, line->table);
    lite_bind_text(s, 6, str_of(line->operation));
    lite_bind_text(s, 7, line->ids ? closed(line->ids) : STR("[]"));
    lite_bind_text(s, 8, closed(line->keys));
    lite_bind_text(s, 9, closed(line->before));
    lite_bind_text(s, 10, str_of(line->columns));
    lite_bind_blob(s, 11, line->written);
    lite_bind_blob(s, 12, line->ours);
    return lite_run(s, err);
}

static bool count(SqliteTarget *t, LedgerStatement which, int64_t entity, TargetCounts *out, Err *err)
{
    LiteStmt *s = sqlite_ledger(t, which, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, t->scope);
    lite_bind_int(s, 1, entity);
    lite_bind_int(s, 2, t->job);
    bool ok = lite_step(s, err) == LITE_ROW;
    if (ok)
        *out =
            (TargetCounts){lite_int(s, 0), lite_int(s, 1), lite_int(s, 2), lite_int(s, 3), 0, lite_int(s, 4)};
    lite_reset(s);
    return ok;
}

bool sqlite_counts(Target *base, const char *entity, TargetCounts *out, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    *out = (TargetCounts){0};
    int64_t id;
    if (!t->scope)
        return true;
    if (!sqlite_name_id(t, "mudanza_entities", entity, false, &id, err) ||
        !count(t, LEDGER_COUNTS, id, out, err))
        return false;
    LiteStmt *s = sqlite_ledger(t, LEDGER_REJECTED, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, t->scope);
    lite_bind_int(s, 1, id);
    bool ok = lite_step(s, err) == LITE_ROW;
    if (ok)
        out->rejected = lite_int(s, 0);
    lite_reset(s);
    return ok;
}

bool sqlite_raw_counts(Target *base, const char *entity, TargetCounts *out, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    *out = (TargetCounts){0};
    int64_t id;
    if (!t->scope)
        return true;
    return sqlite_name_id(t, "mudanza_entities", entity, false, &id, err) &&
           count(t, LEDGER_RAW_COUNTS, id, out, err);
}

bool sqlite_rejects(Target *base, const char *entity,
                    bool (*each)(void *arg, const TargetReject *r, Err *err), void *arg, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    int64_t id;
    if (!t->scope)
        return true;
    LiteStmt *s = sqlite_ledger(t, LEDGER_REJECTS, err);
    if (!s || !sqlite_name_id(t, "mudanza_entities", entity, false, &id, err))
        return false;
    lite_bind_int(s, 0, t->scope);
    lite_bind_int(s, 1, id);
    LiteStep state;
    bool ok = true;
    while (ok && (state = lite_step(s, err)) == LITE_ROW) {
        TargetReject reject = {lite_text(s, 0), lite_text(s, 1), lite_text(s, 2)};
        ok = each(arg, &reject, err);
    }
    lite_reset(s);
    return ok && state == LITE_DONE;
}
