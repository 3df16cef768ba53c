// The frame of a batch: what it begins with, and its checkpoint.
#include "target/postgres_writer.h"

#include "base/intl.h"

// The greatest text: 120 bytes, the longest key, of the last code point there is.
#define LAST5 "\xF4\x8F\xBF\xBF\xF4\x8F\xBF\xBF\xF4\x8F\xBF\xBF\xF4\x8F\xBF\xBF\xF4\x8F\xBF\xBF"
#define BEHIND_ALL_KEYS LAST5 LAST5 LAST5 LAST5 LAST5 LAST5

// The keys a batch answers for: all behind the checkpoint before it, up to its own; the last batch of a step
// answers for all that are left. A step that was complete begins anew.
#define BEGIN_SQL(lines)                                                                                     \
    "WITH p AS (SELECT coalesce((SELECT CASE WHEN complete THEN '' ELSE last_key END FROM "                  \
    "mudanza.checkpoints"                                                                                    \
    " WHERE scope = $1 AND step = $4 ORDER BY batch DESC LIMIT 1), '') AS after),"                           \
    " b AS (INSERT INTO mudanza.batches (scope, entity, job, step, first_key, last_key, rows)"               \
    " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING batch)"                                                  \
    " SELECT b.batch, p.after, EXISTS (SELECT 1 FROM mudanza." lines " m WHERE m.scope = $1"                 \
    " AND m.entity = $2 AND m.key > p.after AND m.key <= $8),"                                               \
    " EXISTS (SELECT 1 FROM mudanza.warnings w WHERE w.scope = $1 AND w.step = $4) FROM p, b"

Str postgres_until(bool last, const char *last_key)
{
    return last ? STR(BEHIND_ALL_KEYS) : str_of(last_key);
}

bool postgres_batch_begin(PostgresTarget *t, PgBatchHead *head, Err *err)
{
    if (!t->scope || !t->job)
        return err_set(err, ERR_INTERNAL, "write before prepare and job_begin");
    PgNumber rooms[4];
    head->until = postgres_until(head->last, head->last_key);
    const Str values[] = {postgres_number(&rooms[0], t->scope),
                          postgres_number(&rooms[1], head->entity),
                          postgres_number(&rooms[2], t->job),
                          str_of(head->step),
                          head->first_key,
                          str_of(head->last_key),
                          postgres_number(&rooms[3], head->rows),
                          head->until};
    if (!pg_begin(t->db, err))
        return false;
    AUTO(pg_rows_free_at)
    PgRows *found = pg_query(t->db, head->raw ? BEGIN_SQL("raw_entities") : BEGIN_SQL("entity_mappings"),
                             values, ARRAY_LEN(values), err);
    if (!found)
        return false;
    head->number = pg_int(found, 0, 0);
    head->after = str_copy(t->scratch, pg_value(found, 0, 1));
    head->known = pg_true(found, 0, 2);
    head->warned = pg_true(found, 0, 3);
    return true;
}

bool postgres_batch_end(PostgresTarget *t, const PgBatchHead *head, Err *err)
{
    PgNumber rooms[4];
    const Str values[] = {postgres_number(&rooms[0], t->scope),     str_of(head->step),
                          postgres_number(&rooms[1], head->number), str_of(head->last_key),
                          head->last ? STR("true") : STR("false"),  str_of(head->fingerprint),
                          postgres_number(&rooms[2], t->job),       postgres_number(&rooms[3], head->rows)};
    // The job's line is taken last: those beside it wait for it only as long as a commit takes.
    return pg_run(t->db,
                  "WITH progress AS (UPDATE mudanza.jobs SET processed_entities ="
                  " least(total_entities, processed_entities + $8) WHERE job = $7)"
                  " INSERT INTO mudanza.checkpoints (scope, step, batch, last_key, complete, fingerprint, job)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                  values, ARRAY_LEN(values), NULL, err) &&
           pg_commit(t->db, err);
}
