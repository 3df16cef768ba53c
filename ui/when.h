// Moments and durations in few columns, in local time and the language of messages. For readers (app_fetch): a
// screen's paint has no clock.
#ifndef UI_WHEN_H
#define UI_WHEN_H

#include "base/date.h"

// "09:12" of today, "yesterday", "3 d ago", "2026-01-31" when it is a month and more ago; "never" for NULL and
// what is no moment. At most ten columns.
const char *when_short(Arena *a, const char *at, Instant now);
const char *when_whole(Arena *a, const char *at); // "2026-01-31 09:12"; "" for NULL
const char *took_short(Arena *a, double seconds); // "0:03", "12:40", "1:02:33"; "-" when negative
const char *time_about(Arena *a, double low_s, double high_s); // "2-5 min"; NULL when unknown
const char *bytes_short(Arena *a, int64_t bytes);              // "812 B", "1.9 GB"

#endif
