#include "base/json_canonical.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_members.h"
#include "base/json_scan.h"

// The text is sound when these read it: no step asks for its end.
typedef struct {
    const char *at;
    Buf *out;
} Reader;

// A member as it stands in out: its key with quotes, and everything up to the comma.
typedef struct {
    size_t start, key, len;
} Member;

static void skip_blanks(Reader *r)
{
    while (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')
        r->at++;
}

static void add_escaped(Buf *out, Str text)
{
    static const char meant[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        const char *special = memchr(meant, c, sizeof meant - 1);
        if (special)
            buf_addf(out, "\\%c", letters[special - meant]);
        else if ((unsigned char)c < 0x20)
            buf_addf(out, "\\u%04x", (unsigned)c);
        else
            buf_add_char(out, c);
    }
}

static void read_string(Reader *r)
{
    const char *start = r->at++;
    bool escapes = false;
    for (; *r->at != '"'; r->at++)
        if (*r->at == '\\') {
            escapes = true;
            r->at++;
        }
    r->at++;
    Str whole = {start, (size_t)(r->at - start)};
    if (!escapes) {
        buf_add(r->out, whole);
        return;
    }
    AUTO(buf_free) Buf text = {0};
    json_unquote(whole, &text);
    buf_add_char(r->out, '"');
    add_escaped(r->out, buf_str(&text));
    buf_add_char(r->out, '"');
}

// Digits with the point behind the first `whole` of them, which may lie outside of them.
static void add_digits(Buf *out, Str digits, long whole)
{
    long n = (long)digits.len, first = 0;
    while (first < whole - 1 && (first >= n || digits.at[first] == '0'))
        first++;
    if (whole <= 0)
        buf_add_char(out, '0');
    for (long i = whole > 0 ? first : whole; i < MAX(n, whole); i++) {
        if (i == whole)
            buf_add_char(out, '.');
        buf_add_char(out, i >= 0 && i < n ? digits.at[i] : '0');
    }
}

static bool read_number(Reader *r)
{
    bool negative = *r->at == '-', zero = true;
    AUTO(buf_free) Buf digits = {0};
    long whole = -1, exponent = 0;
    for (r->at += negative; (*r->at >= '0' && *r->at <= '9') || *r->at == '.'; r->at++) {
        if (*r->at == '.') {
            whole = (long)digits.len;
            continue;
        }
        zero = zero && *r->at == '0';
        buf_add_char(&digits, *r->at);
    }
    whole = whole < 0 ? (long)digits.len : whole;
    if (*r->at == 'e' || *r->at == 'E') {
        char *end;
        exponent = strtol(r->at + 1, &end, 10);
        r->at = end;
    }
    if (exponent > JSON_MAX_EXPONENT || exponent < -JSON_MAX_EXPONENT)
        return false;
    if (negative && !zero)
        buf_add_char(r->out, '-');
    add_digits(r->out, buf_str(&digits), whole + exponent);
    return true;
}

static int compare_keys(const Buf *out, const Member *a, const Member *b)
{
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return memcmp(out->at + a->start, out->at + b->start, a->key);
}

// Of one key the later member first.
static int by_key(const void *a, const void *b, void *out)
{
    int order = compare_keys(out, a, b);
    return order ? order : ((const Member *)a)->start < ((const Member *)b)->start ? 1 : -1;
}

static void sort_members(Buf *out, Member *members, size_t n)
{
    size_t start = members[0].start;
    qsort_r(members, n, sizeof *members, by_key, out);
    AUTO(buf_free) Buf sorted = {0};
    for (size_t i = 0; i < n; i++) {
        if (i && compare_keys(out, &members[i - 1], &members[i]) == 0)
            continue;
        if (sorted.len)
            buf_add_char(&sorted, ',');
        buf_add(&sorted, (Str){out->at + members[i].start, members[i].len});
    }
    out->len = start;
    buf_add(out, buf_str(&sorted));
}

static bool read_value(Reader *r);

static bool read_object(Reader *r)
{
    AUTO(buf_free) Buf list = {0}; // of Member
    size_t n = 0;
    bool ok = true, in_order = true;
    buf_add_char(r->out, *r->at++);
    for (skip_blanks(r); ok && *r->at != '}'; n++) {
        if (n) {
            r->at++; // the comma
            skip_blanks(r);
            buf_add_char(r->out, ',');
        }
        Member m = {.start = r->out->len};
        read_string(r);
        m.key = r->out->len - m.start;
        skip_blanks(r);
        buf_add_char(r->out, *r->at++); // the colon
        ok = read_value(r);
        m.len = r->out->len - m.start;
        buf_add(&list, (Str){(const char *)&m, sizeof m});
        const Member *members = (const Member *)(const void *)list.at;
        in_order = in_order && (!n || compare_keys(r->out, &members[n - 1], &members[n]) < 0);
    }
    if (ok && !in_order)
        sort_members(r->out, (Member *)(void *)list.at, n);
    buf_add_char(r->out, '}');
    r->at++;
    return ok;
}

static bool read_list(Reader *r)
{
    bool ok = true;
    buf_add_char(r->out, *r->at++);
    for (skip_blanks(r); ok && *r->at != ']';) {
        if (*r->at == ',')
            buf_add_char(r->out, *r->at++);
        ok = read_value(r);
    }
    buf_add_char(r->out, ']');
    r->at++;
    return ok;
}

// And the blanks on both sides.
static bool read_value(Reader *r)
{
    bool ok = true;
    skip_blanks(r);
    if (*r->at == '{')
        ok = read_object(r);
    else if (*r->at == '[')
        ok = read_list(r);
    else if (*r->at == '"')
        read_string(r);
    else if (*r->at == '-' || (*r->at >= '0' && *r->at <= '9'))
        ok = read_number(r);
    else
        while (*r->at >= 'a' && *r->at <= 'z')
            buf_add_char(r->out, *r->at++);
    if (ok)
        skip_blanks(r);
    return ok;
}

bool json_canonical(Str json, Buf *out)
{
    if (json_scan(json) & (JSON_BAD | JSON_NUL_ESCAPE))
        return false;
    AUTO(buf_free) Buf ended = {0}; // with a NUL behind it
    buf_add(&ended, json);
    return read_value(&(Reader){buf_text(&ended), out});
}
