#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

// ---- UTF-8 ------------------------------------------------------------------------------

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t text_decode(Str s, uint32_t *code)
{
    const unsigned char *b = (const unsigned char *)s.at;
    if (!s.len)
        return 0;
    if (b[0] < 0x80) {
        *code = b[0];
        return 1;
    }
    if (b[0] >= 0xC2 && b[0] < 0xE0 && s.len >= 2 && is_tail(b[1])) {
        *code = (b[0] & 0x1Fu) << 6 | (b[1] & 0x3Fu);
        return 2;
    }
    if ((b[0] & 0xF0) == 0xE0 && s.len >= 3 && is_tail(b[1]) && is_tail(b[2])) {
        uint32_t c = (b[0] & 0x0Fu) << 12 | (b[1] & 0x3Fu) << 6 | (b[2] & 0x3Fu);
        if (c < 0x800 || (c >= 0xD800 && c < 0xE000))
            return 0;
        *code = c;
        return 3;
    }
    if ((b[0] & 0xF8) == 0xF0 && s.len >= 4 && is_tail(b[1]) && is_tail(b[2]) && is_tail(b[3])) {
        uint32_t c = (b[0] & 0x07u) << 18 | (b[1] & 0x3Fu) << 12 | (b[2] & 0x3Fu) << 6 | (b[3] & 0x3Fu);
        if (c < 0x10000 || c > 0x10FFFF)
            return 0;
        *code = c;
        return 4;
    }
    return 0;
}

void text_encode(Buf *out, uint32_t code)
{
    if (code < 0x80) {
        buf_add_char(out, (char)code);
        return;
    }
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)code, bytes);
    buf_add(out, (Str){(const char *)bytes, (size_t)n});
}

// How many bytes at the beginning are ASCII; eight at a time, since most text is nothing else.
static size_t ascii_run(Str s)
{
    size_t i = 0;
    for (uint64_t word; i + sizeof word <= s.len; i += sizeof word) {
        memcpy(&word, s.at + i, sizeof word);
        if (word & 0x8080808080808080u)
            break;
    }
    while (i < s.len && (unsigned char)s.at[i] < 0x80)
        i++;
    return i;
}

static Str behind(Str s, size_t n)
{
    return (Str){s.at + n, s.len - n};
}

bool text_is_utf8(Str s)
{
    uint32_t code;
    while (s.len) {
        size_t n = ascii_run(s);
        if (!n && !(n = text_decode(s, &code)))
            return false;
        s = behind(s, n);
    }
    return true;
}

size_t text_chars(Str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += !is_tail((unsigned char)s.at[i]);
    return n;
}

// ---- What a terminal may get ---------------------------------------------------------------

