// The integrity hash: a sound database is made of what the input says, read, and its hash compared with one
// that was worked out on the way. And what judges texts, tried with those in it.
#include <openssl/sha.h>
#include <sqlite3.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "source/dpmf.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/judge_texts.h"
#include "tests/fuzz/judgement.h"
#include "tests/fuzz/typed_values.h"

enum { MAX_COLUMNS = 7, MAX_ROWS = 24, TABLES = 5, LIST = 0, FILES = 3, NOTES = 4 };

// Columns without a type: values stay as they are put in. The first one is ordered by.
static const struct {
    const char *name, *columns;
    int n, hashed;
} tables[TABLES] = {
    {"_entities", "entity_type, row_count, schema_version", 3, 3},
    {"alpha", "canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at", 6, 5},
    {"patient", "canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at", 6, 5},
    {"_files",
     "canonical_uuid, parent_entity_type, parent_canonical_uuid, relative_path, declared_size_bytes, "
     "sha256, mime_hint",
     7, 7},
    {"_warnings", "id, entity_type, source_id, severity, code, message, raw_data", 7, 7},
};

typedef struct {
    Value values[MAX_COLUMNS];
} Row;

typedef struct {
    Row rows[MAX_ROWS];
    int n;
} Rows;

typedef struct {
    Rows tables[TABLES];
    int entity, row, looked, file, note; // what the reader handed over so far
} Expected;

// How the order of a table comes about in SQLite: an index that tells rows apart, none, one that does not,
// or the table itself.
typedef enum { KEYED, BARE, INDEXED, WITHOUT_ROWID, LAYOUTS } Layout;

static void run(sqlite3 *db, const char *sql)
{
    PROMISE(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

// A database in memory with empty tables: what one input puts into it is rolled back after a copy was made.
typedef struct {
    Lite *lite; // set up as the reader's own
    sqlite3 *db;
    sqlite3_stmt *insert[TABLES], *declare;
} Maker;

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s;
    PROMISE(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) == SQLITE_OK);
    return s;
}

static void make_table(Maker *m, int t, Layout layout)
{
    static const char places[] = "?,?,?,?,?,?,?";
    const char *columns = tables[t].columns, *rest = strchr(columns, ',');
    int first = (int)(rest - columns);
    bool keyed = layout == KEYED || layout == WITHOUT_ROWID;
    char sql[400];
    snprintf(sql, sizeof sql, "CREATE TABLE %s(%.*s%s%s)%s", tables[t].name, first, columns,
             keyed ? " PRIMARY KEY" : "", rest, layout == WITHOUT_ROWID ? " WITHOUT ROWID" : "");
    run(m->db, sql);
    snprintf(sql, sizeof sql, "CREATE INDEX i%d ON %s(%.*s)", t, tables[t].name, first, columns);
    if (layout == INDEXED)
        run(m->db, sql);
    snprintf(sql, sizeof sql, "INSERT INTO %s VALUES(%.*s)", tables[t].name, 2 * tables[t].n - 1, places);
    m->insert[t] = prepare(m->db, sql);
}

static Maker *maker_of(Layout layout, Encoding encoding)
{
    static const char *const names[] = {"PRAGMA encoding='UTF-8'", "PRAGMA encoding='UTF-16le'",
                                        "PRAGMA encoding='UTF-16be'"};
    static Maker makers[LAYOUTS][ENCODINGS];
    Maker *m = &makers[layout][encoding];
    if (m->db)
        return m;
    Err err;
    m->lite = lite_open(NULL, LITE_MEMORY, ERR_INTERNAL, &err);
    PROMISE(m->lite);
    m->db = lite_handle(m->lite);
    run(m->db, names[encoding]);
    run(m->db, "PRAGMA page_size=512; CREATE TABLE _meta(key, value);"
               "INSERT INTO _meta VALUES('format_version', '0.1.0')");
    m->declare = prepare(m->db, "INSERT INTO _meta VALUES('integrity_hash', ?)");
    for (int t = 0; t < TABLES; t++)
        make_table(m, t, layout);
    return m;
}

static void bind(sqlite3_stmt *s, int at, const Value *v)
{
    switch (v->kind) {
    case VALUE_NULL: sqlite3_bind_null(s, at); break;
    case VALUE_INTEGER: sqlite3_bind_int64(s, at, v->integer); break;
    case VALUE_REAL: sqlite3_bind_double(s, at, v->real); break;
    case VALUE_TEXT: sqlite3_bind_text(s, at, v->bytes.at, (int)v->bytes.len, SQLITE_STATIC); break;
    case VALUE_BLOB: sqlite3_bind_blob(s, at, v->bytes.at, (int)v->bytes.len, SQLITE_STATIC); break;
    }
}

