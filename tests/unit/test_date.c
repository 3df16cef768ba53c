#include "base/date.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

typedef struct {
    const char *text, *order, *expected; // expected NULL: refused
} Reading;

Test(date, reads_only_whole_real_dates)
{
    static const Reading readings[] = {
        {"2024-01-31", "ymd", "2024-01-31"}, {"20240131", "ymd", "2024-01-31"},
        {"2024/1/5", "ymd", "2024-01-05"},   {"2024.01.05", "ymd", "2024-01-05"},
        {"31/12/1999", "dmy", "1999-12-31"}, {"1-2-2003", "dmy", "2003-02-01"},
        {"12.31.1999", "mdy", "1999-12-31"}, {"0001-01-01", "ymd", "0001-01-01"},
        {"9999-12-31", "ymd", "9999-12-31"}, {"2024-02-29", "ymd", "2024-02-29"},
        {"2000-02-29", "ymd", "2000-02-29"}, {"1900-02-29", "ymd", NULL},
        {"2023-02-29", "ymd", NULL},         {"2023-02-30", "ymd", NULL},
        {"0000-00-00", "ymd", NULL},         {"0000-01-01", "ymd", NULL},
        {"9999-99-99", "ymd", NULL},         {"99999999", "ymd", NULL},
        {"2024-04-31", "ymd", NULL},         {"2024-00-10", "ymd", NULL},
        {"2024-13-01", "ymd", NULL},         {"2024-01-00", "ymd", NULL},
        {"31/02/2024", "dmy", NULL},         {"12/31/1999", "dmy", NULL},
        {"31/12/99", "dmy", NULL},           {"24-01-31", "ymd", NULL},
        {"2024-01/31", "ymd", NULL},         {"2024-01-31 ", "ymd", NULL},
        {" 2024-01-31", "ymd", NULL},        {"2024-01-31T00:00:00", "ymd", NULL},
        {"2024-01", "ymd", NULL},            {"2024-01-", "ymd", NULL},
        {"2024-1-311", "ymd", NULL},         {"12024-01-31", "ymd", NULL},
        {"31012024", "dmy", NULL},           {"2024 01 31", "ymd", NULL},
        {"2024013", "ymd", NULL},            {"-2024-01-31", "ymd", NULL},
        {"", "ymd", NULL},                   {"hoy", "dmy", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
        Date d;
        bool ok = date_parse(str_of(readings[i].text), readings[i].order, &d);
        cr_assert_eq(ok, readings[i].expected != NULL, "%s", readings[i].text);
        if (!ok)
            continue;
        AUTO(buf_free) Buf out = {0};
        date_format(d, &out);
        cr_assert_str_eq(buf_text(&out), readings[i].expected);
    }
    Date d;
    cr_assert_not(date_parse((Str){NULL, 0}, "ymd", &d));
}

Test(date, days_and_dates_agree_through_all_years)
{
    cr_assert_eq(date_days((Date){1970, 1, 1}), 0);
    cr_assert_eq(date_days((Date){2000, 3, 1}), 11017);
    cr_assert_eq(date_days((Date){1, 1, 1}), -719162);
    int64_t last = date_days((Date){9999, 12, 31});
    cr_assert_eq(last, 2932896);
    Date before = {1, 1, 1};
    for (int64_t day = -719161; day <= last; day++) {
        Date d = date_of_days(day);
        cr_assert(date_valid(d));
        cr_assert_eq(date_days(d), day);
        bool next_day = d.day == before.day + 1 && d.month == before.month;
        cr_assert(next_day || d.day == 1);
        before = d;
    }
}

typedef struct {
    const char *text, *expected; // expected NULL: refused
    bool has_offset;
} Moment;

Test(instant, reads_iso_8601)
{
    static const Moment moments[] = {
        {"2026-11-21T12:00:00Z", "2026-11-21 12:00:00+00:00", true},
        {"2026-11-21 12:00:00+00", "2026-11-21 12:00:00+00:00", true},
        {"2026-11-21T12:00:00+02:00", "2026-11-21 10:00:00+00:00", true},
        {"2026-11-21T00:30:00.5-0130", "2026-11-21 02:00:00.500000+00:00", true},
        {"2026-01-01T00:30:00+01:00", "2025-12-31 23:30:00+00:00", true},
        {"2026-11-21T12:00", "2026-11-21 12:00:00+00:00", false},
        {"2026-11-21", "2026-11-21 00:00:00+00:00", false},
        {"2026-11-21 12:00:00.123456789", "2026-11-21 12:00:00.123456+00:00", false},
        {"1969-12-31T23:59:59.999999Z", "1969-12-31 23:59:59.999999+00:00", true},
        {"0001-01-01T00:00:00Z", "0001-01-01 00:00:00+00:00", true},
        {"9999-12-31T23:59:59Z", "9999-12-31 23:59:59+00:00", true},
        {"2026-11-21T24:00:00Z", NULL, false},      {"2026-11-21T23:60:00Z", NULL, false},
        {"2026-11-21T23:59:60Z", NULL, false},      {"2026-11-21T2:00", NULL, false},
        {"2026-11-21T12", NULL, false},             {"2026-11-21T12:00:00.", NULL, false},
        {"2026-11-21T12:00:00 Z", NULL, false},     {"2026-11-21T12:00:00Zx", NULL, false},
        {"2026-11-21T12:00:00+1", NULL, false},     {"2026-11-21T12:00:00+01:", NULL, false},
        {"2026-11-21T12:00:00+25:00", NULL, false}, {"2026-11-21Z", NULL, false},
        {"2026-02-30T12:00:00Z", NULL, false},      {"0001-01-01T00:00:00+01:00", NULL, false},
        {"9999-12-31T23:30:00-01:00", NULL, false}, {"2026-11-21T", NULL, false},
        {"12:00:00", NULL, false},                  {"", NULL, false},
    };
    Instant t;
    bool has_offset = false;
    cr_assert_not(instant_parse((Str){NULL, 0}, &t, &has_offset));
    for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
        bool ok = instant_parse(str_of(moments[i].text), &t, &has_offset);
        cr_assert_eq(ok, moments[i].expected != NULL, "%s", moments[i].text);
        if (!ok)
            continue;
        AUTO(buf_free) Buf out = {0};
        instant_format(t, &out);
        cr_assert_str_eq(buf_text(&out), moments[i].expected);
        cr_assert_eq(has_offset, moments[i].has_offset, "%s", moments[i].text);
    }
}