// Characters that reorder what is around them: marks, embeddings, overrides, isolates.
static bool is_bidi(uint32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

TextGlyph text_glyph(Str s)
{
    uint32_t c = 0;
    size_t n = text_decode(s, &c);
    if (!n)
        return (TextGlyph){1, STR("?"), 1};
    if (c == '\r' && s.len > 1 && s.at[1] == '\n')
        return (TextGlyph){2, STR(" "), 1};
    if (c == '\n' || c == '\r' || c == '\t' || c == 0x85 || c == 0x2028 || c == 0x2029)
        return (TextGlyph){n, STR(" "), 1};
    if (c < 0x20 || (c >= 0x7F && c < 0xA0) || is_bidi(c))
        return (TextGlyph){n, STR("?"), 1};
    return (TextGlyph){n, {s.at, n}, c < 0x7F ? 1 : utf8proc_charwidth((utf8proc_int32_t)c)};
}

int text_width(Str s)
{
    int columns = 0;
    while (s.len) {
        TextGlyph g = text_glyph(s);
        columns += g.columns;
        s = behind(s, g.taken);
    }
    return columns;
}

void text_clean(Buf *out, Str s)
{
    size_t plain = 0; // bytes at the beginning that are shown as they are: added in one go
    while (plain < s.len) {
        TextGlyph g = text_glyph(behind(s, plain));
        if (g.shown.at == s.at + plain) {
            plain += g.taken;
            continue;
        }
        buf_add(out, (Str){s.at, plain});
        buf_add(out, g.shown);
        s = behind(s, plain + g.taken);
        plain = 0;
    }
    buf_add(out, s);
}

// Outside its strings JSON is ASCII, and blanks and line ends are the only control characters in it.
void text_clean_json(Buf *out, Str json)
{
    size_t plain = 0;
    while (plain < json.len) {
        uint32_t c;
        TextGlyph g = text_glyph(behind(json, plain));
        if (g.shown.at == json.at + plain) {
            plain += g.taken;
            continue;
        }
        buf_add(out, (Str){json.at, plain});
        if (!text_decode(behind(json, plain), &c) || c < 0x20)
            buf_add(out, g.shown);
        else
            buf_addf(out, "\\u%04x", (unsigned)c);
        json = behind(json, plain + g.taken);
        plain = 0;
    }
    buf_add(out, json);
}

static void add_blanks(Buf *out, int n)
{
    for (; n > 0; n--)
        buf_add_char(out, ' ');
}

void text_fit(Buf *out, Str s, int width, bool right_aligned)
{
    if (width <= 0)
        return;
    int have = text_width(s);
    if (have <= width) {
        if (right_aligned)
            add_blanks(out, width - have);
        text_clean(out, s);
        if (!right_aligned)
            add_blanks(out, width - have);
        return;
    }
    int used = 0;
    for (TextGlyph g; s.len; s = behind(s, g.taken), used += g.columns) {
        g = text_glyph(s);
        if (used + g.columns > width - 1)
            break;
        buf_add(out, g.shown);
    }
    buf_add_char(out, '~');
    add_blanks(out, width - 1 - used); // half of a wide character did not fit
}

void text_mask(Buf *out, Str s)
{
    enum { MOST = 8 }; // the length of a long value is a hint too
    s = str_trim(s);
    size_t chars = 0;
    for (Str rest = s; rest.len; chars++) {
        TextGlyph g = text_glyph(rest);
        // A single character would be the whole value, so it is hidden.
        if (chars == 0 && g.taken < s.len)
            buf_add(out, g.shown);
        else if (chars < MOST)
            buf_add_char(out, '*');
        rest = behind(rest, g.taken);
    }
}

// ---- Words ------------------------------------------------------------------------------------

enum { WORD_MAX = 64 };

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

// Insertions, deletions, replacements and swaps of neighbours, each 1; case does not count.
static size_t edit_distance(Str a, Str b)
{
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.len; j++)
        last[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = lower(a.at[i - 1]) == lower(b.at[j - 1]);
            size_t best = MIN(last[j] + 1, row[j - 1] + 1);
            best = MIN(best, last[j - 1] + !same);
            if (i > 1 && j > 1 && lower(a.at[i - 1]) == lower(b.at[j - 2]) &&
                lower(a.at[i - 2]) == lower(b.at[j - 1]))
                best = MIN(best, before[j - 2] + 1);
            row[j] = best;
        }
        size_t *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[b.len];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t n)
{
    Str w = str_of(word);
    if (w.len < 2 || w.len > WORD_MAX)
        return NULL;
    // A third of the letters wrong is still a typo; more is another word.
    size_t limit = MAX(w.len / 3, (size_t)1), best = limit + 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < n; i++) {
        Str c = str_of(candidates[i]);
        size_t apart = c.len > w.len ? c.len - w.len : w.len - c.len;
        if (!c.len || c.len > WORD_MAX || apart >= best)
            continue;
        size_t distance = edit_distance(w, c);
        if (distance < best) {
            best = distance;
            nearest = candidates[i];
        }
    }
    return nearest;
}

bool text_glob(const char *pattern, const char *text)
{
    const char *star = NULL, *resume = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == *text || *pattern == '?') {
            pattern++;
            text++;
            while (pattern[-1] == '?' && is_tail((unsigned char)*text))
                text++; // '?' is a whole character, not a byte
        } else if (star) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}
