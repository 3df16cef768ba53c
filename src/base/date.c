#include "base/date.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { MICROS = 1000000, DAY_SECONDS = 86400 };

// ---- Days -----------------------------------------------------------------------------------

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (leap && month == 2);
}

bool date_valid(Date d)
{
    return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= month_days(d.year, d.month);
}

// Years are counted from March, so that the leap day comes last; 400 years are 146,097 days.
int64_t date_days(Date d)
{
    int64_t year = d.year - (d.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((d.month + 9) % 12) + 2) / 5 + d.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

Date date_of_days(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
    return (Date){
        .year = (int)(year_of_era + era * 400) + (month <= 2),
        .month = month,
        .day = (int)(day_of_year - (153 * march_month + 2) / 5) + 1,
    };
}

// ---- Reading ----------------------------------------------------------------------------------

// Takes from min to max digits off the front of s.
static bool take_number(Str *s, size_t min, size_t max, int *out)
{
    size_t n = 0;
    for (*out = 0; n < max && n < s->len && s->at[n] >= '0' && s->at[n] <= '9'; n++)
        *out = *out * 10 + (s->at[n] - '0');
    s->at += n;
    s->len -= n;
    return n >= min;
}

static bool take_char(Str *s, char c)
{
    if (!s->len || s->at[0] != c)
        return false;
    s->at++;
    s->len--;
    return true;
}

static bool take_field(Str *s, char field, Date *d)
{
    switch (field) {
    case 'y': return take_number(s, 4, 4, &d->year);
    case 'm': return take_number(s, 1, 2, &d->month);
    default: return take_number(s, 1, 2, &d->day);
    }
}

static bool all_digits(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return true;
}

static bool take_date(Str *s, const char *order, Date *d)
{
    if (strcmp(order, "ymd") == 0 && s->len >= 8 && all_digits((Str){s->at, 8}))
        return take_number(s, 4, 4, &d->year) && take_number(s, 2, 2, &d->month) &&
               take_number(s, 2, 2, &d->day);
    if (!take_field(s, order[0], d) || !s->len)
        return false;
    char separator = s->at[0];
    if (separator != '-' && separator != '/' && separator != '.')
        return false;
    return take_char(s, separator) && take_field(s, order[1], d) && take_char(s, separator) &&
           take_field(s, order[2], d);
}

bool date_parse(Str text, const char *order, Date *out)
{
    Date d = {0};
    if (!text.at || !take_date(&text, order, &d) || text.len || !date_valid(d))
        return false;
    *out = d;
    return true;
}

// HH:MM[:SS[.fraction]] as microseconds of the day; digits beyond the sixth are dropped.
static bool take_time(Str *s, int64_t *micros)
{
    int hour, minute, second = 0, fraction = 0;
    if (!take_number(s, 2, 2, &hour) || !take_char(s, ':') || !take_number(s, 2, 2, &minute))
        return false;
    if (take_char(s, ':')) {
        if (!take_number(s, 2, 2, &second))
            return false;
        if (take_char(s, '.')) {
            size_t before = s->len;
            if (!take_number(s, 1, 6, &fraction))
                return false;
            for (size_t n = before - s->len; n < 6; n++)
                fraction *= 10;
            while (s->len && s->at[0] >= '0' && s->at[0] <= '9')
                s->at++, s->len--;
        }
    }
    *micros = ((hour * 60 + minute) * 60LL + second) * MICROS + fraction;
    return hour < 24 && minute < 60 && second < 60;
}

// Z, +HH, +HHMM or +HH:MM, as seconds east of UTC.
static bool take_offset(Str *s, int *seconds)
{
    int hours, minutes = 0;
    *seconds = 0;
    if (take_char(s, 'Z') || take_char(s, 'z'))
        return true;
    bool west = s->len && s->at[0] == '-';
    if (!take_char(s, '+') && !take_char(s, '-'))
        return false;
    if (!take_number(s, 2, 2, &hours))
        return false;
    bool colon = take_char(s, ':');
    if ((colon || s->len) && !take_number(s, 2, 2, &minutes))
        return false;
    *seconds = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
    return hours < 24 && minutes < 60;
}

bool instant_parse(Str text, Instant *out, bool *has_offset)
{
    Date d = {0};
    int64_t micros = 0;
    int offset = 0;
    bool offset_seen = false;
    if (!text.at || !take_date(&text, "ymd", &d) || !date_valid(d))
        return false;
    if (text.len) {
        if (!take_char(&text, 'T') && !take_char(&text, 't') && !take_char(&text, ' '))
            return false;
        if (!take_time(&text, &micros))
            return false;
        offset_seen = text.len > 0;
        if (offset_seen && (!take_offset(&text, &offset) || text.len))
            return false;
    }
    Instant t = (date_days(d) * DAY_SECONDS - offset) * MICROS + micros;
    if (!date_valid(instant_date(t))) // an offset may lead out of the years 1..9999
        return false;
    *out = t;
    *has_offset = offset_seen;
    return true;
}

// ---- Writing ------------------------------------------------------------------------------------

// Millions of instants are written in a run, and printf is slow at it. value: 0 or more, at most width
// digits.
static void add_number(Buf *out, int value, int width, char before)
{
    char text[8];
    text[0] = before;
    for (int i = width; i > 0; i--, value /= 10)
        text[i] = (char)('0' + value % 10);
    buf_add(out, before ? (Str){text, (size_t)width + 1} : (Str){text + 1, (size_t)width});
}

void date_format(Date d, Buf *out)
{
    if (d.year >= 0 && d.year <= 9999)
        add_number(out, d.year, 4, 0);
    else
        buf_addf(out, "%04d", d.year);
    add_number(out, d.month, 2, '-');
    add_number(out, d.day, 2, '-');
}

// An instant taken apart; rest is 0..999999 also before 1970.
typedef struct {
    Date date;
    int hour, minute, second, micros;
} Parts;

static Parts parts_of(Instant t)
{
    int64_t micros = t % MICROS, seconds = t / MICROS;
    if (micros < 0) {
        micros += MICROS;
        seconds--;
    }
    int64_t second = seconds % DAY_SECONDS, days = seconds / DAY_SECONDS;
    if (second < 0) {
        second += DAY_SECONDS;
        days--;
    }
    return (Parts){
        .date = date_of_days(days),
        .hour = (int)(second / 3600),
        .minute = (int)(second / 60 % 60),
        .second = (int)(second % 60),
        .micros = (int)micros,
    };
}

void instant_format(Instant t, Buf *out)
{
    Parts p = parts_of(t);
    date_format(p.date, out);
    add_number(out, p.hour, 2, ' ');
    add_number(out, p.minute, 2, ':');
    add_number(out, p.second, 2, ':');
    if (p.micros)
        add_number(out, p.micros, 6, '.');
    buf_add_text(out, "+00:00");
}

void instant_rfc3339(Instant t, Buf *out)
{
    Parts p = parts_of(t);
    date_format(p.date, out);
    buf_addf(out, "T%02d:%02d:%02d.%03dZ", p.hour, p.minute, p.second, p.micros / 1000);
}

Date instant_date(Instant t)
{
    return parts_of(t).date;
}

Instant instant_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (Instant)now.tv_sec * MICROS + now.tv_nsec / 1000;
}

bool clock_is_sane(Instant now)
{
    int year = instant_date(now).year;
    return year >= 2025 && year < 2100;
}

Instant steady_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (Instant)now.tv_sec * MICROS + now.tv_nsec / 1000;
}
