// Dates and instants from text, in any time zone, without the process's own locale or TZ.
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/str.h"

typedef struct {
    int year, month, day; // proleptic Gregorian, year 1..9999
} Date;

// Microseconds since 1970-01-01T00:00:00Z.
typedef int64_t Instant;

bool date_valid(Date d);
// order: "ymd", "dmy" or "mdy"; separators '-', '/' or '.'; ymd also without separators (20240131).
// The whole text must be the date; nothing may follow.
bool date_parse(Str text, const char *order, Date *out);
void date_format(Date d, Buf *out);  // YYYY-MM-DD
int64_t date_days(Date d);           // days since 1970-01-01
Date date_of_days(int64_t days);

// ISO 8601: date, 'T' or blank, HH:MM[:SS[.fraction]], optional Z or offset; a bare date is midnight.
// Without an offset *has_offset is false and the instant is what the text says, read as UTC.
bool instant_parse(Str text, Instant *out, bool *has_offset);
void instant_format(Instant t, Buf *out);      // 2026-11-21 12:00:00+00:00, .ffffff when there are any
void instant_rfc3339(Instant t, Buf *out);     // 2026-11-21T12:00:00.000Z: events and reports
Date instant_date(Instant t);                  // its day in UTC
Instant instant_now(void);                     // the clock: never for values of rows
bool clock_is_sane(Instant now);               // no clock of this program's time says less than 2025, or 2100
Instant steady_now(void); // of a clock nobody can set: only differences mean something, for durations

typedef enum { LOCAL_OK, LOCAL_GAP, LOCAL_OVERLAP, LOCAL_NO_ZONE } LocalState;
// A clinic's wall-clock time as an instant. GAP (skipped hour): moved forward by the gap. OVERLAP
// (repeated hour): the first of the two. zone: IANA name, found in the system's tzdata.
LocalState instant_of_local(Date d, int hour, int minute, int second, const char *zone, Instant *out);

#endif
