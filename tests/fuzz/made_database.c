#include "tests/fuzz/made_database.h"

#include <openssl/sha.h>
#include <sqlite3.h>
#include <string.h>

#include "base/text.h"
#include "db/lite.h"
#include "tests/fuzz/input_file.h"

// Columns without a type: values stay as they are put in. The first one is ordered by.
const Table tables[TABLES] = {
    {"_entities", "entity_type, row_count, schema_version", 3, 3},
    {"alpha", "canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at", 6, 5},
    {"patient", "canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at", 6, 5},
    {"_files",
     "canonical_uuid, parent_entity_type, parent_canonical_uuid, relative_path, declared_size_bytes, "
     "sha256, mime_hint",
     7, 7},
    {"_warnings", "id, entity_type, source_id, severity, code, message, raw_data", 7, 7},
};

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

static void put_list(Maker *m, Rows *list, Input *in)
{
    for (int t = ENTITIES; t < FILES; t++) {
        Row row = {{{.kind = VALUE_TEXT, .bytes = str_of(tables[t].name)},
                    {.kind = VALUE_INTEGER, .integer = (int8_t)take_byte(in)},
                    take_value(in)}};
        put_row(m, LIST, list, &row);
    }
}

static void put_rows(Maker *m, Rows made[TABLES], Input *in)
{
    put_list(m, &made[LIST], in);
    while (in->at < in->end) {
        int table = 1 + take_byte(in) % (TABLES - 1);
        Row row = {0};
        for (int i = 0; i < tables[table].n; i++)
            row.values[i] = take_value(in);
        if (made[table].n < MAX_ROWS)
            put_row(m, table, &made[table], &row);
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

bool show_rows(const Rows *rows, int table, Buf *out)
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

void hash_of(Str bytes, char hex[SHA256_HEX + 1])
{
    unsigned char digest[SHA256_BYTES];
    SHA256((const unsigned char *)bytes.at, bytes.len, digest);
    for (int i = 0; i < SHA256_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

const char *make_database(uint8_t form, Input *in, Rows made[TABLES], bool *sound)
{
    in->encoding = form / LAYOUTS % ENCODINGS;
    Maker *m = maker_of(form % LAYOUTS, in->encoding);
    AUTO(buf_free) Buf lines = {0};
    char hex[SHA256_HEX + 1];
    *sound = true;
    run(m->db, "BEGIN");
    put_rows(m, made, in);
    for (int t = 0; t < TABLES; t++) {
        sort(&made[t], in->encoding);
        *sound &= show_rows(&made[t], t, &lines);
    }
    hash_of(buf_str(&lines), hex);
    sqlite3_bind_text(m->declare, 1, hex, -1, SQLITE_STATIC);
    PROMISE(sqlite3_step(m->declare) == SQLITE_DONE);
    sqlite3_reset(m->declare);
    sqlite3_int64 size;
    unsigned char *bytes = sqlite3_serialize(m->db, "main", &size, 0);
    PROMISE(bytes);
    const char *path = input_file((Str){(char *)bytes, (size_t)size}, NULL, 0);
    sqlite3_free(bytes);
    run(m->db, "ROLLBACK");
    return path;
}
