// date_of, try_date, instant_of, instant_utc, add_minutes, days_between, now, today.
#include <sqlite3.h>

#include "base/intl.h"
#include "map/functions_sql.h"

enum { SECONDS_PER_DAY = 86400 };
static const int64_t second_us = 1000000;

// ---- Dates -------------------------------------------------------------------------

static const char *order_of(sqlite3_context *call, sqlite3_value *arg)
{
    static const char *const orders[] = {"ymd", "dmy", "mdy"};
    const char *order = (const char *)sqlite3_value_text(arg);
    for (size_t i = 0; i < ARRAY_LEN(orders); i++)
        if (str_is(str_of(order), orders[i]))
            return orders[i];
    call_fail(call, _("the order of a date must be 'ymd', 'dmy' or 'mdy'"));
    return NULL;
}

static void give_date(sqlite3_context *call, Date date)
{
    AUTO(buf_free) Buf out = {0};
    date_format(date, &out);
    call_give_buf(call, &out);
}

static void read_date(sqlite3_context *call, sqlite3_value **args, bool raise)
{
    const char *order = order_of(call, args[1]);
    if (!order)
        return;
    AUTO(buf_free) Buf scratch = {0};
    Str text = call_trimmed(args[0], &scratch);
    Date date;
    if (!text.len)
        return;
    if (date_parse(text, order, &date))
        give_date(call, date);
    else if (raise)
        call_issue(call, "date.invalid", N_("not a date"));
}

static void date_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    read_date(call, args, true);
}

static void try_date(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    read_date(call, args, false);
}

// ---- Instants ----------------------------------------------------------------------

// Years 1 to 9999: what instant_format can write and targets can hold.
static bool instant_fits(Instant t)
{
    static const Date first = {1, 1, 1}, last = {9999, 12, 31};
    return t >= date_days(first) * SECONDS_PER_DAY * second_us &&
           t < (date_days(last) + 1) * SECONDS_PER_DAY * second_us;
}

static void give_instant(sqlite3_context *call, Instant t)
{
    if (!instant_fits(t)) {
        call_issue(call, "time.invalid", N_("out of range"));
        return;
    }
    AUTO(buf_free) Buf out = {0};
    instant_format(t, &out);
    call_give_buf(call, &out);
}

// One or two digits below the limit, taken off the front.
static bool take_number(Str *rest, int limit, int *out)
{
    size_t i = 0;
    int value = 0;
    for (; i < rest->len && i < 2 && rest->at[i] >= '0' && rest->at[i] <= '9'; i++)
        value = value * 10 + rest->at[i] - '0';
    *rest = (Str){rest->at + i, rest->len - i};
    *out = value;
    return i > 0 && value < limit;
}

static bool take_char(Str *rest, char c)
{
    if (!rest->len || rest->at[0] != c)
        return false;
    *rest = (Str){rest->at + 1, rest->len - 1};
    return true;
}

// H:MM or HH:MM, perhaps with :SS and then a fraction, which is left out.
static bool read_clock(Str text, int *hour, int *minute, int *second)
{
    *second = 0;
    if (!take_number(&text, 24, hour) || !take_char(&text, ':') || !take_number(&text, 60, minute))
        return false;
    if (!text.len)
        return true;
    if (!take_char(&text, ':') || !take_number(&text, 60, second))
        return false;
    if (!text.len)
        return true;
    if (!take_char(&text, '.') || !text.len)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    return true;
}

static void instant_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    AUTO(buf_free) Buf day_text = {0};
    AUTO(buf_free) Buf clock_text = {0};
    Str day = call_trimmed(args[0], &day_text), clock = call_trimmed(args[1], &clock_text);
    if (!day.len || !clock.len)
        return;
    const char *zone = (const char *)sqlite3_value_text(args[2]);
    if (!zone || !*zone) {
        call_fail(call, _("instant_of: the time zone is not set"));
        return;
    }
    Date date;
    if (!date_parse(day, "ymd", &date)) {
        call_issue(call, "time.invalid", N_("not a date"));
        return;
    }
    int hour, minute, second;
    if (!read_clock(clock, &hour, &minute, &second)) {
        call_issue(call, "time.invalid", N_("not a time"));
        return;
    }
    Instant t;
    switch (instant_of_local(date, hour, minute, second, zone, &t)) {
    case LOCAL_NO_ZONE: call_fail(call, _("instant_of: there is no time zone %.64s"), zone); return;
    case LOCAL_GAP: call_issue(call, "time.dst", N_("the clocks skipped this time; moved forward")); break;
    case LOCAL_OVERLAP: call_issue(call, "time.dst", N_("this time came twice; the first is taken")); break;
    case LOCAL_OK: break;
    }
    give_instant(call, t);
}

// false: there is nothing to read, or an issue was raised.
static bool read_instant(sqlite3_context *call, sqlite3_value *arg, Instant *out)
{
    AUTO(buf_free) Buf scratch = {0};
    Str text = call_trimmed(arg, &scratch);
    bool has_offset;
    if (!text.len)
        return false;
    if (instant_parse(text, out, &has_offset))
        return true;
    call_issue(call, "time.invalid", N_("not an instant"));
    return false;
}

static void instant_utc(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    Instant t;
    if (read_instant(call, args[0], &t))
        give_instant(call, t);
}

static void add_minutes(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    int64_t minutes;
    if (call_any_null(2, args))
        return;
    IntState state = call_integer(args[1], &minutes);
    if (state == INT_NONE)
        return;
    if (state == INT_NOT_A_NUMBER) {
        call_issue(call, "integer.invalid", N_("not an integer"));
        return;
    }
    Instant t, span;
    if (!read_instant(call, args[0], &t))
        return;
    if (state == INT_OUT_OF_RANGE || __builtin_mul_overflow(minutes, 60 * second_us, &span) ||
        __builtin_add_overflow(t, span, &t)) {
        call_issue(call, "time.invalid", N_("out of range"));
        return;
    }
    give_instant(call, t);
}

static void days_between(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    AUTO(buf_free) Buf from_text = {0};
    AUTO(buf_free) Buf to_text = {0};
    Date from, to;
    if (date_parse(call_trimmed(args[0], &from_text), "ymd", &from) &&
        date_parse(call_trimmed(args[1], &to_text), "ymd", &to))
        sqlite3_result_int64(call, date_days(to) - date_days(from));
}

// ---- The run -----------------------------------------------------------------------

static void now(sqlite3_context *call, int n UNUSED, sqlite3_value **args UNUSED)
{
    AUTO(buf_free) Buf out = {0};
    instant_format(call_state(call)->host->as_of, &out);
    call_give_buf(call, &out);
}

static void today(sqlite3_context *call, int n UNUSED, sqlite3_value **args UNUSED)
{
    give_date(call, instant_date(call_state(call)->host->as_of));
}

const FunctionCode date_functions[] = {
    {"date_of", date_of},
    {"try_date", try_date},
    {"instant_of", instant_of},
    {"instant_utc", instant_utc},
    {"add_minutes", add_minutes},
    {"days_between", days_between},
    {"now", now},
    {"today", today},
    {0},
};
