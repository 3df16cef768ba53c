#include "engine/window.h"

#include <time.h>

static bool two_digits(Str *text, int limit, int *out)
{
    if (text->len < 2 || text->at[0] < '0' || text->at[0] > '9' || text->at[1] < '0' || text->at[1] > '9')
        return false;
    *out = (text->at[0] - '0') * 10 + (text->at[1] - '0');
    text->at += 2;
    text->len -= 2;
    return *out < limit;
}

static bool colon(Str *text)
{
    if (!text->len || text->at[0] != ':')
        return false;
    text->at++;
    text->len--;
    return true;
}

static bool time_of_day(Str text, int *out)
{
    int hour, minute, second = 0;
    if (!two_digits(&text, 24, &hour) || !colon(&text) || !two_digits(&text, 60, &minute))
        return false;
    if (text.len && (!colon(&text) || !two_digits(&text, 60, &second)))
        return false;
    *out = hour * 3600 + minute * 60 + second;
    return !text.len;
}

bool window_parse(Str text, DayWindow *out)
{
    Str from;
    return str_cut(&text, '-', &from) && text.at && time_of_day(from, &out->from_s) &&
           time_of_day(text, &out->to_s) && out->from_s != out->to_s;
}

static struct tm local(Instant at)
{
    time_t seconds = (time_t)(at / 1000000);
    struct tm parts;
    localtime_r(&seconds, &parts);
    return parts;
}

bool window_open(const DayWindow *w, Instant at)
{
    struct tm t = local(at);
    int now = t.tm_hour * 3600 + t.tm_min * 60 + t.tm_sec;
    if (w->from_s < w->to_s)
        return now >= w->from_s && now < w->to_s;
    return now >= w->from_s || now < w->to_s;
}

// The day's length may differ where the clock changes: the calendar is asked, not the arithmetic.
Instant window_next(const DayWindow *w, Instant at)
{
    for (int day = 0;; day++) {
        struct tm t = local(at);
        t.tm_mday += day;
        t.tm_hour = w->from_s / 3600;
        t.tm_min = w->from_s / 60 % 60;
        t.tm_sec = w->from_s % 60;
        t.tm_isdst = -1;
        Instant opens = (Instant)mktime(&t) * 1000000;
        if (opens > at || day > 2)
            return opens;
    }
}

void local_time_text(Instant at, Buf *out)
{
    struct tm t = local(at);
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%d %H:%M", &t);
    buf_add_text(out, text);
}
