#include "base/json_scan.h"

#include <string.h>

#define ONES 0x0101010101010101u
#define HIGHS 0x8080808080808080u

typedef enum { OTHER, BLANK, QUOTE, OPEN_OBJECT, OPEN_LIST, DIGIT, MINUS, LETTER } Class;

static const unsigned char classes[256] = {
    [' '] = BLANK,     ['\t'] = BLANK, ['\n'] = BLANK, ['\r'] = BLANK, ['"'] = QUOTE,  ['{'] = OPEN_OBJECT,
    ['['] = OPEN_LIST, ['-'] = MINUS,  ['0'] = DIGIT,  ['1'] = DIGIT,  ['2'] = DIGIT,  ['3'] = DIGIT,
    ['4'] = DIGIT,     ['5'] = DIGIT,  ['6'] = DIGIT,  ['7'] = DIGIT,  ['8'] = DIGIT,  ['9'] = DIGIT,
    ['t'] = LETTER,    ['f'] = LETTER, ['n'] = LETTER, ['N'] = LETTER, ['I'] = LETTER,
};

typedef struct {
    const unsigned char *at, *end;
    unsigned flags;
    unsigned depth, keys;
    bool is_object[JSON_MAX_DEPTH];     // of each open value
    uint16_t first_key[JSON_MAX_DEPTH]; // where the keys of each open object begin
    // Equal hashes count as equal keys: 64 bits make that safe enough.
    uint64_t key_hashes[JSON_MAX_OPEN_KEYS];
} Scan;

static bool bad(Scan *s)
{
    s->flags |= JSON_BAD;
    return false;
}

static void skip_blanks(Scan *s)
{
    while (s->at < s->end && classes[*s->at] == BLANK)
        s->at++;
}