// A row that the table refuses (its key is there, or is NULL) is not expected either.
static void put_row(Maker *m, int table, Rows *rows, const Row *row)
{
    sqlite3_stmt *s = m->insert[table];
    for (int i = 0; i < tables[table].n; i++)
        bind(s, i + 1, &row->values[i]);
    if (sqlite3_step(s) == SQLITE_DONE)
        rows->rows[rows->n++] = *row;
    sqlite3_reset(s);
}

static void put_list(Maker *m, Expected *e, Input *in)
{
    for (int t = 1; t < FILES; t++) {
        Row row = {{{.kind = VALUE_TEXT, .bytes = str_of(tables[t].name)},
                    {.kind = VALUE_INTEGER, .integer = (int8_t)take_byte(in)},
                    take_value(in)}};
        put_row(m, LIST, &e->tables[LIST], &row);
    }
}

static void put_rows(Maker *m, Expected *e, Input *in)
{
    put_list(m, e, in);
    while (in->at < in->end) {
        int table = 1 + take_byte(in) % (TABLES - 1);
        Row row = {0};
        for (int i = 0; i < tables[table].n; i++)
            row.values[i] = take_value(in);
        if (e->tables[table].n < MAX_ROWS)
            put_row(m, table, &e->tables[table], &row);
    }
}

// Insertion: few rows, and those that compare equal stay in the order of their row numbers.
static void sort(Rows *rows, Encoding encoding)
{
    for (int i = 1; i < rows->n; i++)
        for (int k = i;
             k > 0 && value_compare(&rows->rows[k].values[0], &rows->rows[k - 1].values[0], encoding) < 0;
             k--) {
            Row row = rows->rows[k];
            rows->rows[k] = rows->rows[k - 1];
            rows->rows[k - 1] = row;
        }
}

// false: a text in it is not UTF-8, and the whole is refused.
static bool show_rows(const Rows *rows, int table, Buf *out)
{
    bool sound = true;
    for (int r = 0; r < rows->n; r++) {
        buf_add_text(out, tables[table].name);
        for (int i = 0; i < tables[table].hashed; i++) {
            const Value *v = &rows->rows[r].values[i];
            sound &= v->kind != VALUE_TEXT || text_is_utf8(v->bytes);
            buf_add_char(out, '|');
            value_show(v, out);
        }
        buf_add_char(out, '\n');
    }
    return sound;
}

