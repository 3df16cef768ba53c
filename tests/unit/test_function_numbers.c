#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/function_bench.h"

#define NO_NUMBER "decimal.invalid: not a number"
#define TOO_LARGE "decimal.invalid: out of range"

Test(function_numbers, dec_valid_reads_text_integers_and_reals)
{
    BENCH_CHECK({"dec_valid('12.5', 2)", "'12.50'", NULL}, {"dec_valid(' -0.005 ', 2)", "'-0.01'", NULL},
                {"dec_valid('0.125', 2)", "'0.13'", NULL}, {"dec_valid(12, 2)", "'12.00'", NULL},
                {"dec_valid(-9223372036854775807 - 1, 0)", "'-9223372036854775808'", NULL},
                {"dec_valid(0.1 + 0.2, 2)", "'0.30'", NULL}, {"dec_valid(1.005, 2)", "'1.01'", NULL},
                {"dec_valid(-0.0, 2)", "'0.00'", NULL}, {"dec_valid('-0', 2)", "'0.00'", NULL},
                {"dec_valid(1e22, 0)", "'10000000000000000000000'", NULL},
                {"dec_valid('1.5e2', 1)", "'150.0'", NULL},
                {"dec_valid('123456789012345678901234567890', 0)", "'123456789012345678901234567890'", NULL},
                {"dec_valid(NULL, 2)", "NULL", NULL}, {"dec_valid('', 2)", "NULL", NULL},
                {"dec_valid('  ', 2)", "NULL", NULL});
}

Test(function_numbers, dec_valid_says_what_is_wrong_and_never_the_value)
{
    BENCH_CHECK({"dec_valid('abc', 2)", "NULL", NO_NUMBER}, {"dec_valid('12,50', 2)", "NULL", NO_NUMBER},
                {"dec_valid('[1]', 2)", "NULL", NO_NUMBER}, {"dec_valid('.', 2)", "NULL", NO_NUMBER},
                {"dec_valid('1e', 2)", "NULL", NO_NUMBER}, {"dec_valid('1.2.3', 2)", "NULL", NO_NUMBER},
                {"dec_valid('NaN', 2)", "NULL", NO_NUMBER},
                {"dec_valid('12' || char(0), 2)", "NULL", NO_NUMBER},
                {"dec_valid(x'3132', 2)", "NULL", NO_NUMBER},
                {"dec_valid(cast(x'ff31' AS TEXT), 2)", "NULL", NO_NUMBER},
                {"dec_valid(1e400, 2)", "NULL", TOO_LARGE}, {"dec_valid(-1e400, 2)", "NULL", TOO_LARGE},
                {"dec_valid('1e400', 2)", "NULL", TOO_LARGE},
                {"dec_valid('-1e99999999999999999999', 2)", "NULL", TOO_LARGE},
                {"dec_valid('1234567890123456789012345678901', 2)", "NULL", TOO_LARGE},
                {"dec_valid(printf('%.1000000c', '9'), 2)", "NULL", TOO_LARGE},
                {"try_dec('12.345', 2)", "'12.35'", NULL}, {"try_dec('abc', 2)", "NULL", NULL},
                {"try_dec('1e400', 2)", "NULL", NULL});
}

Test(function_numbers, arithmetic_is_exact_and_pure)
{
    BENCH_CHECK({"dec_add('0.10', '0.2')", "'0.30'", NULL}, {"dec_sub(1, '0.01')", "'0.99'", NULL},
                {"dec_mul('19.99', '0.21')", "'4.1979'", NULL}, {"dec_div('10', '3', 4)", "'3.3333'", NULL},
                {"dec_div(1, 8, 2)", "'0.12'", NULL}, {"dec_div(3, 8, 2)", "'0.38'", NULL},
                {"dec_div(1, 0, 2)", "NULL", NULL}, {"dec_round('0.125', 2)", "'0.12'", NULL},
                {"dec_round('0.135', 2)", "'0.14'", NULL}, {"dec_cmp('10', '9.99')", "1", NULL},
                {"dec_cmp('1.0', 1)", "0", NULL}, {"dec_cmp(-1, '0')", "-1", NULL},
                {"dec_add(NULL, 1)", "NULL", NULL}, {"dec_mul(1, '')", "NULL", NULL},
                {"dec_cmp('abc', 1)", "NULL", NULL},
                {"dec_mul('123456789012345678901234567890', '123456789012345678901234567890')", "NULL", NULL},
                {"dec_round('abc', 2)", "NULL", NULL});
}