Test(instant, rfc3339_has_milliseconds_also_before_1970)
{
    AUTO(buf_free) Buf out = {0};
    instant_rfc3339(-1, &out);
    cr_assert_str_eq(buf_text(&out), "1969-12-31T23:59:59.999Z");
    buf_clear(&out);
    instant_rfc3339(1500, &out);
    cr_assert_str_eq(buf_text(&out), "1970-01-01T00:00:00.001Z");
    cr_assert_eq(instant_date(-1).day, 31);
    cr_assert_eq(instant_date(0).day, 1);
}

Test(instant, now_is_after_this_was_written)
{
    cr_assert_gt(instant_now(), date_days((Date){2024, 1, 1}) * 86400LL * 1000000);
}

// ---- Wall clocks ------------------------------------------------------------------------------

typedef struct {
    Date date;
    int hour, minute;
    const char *zone, *expected;
    LocalState state;
} Clock;

static const Clock clocks[] = {
    {{2024, 1, 15}, 9, 30, "Europe/Madrid", "2024-01-15 08:30:00+00:00", LOCAL_OK},
    {{2024, 7, 15}, 9, 30, "Europe/Madrid", "2024-07-15 07:30:00+00:00", LOCAL_OK},
    {{2024, 3, 31}, 1, 59, "Europe/Madrid", "2024-03-31 00:59:00+00:00", LOCAL_OK},
    {{2024, 3, 31}, 2, 0, "Europe/Madrid", "2024-03-31 01:00:00+00:00", LOCAL_GAP},
    {{2024, 3, 31}, 2, 30, "Europe/Madrid", "2024-03-31 01:30:00+00:00", LOCAL_GAP},
    {{2024, 3, 31}, 3, 0, "Europe/Madrid", "2024-03-31 01:00:00+00:00", LOCAL_OK},
    {{2024, 10, 27}, 1, 59, "Europe/Madrid", "2024-10-26 23:59:00+00:00", LOCAL_OK},
    {{2024, 10, 27}, 2, 30, "Europe/Madrid", "2024-10-27 00:30:00+00:00", LOCAL_OVERLAP},
    {{2024, 10, 27}, 3, 0, "Europe/Madrid", "2024-10-27 02:00:00+00:00", LOCAL_OK},
    {{2024, 1, 1}, 0, 30, "Europe/Madrid", "2023-12-31 23:30:00+00:00", LOCAL_OK},
    {{2024, 1, 1}, 0, 30, "Atlantic/Canary", "2024-01-01 00:30:00+00:00", LOCAL_OK},
    {{2024, 12, 31}, 23, 30, "America/Los_Angeles", "2025-01-01 07:30:00+00:00", LOCAL_OK},
    {{2150, 7, 1}, 12, 0, "Europe/Madrid", "2150-07-01 10:00:00+00:00", LOCAL_OK},
    {{1950, 7, 1}, 12, 0, "Europe/Madrid", "1950-07-01 11:00:00+00:00", LOCAL_OK},
    {{2011, 12, 30}, 12, 0, "Pacific/Apia", "2011-12-30 22:00:00+00:00", LOCAL_GAP}, // a whole day
    {{2024, 6, 1}, 12, 0, "UTC", "2024-06-01 12:00:00+00:00", LOCAL_OK},
};

