// Jobs as they stand in the ledger: their states, and what is told of their files.
#include "config.h"

#include "target/target_postgres.h"

#include <string.h>

#include "base/intl.h"

bool postgres_job_owned(PostgresTarget *t, int64_t job, bool *there, Err *err)
{
    PgNumber room;
    AUTO(pg_rows_free_at)
    PgRows *found = pg_query(t->db, "SELECT scope FROM mudanza.jobs WHERE job = $1",
                             &(Str){postgres_number(&room, job).at, strlen(room.digits)}, 1, err);
    *there = found && pg_rows(found);
    if (*there && pg_int(found, 0, 0) != t->scope)
        return err_set(err, ERR_TARGET, _("job %lld in the target belongs to another clinic or source"),
                       (long long)job);
    return found;
}

// A job whose number is given gets that number, and the next ones come after it.
bool postgres_job_add(PostgresTarget *t, int64_t *job, const char *label, bool rollback, Err *err)
{
#define ADD(column, over, value)                                                                             \
    "INSERT INTO mudanza.jobs (scope, clinic_id, source_system, label, version, kind, status, started_at" column ")" over \
    " SELECT id, clinic_id, source_system, $2, $3, $4, $5, CASE WHEN $5 = 'executing' THEN clock_timestamp() END" value \
    " FROM mudanza.scopes WHERE id = $1 RETURNING "
    static const char next[] = ADD("", "", "") "job";
    static const char given[] = ADD(", job", " OVERRIDING SYSTEM VALUE", ", $6::bigint")
        "setval('mudanza.jobs_job_seq', greatest(job, (SELECT max(o.job) FROM mudanza.jobs o))), job";
    PgNumber scope, number;
    const Str values[] = {postgres_number(&scope, t->scope),
                          str_of(label),
                          STR(PACKAGE_VERSION),
                          rollback ? STR("rollback") : STR("import"),
                          str_of(job_state_words[rollback ? JOB_EXECUTING : JOB_UPLOADED]),
                          postgres_number(&number, *job)};
    AUTO(pg_rows_free_at) PgRows *made = pg_query(t->db, *job ? given : next, values, *job ? 6 : 5, err);
    if (made)
        *job = pg_int(made, 0, *job ? 1 : 0);
    return made;
}

static bool tell(PostgresTarget *t, const Str about[JOB_FIELDS], int64_t job, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "UPDATE mudanza.jobs SET ");
    for (int i = 0; i < JOB_FIELDS; i++)
        buf_addf(&sql, "%s = $%d, ", job_fields[i], i + 1);
    buf_addf(&sql, "processed_entities = least(processed_entities, $%d::bigint) WHERE job = %lld",
             JOB_TOTAL_ENTITIES + 1, (long long)job);
    return pg_run(t->db, buf_text(&sql), about, JOB_FIELDS, NULL, err);
}

bool postgres_job_open(Target *base, const Str about[JOB_FIELDS], int64_t *job, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    bool there = false;
    if (*job && !postgres_job_owned(t, *job, &there, err))
        return false;
    if (!*job) {
        PgNumber room;
        AUTO(pg_rows_free_at)
        PgRows *found = pg_query(t->db,
                                 "SELECT job FROM mudanza.jobs WHERE kind = 'import' AND started_at IS NULL AND job ="
                                 " (SELECT max(job) FROM mudanza.jobs WHERE scope = $1)",
                                 &(Str){postgres_number(&room, t->scope).at, strlen(room.digits)}, 1, err);
        if (!found)
            return false;
        there = pg_rows(found);
        *job = there ? pg_int(found, 0, 0) : 0;
    }
    return (there || postgres_job_add(t, job, NULL, false, err)) && tell(t, about, *job, err);
}

bool postgres_job_seen(Target *base, Arena *a, int64_t job, JobSeen *out, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    PgNumber rooms[2];
    const Str values[] = {postgres_number(&rooms[0], t->scope), postgres_number(&rooms[1], job)};
    *out = (JobSeen){0};
    if (!t->scope || t->version < PG_LEDGER_VERSION)
        return true;
    AUTO(pg_rows_free_at)
    PgRows *r = pg_query(t->db,
                         "SELECT job, status, kind = 'rollback', started_at IS NOT NULL, moves, total_entities,"
                         " processed_entities, error, integrity_hash_computed FROM mudanza.jobs"
                         " WHERE scope = $1 AND $2::bigint IN (0, job) ORDER BY job DESC LIMIT 1",
                         values, 2, err);
    if (!r || !pg_rows(r))
        return r;
    while (out->state < JOB_FAILED && !str_is(pg_value(r, 0, 1), job_state_words[out->state]))
        out->state++;
    out->job = pg_int(r, 0, 0);
    out->rollback = pg_true(r, 0, 2);
    out->executed = pg_true(r, 0, 3);
    out->moves = pg_int(r, 0, 4);
    out->total = pg_int(r, 0, 5);
    out->processed = pg_int(r, 0, 6);
    out->error = str_keep(a, pg_value(r, 0, 7));
    out->hash = str_keep(a, pg_value(r, 0, 8));
    return true;
}

bool postgres_job_move(Target *base, int64_t job, JobState to, const char *error, int64_t processed, int64_t moves,
                       Err *err)
{
    PostgresTarget *t = postgres_of(base);
    AUTO(arena_free_at) Arena *scratch = arena_new();
    JobSeen seen;
    if (!postgres_job_seen(base, scratch, job, &seen, err))
        return false;
    if (moves >= 0 && seen.moves != moves)
        return true;
    if (!seen.job || !job_may_move(seen.state, to))
        return err_set(err, ERR_INTERNAL, "job %lld cannot go from %s to %s", (long long)job,
                       job_state_words[seen.state], job_state_words[to]);
    PgNumber rooms[3];
    const Str values[] = {postgres_number(&rooms[0], job), str_of(job_state_words[to]),
                          str_of(to == JOB_FAILED ? error : NULL), postgres_number(&rooms[1], processed),
                          postgres_number(&rooms[2], seen.moves)};
    return pg_run(t->db,
                  "UPDATE mudanza.jobs SET status = $2, error = $3, updated_at = clock_timestamp(), moves = moves + 1,"
                  " started_at = CASE WHEN $2 = 'executing' THEN coalesce(started_at, clock_timestamp())"
                  " ELSE started_at END, completed_at = CASE WHEN $2 IN ('completed', 'failed') THEN clock_timestamp()"
                  " END, processed_entities = least(total_entities, CASE WHEN $4::bigint < 0 THEN processed_entities"
                  " ELSE $4::bigint END) WHERE job = $1 AND moves = $5",
                  values, ARRAY_LEN(values), NULL, err);
}
