#include "cache/load.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "cache/cache.h"
#include "tests/support/small_cache.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static const char *folder;
static Cache *cache;
static CacheLoad *load;
static Err err;
static int64_t rows, rejected;

static void must(bool ok)
{
    cr_assert(ok, "%s", err.text);
}

static void set_up(void)
{
    arena = arena_new();
    folder = temp_folder(arena);
}

static void tear_down(void)
{
    cache_load_abandon(load);
    cache_close(cache);
    arena_free(arena);
}

TestSuite(cache_load, .init = set_up, .fini = tear_down);

static void begin(const char *entity)
{
    load = cache_load_begin(folder, small_model(arena), &err);
    must(load && cache_load_entity(load, entity, &err));
}

static void finish(void)
{
    must(cache_load_entity_end(load, "content", &rows, &rejected, &err) &&
         cache_load_finish(load, "print", &err));
    cache = cache_open(folder, false, &err);
    must(cache);
}

static const char *text(const char *sql)
{
    const char *value = NULL;
    must(lite_one_text(cache_db(cache), arena, &value, &err, "%s", sql));
    return value ? value : "(null)";
}

Test(cache_load, makes_what_the_model_has_and_what_it_has_not)
{
    begin("patient");
    small_row(load, "a", "{}", NULL);
    must(cache_load_entity_end(load, "content", &rows, &rejected, &err) &&
         cache_load_entity(load, "odd_thing", &err));
    small_row(load, "x", "{\"any\":1}", "{\"raw\":2}");
    must(cache_load_about(load, "as_of", "now", &err) && cache_load_meta(load, STR("m"), STR("v"), &err) &&
         cache_load_declared(load, "patient", 9, STR("0.2.0"), &err));
    finish();
    cr_assert_str_eq(
        text("SELECT group_concat(step || ' ' || rows || ' ' || rejected || ' ' || fingerprint, ', ')"
             " FROM (SELECT * FROM _steps ORDER BY step)"),
        "budget/extract 0 0 print, odd_thing/extract 1 0 print, patient/extract 1 0 print");
    cr_assert_str_eq(text("SELECT count(*) FROM budget WHERE total IS NULL"), "0");
    cr_assert_str_eq(text("SELECT payload || raw_source_data || source_id || source_system || extracted_at "
                          "|| origin FROM odd_thing"),
                     "{\"any\":1}{\"raw\":2}sold2026-01-011");
    cr_assert_str_eq(text("SELECT row_count || ' ' || schema_version FROM _entities"), "9 0.2.0");
    const char *about = NULL;
    must(cache_about(cache, arena, "as_of", &about, &err));
    cr_assert_str_eq(about, "now");
    CacheStep step;
    bool found;
    must(cache_step(cache, arena, "patient/extract", &step, &found, &err));
    cr_assert(found);
    cr_assert_str_eq(step.content, "content");
    char **names = file_list(arena, folder);
    for (size_t i = 0; names[i]; i++)
        cr_assert_null(strstr(names[i], ".new"), "%s", names[i]);
}

