#include <criterion/criterion.h>

#include "tests/support/function_bench.h"

static void pairs(const char *rows, const char *expected)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *sql =
        arena_text(a, "SELECT pair_twins(column1, column2, column3, 730) FROM (VALUES %s)", rows);
    cr_expect_str_eq(bench_rows(b, a, sql), expected, "%s gives %s", rows, bench_rows(b, a, sql));
}

Test(function_twins, the_latest_open_act_not_after_the_done_one_is_its_shadow)
{
    pairs("('a', '2024-01-01', 0), ('b', '2024-02-01', 0), ('d', '2024-03-01', 1)", "[[\"b\",\"d\"]]");
    pairs("('a', '2024-03-02', 0), ('d', '2024-03-01', 1)", "NULL");
    pairs("('a', '2024-03-01', 0), ('d', '2024-03-01', 1)", "[[\"a\",\"d\"]]");
    pairs("('d', '2024-03-01', 1), ('e', '2024-03-01', 1)", "NULL");
    pairs("('a', '2024-03-01', 0)", "NULL");
}

Test(function_twins, two_years_are_the_limit)
{
    pairs("('a', '2022-03-02', 0), ('d', '2024-03-01', 1)", "[[\"a\",\"d\"]]"); // 730 days
    pairs("('a', '2022-03-01', 0), ('d', '2024-03-01', 1)", "NULL");
}

Test(function_twins, each_is_taken_once_by_the_earlier_done_act)
{
    pairs("('e', '2024-03-05', 1), ('d', '2024-03-01', 1), ('a', '2024-02-01', 0), ('b', '2024-01-01', 0)",
          "[[\"a\",\"d\"],[\"b\",\"e\"]]");
    pairs("('d', '2024-03-01', 1), ('e', '2024-03-05', 1), ('a', '2024-03-03', 0)", "[[\"a\",\"e\"]]");
    pairs("('d', '2024-03-01', 1), ('e', '2024-03-02', 1), ('f', '2024-03-03', 1), ('a', '2024-01-01', 0), "
          "('b', '2024-01-02', 0), ('c', '2024-01-03', 0)",
          "[[\"c\",\"d\"],[\"b\",\"e\"],[\"a\",\"f\"]]");
}

Test(function_twins, of_one_day_the_lowest_key_is_first)
{
    pairs("('b', '2024-01-01', 0), ('a', '2024-01-01', 0), ('e', '2024-02-01', 1), ('d', '2024-02-01', 1)",
          "[[\"a\",\"d\"],[\"b\",\"e\"]]");
}

Test(function_twins, without_a_day_an_act_is_nobodys_twin)
{
    pairs("('a', NULL, 0), ('d', '2024-02-01', 1)", "NULL");
    pairs("('a', '2024-01-01', 0), ('d', 'soon', 1)", "NULL");
}

Test(function_twins, days_between_counts_days)
{
    BENCH_CHECK({"days_between('2024-02-28', '2024-03-01')", "2", NULL},
                {"days_between('2024-03-01', '2024-02-28')", "-2", NULL},
                {"days_between('2024-03-01', '2024-03-01')", "0", NULL},
                {"days_between(NULL, '2024-03-01')", "NULL", NULL}, {"days_between('soon', '2024-03-01')", "NULL", NULL});
}
