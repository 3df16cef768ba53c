#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/function_bench.h"

#define NO_DATE "date.invalid: not a date"

Test(function_dates, date_of_reads_the_order_it_is_told)
{
    BENCH_CHECK(
        {"date_of('2020-01-31', 'ymd')", "'2020-01-31'", NULL},
        {"date_of('31/01/2020', 'dmy')", "'2020-01-31'", NULL},
        {"date_of('1.31.2020', 'mdy')", "'2020-01-31'", NULL},
        {"date_of(20200131, 'ymd')", "'2020-01-31'", NULL},
        {"date_of('  2020-01-31 ', 'ymd')", "'2020-01-31'", NULL},
        {"date_of('2024-02-29', 'ymd')", "'2024-02-29'", NULL}, {"date_of(NULL, 'ymd')", "NULL", NULL},
        {"date_of('', 'ymd')", "NULL", NULL}, {"date_of('  ', 'dmy')", "NULL", NULL},
        {"date_of('2023-02-29', 'ymd')", "NULL", NO_DATE}, {"date_of('31/01/2020', 'mdy')", "NULL", NO_DATE},
        {"date_of('2020-01-31 10:00', 'ymd')", "NULL", NO_DATE},
        {"date_of('0000-00-00', 'ymd')", "NULL", NO_DATE},
        {"date_of('2020-01-31' || char(0), 'ymd')", "NULL", NO_DATE}, {"date_of(-1, 'ymd')", "NULL", NO_DATE},
        {"date_of(cast(x'ff' AS TEXT), 'ymd')", "NULL", NO_DATE}, {"date_of(1e400, 'ymd')", "NULL", NO_DATE},
        {"date_of(printf('%.1000000c', '1'), 'ymd')", "NULL", NO_DATE},
        {"try_date('31/01/2020', 'dmy')", "'2020-01-31'", NULL},
        {"try_date('rubbish', 'dmy')", "NULL", NULL});
}

Test(function_dates, instant_of_moves_local_time_to_utc)
{
    BENCH_CHECK(
        {"instant_of('2024-01-15', '10:30', 'Europe/Madrid')", "'2024-01-15 09:30:00+00:00'", NULL},
        {"instant_of('2024-07-15', '9:05:07', 'Europe/Madrid')", "'2024-07-15 07:05:07+00:00'", NULL},
        {"instant_of('2024-07-15', '09:05:07.123', 'UTC')", "'2024-07-15 09:05:07+00:00'", NULL},
        {"instant_of('2024-03-31', '02:30', 'Europe/Madrid')", "'2024-03-31 01:30:00+00:00'",
         "time.dst: the clocks skipped this time; moved forward"},
        {"instant_of('2024-10-27', '02:30', 'Europe/Madrid')", "'2024-10-27 00:30:00+00:00'",
         "time.dst: this time came twice; the first is taken"},
        {"instant_of(NULL, '10:30', 'UTC')", "NULL", NULL},
        {"instant_of('2024-01-15', NULL, 'UTC')", "NULL", NULL},
        {"instant_of('2024-01-15', '', NULL)", "NULL", NULL},
        {"instant_of('15/01/2024', '10:30', 'UTC')", "NULL", "time.invalid: not a date"},
        {"instant_of('2024-01-15', '24:00', 'UTC')", "NULL", "time.invalid: not a time"},
        {"instant_of('2024-01-15', '10:60', 'UTC')", "NULL", "time.invalid: not a time"},
        {"instant_of('2024-01-15', '1030', 'UTC')", "NULL", "time.invalid: not a time"},
        {"instant_of('2024-01-15', '10:30:', 'UTC')", "NULL", "time.invalid: not a time"},
        {"instant_of('2024-01-15', '10:30:00.', 'UTC')", "NULL", "time.invalid: not a time"},
        {"instant_of('2024-01-15', '10:30pm', 'UTC')", "NULL", "time.invalid: not a time"},
        {"instant_of('9999-12-31', '23:00', 'America/New_York')", "NULL", "time.invalid: out of range"});
}

Test(function_dates, instant_utc_keeps_the_moment)
{
    BENCH_CHECK({"instant_utc('2024-05-01T00:30:00+02:00')", "'2024-04-30 22:30:00+00:00'", NULL},
                {"instant_utc('2024-05-01 00:30')", "'2024-05-01 00:30:00+00:00'", NULL},
                {"instant_utc('2024-05-01')", "'2024-05-01 00:00:00+00:00'", NULL},
                {"instant_utc('2024-05-01T00:30:00.250Z')", "'2024-05-01 00:30:00.250000+00:00'", NULL},
                {"instant_utc('')", "NULL", NULL}, {"instant_utc(NULL)", "NULL", NULL},
                {"instant_utc('yesterday')", "NULL", "time.invalid: not an instant"},
                {"instant_utc(12.5)", "NULL", "time.invalid: not an instant"},
                {"instant_utc('0001-01-01T00:00:00+14:00')", "NULL", "time.invalid: not an instant"});
}

Test(function_dates, add_minutes_crosses_days_and_refuses_what_no_calendar_holds)
{
    BENCH_CHECK({"add_minutes('2024-02-28 23:50:00+00:00', 20)", "'2024-02-29 00:10:00+00:00'", NULL},
                {"add_minutes('2024-03-01 00:10:00+00:00', '-20')", "'2024-02-29 23:50:00+00:00'", NULL},
                {"add_minutes('2024-03-01T00:10:00+02:00', 0)", "'2024-02-29 22:10:00+00:00'", NULL},
                {"add_minutes(NULL, 5)", "NULL", NULL}, {"add_minutes('2024-03-01', NULL)", "NULL", NULL},
                {"add_minutes('2024-03-01', 'half')", "NULL", "integer.invalid: not an integer"},
                {"add_minutes('soon', 5)", "NULL", "time.invalid: not an instant"},
                {"add_minutes('9999-12-31 23:59:00+00:00', 1)", "NULL", "time.invalid: out of range"},
                {"add_minutes('0001-01-01 00:00:00+00:00', -1)", "NULL", "time.invalid: out of range"},
                {"add_minutes('2024-03-01', 9223372036854775807)", "NULL", "time.invalid: out of range"},
                {"add_minutes('2024-03-01', 1e400)", "NULL", "time.invalid: out of range"});
}

Test(function_dates, now_and_today_are_the_runs)
{
    BENCH_CHECK({"now()", "'2026-11-21 12:34:56+00:00'", NULL}, {"today()", "'2026-11-21'", NULL});
}

Test(function_dates, mistakes_of_the_mapping_are_errors)
{
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    cr_expect(strstr(bench_error(b, a, "date_of('2020-01-01', 'ydm')"), "'ymd', 'dmy' or 'mdy'"));
    cr_expect(strstr(bench_error(b, a, "try_date(NULL, NULL)"), "'ymd', 'dmy' or 'mdy'"));
    cr_expect(
        strstr(bench_error(b, a, "instant_of('2020-01-01', '10:00', 'Europe/Nowhere')"), "Europe/Nowhere"));
    cr_expect(
        strstr(bench_error(b, a, "instant_of('2020-01-01', '10:00', '../../etc/passwd')"), "no time zone"));
    cr_expect(strstr(bench_error(b, a, "instant_of('2020-01-01', '10:00', NULL)"), "not set"));
}
