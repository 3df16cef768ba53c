// Rows in COPY's binary format: the server reads them faster than lines of text, and they are shorter.
#include "target/postgres_writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"

static char *put_int(char *to, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        *to++ = (char)(value >> (8 * i));
    return to;
}

static void add_int(Buf *out, int64_t value, int bytes)
{
    put_int(buf_room(out, (size_t)bytes + 1), (uint64_t)value, bytes);
    out->len += (size_t)bytes;
}

bool postgres_binary_begin(PgCopy *c, PostgresTarget *t, const char *sql, Err *err)
{
    if (!postgres_copy_begin(c, t, sql, err))
        return false;
    buf_add(c->bytes, STR("PGCOPY\n\377\r\n\0"));
    add_int(c->bytes, 0, 8); // no flags, nothing more in front
    return true;
}

void postgres_binary_line(PgCopy *c, size_t fields)
{
    add_int(c->bytes, (int64_t)fields, 2);
}

void postgres_binary_int(PgCopy *c, int64_t value, int bytes)
{
    add_int(c->bytes, bytes, 4);
    add_int(c->bytes, value, bytes);
}

void postgres_binary_bytes(PgCopy *c, Str bytes)
{
    if (!bytes.at) {
        add_int(c->bytes, -1, 4);
        return;
    }
    char *to = put_int(buf_room(c->bytes, bytes.len + 5), bytes.len, 4);
    if (bytes.len)
        memcpy(to, bytes.at, bytes.len);
    c->bytes->len += bytes.len + 4;
}

bool postgres_binary_end(PgCopy *c)
{
    add_int(c->bytes, -1, 2);
    return postgres_copy_end(c);
}

// ---- Values -----------------------------------------------------------------------------------------

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool add_uuid(PgCopy *c, Str text)
{
    char bytes[16];
    size_t n = 0;
    for (size_t i = 0; i < text.len && n < sizeof bytes; i++) {
        if (text.at[i] == '-')
            continue;
        int high = hex_digit(text.at[i]), low = i + 1 < text.len ? hex_digit(text.at[i + 1]) : -1;
        if (high < 0 || low < 0)
            return false;
        bytes[n++] = (char)(high << 4 | low);
        i++;
    }
    postgres_binary_bytes(c, (Str){bytes, n});
    return n == sizeof bytes && text.len == 36;
}

static bool add_whole(PgCopy *c, Str text, int bytes)
{
    char room[24], *end;
    if (!text.len || text.len >= sizeof room)
        return false;
    memcpy(room, text.at, text.len);
    room[text.len] = 0;
    long long value = strtoll(room, &end, 10);
    int64_t most = bytes == 2 ? INT16_MAX : bytes == 4 ? INT32_MAX : INT64_MAX;
    if (end != room + text.len || value > most || value < -most - 1)
        return false;
    postgres_binary_int(c, value, bytes);
    return true;
}

static bool add_double(PgCopy *c, Str text, bool single)
{
    char room[64], *end;
    union {
        double x;
        uint64_t bits;
    } wide;
    union {
        float x;
        uint32_t bits;
    } narrow;
    if (!text.len || text.len >= sizeof room)
        return false;
    memcpy(room, text.at, text.len);
    room[text.len] = 0;
    wide.x = strtod(room, &end);
    narrow.x = strtof(room, NULL);
    if (single)
        postgres_binary_int(c, narrow.bits, 4);
    else
        postgres_binary_int(c, (int64_t)wide.bits, 8);
    return end == room + text.len;
}

// numeric: groups of four digits, counted from the point; zeros at either end are not written.
enum { GROUP = 4, MOST_GROUPS = 64, NEGATIVE = 0x4000 };

static bool add_decimal(PgCopy *c, Str text)
{
    bool negative = text.len && text.at[0] == '-';
    Str rest = {text.at + negative, text.len - negative};
    const char *point = memchr(rest.at, '.', rest.len);
    size_t before = point ? (size_t)(point - rest.at) : rest.len, after = point ? rest.len - before - 1 : 0;
    size_t front = (before + GROUP - 1) / GROUP, groups = front + (after + GROUP - 1) / GROUP;
    int digits[MOST_GROUPS] = {0};
    if (!before || groups > MOST_GROUPS || (point && !after))
        return false;
    for (size_t i = 0; i < rest.len; i++) {
        if (i == before)
            continue;
        if (rest.at[i] < '0' || rest.at[i] > '9')
            return false;
        // Its place from the point on, to the left below zero.
        size_t place = i < before ? front * GROUP - before + i : front * GROUP + i - before - 1;
        static const int weights[GROUP] = {1000, 100, 10, 1};
        digits[place / GROUP] += (rest.at[i] - '0') * weights[place % GROUP];
    }
    size_t first = 0;
    while (first < groups && !digits[first])
        first++;
    while (groups > first && !digits[groups - 1])
        groups--;
    size_t n = groups - first;
    add_int(c->bytes, (int64_t)(8 + 2 * n), 4);
    add_int(c->bytes, (int64_t)n, 2);
    add_int(c->bytes, n ? (int64_t)front - (int64_t)first - 1 : 0, 2);
    add_int(c->bytes, negative && n ? NEGATIVE : 0, 2);
    add_int(c->bytes, (int64_t)after, 2);
    for (size_t i = first; i < groups; i++)
        add_int(c->bytes, digits[i], 2);
    return true;
}

enum { EPOCH_DAYS = 10957 }; // 2000-01-01, from which the server counts

static bool add_date(PgCopy *c, Str text)
{
    Date d;
    if (!date_parse(text, "ymd", &d))
        return false;
    postgres_binary_int(c, date_days(d) - EPOCH_DAYS, 4);
    return true;
}

static bool add_instant(PgCopy *c, Str text)
{
    Instant t;
    bool has_offset;
    if (!instant_parse(text, &t, &has_offset) || !has_offset)
        return false;
    postgres_binary_int(c, t - (Instant)EPOCH_DAYS * 86400 * 1000000, 8);
    return true;
}

static bool add_json(PgCopy *c, Str text, bool packed)
{
    if (!packed) {
        postgres_binary_bytes(c, text);
        return true;
    }
    add_int(c->bytes, (int64_t)text.len + 1, 4);
    add_int(c->bytes, 1, 1); // the format of what follows
    buf_add(c->bytes, text);
    return true;
}

bool postgres_has_binary(const PgTable *live, size_t column)
{
    const Column *c = &live->table.columns[column];
    return c->kind != COLUMN_DOUBLE || strcmp(live->types[column], "double precision") == 0 ||
           strcmp(live->types[column], "real") == 0;
}

bool postgres_binary_value(PgCopy *c, const PgTable *live, size_t column, Str value)
{
    const Column *to = &live->table.columns[column];
    if (!value.at || to->kind == COLUMN_TEXT) {
        postgres_binary_bytes(c, value);
        return true;
    }
    switch (to->kind) {
    case COLUMN_UUID: return add_uuid(c, value);
    case COLUMN_BOOL:
        postgres_binary_int(c, str_is(value, "1"), 1);
        return str_is(value, "0") || str_is(value, "1");
    case COLUMN_INT: return add_whole(c, value, to->length);
    case COLUMN_DECIMAL: return add_decimal(c, value);
    case COLUMN_DOUBLE: return add_double(c, value, to->single);
    case COLUMN_DATE: return add_date(c, value);
    case COLUMN_INSTANT: return add_instant(c, value);
    case COLUMN_JSON: return add_json(c, value, strcmp(live->types[column], "jsonb") == 0);
    case COLUMN_TEXT: break;
    }
    return false;
}
