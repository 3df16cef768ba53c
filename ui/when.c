#include "ui/when.h"

#include <time.h>

#include "base/intl.h"

enum { SECOND = 1000000, MONTH_DAYS = 30 };

static struct tm local(Instant at)
{
    time_t seconds = (time_t)(at / SECOND);
    struct tm t = {0};
    localtime_r(&seconds, &t);
    return t;
}

static int64_t day_of(const struct tm *t)
{
    return date_days((Date){t->tm_year + 1900, t->tm_mon + 1, t->tm_mday});
}

static const char *day_shown(Arena *a, const struct tm *t)
{
    return arena_text(a, "%04d-%02d-%02d", t->tm_year + 1900, t->tm_mon + 1, t->tm_mday);
}

static const char *hour_shown(Arena *a, const struct tm *t)
{
    return arena_text(a, "%02d:%02d", t->tm_hour, t->tm_min);
}

const char *when_short(Arena *a, const char *at, Instant now)
{
    Instant instant;
    bool has_offset;
    if (!at || !instant_parse(str_of(at), &instant, &has_offset))
        return _("never");
    struct tm then = local(instant), today = local(now);
    int64_t days = day_of(&today) - day_of(&then);
    if (days <= 0)
        return hour_shown(a, &then);
    if (days == 1)
        return _("yesterday");
    return days < MONTH_DAYS ? arena_text(a, _("%lld d ago"), (long long)days) : day_shown(a, &then);
}

const char *when_whole(Arena *a, const char *at)
{
    Instant instant;
    bool has_offset;
    if (!at || !instant_parse(str_of(at), &instant, &has_offset))
        return "";
    struct tm then = local(instant);
    return arena_text(a, "%s %s", day_shown(a, &then), hour_shown(a, &then));
}

const char *took_short(Arena *a, double seconds)
{
    if (!(seconds >= 0) || seconds > 1e9)
        return "-";
    long long s = (long long)(seconds + 0.5);
    if (s < 3600)
        return arena_text(a, "%lld:%02lld", s / 60, s % 60);
    return arena_text(a, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
}

const char *time_about(Arena *a, double low_s, double high_s)
{
    int i = high_s < 90 ? 0 : high_s < 5400 ? 1 : 2;
    double unit = i == 0 ? 1 : i == 1 ? 60 : 3600;
    if (low_s < 0 || !(high_s < 1e9))
        return NULL;
    double low = (double)(int64_t)(low_s / unit), high = (double)(int64_t)(high_s / unit) + 1;
    AUTO(buf_free) Buf text = {0};
    if (low >= high - 1)
        buf_addf(&text, i == 0 ? _("%.0f s") : i == 1 ? _("%.0f min") : _("%.0f h"), high);
    else
        buf_addf(&text, i == 0 ? _("%.0f-%.0f s") : i == 1 ? _("%.0f-%.0f min") : _("%.0f-%.0f h"), low, high);
    return str_keep(a, buf_str(&text));
}

const char *bytes_short(Arena *a, int64_t bytes)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
    double size = (double)MAX(bytes, 0);
    size_t i = 0;
    for (; size >= 1000 && i + 1 < ARRAY_LEN(units); i++)
        size /= 1000;
    return arena_text(a, i && size < 10 ? "%.1f %s" : "%.0f %s", size, units[i]);
}
