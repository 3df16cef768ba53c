#include "cache/raw_rows.h"

#include <criterion/criterion.h>

#include "tests/support/small_cache.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static Cache *cache;
static Err err;

static void set_up(void)
{
    static const char *const payloads[] = {"{\"n\":0}", "{\"n\":1,\"n\":2}", "{\"n\":3}",
                                           "{\"n\":4}", "{\"n\":5}",         NULL};
    arena = arena_new();
    const char *folder = temp_folder(arena);
    small_cache(arena, folder, payloads);
    cache = cache_open(folder, true, &err);
    cr_assert(
        cache &&
            lite_exec(
                cache_db(cache),
                "INSERT INTO _skips VALUES('patient/validate','patient','k1','raw'),"
                "('patient/validate','patient','k2','filter'), ('patient/validate','patient','k4','raw'),"
                "('patient/other','patient','k3','raw')",
                &err),
        "%s", err.text);
}

static void tear_down(void)
{
    cache_close(cache);
    arena_free(arena);
}

TestSuite(raw_rows, .init = set_up, .fini = tear_down);

// The keys in the order read, and the size of each batch: "k0k1|k2|".
static const char *read_all(bool filtered, const char *after, size_t most, size_t bytes)
{
    AUTO(buf_free) Buf b = {0};
    RawRows *r = raw_rows_open(cache, "patient", filtered, after, &err);
    cr_assert(r, "%s", err.text);
    for (;;) {
        RawCacheRow *rows;
        size_t n;
        cr_assert(raw_rows_next(r, arena, most, bytes, &rows, &n, &err), "%s", err.text);
        if (!n)
            break;
        for (size_t i = 0; i < n; i++)
            buf_add(&b, rows[i].key);
        buf_add_char(&b, '|');
    }
    raw_rows_close(r);
    return str_keep(arena, buf_str(&b));
}

Test(raw_rows, come_in_batches_in_the_order_of_their_keys)
{
    cr_assert_str_eq(read_all(false, "", 2, 1 << 20), "k0k1|k2k3|k4|");
    cr_assert_str_eq(read_all(false, "", 100, 1 << 20), "k0k1k2k3k4|");
    cr_assert_str_eq(read_all(false, "", 100, 1), "k0|k1|k2|k3|k4|"); // never fewer than one
}

Test(raw_rows, go_on_behind_a_key)
{
    cr_assert_str_eq(read_all(false, "k2", 100, 1 << 20), "k3k4|");
    cr_assert_str_eq(read_all(true, "k1", 100, 1 << 20), "k4|");
    cr_assert_str_eq(read_all(false, "k9", 100, 1 << 20), "");
}

Test(raw_rows, filtered_are_only_those_validate_left_to_be_kept_raw)
{
    cr_assert_str_eq(read_all(true, "", 100, 1 << 20), "k1k4|");
    int64_t n;
    cr_assert(raw_rows_count(cache, "patient", true, &n, &err));
    cr_assert_eq(n, 2);
    cr_assert(raw_rows_count(cache, "patient", false, &n, &err));
    cr_assert_eq(n, 5);
    cr_assert_not(raw_rows_count(cache, "nothing", false, &n, &err));
}

Test(raw_rows, hold_the_payload_as_it_was_read)
{
    RawRows *r = raw_rows_open(cache, "patient", true, "", &err);
    RawCacheRow *rows;
    size_t n;
    cr_assert(r && raw_rows_next(r, arena, 1, 1 << 20, &rows, &n, &err), "%s", err.text);
    cr_assert_eq(n, 1);
    cr_assert(str_is(rows[0].payload, "{\"n\":1,\"n\":2}"), "%.*s", STR_ARG(rows[0].payload));
    cr_assert(str_is(rows[0].source_id, "s"));
    cr_assert_null(rows[0].raw.at);
    raw_rows_close(r);
}
