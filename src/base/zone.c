// instant_of_local: the part of base/date.h that asks the system's time zones.
//
// libc knows only one zone at a time, that of the variable TZ. So TZ is switched only to learn the
// offsets of one zone in one year, put back, and everything else is answered from what was learnt.
#include "base/date.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    DAY_SECONDS = 86400,
    PROBE_SECONDS = DAY_SECONDS / 2,
    MOST_SPANS = 16,
    MOST_YEAR = 9999,
    ZONE_MAX = 64
};

// From the second `begin` (UTC) on, local time is UTC + offset; it holds until the next span begins.
typedef struct {
    int64_t begin;
    int offset;
} Span;

typedef struct {
    int n;
    Span spans[MOST_SPANS];
} Year;

typedef struct Zone Zone;
struct Zone {
    Zone *next;
    char name[ZONE_MAX];
    Year *years[MOST_YEAR + 1];
};

// A cache for the life of the process: zones are few, and a year is learnt in some 700 calls.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Zone *zones; // the last one used comes first

static const char zone_folder[] = "/usr/share/zoneinfo";

static bool zone_exists(const char *name)
{
    size_t len = strlen(name);
    if (!len || len >= ZONE_MAX || name[0] == '/' || strstr(name, ".."))
        return false;
    AUTO(buf_free) Buf path = {0};
    buf_addf(&path, "%s/%s", zone_folder, name);
    FILE *file = fopen(path.at, "re");
    if (!file)
        return false;
    char magic[4]; // RFC 8536: such a file begins with "TZif"; a folder cannot be read at all
    bool ok = fread(magic, 1, sizeof magic, file) == sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
    fclose(file);
    return ok;
}

static Zone *zone_find(const char *name)
{
    for (Zone **at = &zones; *at; at = &(*at)->next) {
        Zone *zone = *at;
        if (strcmp(zone->name, name) != 0)
            continue;
        *at = zone->next;
        zone->next = zones;
        zones = zone;
        return zone;
    }
    if (!zone_exists(name))
        return NULL;
    Zone *zone = calloc(1, sizeof *zone);
    if (!zone)
        abort();
    memcpy(zone->name, name, strlen(name) + 1);
    zone->next = zones;
    zones = zone;
    return zone;
}

// ---- Learning a year -------------------------------------------------------------------------

static char *switch_zone(const char *value)
{
    const char *old = getenv("TZ");
    char *kept = old ? strdup(old) : NULL;
    if (value)
        setenv("TZ", value, 1);
    else
        unsetenv("TZ");
    tzset();
    return kept;
}

static int offset_at(int64_t second)
{
    time_t t = (time_t)second;
    struct tm parts;
    return localtime_r(&t, &parts) ? (int)parts.tm_gmtoff : 0;
}

// The first second after `from` and up to `to` at which the offset is no longer that of `from`.
static int64_t change_between(int64_t from, int64_t to, int offset)
{
    while (to - from > 1) {
        int64_t middle = from + (to - from) / 2;
        if (offset_at(middle) == offset)
            from = middle;
        else
            to = middle;
    }
    return to;
}

// Two days more at each end: local time and UTC may disagree about the year.
static Year *learn(int year)
{
    Year *y = calloc(1, sizeof *y);
    if (!y)
        abort();
    int64_t at = (date_days((Date){year, 1, 1}) - 2) * DAY_SECONDS;
    int64_t end = (date_days((Date){year, 12, 31}) + 3) * DAY_SECONDS;
    y->spans[y->n++] = (Span){INT64_MIN, offset_at(at)};
    for (; at < end && y->n < MOST_SPANS; at += PROBE_SECONDS) {
        int before = y->spans[y->n - 1].offset, after = offset_at(at + PROBE_SECONDS);
        if (before != after)
            y->spans[y->n++] = (Span){change_between(at, at + PROBE_SECONDS, before), after};
    }
    return y;
}

static const Year *zone_year(Zone *zone, int year)
{
    if (!zone->years[year]) {
        AUTO(buf_free) Buf value = {0};
        buf_addf(&value, ":%s/%s", zone_folder, zone->name);
        char *old = switch_zone(value.at);
        zone->years[year] = learn(year);
        free(switch_zone(old));
        free(old);
    }
    return zone->years[year];
}

// ---- Answering ---------------------------------------------------------------------------------

static LocalState find(const Year *y, int64_t local, int64_t *utc)
{
    int64_t first = 0, gap = 0;
    int matches = 0;
    for (int i = 0; i < y->n; i++) {
        int64_t t = local - y->spans[i].offset;
        bool ended = i + 1 < y->n && t >= y->spans[i + 1].begin;
        if (t >= y->spans[i].begin && !ended && matches++ == 0)
            first = t;
        // Past the end here, and not yet begun in the next span: the clock jumped over it.
        if (ended && local - y->spans[i + 1].offset < y->spans[i + 1].begin)
            gap = t;
    }
    *utc = matches ? first : gap;
    return matches > 1 ? LOCAL_OVERLAP : matches ? LOCAL_OK : LOCAL_GAP;
}

LocalState instant_of_local(Date d, int hour, int minute, int second, const char *zone, Instant *out)
{
    int64_t local = date_days(d) * DAY_SECONDS + hour * 3600 + minute * 60 + second, utc = 0;
    if (d.year < 1 || d.year > MOST_YEAR)
        return LOCAL_NO_ZONE;
    pthread_mutex_lock(&lock);
    Zone *known = zone_find(zone);
    LocalState state = known ? find(zone_year(known, d.year), local, &utc) : LOCAL_NO_ZONE;
    pthread_mutex_unlock(&lock);
    if (state != LOCAL_NO_ZONE)
        *out = utc * 1000000;
    return state;
}