Test(cache_load, keeps_bad_rows_back_and_their_neighbours_live)
{
    begin("patient");
    AUTO(buf_free) Buf long_key = {0};
    for (int i = 0; i < 129; i++)
        buf_add_char(&long_key, 'k');
    small_row(load, NULL, "{\"n\":1}", NULL);
    small_row(load, "", "{\"n\":2}", NULL);
    small_row(load, "a", "{\"n\":3}", NULL);
    small_row(load, "a", "{\"n\":4}", NULL);
    small_row(load, "a", "{\"n\":5}", NULL);
    small_row(load, "b", "{\"n\":", NULL);
    small_row(load, "c", "[1]", NULL);
    small_row(load, "d", "{\"n\":6}", "{broken");
    small_row(load, "e", "{\"n\":7,\"n\":8}", "{\"r\":1}");
    small_row(load, "f", "{\"n\":\"\\u0000\"}", NULL);
    small_row(load, buf_text(&long_key), "{}", NULL);
    small_row(load, "l", NULL, NULL);
    small_row(load, "z", "{\"n\":9}", NULL);
    finish();
    cr_assert_eq(rows, 13);
    cr_assert_eq(rejected, 9);
    cr_assert_str_eq(text("SELECT group_concat(canonical_uuid || origin, ' ') FROM (SELECT * FROM patient "
                          "ORDER BY origin)"),
                     "a3 e9 f10 z13");
    cr_assert_str_eq(
        text("SELECT group_concat(origin || substr(code, 8), ' ') FROM (SELECT * FROM _rejects ORDER BY "
             "origin)"),
        "1.no_key 2.no_key 4.duplicate_key 5.duplicate_key 6.decode_error 7.not_an_object 8.decode_error"
        " 11.no_key 12.decode_error");
    cr_assert_str_eq(text("SELECT payload FROM patient WHERE canonical_uuid = 'a'"), "{\"n\":3}");
    cr_assert_str_eq(text("SELECT as_read FROM _rejects WHERE origin = 6"), "{\"n\":");
    cr_assert_str_eq(text("SELECT payload || payload_as_read FROM patient WHERE canonical_uuid = 'e'"),
                     "{\"n\":8}{\"n\":7,\"n\":8}");
    cr_assert_str_eq(text("SELECT payload_as_read FROM patient WHERE canonical_uuid = 'a'"), "(null)");
    cr_assert_str_eq(text("SELECT group_concat(key || ' ' || severity) FROM _issues WHERE code = "
                          "'payload.characters_replaced'"),
                     "f warning");
    CacheSource source;
    must(cache_source(cache, "patient", &source, &err));
    cr_assert_eq(source.rows, 13);
    cr_assert_eq(source.rejected, 9);
}

Test(cache_load, columns_read_the_values_that_are_there)
{
    static const char *const payloads[] = {
        "{\"number\":\"007\",\"age\":9,\"active\":true,\"tags\":[1,\"x\"]}",
        "{\"number\":\"7\",\"age\":10,\"active\":false,\"tags\":{\"a\":null}}",
        "{\"number\":null}",
        NULL,
    };
    small_cache(arena, folder, payloads);
    cache = cache_open(folder, false, &err);
    must(cache);
    cr_assert_str_eq(text("SELECT number || ' ' || typeof(number) FROM patient WHERE canonical_uuid = 'k0'"),
                     "007 text");
    cr_assert_str_eq(text("SELECT count(*) FROM patient WHERE number = '7'"), "1");
    cr_assert_str_eq(text("SELECT group_concat(age, ' ') FROM (SELECT age FROM patient WHERE age IS NOT NULL "
                          "ORDER BY age)"),
                     "9 10");
    cr_assert_str_eq(text("SELECT group_concat(active || typeof(active), ' ') FROM patient"),
                     "1integer 0integer");
    cr_assert_str_eq(text("SELECT tags FROM patient WHERE canonical_uuid = 'k0'"), "[1,\"x\"]");
    cr_assert_str_eq(text("SELECT tags FROM patient WHERE canonical_uuid = 'k1'"), "{\"a\":null}");
    cr_assert_str_eq(text("SELECT count(*) FROM patient WHERE number IS NULL AND age IS NULL"), "1");
    cache_close(cache);
    cache = cache_open(folder, true, &err);
    static const char *const columns[] = {"source_id", "budget", "budget", "number", "payload"};
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        must(cache && cache_index_column(cache, &small_model(arena)->entities[0], columns[i], &err));
    cr_assert_str_eq(text("SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'index'"
                          " AND tbl_name = 'patient' AND sql IS NOT NULL ORDER BY name)"),
                     "patient_budget patient_source_id");
}

Test(cache_load, warnings_of_the_source_become_issues)
{
    begin("patient");
    const Str known[7] = {STR("1"),        STR("patient"), STR("17"), STR("error"),
                          STR("bad_date"), STR("told"),    STR("{}")};
    const Str odd[7] = {STR("2"),  STR("Robert'); --"), {NULL, 0}, STR("info"),
                        {NULL, 0}, STR("told"),         STR("{}")};
    const Str file[7] = {STR("u"), STR("patient"), STR("p"), STR("a/b.pdf"), STR("9"), STR("hash"), STR("x")};
    must(cache_load_warning(load, known, &err) && cache_load_warning(load, odd, &err) &&
         cache_load_file(load, file, &err));
    finish();
    cr_assert_str_eq(text("SELECT group_concat(step || ' ' || key || ' ' || code || ' ' || severity, ', ')"
                          " FROM (SELECT * FROM _issues ORDER BY step)"),
                     "patient/extract 17 dpmf.bad_date error, source/extract  dpmf. information");
    cr_assert_str_eq(text("SELECT count(*) FROM _warnings"), "2");
    cr_assert_str_eq(text("SELECT relative_path FROM _files"), "a/b.pdf");
}