Test(function_numbers, dec_sum_adds_rows_and_windows)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    static const struct {
        const char *sql, *rows;
    } queries[] = {
        {"SELECT dec_sum(x) FROM (SELECT '0.1' x UNION ALL SELECT 2 UNION ALL SELECT '-0.25' UNION ALL "
         "SELECT NULL)",
         "1.85"},
        {"SELECT dec_sum(x) FROM (SELECT NULL x UNION ALL SELECT '')", "NULL"},
        {"SELECT dec_sum(x) FROM (SELECT 1 x) WHERE x > 1", "NULL"},
        {"SELECT dec_sum(x) FROM (SELECT 1 x UNION ALL SELECT 'abc')", "NULL"},
        {"SELECT dec_sum(column1) FROM (VALUES (0.30000000000000004), ('-0.3'))", "0.00000000000000004"},
        // The scale is that of the rows in the frame; a row that is no decimal harms only frames that hold
        // it.
        {"SELECT dec_sum(column2) OVER (ORDER BY column1 ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM "
         "(VALUES (1, '1.125'), (2, '2.0'), (3, '3'), (4, 'abc'), (5, '5'), (6, '0.5'))",
         "1.125,3.125,5.0,NULL,NULL,5.5"},
        {"SELECT dec_sum(column1) OVER (ORDER BY column1) FROM (VALUES (1), (2), (3))", "1,3,6"},
        {"SELECT dec_sum(column2) OVER (ORDER BY column1 ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING) FROM "
         "(VALUES (1, '1.5'), (2, '2.5'))",
         "2.5,NULL"},
        {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT "
         "dec_sum('0.01') FROM n",
         "100.00"},
    };
    for (size_t i = 0; i < ARRAY_LEN(queries); i++)
        cr_expect_str_eq(bench_rows(b, a, queries[i].sql), queries[i].rows, "%s gives %s", queries[i].sql,
                         bench_rows(b, a, queries[i].sql));
    cr_expect_not(b->cell.outside);
}

Test(function_numbers, int_of_takes_integers_and_the_whole_part_of_reals)
{
    BENCH_CHECK({"int_of(12)", "12", NULL}, {"int_of('12')", "12", NULL}, {"int_of(' +12 ')", "12", NULL},
                {"int_of(12.7)", "12", NULL}, {"int_of(-12.7)", "-12", NULL}, {"int_of(-0.0)", "0", NULL},
                {"int_of('-9223372036854775808')", "-9223372036854775808", NULL},
                {"int_of('007')", "7", NULL}, {"int_of(NULL)", "NULL", NULL}, {"int_of('')", "NULL", NULL},
                {"int_of('12.7')", "NULL", "integer.invalid: not an integer"},
                {"int_of('[12]')", "NULL", "integer.invalid: not an integer"},
                {"int_of('{\"a\":1}')", "NULL", "integer.invalid: not an integer"},
                {"int_of('-')", "NULL", "integer.invalid: not an integer"},
                {"int_of('1' || char(0))", "NULL", "integer.invalid: not an integer"},
                {"int_of(x'31')", "NULL", "integer.invalid: not an integer"},
                {"int_of('9223372036854775808')", "NULL", "integer.invalid: out of range"},
                {"int_of('123456789012345678901234567890')", "NULL", "integer.invalid: out of range"},
                {"int_of(1e400)", "NULL", "integer.invalid: out of range"},
                {"int_of(9223372036854775808.0)", "NULL", "integer.invalid: out of range"},
                {"try_int('12')", "12", NULL}, {"try_int('12.7')", "NULL", NULL},
                {"try_int(1e400)", "NULL", NULL});
}

Test(function_numbers, a_scale_that_is_none_is_an_error)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    cr_expect(strstr(bench_error(b, a, "dec_valid(1, 13)"), "from 0 to 12"));
    cr_expect(strstr(bench_error(b, a, "dec_div(1, 2, -1)"), "from 0 to 12"));
    cr_expect(strstr(bench_error(b, a, "dec_round(NULL, NULL)"), "from 0 to 12"));
    cr_expect(strstr(bench_error(b, a, "try_dec(1, 'two')"), "from 0 to 12"));
}

Test(function_numbers, hand_out_gives_the_wanted_number_or_the_next)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    static const struct {
        const char *rows, *numbers;
    } cases[] = {
        {"('a', 1), ('b', 1), ('c', 7), ('d', NULL)", "[1,-2,7,-8]"},
        {"('c', 7), ('b', 1), ('a', 1)", "[1,-2,7]"}, // by key, whatever the order
        {"('a', 1), ('b', 1), ('c', 2)", "[1,-2,-3]"}, // one that was handed out is gone
        {"('a', NULL), (NULL, 5), (NULL, 3)", "[-6]"},
        {"('a', 2), ('b', 5), ('c', 2), (NULL, 5), (NULL, 3)", "[2,-4,-6]"}, // never one that is there
        {"('a', 0), ('b', -4), ('c', 'x'), ('d', 9223372036854775807)", "[-1,-2,-3,-4]"},
        {"(NULL, 5)", "NULL"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *sql = arena_text(a, "SELECT hand_out(column1, column2) FROM (VALUES %s)", cases[i].rows);
        cr_expect_str_eq(bench_rows(b, a, sql), cases[i].numbers, "%s gives %s", sql, bench_rows(b, a, sql));
    }
    const char *many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
                       " SELECT hand_out(printf('%05d', i), i % 2500 + 1)->>'$[#-1]' FROM n";
    cr_expect_str_eq(bench_rows(b, a, many), "-5000");
}
