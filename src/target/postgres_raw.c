// Rows that are kept as they came, packed.
#include "target/postgres_writer.h"

#include <string.h>

#include "base/json_out.h"

typedef enum { RAW_NEW, RAW_SAME, RAW_BACK, RAW_CHANGED } RawKind;

typedef struct {
    PostgresTarget *t;
    const RawRow *rows;
    size_t n;
    PgBatchHead *head;
    RawKind *kinds;
    unsigned char (*hashes)[SHA256_BYTES];
    size_t at; // of the walk along the ledger
    Buf json, frame, vanished;
    int64_t n_vanished;
} RawWork;

static void add_member(JsonOut *j, const char *key, Str json)
{
    if (json.at)
        json_raw(j, key, json);
    else
        json_null(j, key);
}

static void write_json(RawWork *w, const RawRow *row)
{
    buf_clear(&w->json);
    JsonOut j = {.out = &w->json};
    json_open(&j, NULL);
    add_member(&j, "payload", row->payload);
    add_member(&j, "raw_source_data", row->raw_source_data);
    json_close(&j);
}

static Str pack(RawWork *w, const RawRow *row)
{
    write_json(w, row);
    buf_clear(&w->frame);
    compress_block(w->t->deflate, buf_str(&w->json), &w->frame);
    return buf_str(&w->frame);
}

// The hash is of what the row says, not of the frame: another version of zstd may pack it differently.
static void hash_rows(RawWork *w)
{
    Sha256 *hash = sha256_new();
    for (size_t i = 0; i < w->n; i++) {
        const RawRow *row = &w->rows[i];
        write_json(w, row);
        sha256_add(hash, buf_str(&w->json));
        if (row->source_id.at) {
            sha256_add(hash, STR("\n"));
            sha256_add(hash, row->source_id);
        }
        sha256_finish(hash, w->hashes[i]);
    }
    sha256_free(hash);
}

static Str hash_of(const RawWork *w, size_t i)
{
    return (Str){(const char *)w->hashes[i], SHA256_BYTES};
}

