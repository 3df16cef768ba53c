#include "map/issues.h"

#include <stdlib.h>
#include <string.h>

#include "map/mapper_state.h"

struct IssueLog {
    Mapper *m;
    Arena *arena;
    const char *step, *entity;
    const Mapping *mapping;
    LiteStmt *insert, *drop, *find_error, *reject, *skip, *keep;
    int64_t kept;
    bool errors;        // a function raised an issue of severity error: look before a row is kept
    const char **names; // of the mapping's cells, by number
    const char *own;    // which of a row's issues are the mapping's: a part's, or all of them
    Err failed;         // of an insert inside a callback, told at the next chance
    Buf found;
};

static void from_function(void *arg, const char *code, const char *detail)
{
    IssueLog *log = arg;
    if (log->failed.kind == ERR_NONE &&
        !issues_add(log, str_of(log->m->cell.key), log->m->cell.column, code, NULL, detail, &log->failed))
        return;
}

static const char data_sql[] =
    "CREATE TABLE IF NOT EXISTS _issue_data(step TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL,"
    " code TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY(step, key, field, code)) WITHOUT ROWID";

IssueLog *issues_begin(Mapper *m, const char *step, Err *err)
{
    IssueLog *log = calloc(1, sizeof *log);
    if (!log)
        abort();
    log->m = m;
    log->arena = arena_new();
    log->step = step;
    Lite *db = m->db;
    if (lite_execf(db, err, "DELETE FROM _issues WHERE step = %Q", step) &&
        lite_execf(db, err, "DELETE FROM _rejects WHERE step = %Q", step) &&
        lite_execf(db, err, "DELETE FROM _skips WHERE step = %Q", step) && lite_exec(db, data_sql, err) &&
        lite_execf(db, err, "DELETE FROM _issue_data WHERE step = %Q", step)) {
        log->insert = lite_prepare(db, "INSERT OR IGNORE INTO _issues VALUES(?,?,?,?,?,?,?)", err);
        log->drop =
            log->insert
                ? lite_prepare(db, "DELETE FROM _issues WHERE step = ? AND key = ? AND field GLOB ?", err)
                : NULL;
        log->find_error = log->drop ? lite_prepare(db,
                                                   "SELECT code FROM _issues WHERE step = ? AND key = ? AND "
                                                   "severity = 'error' AND field GLOB ?",
                                                   err)
                                    : NULL;
        log->reject =
            log->find_error
                ? lite_prepare(
                      db, "INSERT INTO _rejects(step, entity, key, code, by_parent) VALUES(?,?,?,?,?)", err)
                : NULL;
        log->skip = log->reject ? lite_prepare(db, "INSERT INTO _skips VALUES(?,?,?,?)", err) : NULL;
        log->keep =
            log->skip ? lite_prepare(db, "INSERT OR REPLACE INTO _issue_data VALUES(?,?,?,?,?)", err) : NULL;
    }
    if (!log->keep) {
        issues_end(log);
        return NULL;
    }
    m->on_issue = from_function;
    m->on_issue_arg = log;
    return log;
}

int64_t issues_end(IssueLog *log)
{
    int64_t kept = log->kept;
    log->m->on_issue = NULL;
    lite_finish(log->insert);
    lite_finish(log->drop);
    lite_finish(log->find_error);
    lite_finish(log->reject);
    lite_finish(log->skip);
    lite_finish(log->keep);
    buf_free(&log->found);
    arena_free(log->arena);
    free(log);
    return kept;
}

void issues_of_mapping(IssueLog *log, const Mapping *mapping)
{
    log->mapping = mapping;
    log->entity = mapping->entity;
    log->own = mapping->part ? arena_text(log->arena, "%s.*", mapping->part) : "*";
    int n = composed_layout(mapping).total;
    log->names = arena_many(log->arena, const char *, (size_t)n + 1);
    for (int i = 0; i < n; i++)
        log->names[i] = composed_cell_name(log->arena, mapping, i);
}

bool issues_add(IssueLog *log, Str key, int cell, const char *code, const char *severity, const char *detail,
                Err *err)
{
    if (!severity) {
        severity = profile_severity(log->m->o.profile, code);
        log->errors |= strcmp(severity, "error") == 0;
    }
    lite_bind_text(log->insert, 0, str_of(log->step));
    lite_bind_text(log->insert, 1, str_of(log->entity));
    lite_bind_text(log->insert, 2, key);
    lite_bind_text(log->insert, 3, str_of(log->names[cell]));
    lite_bind_text(log->insert, 4, str_of(code));
    lite_bind_text(log->insert, 5, str_of(severity));
    lite_bind_text(log->insert, 6, str_of(detail));
    bool ok = lite_run(log->insert, err);
    log->kept += ok && lite_changes(log->m->db);
    return ok;
}

bool issues_keep_data(IssueLog *log, Str key, int cell, const char *code, Str data, Err *err)
{
    if (!data.at)
        return true;
    lite_bind_text(log->keep, 0, str_of(log->step));
    lite_bind_text(log->keep, 1, key);
    lite_bind_text(log->keep, 2, str_of(log->names[cell]));
    lite_bind_text(log->keep, 3, str_of(code));
    lite_bind_text(log->keep, 4, data);
    return lite_run(log->keep, err);
}

bool issues_drop(IssueLog *log, Str key, Err *err)
{
    if (!log->kept)
        return true;
    lite_bind_text(log->drop, 0, str_of(log->step));
    lite_bind_text(log->drop, 1, key);
    lite_bind_text(log->drop, 2, str_of(log->own));
    bool ok = lite_run(log->drop, err);
    log->kept -= ok ? lite_changes(log->m->db) : 0;
    return ok;
}

bool issues_error_code(IssueLog *log, Str key, const char **code, Err *err)
{
    *code = NULL;
    if (log->failed.kind != ERR_NONE)
        return (*err = log->failed, false);
    if (!log->errors)
        return true;
    lite_bind_text(log->find_error, 0, str_of(log->step));
    lite_bind_text(log->find_error, 1, key);
    lite_bind_text(log->find_error, 2, str_of(log->own));
    LiteStep step = lite_step(log->find_error, err);
    if (step == LITE_ROW) {
        buf_clear(&log->found);
        buf_add(&log->found, lite_text(log->find_error, 0));
        *code = buf_text(&log->found);
    }
    lite_reset(log->find_error);
    return step == LITE_ROW || step == LITE_DONE;
}

bool issues_reject(IssueLog *log, Str key, const char *code, bool by_parent, Err *err)
{
    lite_bind_text(log->reject, 0, str_of(log->step));
    lite_bind_text(log->reject, 1, str_of(log->entity));
    lite_bind_text(log->reject, 2, key);
    lite_bind_text(log->reject, 3, str_of(code));
    lite_bind_int(log->reject, 4, by_parent);
    return lite_run(log->reject, err);
}

bool issues_skip(IssueLog *log, Str key, const char *reason, Err *err)
{
    lite_bind_text(log->skip, 0, str_of(log->step));
    lite_bind_text(log->skip, 1, str_of(log->entity));
    lite_bind_text(log->skip, 2, key);
    lite_bind_text(log->skip, 3, str_of(reason));
    return lite_run(log->skip, err);
}
