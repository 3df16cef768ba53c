#include "config.h"

#include "cache/control.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "cache/control_schema.h"
#include "cache/step_history.h"
#include "db/lite_guard.h"

struct Control {
    Lite *db;
    bool write;
};

// A reader of a file that an older version wrote brings it up to date first.
static Lite *open_file(const char *path, bool write, Err *err)
{
    AUTO(lite_close_at) Lite *db = lite_open(path, write ? LITE_CREATE : LITE_READ, ERR_INTERNAL, err);
    int64_t version = 0;
    if (!db)
        return NULL;
    lite_if_damaged(db, _("This file holds only the history of runs: move it away, then run again."));
    lite_keep_wal(db);
    if ((write && (!lite_wal(db, err) || !lite_exec(db, "PRAGMA synchronous=FULL", err))) ||
        !lite_one_int(db, &version, NULL, err, "PRAGMA user_version"))
        return NULL;
    if (version > CONTROL_VERSION) {
        err_set(err, ERR_INTERNAL, _("%s was written by a newer version of mudanza"), path);
        return NULL;
    }
    if (write && !control_schema_make(db, err))
        return NULL;
    if (!write && !version) // a worker is about to fill it, or died there: no run yet
        return NULL;
    if (!write && version < CONTROL_VERSION) {
        lite_close_at(&db);
        if (!(db = open_file(path, true, err)))
            return NULL;
        lite_close_at(&db);
        db = lite_open(path, LITE_READ, ERR_INTERNAL, err);
    }
    Lite *opened = db;
    db = NULL;
    return opened;
}

Control *control_open(const char *state_folder, bool write, Err *err)
{
    err->kind = ERR_NONE;
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *path = file_join(a, state_folder, "control.db");
    // Only while it is made has it a journal of this kind: one whose maker died is the next worker's to clear away.
    if (!write && (!file_exists(path) || file_exists(arena_text(a, "%s-journal", path))))
        return NULL;
    Lite *db = open_file(path, write, err);
    if (!db)
        return NULL;
    Control *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    c->db = db;
    c->write = write;
    return c;
}

void control_only_look(void)
{
    lite_only_look();
}

// Whoever opens it next, with nobody else at it, reads all that its log holds: that is to be nothing.
void control_close(Control *c)
{
    Err ignored = {0};
    if (!c)
        return;
    if (c->write && !lite_exec(c->db, "PRAGMA wal_checkpoint(TRUNCATE)", &ignored))
        ignored.kind = ERR_NONE;
    lite_close(c->db);
    free(c);
}

Lite *control_db(Control *c)
{
    return c->db;
}

const char *control_now(Arena *a)
{
    AUTO(buf_free) Buf b = {0};
    instant_rfc3339(instant_now(), &b);
    return str_keep(a, buf_str(&b));
}

bool control_run_begin(Control *c, RunRecord *r, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    return lite_execf(
               c->db, err,
               "INSERT INTO runs(mode, status, started_at, host, by, note, pid, job, resumes, options, version)"
               " VALUES(%Q, 'running', %Q, %Q, %Q, %Q, %lld, %lld, %lld, %Q, %Q)",
               r->mode, control_now(a), r->host, r->by, r->note, (long long)r->pid, (long long)r->job,
               (long long)r->resumes, r->options, PACKAGE_VERSION) &&
           lite_one_int(c->db, &r->run, NULL, err, "SELECT last_insert_rowid()");
}

bool control_run_end(Control *c, int64_t run, const char *status, int exit_code, const char *reason, double took_s,
                     Err *err)
{
    return lite_execf(c->db, err,
                      "UPDATE runs SET status = %Q, exit_code = %d, reason = %Q,"
                      " ended_at = strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', started_at, '%.3f seconds') WHERE run = %lld",
                      status, exit_code, reason, took_s, (long long)run);
}

bool control_run_job(Control *c, int64_t run, int64_t job, const char *clinic_name, Err *err)
{
    return lite_execf(c->db, err, "UPDATE runs SET job = %lld, clinic_name = %Q WHERE run = %lld",
                      (long long)job, clinic_name, (long long)run);
}

bool control_run_needs(Control *c, int64_t run, const char *need, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    return control_note(c, arena_text(a, "needs:%lld", (long long)run), need, err);
}