static void check_clocks(void)
{
    for (size_t i = 0; i < ARRAY_LEN(clocks); i++) {
        const Clock *c = &clocks[i];
        Instant t = 0;
        LocalState state = instant_of_local(c->date, c->hour, c->minute, 0, c->zone, &t);
        AUTO(buf_free) Buf out = {0};
        instant_format(t, &out);
        cr_assert_eq(state, c->state, "%s: %d", c->expected, state);
        cr_assert_str_eq(buf_text(&out), c->expected);
    }
}

Test(zone, gaps_move_forward_and_overlaps_take_the_first)
{
    check_clocks();
}

Test(zone, the_process_zone_neither_matters_nor_changes)
{
    setenv("TZ", "America/New_York", 1);
    tzset();
    check_clocks();
    cr_assert_str_eq(getenv("TZ"), "America/New_York");
    time_t noon = 1720440000; // 2024-07-08T12:00:00Z
    cr_assert_eq(localtime(&noon)->tm_hour, 8);
    unsetenv("TZ");
    tzset();
    Instant t;
    cr_assert_eq(instant_of_local((Date){1999, 1, 1}, 0, 0, 0, "Asia/Tokyo", &t), LOCAL_OK);
    cr_assert_null(getenv("TZ"));
}

Test(zone, only_zones_of_the_system_exist)
{
    static const char *const names[] = {
        "", "Europe/Atlantis", "Europe", "../zoneinfo/Europe/Madrid", "/usr/share/zoneinfo/Europe/Madrid",
        "Europe/../Europe/Madrid", "tzdata.zi", "zone.tab",
        "Europe/MadridMadridMadridMadridMadridMadridMadridMadridMadridMadrid",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        Instant t = 42;
        cr_assert_eq(instant_of_local((Date){2024, 1, 1}, 0, 0, 0, names[i], &t), LOCAL_NO_ZONE);
        cr_assert_eq(t, 42);
    }
}
