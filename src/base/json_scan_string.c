#include <string.h>

#include "base/json_scan_inner.h"

#define ONES 0x0101010101010101u
#define HIGHS 0x8080808080808080u

// To the next quote, backslash or control character; eight bytes at a time while there are eight.
static void skip_plain(JsonScan *s)
{
    const unsigned char *p = s->at;
    while (s->end - p >= 8) {
        uint64_t w;
        memcpy(&w, p, 8);
        uint64_t quote = w ^ (ONES * '"'), slash = w ^ (ONES * '\\');
        uint64_t hit = ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash) | ((w - ONES * 0x20) & ~w);
        hit &= HIGHS;
        if (hit) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            s->at =
                p + (__builtin_ctzll(hit) >> 3); // the lowest hit is exact, borrows only spoil higher ones
            return;
#else
            break;
#endif
        }
        p += 8;
    }
    while (p < s->end && *p != '"' && *p != '\\' && *p >= 0x20)
        p++;
    s->at = p;
}

static bool four_hex(const unsigned char *p, unsigned *out)
{
    unsigned v = 0;
    for (int i = 0; i < 4; i++) {
        unsigned char c = p[i], low = c | 0x20;
        if (c >= '0' && c <= '9')
            v = v * 16 + (c - '0');
        else if (low >= 'a' && low <= 'f')
            v = v * 16 + (low - 'a' + 10u);
        else
            return false;
    }
    *out = v;
    return true;
}

// at stands on the backslash; code is the character meant, for the hash of a key.
static bool take_escape(JsonScan *s, unsigned *code)
{
    if (s->end - s->at < 2)
        return json_scan_bad(s);
    unsigned char c = s->at[1];
    if (c != 'u') {
        static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
        const char *found = memchr(letters, c, sizeof letters - 1);
        if (!found)
            return json_scan_bad(s);
        *code = (unsigned char)meant[found - letters];
        s->at += 2;
        return true;
    }
    if (s->end - s->at < 6 || !four_hex(s->at + 2, code))
        return json_scan_bad(s);
    s->at += 6;
    if (*code == 0)
        s->flags |= JSON_NUL_ESCAPE;
    if (*code < 0xD800 || *code > 0xDFFF)
        return true;
    unsigned low;
    if (*code < 0xDC00 && s->end - s->at >= 6 && s->at[0] == '\\' && s->at[1] == 'u' &&
        four_hex(s->at + 2, &low) && low >= 0xDC00 && low <= 0xDFFF) {
        *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
        s->at += 6;
    } else {
        s->flags |= JSON_LONE_SURROGATE;
    }
    return true;
}

bool json_scan_string(JsonScan *s, bool *escaped)
{
    *escaped = false;
    for (;;) {
        skip_plain(s);
        if (s->at == s->end || *s->at < 0x20)
            return json_scan_bad(s);
        if (*s->at == '"') {
            s->at++;
            return true;
        }
        unsigned code;
        *escaped = true;
        if (!take_escape(s, &code))
            return false;
    }
}

static uint64_t mix(uint64_t h, uint64_t w)
{
    h = (h ^ w) * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 32);
}

static uint64_t hash_plain(const unsigned char *p, size_t n)
{
    uint64_t h = n, w;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&w, p, 8);
        h = mix(h, w);
    }
    w = 0;
    for (size_t i = 0; i < n; i++)
        w = w << 8 | p[i];
    return mix(h, w);
}

// Of a key with escapes: written out into a small buffer, so "a" and "\u0061" are the same key.
// Keys that do not fit are taken as they stand.
static uint64_t hash_escaped(JsonScan *s, const unsigned char *p, size_t n)
{
    unsigned char plain[512];
    if (n > sizeof plain)
        return hash_plain(p, n);
    JsonScan key;
    key.at = p;
    key.end = p + n;
    key.flags = 0;
    size_t out = 0;
    while (key.at < key.end) {
        unsigned code;
        if (*key.at != '\\') {
            plain[out++] = *key.at++;
            continue;
        }
        if (!take_escape(&key, &code))
            return json_scan_bad(s);
        if (code < 0x80) {
            plain[out++] = (unsigned char)code;
        } else if (code < 0x800) {
            plain[out++] = (unsigned char)(0xC0 | code >> 6);
            plain[out++] = (unsigned char)(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            plain[out++] = (unsigned char)(0xE0 | code >> 12);
            plain[out++] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
            plain[out++] = (unsigned char)(0x80 | (code & 0x3F));
        } else {
            plain[out++] = (unsigned char)(0xF0 | code >> 18);
            plain[out++] = (unsigned char)(0x80 | (code >> 12 & 0x3F));
            plain[out++] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
            plain[out++] = (unsigned char)(0x80 | (code & 0x3F));
        }
    }
    return hash_plain(plain, out);
}

bool json_scan_key(JsonScan *s)
{
    if (s->at == s->end || *s->at != '"')
        return json_scan_bad(s);
    const unsigned char *begin = ++s->at;
    bool escaped;
    if (!json_scan_string(s, &escaped))
        return false;
    size_t n = (size_t)(s->at - 1 - begin);
    if (escaped)
        s->flags |= JSON_ESCAPED_KEY;
    uint64_t h = escaped ? hash_escaped(s, begin, n) : hash_plain(begin, n);
    for (unsigned i = s->first_key[s->depth - 1]; i < s->keys; i++)
        if (s->key_hashes[i] == h) {
            s->flags |= JSON_DUPLICATE_KEY;
            break;
        }
    if (s->keys < JSON_MAX_OPEN_KEYS)
        s->key_hashes[s->keys++] = h;
    else
        s->flags |= JSON_DUPLICATE_KEY;
    json_scan_blanks(s);
    if (s->at == s->end || *s->at != ':')
        return json_scan_bad(s);
    s->at++;
    json_scan_blanks(s);
    return true;
}