// To the next quote, backslash or control character; eight bytes at a time while there are eight.
static void skip_plain(Scan *s)
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
static bool take_escape(Scan *s, unsigned *code)
{
    if (s->end - s->at < 2)
        return bad(s);
    unsigned char c = s->at[1];
    if (c != 'u') {
        static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
        const char *found = memchr(letters, c, sizeof letters - 1);
        if (!found)
            return bad(s);
        *code = (unsigned char)meant[found - letters];
        s->at += 2;
        return true;
    }
    if (s->end - s->at < 6 || !four_hex(s->at + 2, code))
        return bad(s);
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

// at stands behind the opening quote, ends behind the closing one. escaped: whether a backslash was met.
static bool take_string(Scan *s, bool *escaped)
{
    *escaped = false;
    for (;;) {
        skip_plain(s);
        if (s->at == s->end || *s->at < 0x20)
            return bad(s);
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
static uint64_t hash_escaped(Scan *s, const unsigned char *p, size_t n)
{
    unsigned char plain[512];
    if (n > sizeof plain)
        return hash_plain(p, n);
    Scan key;
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
            return bad(s);
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

static bool take_key(Scan *s)
{
    if (s->at == s->end || *s->at != '"')
        return bad(s);
    const unsigned char *begin = ++s->at;
    bool escaped;
    if (!take_string(s, &escaped))
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
    skip_blanks(s);
    if (s->at == s->end || *s->at != ':')
        return bad(s);
    s->at++;
    skip_blanks(s);
    return true;
}

static bool take_digits(Scan *s)
{
    const unsigned char *begin = s->at;
    while (s->at < s->end && classes[*s->at] == DIGIT)
        s->at++;
    return s->at > begin || bad(s);
}

static bool take_number(Scan *s)
{
    if (*s->at == '-')
        s->at++;
    const unsigned char *begin = s->at;
    if (s->at < s->end && *s->at == 'I') {
        s->flags |= JSON_NAN;
        return bad(s);
    }
    if (!take_digits(s))
        return false;
    size_t n = (size_t)(s->at - begin);
    if (*begin == '0' && n > 1)
        return bad(s);
    if (n > 16 || (n == 16 && memcmp(begin, "9007199254740992", 16) > 0)) // 2^53
        s->flags |= JSON_BIG_NUMBER;
    if (s->at < s->end && *s->at == '.') {
        s->flags |= JSON_BIG_NUMBER;
        s->at++;
        if (!take_digits(s))
            return false;
    }
    if (s->at < s->end && (*s->at | 0x20) == 'e') {
        s->flags |= JSON_BIG_NUMBER;
        s->at++;
        if (s->at < s->end && (*s->at == '+' || *s->at == '-'))
            s->at++;
        return take_digits(s);
    }
    return true;
}

static bool take_word(Scan *s)
{
    static const struct {
        const char *word;
        bool sound;
    } words[] = {{"true", true}, {"false", true}, {"null", true}, {"NaN", false}, {"Infinity", false}};
    size_t left = (size_t)(s->end - s->at);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t n = strlen(words[i].word);
        if (left < n || memcmp(s->at, words[i].word, n) != 0)
            continue;
        s->at += n;
        if (words[i].sound)
            return true;
        s->flags |= JSON_NAN;
        break;
    }
    return bad(s);
}

// Opens an object or a list; empty says whether it is closed at once.
static bool open_value(Scan *s, bool object, bool *empty)
{
    if (s->depth == JSON_MAX_DEPTH)
        return bad(s);
    if (s->depth == JSON_EASY_DEPTH)
        s->flags |= JSON_DEEP;
    s->is_object[s->depth] = object;
    s->first_key[s->depth] = (uint16_t)s->keys;
    s->depth++;
    s->at++;
    skip_blanks(s);
    *empty = s->at < s->end && *s->at == (object ? '}' : ']');
    return true;
}

static void close_value(Scan *s)
{
    s->depth--;
    s->keys = s->first_key[s->depth];
    s->at++;
}

// Behind a value: closes what ends here; more is true when another value of the open one follows.
static bool take_after_value(Scan *s, bool *more)
{
    for (*more = false; s->depth > 0;) {
        bool object = s->is_object[s->depth - 1];
        skip_blanks(s);
        if (s->at == s->end)
            return bad(s);
        if (*s->at == ',') {
            s->at++;
            skip_blanks(s);
            *more = true;
            return object ? take_key(s) : true;
        }
        if (*s->at != (object ? '}' : ']'))
            return bad(s);
        close_value(s);
    }
    return true;
}

static bool take_all(Scan *s)
{
    for (bool more = true; more;) {
        bool unused, empty;
        if (s->at == s->end)
            return bad(s);
        switch ((Class)classes[*s->at]) {
        case OPEN_OBJECT:
        case OPEN_LIST: {
            bool object = *s->at == '{';
            if (!open_value(s, object, &empty))
                return false;
            if (!empty) {
                if (object && !take_key(s))
                    return false;
                continue;
            }
            close_value(s);
            break;
        }
        case QUOTE:
            s->at++;
            if (!take_string(s, &unused))
                return false;
            break;
        case DIGIT:
        case MINUS:
            if (!take_number(s))
                return false;
            break;
        case LETTER:
            if (!take_word(s))
                return false;
            break;
        default: return bad(s);
        }
        if (!take_after_value(s, &more))
            return false;
    }
    skip_blanks(s);
    return s->at == s->end || bad(s);
}

unsigned json_scan(Str text)
{
    Scan s; // the tables are filled as they are used: clearing 10 KiB a row would cost more than the scan
    s.at = (const unsigned char *)text.at;
    s.end = s.at + text.len;
    s.flags = s.depth = s.keys = 0;
    if (!text.at)
        return JSON_BAD;
    skip_blanks(&s);
    bool object = s.at < s.end && *s.at == '{';
    if (take_all(&s) && !object)
        s.flags |= JSON_NOT_OBJECT;
    return s.flags;
}