static const char *const old[] = {"{\"number\":\"old\"}", NULL};

static void check_old_is_there(void)
{
    cache = cache_open(folder, false, &err);
    must(cache);
    cr_assert_str_eq(text("SELECT number FROM patient"), "old");
}

Test(cache_load, abandoned_it_leaves_the_old_cache)
{
    small_cache(arena, folder, old);
    begin("patient");
    small_row(load, "a", "{\"number\":\"new\"}", NULL);
    cache_load_abandon_at(&load);
    cr_assert_not(file_exists(file_join(arena, folder, "cache.db.new")));
    check_old_is_there();
}

Test(cache_load, killed_it_leaves_the_old_cache)
{
    small_cache(arena, folder, old);
    pid_t child = fork();
    if (child == 0) {
        Err ignored;
        CacheLoad *l = cache_load_begin(folder, small_model(arena), &ignored);
        if (!l || !cache_load_entity(l, "patient", &ignored))
            _exit(1);
        SourceRow row = {.key = STR("a"), .payload = STR("{\"number\":\"new\"}")};
        if (!cache_load_row(l, &row, &ignored))
            _exit(1);
        raise(SIGKILL);
    }
    int status = 0;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    check_old_is_there();
    cache_close(cache);
    cache = NULL;
    begin("patient"); // what the dead one left is no obstacle
    small_row(load, "a", "{\"number\":\"newer\"}", NULL);
    finish();
    cr_assert_str_eq(text("SELECT number FROM patient"), "newer");
}

Test(cache_load, a_reader_keeps_the_cache_it_has_opened)
{
    small_cache(arena, folder, old);
    check_old_is_there();
    Cache *reader = cache;
    cache = NULL;
    begin("patient");
    small_row(load, "a", "{\"number\":\"new\"}", NULL);
    finish();
    cr_assert_str_eq(text("SELECT number FROM patient"), "new");
    cache_close(cache);
    cache = reader;
    cr_assert_str_eq(text("SELECT number FROM patient"), "old");
}

Test(cache_load, a_cache_of_another_version_is_as_good_as_none)
{
    cr_assert_null(cache_open(folder, true, &err));
    cr_assert_eq(err.kind, ERR_NONE);
    small_cache(arena, folder, old);
    cache = cache_open(folder, true, &err);
    must(cache && lite_exec(cache_db(cache), "PRAGMA user_version=99", &err));
    cache_close(cache);
    cache = cache_open(folder, false, &err);
    cr_assert_null(cache);
    cr_assert_eq(err.kind, ERR_NONE);
}

Test(cache_load, readers_cannot_change_it_and_steps_are_replaced)
{
    small_cache(arena, folder, old);
    cache = cache_open(folder, false, &err);
    must(cache);
    CacheStep step = {.step = "patient/validate",
                      .fingerprint = "f1",
                      .content = "c1",
                      .rows = 3,
                      .skipped = 1,
                      .rejected = 2};
    cr_assert_not(cache_step_save(cache, &step, &err));
    cache_close(cache);
    cache = cache_open(folder, true, &err);
    must(cache && cache_step_save(cache, &step, &err));
    step.fingerprint = "f2";
    must(cache_step_save(cache, &step, &err));
    CacheStep got;
    bool found;
    must(cache_step(cache, arena, "patient/validate", &got, &found, &err));
    cr_assert(found);
    cr_assert_str_eq(got.fingerprint, "f2");
    cr_assert_eq(got.rows * 100 + got.skipped * 10 + got.rejected, 312);
    must(cache_step(cache, arena, "none/validate", &got, &found, &err));
    cr_assert_not(found);
    const char *digest;
    must(cache_column_digest(cache, arena, "out_patient", "id", &digest, &err));
    cr_assert_str_eq(digest, "");
}
