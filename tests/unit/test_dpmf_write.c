// What is written here is read by the reader: verdict, hash, layers, and every value.
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/fresh_file.h"
#include "source/dpmf_plain.h"
#include "source/dpmf_report.h"
#include "source/dpmf_seal.h"
#include "source/dpmf_write.h"
#include "tests/support/temp_folder.h"

#define NONE                                                                                                 \
    {                                                                                                        \
        NULL, 0                                                                                              \
    }

static Arena *arena;
static const char *folder;
static Err err;

static void begin(void)
{
    arena = arena_new();
    folder = temp_folder(arena);
}

static void end(void)
{
    arena_free(arena);
}

TestSuite(dpmf_write, .init = begin, .fini = end);

static void must(bool ok)
{
    cr_assert(ok, "%s", err.text);
}

static DpmfRow row(const char *key, Str source_id, Str payload)
{
    return (DpmfRow){str_of(key), source_id, STR("gesden"), payload, STR("{}"), STR("2026-01-01")};
}

// Two rows with what is awkward, an empty table, and lines with and without values.
static void write_sample(int fd, char hash[SHA256_HEX + 1], Str payload)
{
    static const DpmfNewEntity types[] = {{"patient", 2, STR("0.1.0")}, {"recall", 0, STR("0.2.0")}};
    const Str file[7] = {STR("f1"), STR("patient"), STR("u1"), STR("a|b\n.jpg"), STR("12"), NONE, NONE};
    const Str warning[7] = {STR("7"), NONE, NONE, STR("info"), STR("c"), STR("año"), NONE};
    const DpmfRow rows[] = {row("a", STR("ñ/1"), payload), row("b", STR("x|y\n"), STR("{\"k\":1,\"k\":2}"))};
    AUTO(dpmf_write_close_at) DpmfWriter *w = dpmf_write_begin(fd, "sample", types, 2, false, &err);
    must(w);
    must(dpmf_write_meta(w, STR("tenant_label"), STR("clínica"), &err) &&
         dpmf_write_meta(w, STR("integrity_hash"), STR("PENDING"), &err));
    must(dpmf_write_entity(w, &err) && dpmf_write_row(w, &rows[0], &err) && dpmf_write_row(w, &rows[1], &err));
    must(dpmf_write_entity(w, &err) && dpmf_write_file(w, file, &err) && dpmf_write_warning(w, warning, &err));
    must(dpmf_write_end(w, hash, &err));
}

static const char *sealed(const char *layering, const Secret *passphrase, Str payload, char hash[65])
{
    DpmfLayering layers;
    cr_assert(dpmf_layering_named(layering, &layers));
    AUTO(dpmf_key_end) DpmfKey key = {0};
    if (layers.encrypted)
        must(dpmf_key_make(&key, passphrase, &err));
    const char *path = arena_text(arena, "%s/%s", folder, layering);
    AUTO(fresh_end) FreshFile out;
    must(fresh_begin(&out, path, &err));
    if (!layers.zstd && !layers.encrypted) {
        write_sample(out.fd, hash, payload);
    } else {
        int plain = plain_make(folder, &err);
        must(plain >= 0);
        write_sample(plain, hash, payload);
        must(dpmf_seal(plain, &out, layers.zstd, layers.encrypted ? &key : NULL, NULL, &err));
        close(plain);
    }
    must(fresh_finish(&out, &err));
    return path;
}

Test(dpmf_write, every_layering_is_read_again)
{
    AUTO(secret_free_at) Secret *right = secret_new(STR("contraseña"));
    AUTO(secret_free_at) Secret *wrong = secret_new(STR("contrasena"));
    for (size_t i = 0; dpmf_layering_words[i]; i++) {
        char hash[SHA256_HEX + 1];
        DpmfSummary s;
        const char *path = sealed(dpmf_layering_words[i], right, STR("{}"), hash);
        must(dpmf_verify_file(path, right, folder, NULL, &s, arena, &err));
        cr_expect_str_eq(s.verdict_text, "accept", "%s: %s %s", s.layering, s.reason,
                         s.warning_count ? s.warnings[0].message : "");
        cr_expect_str_eq(s.layering, dpmf_layering_words[i]);
        cr_expect_str_eq(s.hash_declared, hash);
        cr_expect_eq(s.entity_count, 2);
        cr_expect_eq(s.entities[0].rows + s.entities[1].rows, 2);
        cr_expect_eq(s.files, 1);
        if (i < 2)
            continue;
        must(dpmf_verify_file(path, wrong, folder, NULL, &s, arena, &err));
        cr_expect_str_eq(s.verdict_text, "reject:auth");
    }
}