#define RUN_COLUMNS                                                                                          \
    "run, mode, status, started_at, ended_at, host, by, note, pid, job, resumes, exit_code, options, "       \
    "clinic_name,"                                                                                           \
    " reason, version, (SELECT value FROM notes WHERE key = 'undone:' || run),"                              \
    " (SELECT value FROM notes WHERE key = 'needs:' || run)"

static void read_run(LiteStmt *s, Arena *a, RunRecord *r)
{
    *r = (RunRecord){
        .run = lite_int(s, 0),
        .mode = str_keep(a, lite_text(s, 1)),
        .status = str_keep(a, lite_text(s, 2)),
        .started_at = str_keep(a, lite_text(s, 3)),
        .ended_at = str_keep(a, lite_text(s, 4)),
        .host = str_keep(a, lite_text(s, 5)),
        .by = str_keep(a, lite_text(s, 6)),
        .note = str_keep(a, lite_text(s, 7)),
        .pid = lite_int(s, 8),
        .job = lite_int(s, 9),
        .resumes = lite_int(s, 10),
        .exit_code = (int)lite_int(s, 11),
        .options = str_keep(a, lite_text(s, 12)),
        .clinic_name = str_keep(a, lite_text(s, 13)),
        .reason = str_keep(a, lite_text(s, 14)),
        .version = str_keep(a, lite_text(s, 15)),
        .undone_by = lite_int(s, 16),
        .needs = str_keep(a, lite_text(s, 17)),
    };
}

bool control_run(Control *c, Arena *a, int64_t run, RunRecord *out, Err *err)
{
    err->kind = ERR_NONE;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        c->db, err, "SELECT " RUN_COLUMNS " FROM runs WHERE %lld IN (0, run) ORDER BY run DESC LIMIT 1",
        (long long)run);
    if (!s || lite_step(s, err) != LITE_ROW)
        return false;
    read_run(s, a, out);
    return true;
}

bool control_unfinished(Control *c, Arena *a, RunRecord *out, Err *err)
{
    err->kind = ERR_NONE;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        c->db, err,
        "SELECT " RUN_COLUMNS " FROM runs WHERE mode NOT IN ('verify', 'preview', 'rehearse')"
        " AND NOT (mode = 'rollback' AND job = 0 AND (status = 'failed'"
        " OR run < (SELECT max(run) FROM runs WHERE mode NOT IN ('verify', 'preview', 'rehearse'))))"
        " ORDER BY run DESC LIMIT 1");
    if (!s || lite_step(s, err) != LITE_ROW)
        return false;
    read_run(s, a, out);
    if (strcmp(out->status, "done") != 0 && strcmp(out->status, "partial") != 0)
        return true;
    *out = (RunRecord){0};
    return false;
}

bool control_run_option(Control *c, Arena *a, int64_t run, const char *path, const char **value, Err *err)
{
    *value = NULL;
    return lite_one_text(c->db, a, value, err, "SELECT json_extract(options, %Q) FROM runs WHERE run = %lld",
                         path, (long long)run);
}

RunRecord *control_runs(Control *c, Arena *a, size_t *n, Err *err)
{
    int64_t most = 0;
    *n = 0;
    if (!lite_one_int(c->db, &most, NULL, err, "SELECT count(*) FROM runs"))
        return NULL;
    RunRecord *list = arena_many(a, RunRecord, (size_t)most + 1);
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(c->db, err, "SELECT " RUN_COLUMNS " FROM runs ORDER BY run DESC LIMIT %lld",
                                (long long)most);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        read_run(s, a, &list[(*n)++]);
    return step == LITE_DONE ? list : NULL;
}

bool control_recover(Control *c, int64_t *run, Err *err)
{
    *run = 0;
    return lite_one_int(c->db, run, NULL, err,
                        "SELECT coalesce(max(run), 0) FROM runs WHERE status = 'running'") &&
           lite_exec(c->db,
                     "UPDATE runs SET status = 'interrupted' WHERE status = 'running';"
                     "UPDATE steps SET status = 'pending' WHERE status = 'running'",
                     err);
}

bool control_step_save(Control *c, const StepRecord *s, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *now = control_now(a);
    return step_history_add(c, s, now, err) &&
           lite_execf(c->db, err,
                      "INSERT OR REPLACE INTO steps(step, status, fingerprint, why, rows, done, rejected, "
                      "run, took_s, ended_at)"
                      " VALUES(%Q, %Q, %Q, %Q, %lld, %lld, %lld, %lld, %f, %Q)",
                      s->step, s->status, s->fingerprint, s->why, (long long)s->rows, (long long)s->done,
                      (long long)s->rejected, (long long)s->run, s->took_s, now);
}

