#include "ui/run_words.h"

#include <string.h>
#include <time.h>

#include "base/intl.h"

const char *number_words(Arena *a, int64_t n)
{
    AUTO(buf_free) Buf text = {0};
    number_shown(n, &text);
    return str_keep(a, buf_str(&text));
}

const char *clock_words(Arena *a, Instant at)
{
    struct tm day;
    time_t seconds = (time_t)(at / 1000000);
    if (!at)
        return "-";
    localtime_r(&seconds, &day);
    return arena_text(a, "%02d:%02d:%02d", day.tm_hour, day.tm_min, day.tm_sec);
}

const char *run_symbol(const char *status)
{
    return !strcmp(status, "done")      ? "+"
           : !strcmp(status, "partial") ? "%"
           : !strcmp(status, "running") ? "o"
                                        : "x";
}

Role run_role(const char *status)
{
    return !strcmp(status, "done")      ? ROLE_GOOD
           : !strcmp(status, "partial") ? ROLE_WARN
           : !strcmp(status, "running") ? ROLE_ACTIVE
                                        : ROLE_BAD;
}