// The lines, and their sha256, are those of mudanza-dpmf(5).
Test(dpmf_write, the_published_hash_vector)
{
    static const DpmfNewEntity types[] = {{"patient", 1, STR("0.1.0")}};
    const DpmfRow one = row("u1", STR("1"), STR("{}"));
    const Str file[7] = {STR("f1"), STR("patient"), STR("u1"), STR("a.jpg"), NONE, NONE, NONE};
    const Str warning[7] = {STR("1"), NONE, NONE, STR("info"), STR("c"), STR("m"), NONE};
    char hash[SHA256_HEX + 1];
    int fd = plain_make(folder, &err);
    must(fd >= 0);
    AUTO(dpmf_write_close_at) DpmfWriter *w = dpmf_write_begin(fd, "vector", types, 1, false, &err);
    must(w && dpmf_write_entity(w, &err) && dpmf_write_row(w, &one, &err) && dpmf_write_file(w, file, &err) &&
         dpmf_write_warning(w, warning, &err) && dpmf_write_end(w, hash, &err));
    cr_expect_str_eq(hash, "c475e01f4a51a525eebc54f56b4d08dac733ba4a0f97531e8b3e80547e92a43a");
    close(fd);
}

// The tables are those of the format, CHECKs included, and nothing in them offends one.
Test(dpmf_write, the_database_is_sound_and_as_the_format_says)
{
    char hash[SHA256_HEX + 1];
    const char *path = sealed("raw", NULL, STR("{}"), hash), *text;
    AUTO(lite_close_at) Lite *db = lite_open(path, LITE_READ, ERR_INTERNAL, &err);
    must(db);
    static const char *const wanted[][2] = {
        {"PRAGMA quick_check", "ok"},
        {"PRAGMA integrity_check", "ok"},
        {"SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'index' AND sql <> ''"
         " ORDER BY name)",
         "idx_files_parent,idx_patient_source,idx_recall_source"},
        {"SELECT typeof(id) || id FROM _warnings", "integer7"},
        {"SELECT typeof(declared_size_bytes) || declared_size_bytes FROM _files", "integer12"},
        {"SELECT schema_version FROM _entities WHERE entity_type = 'recall'", "0.2.0"},
        {"SELECT value FROM _meta WHERE key = 'tenant_label'", "clínica"},
        {"SELECT value FROM _meta WHERE key = 'exporter_tool'", "mudanza"},
        {"SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%CHECK (json_valid(payload))%'", "2"},
        {"PRAGMA page_size", "4096"},
        {"PRAGMA user_version", "1"},
        {"PRAGMA encoding", "UTF-8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        must(lite_one_text(db, arena, &text, &err, "%s", wanted[i][0]));
        cr_expect_str_eq(text, wanted[i][1], "%s: %s", wanted[i][0], text);
    }
}

Test(dpmf_write, the_largest_row_goes_through)
{
    enum { SIZE = (16 << 20) - 100 };
    char *big = malloc(SIZE), hash[SHA256_HEX + 1];
    memset(big, 'x', SIZE);
    memcpy(big, "{\"k\":\"", 6);
    memcpy(big + SIZE - 2, "\"}", 2);
    DpmfSummary s;
    const char *path = sealed("zstd", NULL, (Str){big, SIZE}, hash);
    must(dpmf_verify_file(path, NULL, folder, NULL, &s, arena, &err));
    cr_expect_str_eq(s.verdict_text, "accept", "%s", s.reason);
    cr_expect_str_eq(s.hash_computed, hash);
    free(big);
}

Test(dpmf_write, rows_must_come_as_announced)
{
    static const DpmfNewEntity types[] = {{"patient", 2, STR("0.1.0")}, {"recall", 0, STR("0.1.0")}};
    const DpmfRow a = row("a", STR("1"), STR("{}")), b = row("b", STR("2"), STR("{}"));
    char hash[SHA256_HEX + 1];
    int fd = plain_make(folder, &err);
    must(fd >= 0);
    AUTO(dpmf_write_close_at) DpmfWriter *w = dpmf_write_begin(fd, "sample", types, 2, false, &err);
    must(w && dpmf_write_entity(w, &err) && dpmf_write_row(w, &b, &err));
    cr_expect_not(dpmf_write_row(w, &a, &err), "out of order");
    cr_expect_not(dpmf_write_entity(w, &err), "one row is missing");
    cr_expect_not(dpmf_write_end(w, hash, &err));
    cr_expect_eq(err.kind, ERR_INTERNAL);
    close(fd);
}

Test(dpmf_write, knows_whole_numbers)
{
    int64_t n;
    cr_expect(dpmf_whole_number(STR("0"), &n) && n == 0);
    cr_expect(dpmf_whole_number(STR("-9223372036854775808"), &n) && n == INT64_MIN);
    static const char *const others[] = {"", "007", "+1", "1.0", " 1", "-0", "9223372036854775808", "1e3"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        cr_expect_not(dpmf_whole_number(str_of(others[i]), &n), "'%s'", others[i]);
    cr_expect_not(dpmf_whole_number((Str){NULL, 0}, &n));
}
