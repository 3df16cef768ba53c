#include "base/letters.h"

#include <string.h>
#include <utf8proc.h>

#include "base/text.h"

enum {
    BROKEN = 0xFFFD,
    DECOMPOSED_MAX = 32, // Unicode's longest compatibility decomposition has 18 characters
    WORDS_MAX = 256,     // keeps two huge texts from being compared word by word for hours
    WORD_CHARS = 3,
};

uint32_t letters_take(Str *rest)
{
    uint32_t code = BROKEN;
    size_t len = text_decode(*rest, &code);
    if (!len) {
        len = 1;
        code = BROKEN;
    }
    *rest = (Str){rest->at + len, rest->len - len};
    return code;
}

static uint32_t lower(uint32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z' ? code + 32 : code;
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
}

static uint32_t upper(uint32_t code)
{
    if (code < 0x80)
        return code >= 'a' && code <= 'z' ? code - 32 : code;
    return (uint32_t)utf8proc_toupper((utf8proc_int32_t)code);
}

static bool is_letter_or_digit(uint32_t code)
{
    if (code < 0x80)
        return (code >= '0' && code <= '9') || ((code | 32) >= 'a' && (code | 32) <= 'z');
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return true;
    default: return false;
    }
}

void letters_lower(Buf *out, Str text)
{
    while (text.len)
        text_encode(out, lower(letters_take(&text)));
}

void letters_upper(Buf *out, Str text)
{
    while (text.len)
        text_encode(out, upper(letters_take(&text)));
}

void letters_only(Buf *out, Str text)
{
    while (text.len) {
        uint32_t code = letters_take(&text);
        if (is_letter_or_digit(code))
            text_encode(out, lower(code));
    }
}

void letters_clean(Buf *out, Str text)
{
    while (text.len) {
        uint32_t code = letters_take(&text);
        bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
        if (!control || code == '\t' || code == '\n' || code == '\r')
            text_encode(out, code);
    }
}

Str letters_first(Str text, size_t n)
{
    Str rest = text;
    while (n-- && rest.len)
        letters_take(&rest);
    return (Str){text.at, text.len - rest.len};
}

// The characters of one character without its marks; how many there are.
static size_t take_apart(uint32_t code, utf8proc_int32_t out[DECOMPOSED_MAX])
{
    if (code < 0x80) {
        out[0] = (utf8proc_int32_t)code;
        return 1;
    }
    int boundary = 0;
    utf8proc_ssize_t n =
        utf8proc_decompose_char((utf8proc_int32_t)code, out, DECOMPOSED_MAX,
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK, &boundary);
    return n > 0 ? MIN((size_t)n, (size_t)DECOMPOSED_MAX) : 0;
}

void letters_fold(Buf *out, Str text)
{
    utf8proc_int32_t parts[DECOMPOSED_MAX];
    while (text.len) {
        size_t n = take_apart(letters_take(&text), parts);
        for (size_t i = 0; i < n; i++)
            text_encode(out, lower((uint32_t)parts[i]));
    }
}

// What an outline shows of a character in upper case without its marks.
static char outlined(uint32_t code)
{
    if ((code >= 9 && code <= 13) || code == ' ')
        return ' ';
    if (code < 0x80)
        return code < ' ' || code == 0x7F ? '?' : (char)code;
    if (is_letter_or_digit(code))
        return '_';
    return utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_ZS ? ' ' : '?';
}

void letters_outline(Buf *out, Buf *places, Str text)
{
    for (Str rest = text; rest.len;) {
        size_t place = text.len - rest.len;
        utf8proc_int32_t parts[DECOMPOSED_MAX];
        int boundary = 0;
        uint32_t code = upper(letters_take(&rest));
        if (code >= 0x80) {
            utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)code, parts, DECOMPOSED_MAX,
                                                         UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK, &boundary);
            if (n < 1)
                continue;
            code = (uint32_t)parts[0];
        }
        buf_add_char(out, outlined(code));
        buf_add(places, (Str){(const char *)&place, sizeof place});
    }
}

void letters_words(Buf *out, Str text)
{
    utf8proc_int32_t parts[DECOMPOSED_MAX];
    bool gap = false, any = false;
    while (text.len) {
        size_t n = take_apart(letters_take(&text), parts);
        for (size_t i = 0; i < n; i++) {
            uint32_t code = lower((uint32_t)parts[i]);
            if (!is_letter_or_digit(code) && code != '_') {
                gap = any;
                continue;
            }
            if (gap)
                buf_add_char(out, ' ');
            text_encode(out, code);
            gap = false;
            any = true;
        }
    }
}

static size_t split(Str text, Str words[WORDS_MAX])
{
    size_t n = 0;
    Str word;
    while (n < WORDS_MAX && str_cut(&text, ' ', &word))
        if (text_chars(word) >= WORD_CHARS)
            words[n++] = word;
    return n;
}

static bool near(Str a, Str b)
{
    return !memcmp(a.at, b.at, MIN(a.len, b.len));
}

static double part(const Str *a, size_t n_a, const Str *b, size_t n_b)
{
    size_t hits = 0;
    for (size_t i = 0; i < n_a; i++)
        for (size_t j = 0; j < n_b; j++)
            if (near(a[i], b[j])) {
                hits++;
                break;
            }
    return (double)hits / (double)n_a;
}

double letters_similarity(Str a, Str b)
{
    AUTO(buf_free) Buf text_a = {0};
    AUTO(buf_free) Buf text_b = {0};
    Str words_a[WORDS_MAX], words_b[WORDS_MAX];
    letters_words(&text_a, a);
    letters_words(&text_b, b);
    size_t n_a = split(buf_str(&text_a), words_a), n_b = split(buf_str(&text_b), words_b);
    if (!n_a || !n_b)
        return 0;
    double forth = part(words_a, n_a, words_b, n_b), back = part(words_b, n_b, words_a, n_a);
    return MIN(forth, back);
}

uint32_t letters_ascii(uint32_t code)
{
    static const struct {
        uint32_t code;
        char plain;
    } others[] = {{0xD8, 'O'},    {0xF8, 'o'},    {0xDF, 's'},   {0xC6, 'A'},   {0xE6, 'a'},   {0x141, 'L'},
                  {0x142, 'l'},   {0x2010, '-'},  {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''}, {0x2019, '\''},
                  {0x201C, '"'},  {0x201D, '"'},  {0xAB, '"'},   {0xBB, '"'},   {0xBF, '?'},   {0xA1, '!'},
                  {0x2026, '.'},  {0xB7, '.'},    {0xD7, 'x'},   {0x20AC, 'E'}};
    utf8proc_int32_t parts[DECOMPOSED_MAX];
    int class_of_last = 0;
    if (code < 0x80)
        return code;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (others[i].code == code)
            return (uint32_t)others[i].plain;
    utf8proc_ssize_t n =
        utf8proc_decompose_char((utf8proc_int32_t)code, parts, DECOMPOSED_MAX,
                                                 UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, &class_of_last);
    return n > 0 && n <= DECOMPOSED_MAX && parts[0] < 0x80 ? (uint32_t)parts[0] : '?';
}
