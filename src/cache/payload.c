#include "cache/payload.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_scan.h"
#include "base/text.h"

enum { MAX_MEMBERS = 100000 }; // of one object

// The slow pass, for the rare payload that needs it. json_scan() has proved that the text is sound.
typedef struct {
    const char *at, *end;
    Buf *out;
    bool *replaced;
    bool too_wide;
} Rewriter;

static void skip_blanks(Rewriter *r)
{
    while (r->at < r->end && strchr(" \t\r\n", *r->at))
        r->at++;
}

static uint32_t hex4(const char *p)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t c = (unsigned char)p[i];
        value = value << 4 | (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}

// What the escape at p means; *taken: its bytes. NUL and half a surrogate pair mean nothing: U+FFFD.
static uint32_t escape_meant(const char *p, size_t *taken)
{
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    *taken = 2;
    if (p[1] != 'u') {
        const char *letter = strchr(letters, p[1]);
        return letter ? (unsigned char)meant[letter - letters] : (unsigned char)p[1];
    }
    *taken = 6;
    uint32_t unit = hex4(p + 2);
    if (unit < 0xD800 || unit > 0xDFFF)
        return unit ? unit : 0xFFFD;
    uint32_t low = unit < 0xDC00 && p[6] == '\\' && p[7] == 'u' ? hex4(p + 8) : 0;
    if (low < 0xDC00 || low > 0xDFFF)
        return 0xFFFD;
    *taken = 12;
    return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

// Keys get one spelling, the plainest: SQLite compares them as they are written.
static void rewrite_string(Rewriter *r, bool key)
{
    const char *p = r->at;
    buf_add_char(r->out, *p++);
    for (size_t taken = 1; *p != '"'; p += taken) {
        taken = 1;
        uint32_t code = *p == '\\' ? escape_meant(p, &taken) : 0;
        bool nothing = code == 0xFFFD && hex4(p + 2) != 0xFFFD;
        *r->replaced |= nothing;
        if (code == 0 || !(key || nothing))
            buf_add(r->out, (Str){p, taken});
        else if (code < 0x20)
            buf_addf(r->out, "\\u%04x", code);
        else if (code == '"' || code == '\\')
            buf_addf(r->out, "\\%c", (int)code);
        else
            text_encode(r->out, code);
    }
    buf_add_char(r->out, '"');
    r->at = p + 1;
}

static void rewrite_number(Rewriter *r)
{
    const char *start = r->at;
    while (r->at < r->end && strchr("+-0123456789.eE", *r->at))
        r->at++;
    Str number = {start, (size_t)(r->at - start)};
    bool plain = json_scan((Str){start, number.len}) == JSON_NOT_OBJECT; // an integer below 2^53
    if (!plain)
        buf_add_char(r->out, '"');
    buf_add(r->out, number);
    if (!plain)
        buf_add_char(r->out, '"');
}

static void rewrite_value(Rewriter *r);

// Where a member stands in the output, its comma included.
typedef struct {
    size_t key_at, key_len, member_at, member_len;
} Member;

static int by_key(const void *a, const void *b, void *arg)
{
    const Member *x = a, *y = b;
    const char *text = arg;
    if (x->key_len != y->key_len)
        return x->key_len < y->key_len ? -1 : 1;
    int order = memcmp(text + x->key_at, text + y->key_at, x->key_len);
    return order ? order : x->member_at < y->member_at ? -1 : x->member_at > y->member_at;
}

static int by_place(const void *a, const void *b)
{
    const Member *x = a, *y = b;
    return x->member_at < y->member_at ? -1 : x->member_at > y->member_at;
}

// Of members with one key only the last stays.
static void drop_repeated(Buf *out, Member *all, size_t n)
{
    qsort_r(all, n, sizeof *all, by_key, out->at);
    size_t dropped = 0;
    for (size_t i = 0; i + 1 < n; i++)
        if (all[i].key_len == all[i + 1].key_len &&
            memcmp(out->at + all[i].key_at, out->at + all[i + 1].key_at, all[i].key_len) == 0) {
            all[i].key_len = 0; // no key is: its quotes count
            dropped++;
        }
    if (!dropped)
        return;
    qsort(all, n, sizeof *all, by_place);
    size_t end = all[0].member_at;
    for (size_t i = 0; i < n; i++)
        if (all[i].key_len) {
            memmove(out->at + end, out->at + all[i].member_at, all[i].member_len);
            end += all[i].member_len;
        }
    out->len = end;
}

static void rewrite_object(Rewriter *r)
{
    AUTO(buf_free) Buf members = {0};
    buf_add_char(r->out, *r->at++);
    for (skip_blanks(r); *r->at != '}'; skip_blanks(r)) {
        if (*r->at == ',') {
            r->at++;
            skip_blanks(r);
        }
        Member m = {.member_at = r->out->len, .key_at = r->out->len};
        rewrite_string(r, true);
        m.key_len = r->out->len - m.key_at;
        skip_blanks(r);
        buf_add_char(r->out, *r->at++); // the colon
        skip_blanks(r);
        rewrite_value(r);
        buf_add_char(r->out, ',');
        m.member_len = r->out->len - m.member_at;
        buf_add(&members, (Str){(const char *)&m, sizeof m});
        r->too_wide |= members.len > MAX_MEMBERS * sizeof m;
        if (r->too_wide)
            members.len = sizeof m;
    }
    if (members.len) {
        if (!r->too_wide)
            drop_repeated(r->out, (Member *)(void *)members.at, members.len / sizeof(Member));
        r->out->len--; // the last comma
    }
    buf_add_char(r->out, *r->at++);
}

static void rewrite_list(Rewriter *r)
{
    buf_add_char(r->out, *r->at++);
    for (skip_blanks(r); *r->at != ']'; skip_blanks(r)) {
        if (*r->at == ',') {
            buf_add_char(r->out, *r->at++);
            skip_blanks(r);
        }
        rewrite_value(r);
    }
    buf_add_char(r->out, *r->at++);
}

static void rewrite_value(Rewriter *r)
{
    switch (*r->at) {
    case '{': rewrite_object(r); return;
    case '[': rewrite_list(r); return;
    case '"': rewrite_string(r, false); return;
    case 't':
    case 'n':
        buf_add(r->out, (Str){r->at, 4});
        r->at += 4;
        return;
    case 'f':
        buf_add(r->out, (Str){r->at, 5});
        r->at += 5;
        return;
    default: rewrite_number(r);
    }
}

PayloadState payload_make_safe(Str payload, Buf *safe, bool *replaced)
{
    *replaced = false;
    if (!payload.at)
        return PAYLOAD_BROKEN;
    unsigned flags = json_scan(payload) & ~JSON_DEEP;
    if (!flags)
        return PAYLOAD_SAFE;
    if (flags & JSON_BAD)
        return PAYLOAD_BROKEN;
    if (flags & JSON_NOT_OBJECT)
        return PAYLOAD_NO_OBJECT;
    buf_clear(safe);
    Rewriter r = {.at = payload.at, .end = payload.at + payload.len, .out = safe, .replaced = replaced};
    skip_blanks(&r);
    rewrite_value(&r);
    return r.too_wide ? PAYLOAD_BROKEN : PAYLOAD_REWRITTEN;
}