static void hash_of(Str bytes, char hex[SHA256_HEX + 1])
{
    unsigned char digest[SHA256_BYTES];
    SHA256((const unsigned char *)bytes.at, bytes.len, digest);
    for (int i = 0; i < SHA256_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

// ---- What the reader hands over ---------------------------------------------------------------------

static void judge_column(const Value *v, Str given)
{
    AUTO(buf_free) Buf shown = {0};
    value_show(v, &shown);
    if (v->kind == VALUE_NULL)
        PROMISE(!given.at);
    else
        PROMISE(given.at && given.len == shown.len && memcmp(given.at, buf_text(&shown), given.len) == 0);
}

static bool meet_entity(void *arg, const DpmfEntity *entity, Err *err)
{
    Expected *e = arg;
    (void)err;
    e->row = e->looked = 0;
    PROMISE(strcmp(entity->name, tables[1 + e->entity].name) == 0);
    PROMISE(entity->declared == e->tables[LIST].rows[e->entity].values[1].integer);
    return true;
}

static void judge_row(const Expected *e, int n, const DpmfRow *row)
{
    const Rows *rows = &e->tables[1 + e->entity];
    PROMISE(n < rows->n);
    const Value *v = rows->rows[n].values;
    judge_column(&v[0], row->key);
    judge_column(&v[1], row->source_id);
    judge_column(&v[2], row->source_system);
    judge_column(&v[3], row->payload);
    judge_column(&v[4], row->raw);
}

static bool meet_row(void *arg, const DpmfRow *row, Err *err)
{
    Expected *e = arg;
    (void)err;
    judge_row(e, e->row, row);
    const Value *extracted = &e->tables[1 + e->entity].rows[e->row++].values[5];
    PROMISE(!row->extracted_at.at == (extracted->kind == VALUE_NULL));
    return true;
}

static void look_at_row(void *arg, const DpmfRow *row)
{
    Expected *e = arg;
    judge_row(e, e->looked++, row);
}

static bool meet_entity_end(void *arg, const DpmfEntity *entity, const char *content_hash, Err *err)
{
    Expected *e = arg;
    (void)err;
    AUTO(buf_free) Buf lines = {0};
    char hex[SHA256_HEX + 1];
    int table = 1 + e->entity++;
    PROMISE(show_rows(&e->tables[table], table, &lines));
    hash_of(buf_str(&lines), hex);
    PROMISE(strcmp(hex, content_hash) == 0);
    PROMISE(entity->rows == e->row && e->looked == e->row && e->row == e->tables[table].n);
    return true;
}

static bool meet_file(void *arg, Str columns[7], Err *err)
{
    Expected *e = arg;
    (void)err;
    PROMISE(e->file < e->tables[FILES].n);
    for (int i = 0; i < MAX_COLUMNS; i++)
        judge_column(&e->tables[FILES].rows[e->file].values[i], columns[i]);
    e->file++;
    return true;
}

static bool meet_warning(void *arg, Str columns[7], Err *err)
{
    Expected *e = arg;
    (void)err;
    PROMISE(e->note < e->tables[NOTES].n);
    for (int i = 0; i < MAX_COLUMNS; i++)
        judge_column(&e->tables[NOTES].rows[e->note].values[i], columns[i]);
    e->note++;
    return true;
}

// ---- Bringing it together ------------------------------------------------------------------------------

static void judge_texts_of(const Expected *e)
{
    for (int t = 0; t < TABLES; t++)
        for (int r = 0; r < e->tables[t].n; r++)
            for (int i = 0; i < tables[t].n; i++)
                if (e->tables[t].rows[r].values[i].kind == VALUE_TEXT)
                    judge_text(e->tables[t].rows[r].values[i].bytes);
}

// The whole as a file. false: a text in it is not UTF-8.
static bool make_file(Maker *m, Expected *e, Input *in, const char **path)
{
    AUTO(buf_free) Buf lines = {0};
    char hex[SHA256_HEX + 1];
    bool sound = true;
    run(m->db, "BEGIN");
    put_rows(m, e, in);
    for (int t = 0; t < TABLES; t++) {
        sort(&e->tables[t], in->encoding);
        sound &= show_rows(&e->tables[t], t, &lines);
    }
    hash_of(buf_str(&lines), hex);
    sqlite3_bind_text(m->declare, 1, hex, -1, SQLITE_STATIC);
    PROMISE(sqlite3_step(m->declare) == SQLITE_DONE);
    sqlite3_reset(m->declare);
    sqlite3_int64 size;
    unsigned char *bytes = sqlite3_serialize(m->db, "main", &size, 0);
    PROMISE(bytes);
    *path = input_file((Str){(char *)bytes, (size_t)size}, NULL, 0);
    sqlite3_free(bytes);
    run(m->db, "ROLLBACK");
    return sound;
}

// One entity alone gives the same rows once more.
static void read_again(Dpmf *d, Expected *e)
{
    DpmfVerdict verdict;
    Err err = {0};
    for (e->entity = 0; e->entity < 2; e->entity++) {
        e->row = 0;
        PROMISE(dpmf_read_entity(d, dpmf_entity(d, (size_t)e->entity), meet_row, e, &verdict, &err));
        PROMISE(e->row == e->tables[1 + e->entity].n);
    }
}

static void judge_reading(const char *path, Expected *e, bool sound)
{
    const DpmfVisitor visitor = {.entity = meet_entity,
                                 .row = meet_row,
                                 .look = look_at_row,
                                 .entity_end = meet_entity_end,
                                 .file = meet_file,
                                 .warning = meet_warning,
                                 .arg = e};
    DpmfVerdict verdict;
    Err err = {0};
    Dpmf *d = dpmf_open(path, NULL, input_temp_folder(), NULL, &verdict, &err);
    if (!d)
        fprintf(stderr, "not opened: %s\n", err.text);
    PROMISE(d && verdict == DPMF_ACCEPT);
    bool read = dpmf_read(d, &visitor, &verdict, &err);
    if (read != sound)
        fprintf(stderr, "%s: %s\n", sound ? "refused" : "not refused", err.text);
    PROMISE(read == sound);
    PROMISE(verdict == (read ? DPMF_ACCEPT : DPMF_HASH));
    if (read) {
        PROMISE(e->entity == 2 && e->file == e->tables[FILES].n && e->note == e->tables[NOTES].n);
        read_again(d, e);
    } else {
        judge_refusal(verdict, &err);
    }
    dpmf_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input in = {data, data + size, UTF8};
    uint8_t form = take_byte(&in);
    if (form >= 0x80) { // all of it is one text: nothing has to be built
        judge_text((Str){(const char *)in.at, (size_t)(in.end - in.at)});
        return 0;
    }
    const char *path;
    Expected e = {0};
    in.encoding = form / LAYOUTS % ENCODINGS;
    bool sound = make_file(maker_of(form % LAYOUTS, in.encoding), &e, &in, &path);
    judge_texts_of(&e);
    judge_reading(path, &e, sound);
    input_judge_order();
    return 0;
}
