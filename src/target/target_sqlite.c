#include "target/target_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/intl.h"
#include "target/sqlite_undo.h"

// WAL lets readers look while we write. synchronous NORMAL keeps every commit through kill -9; the last
// batch of a step is made safe against power loss too (sqlite_transaction). 64 MiB of pages hold the
// random end of uuid indexes; the longer WAL spares writing the same index page at every commit.
static const char write_pragmas[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
    "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8192";

static void close_target(Target *base)
{
    SqliteTarget *t = sqlite_of(base);
    if (!t)
        return;
    for (size_t i = 0; i < LEDGER_STATEMENTS; i++)
        lite_finish(t->ledger[i]);
    for (PartWriter *w = t->writers; w; w = w->next)
        sqlite_part_free(w);
    for (LiveTable *live = t->tables; live; live = live->next)
        for (size_t i = 0; i < live->n_keys; i++)
            lite_finish(live->keys[i].probe);
    deflate_free(t->deflate);
    sha256_free(t->digest);
    buf_free(&t->row);
    arena_free(t->scratch);
    lite_close(t->db);
}

static Target *open_target(Arena *a, const char *location, const Secret *password, bool read_only, Err *err)
{
    (void)password;
    if (!file_exists(location)) {
        err_set(err, ERR_TARGET, _("%s: no such database"), location);
        err_hint(err, "%s", _("Check the target's path in config.yaml."));
        return NULL;
    }
    Lite *db = lite_open(location, read_only ? LITE_READ : LITE_WRITE, ERR_TARGET, err);
    if (!db)
        return NULL;
    // The first look at the file is where something that is no database shows.
    int64_t n;
    bool ok = lite_one_int(db, &n, NULL, err, "SELECT count(*) FROM sqlite_schema") &&
              lite_exec(db, read_only ? "PRAGMA cache_size = -16384" : write_pragmas, err);
    if (!ok) {
        if (!err->hint[0])
            err_hint(err, "%s", _("The target must be a SQLite database that this user can use."));
        lite_close(db);
        return NULL;
    }
    SqliteTarget *t = arena_one(a, SqliteTarget);
    *t = (SqliteTarget){
        .base = {&target_sqlite}, .db = db, .arena = a, .scratch = arena_new(), .read_only = read_only};
    return &t->base;
}

static bool sync_path(const char *path, int flags, Err *err)
{
    int fd = open(path, flags | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        err_sys(err, ERR_TARGET, _("cannot save %s"), path);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool run_texts(const char *path, Str schema, Str seed, Err *err)
{
    AUTO(lite_close_at) Lite *db = lite_open(path, LITE_CREATE, ERR_TARGET, err);
    if (!db)
        return false;
    AUTO(buf_free) Buf sql = {0};
    // Rows come in the order of their source, uuids in none: wide pages take more of them at a time.
    buf_add_text(&sql, "PRAGMA page_size = 8192;");
    buf_add(&sql, schema);
    if (!lite_exec(db, buf_text(&sql), err))
        return err_wrap(err, "%s", _("the target's schema"));
    buf_clear(&sql);
    buf_add(&sql, seed);
    if (!lite_exec(db, buf_text(&sql), err))
        return err_wrap(err, "%s", _("the target's seed"));
    return true;
}

static void remove_leftovers(const char *path)
{
    static const char *const ends[] = {"", "-journal", "-wal", "-shm"};
    AUTO(buf_free) Buf name = {0};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        buf_clear(&name);
        buf_addf(&name, "%s%s", path, ends[i]);
        unlink(buf_text(&name));
    }
}

bool target_sqlite_make(const char *path, Str schema, Str seed, Err *err)
{
    if (file_exists(path))
        return err_set(err, ERR_TARGET, _("%s: exists already"), path);
    AUTO(buf_free) Buf beside = {0}, folder = {0};
    buf_addf(&beside, "%s.new", path);
    buf_add_text(&folder, path);
    buf_add_char(&folder, 0);
    remove_leftovers(buf_text(&beside)); // of a run that was killed here
    bool ok = run_texts(buf_text(&beside), schema, seed, err) && sync_path(buf_text(&beside), O_RDWR, err);
    if (ok && rename(buf_text(&beside), path) != 0)
        ok = err_sys(err, ERR_TARGET, _("cannot make %s"), path);
    if (!ok) {
        remove_leftovers(buf_text(&beside));
        return false;
    }
    return sync_path(dirname(folder.at), O_RDONLY | O_DIRECTORY, err);
}

// A file is there or not: nothing to connect to again, no statistics that reading would wait for.
static TargetTrouble no_trouble(Target *base)
{
    (void)base;
    return TROUBLE_NONE;
}

static bool nothing_to_do(Target *base, Err *err)
{
    (void)base;
    (void)err;
    return true;
}

// The lock of the clinic's folder is enough.
static bool is_alone(Target *base, const char *clinic_id, Err *err)
{
    (void)clinic_id;
    return nothing_to_do(base, err);
}

static void nobody_looks(Target *base, const char *words)
{
    (void)base;
    (void)words;
}

static bool rehearse(Target *base, Err *err)
{
    return lite_rehearse(sqlite_of(base)->db, err);
}

static const char *nothing_known(Target *base, Arena *a)
{
    (void)base;
    (void)a;
    return NULL;
}

const TargetKind target_sqlite = {
    .kind = "sqlite",
    .open = open_target,
    .close = close_target,
    .at_work = nobody_looks,
    .lock = is_alone,
    .table = sqlite_table,
    .schema_hash = sqlite_schema_hash,
    .table_same = sqlite_table_same,
    .prepare = sqlite_prepare,
    .job_begin = sqlite_job_begin,
    .job_open = sqlite_job_open,
    .job_seen = sqlite_job_seen,
    .job_move = sqlite_job_move,
    .checkpoint = sqlite_checkpoint,
    .restart = sqlite_restart,
    .rehearse = rehearse,
    .write = sqlite_write,
    .look = sqlite_look,
    .write_raw = sqlite_write_raw,
    .counts = sqlite_counts,
    .raw_counts = sqlite_raw_counts,
    .rejects = sqlite_rejects,
    .absent = sqlite_absent,
    .raw_entities = sqlite_raw_entities,
    .read = sqlite_read,
    .trace = sqlite_trace,
    .traces = sqlite_traces,
    .keys_of = sqlite_keys_of,
    .find = sqlite_find,
    .orphans = sqlite_orphans,
    .keep_report = sqlite_keep_report,
    .trouble = no_trouble,
    .recover = nothing_to_do,
    .waits_for = nothing_known,
    .raise = sqlite_raise,
    .finish = nothing_to_do,
    .files_ready = sqlite_files,
    .files = "mudanza_files",
    .file_receipts = "mudanza_file_receipts",
    .undo_plan = sqlite_undo_plan,
    .undo = sqlite_undo,
    .undone = sqlite_undone,
};
