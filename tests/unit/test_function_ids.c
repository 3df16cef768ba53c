#include <criterion/criterion.h>
#include <string.h>

#include "base/digest.h"
#include "base/uuid.h"
#include "tests/support/function_bench.h"

Test(function_ids, setting_gives_what_the_host_knows)
{
    BENCH_CHECK({"setting('clinic_id')", "'" BENCH_CLINIC "'", NULL}, {"setting('empty')", "''", NULL},
                {"setting('nothing')", "NULL", NULL}, {"setting(NULL)", "NULL", NULL});
}

Test(function_ids, row_id_is_the_uuid_of_its_parts)
{
    char want[UUID_TEXT + 1];
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    cr_assert(uuid5(STR(BENCH_CLINIC), STR("gesden|budget|k-1|budgets|history|11"), want));
    cr_expect_str_eq(bench_rows(b, a, "SELECT row_id('budget', 'k-1', 'budgets', 'history', 11)"), want);
    cr_assert(uuid5(STR(BENCH_CLINIC), STR("gesden|budget|k-1|budgets||"), want));
    cr_expect_str_eq(bench_rows(b, a, "SELECT row_id('budget', 'k-1', 'budgets', NULL, '')"), want);
    cr_assert(uuid5(STR(BENCH_CLINIC),
                    STR("gesden|budget|k\0"
                        "1|budgets||"),
                    want));
    cr_expect_str_eq(bench_rows(b, a, "SELECT row_id('budget', 'k' || char(0) || '1', 'budgets', '', '')"),
                     want);
    cr_expect_str_eq(bench_rows(b, a, "SELECT row_id('budget', NULL, 'budgets', '', '')"), "NULL");
    cr_expect_str_eq(
        bench_rows(b, a,
                   "SELECT count(DISTINCT row_id('e', printf('%.*c', column1, 'x'), 't', '', '')) "
                   "FROM (VALUES (1), (400), (600), (100000))"),
        "4");
}

Test(function_ids, uuid5_is_that_of_its_namespace)
{
#define DNS "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'"
    BENCH_CHECK({"uuid5(" DNS ", 'python.org')", "'886313e1-3b8a-5372-9b90-0c9aee199e5d'", NULL},
                {"uuid5(" DNS ", NULL)", "NULL", NULL}, {"uuid5(NULL, 'x')", "NULL", NULL},
                {"uuid5('dns', 'x')", "NULL", NULL});
}

Test(function_ids, secret_is_the_hmac_of_the_name)
{
    char want[SHA256_HEX + 1];
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    hmac_sha256_hex(STR("open sesame"), STR("token"), want);
    cr_expect_str_eq(bench_rows(b, a, "SELECT secret('token')"), want);
    cr_expect_str_eq(bench_rows(b, a, "SELECT secret(NULL)"), "NULL");

    const char *id = bench_rows(b, a, "SELECT secret_uuid('token')");
    cr_expect(uuid_valid(str_of(id)), "%s", id);
    cr_expect_eq(strncmp(id, want, 8), 0);
    cr_expect_eq(id[14], '4');
    cr_expect(strchr("89ab", id[19]));
    cr_expect_str_neq(id, bench_rows(b, a, "SELECT secret_uuid('other')"));
}

Test(function_ids, settings_that_must_be_there_are_missed)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    b->unsettled = true;
    cr_expect(strstr(bench_error(b, a, "row_id('e', 'k', 't', '', '')"), "clinic_id is not set"));
    cr_expect(strstr(bench_error(b, a, "secret('token')"), "secret is not set"));
    cr_expect(strstr(bench_error(b, a, "secret_uuid('token')"), "secret is not set"));
}
