#include "target/target_postgres.h"

#include "base/intl.h"

static void close_target(Target *base)
{
    PostgresTarget *t = postgres_of(base);
    if (!t)
        return;
    postgres_writer_free(t);
    deflate_free(t->deflate);
    sha256_free(t->digest);
    arena_free(t->scratch);
    pg_close(t->watch);
    pg_close(t->db);
}

// Others cannot hold every name; better told before anything is written.
static bool is_utf8(Pg *db, Arena *a, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *r = pg_query(db, "SELECT pg_catalog.current_setting('server_encoding')", NULL, 0, err);
    if (!r || str_is(pg_value(r, 0, 0), "UTF8"))
        return r;
    err_set(err, ERR_TARGET, _("the database is in %s"), arena_text(a, "%.*s", STR_ARG(pg_value(r, 0, 0))));
    return err_hint(err, "%s",
                    _("move it to a database with the encoding UTF8: others cannot hold every name"));
}

static Target *open_target(Arena *a, const char *location, const Secret *password, bool read_only, Err *err)
{
    PgOptions o = {
        .conninfo = location, .password = password, .application = "mudanza", .read_only = read_only};
    Pg *db = pg_open(&o, err);
    if (!db || (!read_only && !is_utf8(db, a, err))) {
        pg_close(db);
        return NULL;
    }
    PostgresTarget *t = arena_one(a, PostgresTarget);
    *t = (PostgresTarget){
        .base = {&target_postgres}, .db = db, .arena = a, .scratch = arena_new(), .read_only = read_only};
    t->backend = pg_backend(db);
    return &t->base;
}

// Only for who watches: that it failed shows in the next call.
static void at_work(Target *base, const char *words)
{
    Err ignored = {0};
    (void)!pg_application(postgres_of(base)->db, words, &ignored);
}

TargetTrouble postgres_trouble(Target *base)
{
    switch (pg_trouble(postgres_of(base)->db)->class) {
    case PG_BUSY: return TROUBLE_TRY_AGAIN;
    case PG_LOST: return TROUBLE_LOST;
    case PG_FULL: return TROUBLE_FULL;
    default: return TROUBLE_NONE;
    }
}

// What a session holds is gone with it: the lock, temporary tables, prepared statements.
bool postgres_recover(Target *base, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    int64_t job = t->job;
    pg_rollback(t->db);
    if (pg_backend(t->db) == t->backend && pg_exec(t->db, "SELECT 1", err))
        return true;
    err->kind = ERR_NONE; // that it is lost is no news
    if (!pg_reopen(t->db, err) || !postgres_lock_again(t, err))
        return false;
    if (t->wanted.clinic_id && !postgres_prepare(base, t->wanted, err))
        return false;
    t->job = job;
    t->backend = pg_backend(t->db);
    return true;
}

static bool rehearse(Target *base, Err *err)
{
    return pg_rehearse(postgres_of(base)->db, err);
}

const TargetKind target_postgres = {
    .kind = "postgres",
    .open = open_target,
    .close = close_target,
    .at_work = at_work,
    .table = postgres_table,
    .schema_hash = postgres_schema_hash,
    .table_same = postgres_table_same,
    .rehearse = rehearse,
    .prepare = postgres_prepare,
    .job_begin = postgres_job_begin,
    .job_open = postgres_job_open,
    .job_seen = postgres_job_seen,
    .job_move = postgres_job_move,
    .checkpoint = postgres_checkpoint,
    .restart = postgres_restart,
    .write = postgres_write,
    .look = postgres_look,
    .write_raw = postgres_write_raw,
    .counts = postgres_counts,
    .raw_counts = postgres_raw_counts,
    .rejects = postgres_rejects,
    .absent = postgres_absent,
    .raw_entities = postgres_raw_entities,
    .read = postgres_read,
    .trace = postgres_trace,
    .traces = postgres_traces,
    .keys_of = postgres_keys_of,
    .find = postgres_find,
    .orphans = postgres_orphans,
    .keep_report = postgres_keep_report,
    .files_ready = postgres_files,
    .files = "mudanza.files",
    .file_receipts = "mudanza.file_receipts",
    .undo_plan = postgres_undo_plan,
    .undo = postgres_undo,
    .undone = postgres_undone,
    .lock = postgres_lock,
    .beside = postgres_beside,
    .trouble = postgres_trouble,
    .recover = postgres_recover,
    .waits_for = postgres_waits_for,
    .raise = postgres_raise,
    .finish = postgres_finish,
    .bulk_look = postgres_bulk_look,
    .bulk_begin = postgres_bulk_begin,
    .bulk_end = postgres_bulk_end,
    .bulk_owed = postgres_bulk_owed,
    .examine = postgres_examine,
};
