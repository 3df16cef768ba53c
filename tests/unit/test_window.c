#include "engine/window.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

static Instant at(const char *text)
{
    Instant t;
    bool has_offset;
    cr_assert(instant_parse(str_of(text), &t, &has_offset), "%s", text);
    return t;
}

static void in_madrid(void)
{
    setenv("TZ", "Europe/Madrid", 1);
    tzset();
}

Test(window, only_two_different_times)
{
    static const char *const bad[] = {"",            "22:00",       "22:00-",       "22:00-22:00", "24:00-06:00",
                                      "22:60-06:00", "2:00-06:00",  "22:00-06:0x",  "22:00-06:00 ", "22-06",
                                      "22:00-06:00-08:00"};
    DayWindow w;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_not(window_parse(str_of(bad[i]), &w), "%s", bad[i]);
    cr_assert(window_parse(STR("22:00-06:30"), &w));
    cr_assert_eq(w.from_s, 22 * 3600);
    cr_assert_eq(w.to_s, 6 * 3600 + 1800);
    cr_assert(window_parse(STR("00:00:01-23:59:59"), &w));
}

Test(window, open_over_midnight_by_local_time, .init = in_madrid)
{
    DayWindow night = {22 * 3600, 6 * 3600}, day = {9 * 3600, 17 * 3600};
    cr_assert_not(window_open(&night, at("2026-01-10T20:59:59Z"))); // 21:59:59 in Madrid
    cr_assert(window_open(&night, at("2026-01-10T21:00:00Z")));
    cr_assert(window_open(&night, at("2026-01-11T04:59:59Z")));
    cr_assert_not(window_open(&night, at("2026-01-11T05:00:00Z")));
    cr_assert(window_open(&day, at("2026-07-10T07:00:00Z"))); // summer time
    cr_assert_not(window_open(&day, at("2026-07-10T15:00:00Z")));
}

Test(window, opens_next_also_where_the_clock_changes, .init = in_madrid)
{
    DayWindow night = {22 * 3600, 6 * 3600}, gap = {2 * 3600 + 1800, 4 * 3600};
    cr_assert_eq(window_next(&night, at("2026-01-10T12:00:00Z")), at("2026-01-10T21:00:00Z"));
    cr_assert_eq(window_next(&night, at("2026-01-10T21:00:00Z")), at("2026-01-11T21:00:00Z"));
    cr_assert_eq(window_next(&night, at("2026-03-28T21:30:00Z")), at("2026-03-29T20:00:00Z")); // a day of 23 hours
    // 02:30 does not exist on that day: some moment within the hour around it
    Instant opens = window_next(&gap, at("2026-03-29T00:00:00Z"));
    cr_assert(opens >= at("2026-03-29T00:30:00Z") && opens <= at("2026-03-29T01:30:00Z"));
}
