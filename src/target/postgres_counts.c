// What the ledger counts and lists of an entity.
#include "target/target_postgres.h"

// A warning is a refusal, but for a row that stays as the target has it by decision.
#define REFUSALS "FROM mudanza.warnings WHERE scope = $1 AND entity = $2 AND code <> 'target.kept'"
#define NOT_REFUSED "m.key NOT IN (SELECT key " REFUSALS ")"
// A row that was kept raw once and has been mapped since is told of as a mapped one.
#define NOT_MAPPED                                                                                           \
    "NOT EXISTS (SELECT 1 FROM mudanza.entity_mappings o WHERE o.scope = m.scope AND o.entity = m.entity"    \
    " AND o.key = m.key)"
#define COUNT(what) "count(*) FILTER (WHERE m.absent IS NULL AND " what ")"
#define BY_JOB "IN (SELECT batch FROM mudanza.batches WHERE job = $3)"
#define CHANGED "coalesce(m.updated_batch " BY_JOB ", false)"

// Inserted, updated and unchanged as a job sees it, linked, absent. Batches are few, and hashed; a join would
// carry the whole lines.
#define COUNTS(rows, absent)                                                                                 \
    "SELECT " COUNT(rows " AND m.batch " BY_JOB) ", " COUNT(                                                 \
        rows                                                                                                 \
        " AND m.batch NOT " BY_JOB                                                                           \
        " AND " CHANGED) ", " COUNT(rows " AND m.batch NOT " BY_JOB                                          \
                                         " AND NOT " CHANGED) ", " COUNT("NOT " rows) ", count(*) FILTER "   \
                                                                                      "(WHERE m.absent IS "  \
                                                                                      "NOT NULL" absent ")"
#define OF_ENTITY " WHERE m.scope = $1 AND m.entity = $2"

static bool count(PostgresTarget *t, const char *sql, const char *entity, TargetCounts *out, Err *err)
{
    int64_t id;
    *out = (TargetCounts){0};
    if (!t->scope)
        return true;
    if (!postgres_entity_id(t, entity, false, &id, err))
        return false;
    PgNumber rooms[3];
    const Str values[] = {postgres_number(&rooms[0], t->scope), postgres_number(&rooms[1], id),
                          postgres_number(&rooms[2], t->job)};
    AUTO(pg_rows_free_at) PgRows *counted = pg_query(t->db, sql, values, 3, err);
    if (counted)
        *out = (TargetCounts){pg_int(counted, 0, 0), pg_int(counted, 0, 1), pg_int(counted, 0, 2),
                              pg_int(counted, 0, 3), pg_int(counted, 0, 5), pg_int(counted, 0, 4)};
    return counted;
}

// A row on record whose new version was refused counts as rejected only.
bool postgres_counts(Target *base, const char *entity, TargetCounts *out, Err *err)
{
    static const char sql[] =
        COUNTS("NOT m.linked", "") ", (SELECT count(*) " REFUSALS ") FROM mudanza.entity_mappings m" OF_ENTITY
                                   " AND " NOT_REFUSED;
    return count(postgres_of(base), sql, entity, out, err);
}

bool postgres_raw_counts(Target *base, const char *entity, TargetCounts *out, Err *err)
{
    static const char sql[] = COUNTS("true", " AND " NOT_MAPPED) ", 0 FROM mudanza.raw_entities m" OF_ENTITY;
    return count(postgres_of(base), sql, entity, out, err);
}

// Hands each line of a list over scope and entity to take.
static bool list(PostgresTarget *t, const char *sql, const char *entity,
                 bool (*take)(void *arg, const Str *values, size_t n, Err *err), void *arg, Err *err)
{
    int64_t id;
    if (!t->scope)
        return true;
    if (!postgres_entity_id(t, entity, false, &id, err))
        return false;
    PgNumber rooms[2];
    const Str values[] = {postgres_number(&rooms[0], t->scope), postgres_number(&rooms[1], id)};
    return pg_each(t->db, sql, values, 2, take, arg, err);
}

typedef struct {
    bool (*reject)(void *arg, const TargetReject *r, Err *err);
    bool (*absent)(void *arg, const TargetAbsent *row, Err *err);
    void *arg;
} Told;

static bool tell_reject(void *arg, const Str *values, size_t n, Err *err)
{
    const Told *told = arg;
    (void)n;
    return told->reject(told->arg, &(TargetReject){values[0], values[1], values[2]}, err);
}

bool postgres_rejects(Target *base, const char *entity,
                      bool (*each)(void *arg, const TargetReject *r, Err *err), void *arg, Err *err)
{
    Told told = {.reject = each, .arg = arg};
    return list(
        postgres_of(base),
        "SELECT key, code, detail FROM mudanza.warnings WHERE scope = $1 AND entity = $2 ORDER BY key",
        entity, tell_reject, &told, err);
}

static bool tell_absent(void *arg, const Str *values, size_t n, Err *err)
{
    const Told *told = arg;
    (void)n;
    return told->absent(told->arg, &(TargetAbsent){values[0], values[1]}, err);
}

bool postgres_absent(Target *base, const char *entity,
                     bool (*each)(void *arg, const TargetAbsent *row, Err *err), void *arg, Err *err)
{
    static const char sql[] =
        "SELECT key, table_name FROM ("
        "SELECT 1 AS place, m.key, NULL AS table_name FROM mudanza.entity_mappings m"
        " WHERE m.scope = $1 AND m.entity = $2 AND m.absent IS NOT NULL AND " NOT_REFUSED " UNION ALL "
        "SELECT 2, m.key, NULL FROM mudanza.raw_entities m"
        " WHERE m.scope = $1 AND m.entity = $2 AND m.absent IS NOT NULL AND " NOT_MAPPED " UNION ALL "
        "SELECT DISTINCT 3, p.key, n.name FROM mudanza.absent_parts p JOIN mudanza.tables n ON n.id = "
        "p.table_id"
        " JOIN mudanza.entity_mappings o ON o.scope = p.scope AND o.entity = p.entity AND o.key = p.key"
        " AND o.absent IS NULL WHERE p.scope = $1 AND p.entity = $2 AND p.back IS NULL"
        ") l ORDER BY place, key, table_name";
    Told told = {.absent = each, .arg = arg};
    return list(postgres_of(base), sql, entity, tell_absent, &told, err);
}

bool postgres_raw_entities(Target *base, Arena *a, const char ***names, size_t *n, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    PgNumber room;
    *names = NULL;
    *n = 0;
    if (!t->scope)
        return true;
    const Str scope = postgres_number(&room, t->scope);
    AUTO(pg_rows_free_at)
    PgRows *found = pg_query(t->db,
                             "SELECT name FROM mudanza.entities e WHERE EXISTS (SELECT 1 FROM"
                             " mudanza.raw_entities r WHERE r.scope = $1 AND r.entity = e.id)"
                             " ORDER BY name COLLATE \"C\"",
                             &scope, 1, err);
    if (!found)
        return false;
    *n = pg_rows(found);
    *names = arena_many(a, const char *, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*names)[i] = str_keep(a, pg_value(found, i, 0));
    return true;
}
