#include <criterion/criterion.h>

#include "base/intl.h"
#include "ui/when.h"

static Arena *a;
static void start(void)
{
    a = arena_new();
    intl_start("en");
}
static void end(void)
{
    arena_free(a);
}
TestSuite(when, .init = start, .fini = end);

static Instant at(const char *text)
{
    Instant instant;
    bool has_offset;
    cr_assert(instant_parse(str_of(text), &instant, &has_offset));
    return instant;
}

Test(when, the_nearer_the_shorter)
{
    Instant now = at("2026-03-01T12:00:00Z");
    cr_assert_str_eq(when_short(a, "2026-03-01T09:12:59.500Z", now), "09:12");
    cr_assert_str_eq(when_short(a, "2026-02-28T23:59:59Z", now), "yesterday");
    cr_assert_str_eq(when_short(a, "2026-02-27T23:59:59Z", now), "2 d ago");
    cr_assert_str_eq(when_short(a, "2026-01-30T12:00:00Z", now), "2026-01-30");
    cr_assert_str_eq(when_short(a, "2026-03-02T00:01:00Z", now), "00:01"); // of a clock that is ahead
    cr_assert_str_eq(when_short(a, NULL, now), "never");
    cr_assert_str_eq(when_short(a, "soon", now), "never");
    cr_assert_str_eq(when_whole(a, "2026-01-31T09:12:59Z"), "2026-01-31 09:12");
    cr_assert_str_eq(when_whole(a, NULL), "");
}

Test(when, durations)
{
    cr_assert_str_eq(took_short(a, 0.2), "0:00");
    cr_assert_str_eq(took_short(a, 59.6), "1:00");
    cr_assert_str_eq(took_short(a, 3753), "1:02:33");
    cr_assert_str_eq(took_short(a, -1), "-");
    cr_assert_str_eq(took_short(a, 1e300), "-");
    cr_assert_str_eq(time_about(a, 3, 3.5), "4 s");
    cr_assert_str_eq(time_about(a, 3, 20), "3-21 s");
    cr_assert_str_eq(time_about(a, 60, 150), "1-3 min");
    cr_assert_str_eq(time_about(a, 3600, 9000), "1-3 h");
    cr_assert_null(time_about(a, -1, -1));
    cr_assert_null(time_about(a, 0, 1e300));
}

Test(when, sizes)
{
    cr_assert_str_eq(bytes_short(a, 0), "0 B");
    cr_assert_str_eq(bytes_short(a, 999), "999 B");
    cr_assert_str_eq(bytes_short(a, 1900000000), "1.9 GB");
    cr_assert_str_eq(bytes_short(a, 301000000), "301 MB");
    cr_assert_str_eq(bytes_short(a, -5), "0 B");
}