#define STEP_COLUMNS "step, status, fingerprint, why, rows, done, rejected, run, took_s, ended_at"

static StepRecord read_step(LiteStmt *s, Arena *a)
{
    return (StepRecord){
        .step = str_keep(a, lite_text(s, 0)),
        .status = str_keep(a, lite_text(s, 1)),
        .fingerprint = str_keep(a, lite_text(s, 2)),
        .why = str_keep(a, lite_text(s, 3)),
        .rows = lite_int(s, 4),
        .done = lite_int(s, 5),
        .rejected = lite_int(s, 6),
        .run = lite_int(s, 7),
        .took_s = lite_double(s, 8),
        .ended_at = str_keep(a, lite_text(s, 9)),
    };
}

bool control_step(Control *c, Arena *a, const char *step, StepRecord *out, bool *found, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(c->db, err, "SELECT " STEP_COLUMNS " FROM steps WHERE step = %Q", step);
    if (!s)
        return false;
    LiteStep got = lite_step(s, err);
    *found = got == LITE_ROW;
    *out = *found ? read_step(s, a) : (StepRecord){.step = step, .status = "pending"};
    return got == LITE_ROW || got == LITE_DONE;
}

StepRecord *control_steps(Control *c, Arena *a, size_t *n, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    *n = 0;
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(c->db, "SELECT " STEP_COLUMNS " FROM steps", err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const StepRecord one = read_step(s, a);
        buf_add(&list, (Str){(const char *)&one, sizeof one});
        (*n)++;
    }
    return step == LITE_DONE ? arena_copy(a, buf_text(&list), list.len) : NULL;
}

bool control_account_save(Control *c, int64_t run, const Account *a, Err *err)
{
    // One that is saved again keeps its place.
    return lite_execf(
        c->db, err,
        "INSERT OR REPLACE INTO accounts(run, entity, position, source, inserted, updated, unchanged, linked,"
        " skipped, rejected, lost, raw, pending, absent)"
        " SELECT %lld, %Q, coalesce((SELECT position FROM accounts WHERE run = %lld AND entity = %Q),"
        " (SELECT count(*) FROM accounts WHERE run = %lld)), %lld, %lld, %lld, %lld, %lld, %lld, %lld, %lld,"
        " %lld, %lld, %lld",
        (long long)run, a->entity, (long long)run, a->entity, (long long)run, (long long)a->source,
        (long long)a->inserted, (long long)a->updated, (long long)a->unchanged, (long long)a->linked,
        (long long)a->skipped, (long long)a->rejected, (long long)a->lost, (long long)a->raw,
        (long long)a->pending, (long long)a->absent);
}

Account *control_accounts(Control *c, Arena *a, int64_t run, size_t *n, Err *err)
{
    int64_t most = 0;
    *n = 0;
    if (!lite_one_int(c->db, &most, NULL, err, "SELECT count(*) FROM accounts WHERE run = %lld",
                      (long long)run))
        return NULL;
    Account *list = arena_many(a, Account, (size_t)most + 1);
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(c->db, err,
                                "SELECT entity, source, inserted, updated, unchanged, linked, skipped, "
                                "rejected, lost, raw, pending, absent FROM accounts"
                                " WHERE run = %lld ORDER BY position LIMIT %lld",
                                (long long)run, (long long)most);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        list[(*n)++] = (Account){str_keep(a, lite_text(s, 0)),
                                 lite_int(s, 1),
                                 lite_int(s, 2),
                                 lite_int(s, 3),
                                 lite_int(s, 4),
                                 lite_int(s, 5),
                                 lite_int(s, 6),
                                 lite_int(s, 7),
                                 lite_int(s, 8),
                                 lite_int(s, 9),
                                 lite_int(s, 10),
                                 lite_int(s, 11)};
    return step == LITE_DONE ? list : NULL;
}

bool control_note(Control *c, const char *key, const char *value, Err *err)
{
    return lite_execf(c->db, err, "INSERT OR REPLACE INTO notes VALUES(%Q, %Q)", key, value);
}

bool control_noted(Control *c, Arena *a, const char *key, const char **value, Err *err)
{
    return lite_one_text(c->db, a, value, err, "SELECT value FROM notes WHERE key = %Q", key);
}
