// Jobs as they stand in the ledger: their states, and what is told of their files.
#include "config.h"

#include "target/target_sqlite.h"

#include <stdlib.h>

#include "base/intl.h"

bool sqlite_job_owned(SqliteTarget *t, int64_t job, bool *there, Err *err)
{
    int64_t owner = 0;
    if (!lite_one_int(t->db, &owner, there, err, "SELECT scope FROM mudanza_jobs WHERE job = %lld", (long long)job))
        return false;
    if (owner && owner != t->scope)
        return err_set(err, ERR_TARGET, _("job %lld in the target belongs to another clinic or source"),
                       (long long)job);
    return true;
}

static const char *now_text(Arena *a)
{
    AUTO(buf_free) Buf now = {0};
    instant_format(instant_now(), &now);
    return str_keep(a, buf_str(&now));
}

bool sqlite_job_add(SqliteTarget *t, int64_t *job, const char *label, bool rollback, Err *err)
{
    const char *now = now_text(t->arena);
    return lite_execf(t->db, err,
                      "INSERT INTO mudanza_jobs (job, scope, label, version, clinic_id, source_system, created_at,"
                      " updated_at, kind, status, started_at) SELECT nullif(%lld, 0), id, %Q, %Q, clinic_id,"
                      " source_system, %Q, %Q, %Q, %Q, %Q FROM mudanza_scopes WHERE id = %lld",
                      (long long)*job, label, PACKAGE_VERSION, now, now, rollback ? "rollback" : "import",
                      job_state_words[rollback ? JOB_EXECUTING : JOB_UPLOADED], rollback ? now : NULL,
                      (long long)t->scope) &&
           lite_one_int(t->db, job, NULL, err, "SELECT last_insert_rowid()");
}

static bool tell(SqliteTarget *t, const Str about[JOB_FIELDS], int64_t job, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "UPDATE mudanza_jobs SET ");
    for (int i = 0; i < JOB_FIELDS; i++)
        buf_addf(&sql, "%s = ?%d, ", job_fields[i], i + 1);
    buf_addf(&sql, "processed_entities = min(processed_entities, ?%d) WHERE job = %lld", JOB_TOTAL_ENTITIES + 1,
             (long long)job);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(t->db, buf_text(&sql), err);
    for (int i = 0; s && i < JOB_FIELDS; i++)
        if (i == JOB_TOTAL_ENTITIES)
            lite_bind_int(s, i, strtoll(about[i].at, NULL, 10));
        else
            lite_bind_text(s, i, about[i]);
    return s && lite_run(s, err);
}

bool sqlite_job_open(Target *base, const Str about[JOB_FIELDS], int64_t *job, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    bool there = *job != 0;
    if (*job && !sqlite_job_owned(t, *job, &there, err))
        return false;
    if (!*job && !lite_one_int(t->db, job, &there, err,
                               "SELECT job FROM mudanza_jobs WHERE kind = 'import' AND started_at IS NULL AND job ="
                               " (SELECT max(job) FROM mudanza_jobs WHERE scope = %lld)",
                               (long long)t->scope))
        return false;
    return (there || sqlite_job_add(t, job, NULL, false, err)) && tell(t, about, *job, err);
}

bool sqlite_job_seen(Target *base, Arena *a, int64_t job, JobSeen *out, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    *out = (JobSeen){0};
    if (!t->scope || t->version < LEDGER_VERSION)
        return true;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(t->db, err,
                                "SELECT job, status, kind = 'rollback', started_at IS NOT NULL, moves,"
                                " total_entities, processed_entities, error, integrity_hash_computed"
                                " FROM mudanza_jobs WHERE scope = %lld AND %lld IN (0, job) ORDER BY job DESC LIMIT 1",
                                (long long)t->scope, (long long)job);
    LiteStep step = s ? lite_step(s, err) : LITE_FAILED;
    if (step != LITE_ROW)
        return step == LITE_DONE;
    while (out->state < JOB_FAILED && !str_is(lite_text(s, 1), job_state_words[out->state]))
        out->state++;
    out->job = lite_int(s, 0);
    out->rollback = lite_int(s, 2) != 0;
    out->executed = lite_int(s, 3) != 0;
    out->moves = lite_int(s, 4);
    out->total = lite_int(s, 5);
    out->processed = lite_int(s, 6);
    out->error = str_keep(a, lite_text(s, 7));
    out->hash = str_keep(a, lite_text(s, 8));
    return true;
}

bool sqlite_job_move(Target *base, int64_t job, JobState to, const char *error, int64_t processed, int64_t moves,
                     Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    AUTO(arena_free_at) Arena *scratch = arena_new();
    JobSeen seen;
    if (!sqlite_job_seen(base, scratch, job, &seen, err))
        return false;
    if (moves >= 0 && seen.moves != moves)
        return true;
    if (!seen.job || !job_may_move(seen.state, to))
        return err_set(err, ERR_INTERNAL, "job %lld cannot go from %s to %s", (long long)job,
                       job_state_words[seen.state], job_state_words[to]);
    const char *now = now_text(scratch);
    return lite_execf(
        t->db, err,
        "UPDATE mudanza_jobs SET status = %Q, error = %Q, updated_at = %Q, moves = moves + 1,"
        " started_at = iif(%d, coalesce(started_at, %Q), started_at), completed_at = iif(%d, %Q, NULL),"
        " processed_entities = min(total_entities, iif(%lld < 0, processed_entities, %lld))"
        " WHERE job = %lld AND moves = %lld",
        job_state_words[to], to == JOB_FAILED ? error : NULL, now, to == JOB_EXECUTING, now,
        to == JOB_COMPLETED || to == JOB_FAILED, now, (long long)processed, (long long)processed, (long long)job,
        (long long)seen.moves);
}
