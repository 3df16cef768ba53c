// No row is lost in silence: what the cache keeps back, verify has told.
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cache/load.h"
#include "source/dpmf_report.h"
#include "tests/support/small_cache.h"
#include "tests/support/temp_folder.h"

static const char tables[] =
    "CREATE TABLE _meta (key, value); INSERT INTO _meta VALUES ('format_version', '0.1.0');"
    "CREATE TABLE _entities (entity_type, row_count, schema_version);"
    "CREATE TABLE _files (canonical_uuid, parent_entity_type, parent_canonical_uuid, relative_path,"
    " declared_size_bytes, sha256, mime_hint);"
    "CREATE TABLE _warnings (id, entity_type, source_id, severity, code, message, raw_data);"
    "CREATE TABLE patient (canonical_uuid %s, source_id, source_system, payload, raw_source_data, "
    "extracted_at);"
    "INSERT INTO patient VALUES %s;"
    "INSERT INTO _entities SELECT 'patient', count(*), '0.1.0' FROM patient";

static bool load_row(void *load, const DpmfRow *row, Err *err)
{
    const SourceRow copy = {row->key,     row->source_id, row->source_system,
                            row->payload, row->raw,       row->extracted_at};
    return cache_load_row(load, &copy, err);
}

static int64_t lost(const char *path, const char *folder, Arena *a)
{
    Err err = {0};
    DpmfVerdict verdict;
    int64_t rows, rejected = -1;
    Dpmf *d = dpmf_open(path, NULL, folder, NULL, &verdict, &err);
    CacheLoad *load = cache_load_begin(folder, small_model(a), &err);
    cr_assert(d && load && cache_load_entity(load, "patient", &err), "%s", err.text);
    cr_assert(dpmf_read(d, &(DpmfVisitor){.row = load_row, .arg = load}, &verdict, &err), "%s", err.text);
    cr_assert(cache_load_entity_end(load, "", &rows, &rejected, &err), "%s", err.text);
    cache_load_abandon(load);
    dpmf_close(d);
    return rejected;
}

static void expect(const char *collation, const char *values, const char *code, int64_t rows_lost)
{
    Arena *a = arena_new();
    Err err = {0};
    DpmfSummary s;
    const char *folder = temp_folder(a), *path = file_join(a, folder, "x.dpm");
    Lite *db = lite_open(path, LITE_CREATE, ERR_SOURCE, &err);
    cr_assert(db && lite_exec(db, arena_text(a, tables, collation, values), &err), "%s: %s", values,
              err.text);
    lite_close(db);
    cr_assert(dpmf_verify_file(path, NULL, folder, NULL, &s, a, &err), "%s: %s", values, err.text);
    cr_expect_eq(s.verdict, DPMF_ACCEPT, "%s: %s", values, s.reason);
    bool told = false;
    for (size_t i = 0; i < s.warning_count; i++) {
        if (strcmp(s.warnings[i].code, "dpmf.hash_absent") == 0)
            continue;
        told = true;
        cr_expect_str_eq(s.warnings[i].code, code, "%s", values);
    }
    cr_expect_eq(told, *code != '\0', "%s: no %s", values, code);
    cr_expect_eq(lost(path, folder, a), rows_lost, "%s", values);
    arena_free(a);
}

#define ROW(key, payload, raw) "(" key ", '1', 's', " payload ", " raw ", '')"
#define PAYLOAD(payload) ROW("'a'", payload, "'{}'")
#define RAW(raw) ROW("'a'", "'{}'", raw)
#define KEY(key) ROW(key, "'{}'", "'{}'")
#define MEMBERS(n)                                                                                           \
    "(SELECT '{' || group_concat('\"k' || value || '\":1') || '}' FROM (WITH RECURSIVE c(value) AS "         \
    "(SELECT 1 UNION ALL SELECT value + 1 FROM c WHERE value < " n ") SELECT value FROM c))"

Test(dpmf_loss, whatever_is_kept_back_was_told)
{
    static const struct {
        const char *values, *code;
        int64_t lost;
    } cases[] = {
        {PAYLOAD("'{}'"), "", 0},
        {PAYLOAD("'{\"a\":\"\\u0000\\ud800\",\"a\":1e400}'"), "", 0},
        {PAYLOAD("'{\"a\":' || printf('%.*c', 400, '[') || printf('%.*c', 400, ']') || '}'"), "", 0},
        {PAYLOAD("'{\"a\":' || printf('%.*c', 600, '[') || printf('%.*c', 600, ']') || '}'"),
         "dpmf.payload_not_json", 1},
        {PAYLOAD(MEMBERS("1000")), "", 0},
        {PAYLOAD(MEMBERS("20000")), "", 0},
        {PAYLOAD(MEMBERS("100001")), "dpmf.payload_not_json", 1},
        {PAYLOAD("''"), "dpmf.payload_not_json", 1},
        {PAYLOAD("'{\"a\":1,}'"), "dpmf.payload_not_json", 1},
        {PAYLOAD("char(65279) || '{}'"), "dpmf.payload_not_json", 1},
        {PAYLOAD("'{}' || char(0)"), "dpmf.payload_not_json", 1},
        {PAYLOAD("'{\"a\":NaN}'"), "dpmf.payload_nan", 1},
        {PAYLOAD("'[]'"), "dpmf.payload_not_object", 1},
        {PAYLOAD("'null'"), "dpmf.payload_not_object", 1},
        {PAYLOAD("5"), "dpmf.payload_not_object", 1},
        {PAYLOAD("NULL"), "dpmf.payload_null", 1},
        {RAW("'[]'"), "", 0},
        {RAW("'{'"), "dpmf.raw_not_json", 1},
        {RAW("NULL"), "dpmf.raw_not_json", 0},
        {KEY("''"), "dpmf.empty_key", 1},
        {KEY("NULL"), "dpmf.empty_key", 1},
        {KEY("''") ", " KEY("''"), "dpmf.empty_key", 2},
        {KEY("printf('%.*c', 120, 'k')"), "", 0},
        {KEY("printf('%.*c', 121, 'k')"), "dpmf.unusable_key", 1},
        {KEY("'a' || char(0)"), "dpmf.unusable_key", 1},
        {KEY("'a'") ", " KEY("'a'") ", " KEY("'a'") ", " KEY("'b'"), "dpmf.duplicate_key", 2},
        {KEY("5") ", " KEY("'5'"), "dpmf.duplicate_key", 1},
        {KEY("5") ", " KEY("10") ", " KEY("'5'"), "dpmf.key_order", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect("", cases[i].values, cases[i].code, cases[i].lost);
}

Test(dpmf_loss, equal_keys_that_stand_apart)
{
    expect("COLLATE NOCASE", KEY("'K'") ", " KEY("'k'") ", " KEY("'K'"), "dpmf.key_order", 1);
    expect("COLLATE NOCASE", KEY("'a'") ", " KEY("'B'"), "dpmf.key_order", 0);
    expect("COLLATE NOCASE", KEY("'a'") ", " KEY("'b'"), "", 0);
}