static int key_order(Str a, Str b)
{
    int order = memcmp(a.at, b.at, MIN(a.len, b.len));
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static bool take_line(void *arg, const Str *line, size_t n, Err *err)
{
    RawWork *w = arg;
    bool absent = str_is(line[2], "t");
    (void)n;
    (void)err;
    while (w->at < w->n && key_order(w->rows[w->at].key, line[0]) < 0)
        w->at++;
    if (w->at < w->n && str_eq(w->rows[w->at].key, line[0])) {
        bool same = str_eq(postgres_bytes(w->t->scratch, line[1]), hash_of(w, w->at));
        w->kinds[w->at] = !same ? RAW_CHANGED : absent ? RAW_BACK : RAW_SAME;
    } else if (!absent) {
        postgres_list(&w->vanished, line[0]);
        w->n_vanished++;
    }
    return true;
}

static bool look_up(RawWork *w, Err *err)
{
    PgNumber rooms[2];
    const Str values[] = {postgres_number(&rooms[0], w->t->scope),
                          postgres_number(&rooms[1], w->head->entity), w->head->after, w->head->until};
    return !w->head->known ||
           pg_each(w->t->db,
                   "SELECT key, source_hash, absent IS NOT NULL FROM mudanza.raw_entities"
                   " WHERE scope = $1 AND entity = $2 AND key > $3 AND key <= $4 ORDER BY key",
                   values, ARRAY_LEN(values), take_line, w, err);
}

static bool add_new(RawWork *w, Err *err)
{
    enum { COLUMNS = 7 };
    PgCopy c;
    if (!postgres_binary_begin(
            &c, w->t,
            "COPY mudanza.raw_entities (scope, entity, batch, key, source_id, source_hash, content)"
            " FROM STDIN (FORMAT binary)",
            err))
        return false;
    for (size_t i = 0; i < w->n; i++) {
        if (w->kinds[i] != RAW_NEW)
            continue;
        postgres_binary_line(&c, COLUMNS);
        postgres_binary_int(&c, w->t->scope, 2);
        postgres_binary_int(&c, w->head->entity, 2);
        postgres_binary_int(&c, w->head->number, 4);
        postgres_binary_bytes(&c, w->rows[i].key);
        postgres_binary_bytes(&c, w->rows[i].source_id);
        postgres_binary_bytes(&c, hash_of(w, i));
        postgres_binary_bytes(&c, pack(w, &w->rows[i]));
        postgres_copy_sent(&c);
    }
    return postgres_binary_end(&c);
}

#define KEEP_IMAGES(lists)                                                                                   \
    "WITH u AS (SELECT * FROM " lists                                                                        \
    "), kept AS (INSERT INTO mudanza.raw_images (batch, entity, key, source_id,"                             \
    " source_hash, updated_batch, absent, content) SELECT $3::integer, r.entity, r.key, r.source_id, "       \
    "r.source_hash,"                                                                                         \
    " r.updated_batch, r.absent, r.content FROM u JOIN mudanza.raw_entities r ON r.scope = $1 AND r.entity " \
    "= $2"                                                                                                   \
    " AND r.key = u.key) "

static bool change(RawWork *w, Buf *all, Err *err)
{
    static const char sql[] = KEEP_IMAGES("unnest($4::text[], $5::text[], $6::bytea[], $7::bytea[])"
                                          " u (key, source_id, source_hash, content)") //
        "UPDATE mudanza.raw_entities r SET source_id = u.source_id, source_hash = u.source_hash, content = "
        "u.content,"
        " updated_batch = $3::integer, absent = NULL FROM u WHERE r.scope = $1 AND r.entity = $2 AND r.key = "
        "u.key";
    AUTO(buf_free) Buf keys = {0}, ids = {0}, hashes = {0}, contents = {0};
    for (size_t i = 0; i < w->n; i++) {
        if (w->kinds[i] != RAW_CHANGED)
            continue;
        postgres_list(all, w->rows[i].key);
        postgres_list(&keys, w->rows[i].key);
        postgres_list(&ids, w->rows[i].source_id);
        postgres_list_bytes(&hashes, hash_of(w, i));
        postgres_list_bytes(&contents, pack(w, &w->rows[i]));
    }
    PgNumber rooms[3];
    const Str values[] = {postgres_number(&rooms[0], w->t->scope),
                          postgres_number(&rooms[1], w->head->entity),
                          postgres_number(&rooms[2], w->head->number),
                          postgres_list_end(&keys),
                          postgres_list_end(&ids),
                          postgres_list_end(&hashes),
                          postgres_list_end(&contents)};
    return !all->len || pg_run(w->t->db, sql, values, ARRAY_LEN(values), NULL, err);
}

// They are in the source again, as they were.
static bool bring_back(RawWork *w, Buf *all, Err *err)
{
    static const char sql[] = KEEP_IMAGES("unnest($4::text[]) u (key)") //
        "UPDATE mudanza.raw_entities r SET absent = NULL FROM u"
        " WHERE r.scope = $1 AND r.entity = $2 AND r.key = u.key";
    AUTO(buf_free) Buf keys = {0};
    for (size_t i = 0; i < w->n; i++)
        if (w->kinds[i] == RAW_BACK) {
            postgres_list(all, w->rows[i].key);
            postgres_list(&keys, w->rows[i].key);
        }
    if (!keys.len)
        return true;
    PgNumber rooms[3];
    const Str values[] = {postgres_number(&rooms[0], w->t->scope),
                          postgres_number(&rooms[1], w->head->entity),
                          postgres_number(&rooms[2], w->head->number), postgres_list_end(&keys)};
    return pg_run(w->t->db, sql, values, ARRAY_LEN(values), NULL, err);
}

static bool mark_vanished(RawWork *w, Err *err)
{
    if (!w->n_vanished)
        return true;
    PgNumber rooms[3];
    const Str values[] = {postgres_number(&rooms[0], w->t->scope),
                          postgres_number(&rooms[1], w->head->entity), postgres_number(&rooms[2], w->t->job),
                          postgres_list_end(&w->vanished)};
    PgJournal line = {.batch = w->head->number, .operation = "raw_absent", .keys = &w->vanished};
    return pg_run(w->t->db,
                  "UPDATE mudanza.raw_entities r SET absent = $3 FROM unnest($4::text[]) u (key)"
                  " WHERE r.scope = $1 AND r.entity = $2 AND r.key = u.key",
                  values, ARRAY_LEN(values), NULL, err) &&
           postgres_journal(w->t, &line, err);
}

static bool write_rows(RawWork *w, Err *err)
{
    AUTO(buf_free) Buf keys = {0};
    if (!look_up(w, err) || !add_new(w, err))
        return false;
    if (w->head->known && (!change(w, &keys, err) || !bring_back(w, &keys, err) || !mark_vanished(w, err)))
        return false;
    PgJournal line = {.batch = w->head->number, .operation = "raw", .keys = &keys};
    return !keys.len || postgres_journal(w->t, &line, err);
}

bool postgres_write_raw(Target *base, const char *step, const char *entity, const RawRow *rows, size_t n,
                        const char *last_key, bool last, const char *fingerprint, int64_t *changed, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    arena_reset(t->scratch);
    if (!t->deflate)
        t->deflate = deflate_new();
    PgBatchHead head = {.step = step,
                        .last_key = last_key,
                        .fingerprint = fingerprint,
                        .rows = (int64_t)n,
                        .first_key = n ? rows[0].key : (Str){NULL, 0},
                        .last = last,
                        .raw = true};
    RawWork w = {.t = t, .rows = rows, .n = n, .head = &head};
    w.kinds = arena_many(t->scratch, RawKind, n + 1);
    w.hashes = arena_take_array(t->scratch, SHA256_BYTES, n + 1);
    hash_rows(&w);
    bool ok = postgres_entity_id(t, entity, true, &head.entity, err) && postgres_batch_begin(t, &head, err) &&
              write_rows(&w, err) && postgres_batch_end(t, &head, err);
    if (!ok)
        pg_rollback(t->db);
    *changed = w.n_vanished;
    for (size_t i = 0; i < n; i++)
        *changed += w.kinds[i] != RAW_SAME;
    buf_free(&w.json);
    buf_free(&w.frame);
    buf_free(&w.vanished);
    return ok || err_wrap(err, "%s", step);
}
