#include "target/target_sqlite.h"

#include "base/digest.h"
#include "base/json_out.h"

typedef struct {
    SqliteTarget *t;
    const char *step, *entity;
    const RawRow *rows;
    size_t n;
    const Batch *head;
    Sha256 *hash;
    Buf json, frame;
    int64_t number; // of the batch in the journal
    Buf keys;       // JSON list of the rows that were new or changed
    int64_t changed;
} RawWork;

// What the ledger has of a row.
typedef struct {
    int64_t rowid; // 0: nothing
    bool same, absent;
} RawKnown;

static void add_member(JsonOut *j, const char *key, Str json)
{
    if (json.at)
        json_raw(j, key, json);
    else
        json_null(j, key);
}

// The hash is of what the row says, not of the frame: another version of zstd may pack it differently.
static void pack(RawWork *w, const RawRow *row, unsigned char hash[SHA256_BYTES])
{
    buf_clear(&w->json);
    buf_clear(&w->frame);
    JsonOut j = {.out = &w->json};
    json_open(&j, NULL);
    add_member(&j, "payload", row->payload);
    add_member(&j, "raw_source_data", row->raw_source_data);
    json_close(&j);
    sha256_add(w->hash, buf_str(&w->json));
    if (row->source_id.at) {
        sha256_add(w->hash, STR("\n"));
        sha256_add(w->hash, row->source_id);
    }
    sha256_finish(w->hash, hash);
}

static bool find(RawWork *w, int64_t entity, const RawRow *row, Str hash, RawKnown *out, Err *err)
{
    LiteStmt *s = sqlite_ledger(w->t, LEDGER_FIND_RAW, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, w->t->scope);
    lite_bind_int(s, 1, entity);
    lite_bind_text(s, 2, row->key);
    LiteStep step = lite_step(s, err);
    if (step == LITE_ROW) {
        out->same = str_eq(lite_blob(s, 0), hash);
        out->rowid = lite_int(s, 1);
        out->absent = lite_type(s, 2) != LITE_NULL;
    }
    lite_reset(s);
    return step == LITE_ROW || step == LITE_DONE;
}

static bool add(RawWork *w, int64_t entity, const RawRow *row, Str hash, Err *err)
{
    LiteStmt *s = sqlite_ledger(w->t, LEDGER_ADD_RAW, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, w->t->scope);
    lite_bind_int(s, 1, entity);
    lite_bind_text(s, 2, row->key);
    lite_bind_text(s, 3, row->source_id);
    lite_bind_blob(s, 4, hash);
    lite_bind_int(s, 5, w->t->job);
    lite_bind_blob(s, 6, buf_str(&w->frame));
    return lite_run(s, err);
}

static bool keep_image(RawWork *w, int64_t rowid, Err *err)
{
    LiteStmt *s = sqlite_ledger(w->t, LEDGER_KEEP_RAW, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, rowid);
    lite_bind_int(s, 1, w->number);
    return lite_run(s, err);
}

// It is in the source again, as it was.
static bool bring_back(RawWork *w, int64_t entity, int64_t rowid, Str key, Err *err)
{
    return keep_image(w, rowid, err) && sqlite_mark(w->t, LEDGER_MARK_RAW, entity, key, 0, err);
}

static bool change(RawWork *w, int64_t rowid, const RawRow *row, Str hash, Err *err)
{
    LiteStmt *s = sqlite_ledger(w->t, LEDGER_CHANGE_RAW, err);
    if (!s || !keep_image(w, rowid, err))
        return false;
    lite_bind_int(s, 0, rowid);
    lite_bind_text(s, 1, row->source_id);
    lite_bind_blob(s, 2, hash);
    lite_bind_int(s, 3, w->t->job);
    lite_bind_blob(s, 4, buf_str(&w->frame));
    return lite_run(s, err);
}

static bool mark_absent(RawWork *w, int64_t entity, KeyRange range, Err *err)
{
    Str *keys = arena_many(w->t->scratch, Str, w->n + 1);
    for (size_t i = 0; i < w->n; i++)
        keys[i] = w->rows[i].key;
    Absence absence = {.select = LEDGER_PRESENT_RAW,
                       .mark = LEDGER_MARK_RAW,
                       .step = w->step,
                       .operation = "raw_absent",
                       .entity = entity,
                       .batch = w->number,
                       .range = range,
                       .present = keys,
                       .n = w->n};
    return sqlite_mark_absent(w->t, &absence, &w->changed, err);
}

static bool write_body(void *arg, Err *err)
{
    RawWork *w = arg;
    int64_t entity;
    bool known;
    KeyRange range;
    if (!sqlite_range(w->t, w->head, &range, err) ||
        !sqlite_name_id(w->t, "mudanza_entities", w->entity, true, &entity, err) ||
        !sqlite_any_known(w->t, LEDGER_RAW_BETWEEN, entity, range, &known, err) ||
        !sqlite_next_batch(w->t, &w->number, err))
        return false;
    for (size_t i = 0; i < w->n; i++) {
        const RawRow *row = &w->rows[i];
        unsigned char digest[SHA256_BYTES];
        pack(w, row, digest);
        Str hash = {(const char *)digest, sizeof digest};
        RawKnown on_record = {0};
        if (known && !find(w, entity, row, hash, &on_record, err))
            return false;
        if (on_record.same && !on_record.absent)
            continue;
        if (!on_record.same)
            compress_block(w->t->deflate, buf_str(&w->json), &w->frame);
        if (on_record.same    ? !bring_back(w, entity, on_record.rowid, row->key, err)
            : on_record.rowid ? !change(w, on_record.rowid, row, hash, err)
                              : !add(w, entity, row, hash, err))
            return false;
        sqlite_list(&w->keys, row->key);
        w->changed++;
    }
    JournalLine line = {
        .step = w->step, .operation = "raw", .batch = w->number, .entity = entity, .keys = &w->keys};
    return (!w->keys.len || sqlite_journal(w->t, &line, err)) &&
           (!known || mark_absent(w, entity, range, err));
}

bool sqlite_write_raw(Target *base, const char *step, const char *entity, const RawRow *rows, size_t n,
                      const char *last_key, bool last, const char *fingerprint, int64_t *changed, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    arena_reset(t->scratch);
    if (!t->deflate)
        t->deflate = deflate_new();
    RawWork w = {.t = t, .step = step, .entity = entity, .rows = rows, .n = n, .hash = sha256_new()};
    Batch head = {
        .step = step,
        .first_key = n ? rows[0].key : (Str){NULL, 0},
        .last_key = last_key,
        .fingerprint = fingerprint,
        .rows = (int64_t)n,
        .last = last,
    };
    w.head = &head;
    bool ok = sqlite_transaction(t, &head, write_body, &w, err);
    *changed = w.changed;
    sha256_free(w.hash);
    buf_free(&w.json);
    buf_free(&w.frame);
    buf_free(&w.keys);
    return ok || err_wrap(err, "%s", step);
}
