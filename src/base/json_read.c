#include "base/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_scan.h"

bool json_is_object(Str text)
{
    return text.at && !(json_scan(text) & (JSON_BAD | JSON_NOT_OBJECT | JSON_DUPLICATE_KEY));
}

static void skip_blanks(Str *s)
{
    while (s->len && strchr(" \t\r\n", s->at[0])) {
        s->at++;
        s->len--;
    }
}

static void skip(Str *s, size_t n)
{
    s->at += MIN(n, s->len);
    s->len -= MIN(n, s->len);
}

// Behind the end of the string that begins here.
static size_t string_end(Str s)
{
    size_t i = 1;
    while (i < s.len && s.at[i] != '"')
        i += s.at[i] == '\\' ? 2 : 1;
    return MIN(i + 1, s.len);
}

// The text was found sound, so that counting brackets outside strings is enough.
static Str take_value(Str *s)
{
    size_t depth = 0, i = 0;
    skip_blanks(s);
    while (i < s->len) {
        char c = s->at[i];
        if (c == '"') {
            i += string_end((Str){s->at + i, s->len - i});
            continue;
        }
        if (!depth && strchr(":,]} \t\r\n", c))
            break;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        i++;
    }
    Str value = {s->at, i};
    skip(s, i);
    skip_blanks(s);
    return value;
}

static Str unless_null(Str value)
{
    return str_is(value, "null") ? (Str){0} : value;
}

Str json_member(Str object, const char *key)
{
    skip_blanks(&object);
    skip(&object, 1);
    for (skip_blanks(&object); object.len && object.at[0] == '"';) {
        Str name = take_value(&object);
        skip(&object, 1); // the colon
        Str value = take_value(&object);
        if (name.len >= 2 && str_is((Str){name.at + 1, name.len - 2}, key))
            return unless_null(value);
        skip(&object, 1); // the comma, or the end
        skip_blanks(&object);
    }
    return (Str){0};
}

Str json_element(Str list, size_t i)
{
    if (!list.at || !str_starts(list, "["))
        return (Str){0};
    skip(&list, 1);
    for (skip_blanks(&list); list.len && list.at[0] != ']'; skip(&list, 1)) {
        Str value = take_value(&list);
        if (!i--)
            return unless_null(value);
    }
    return (Str){0};
}

static unsigned hex4(const char *at)
{
    char digits[5] = {at[0], at[1], at[2], at[3], 0};
    return (unsigned)strtoul(digits, NULL, 16);
}

static void add_utf8(Buf *out, unsigned code)
{
    if (code < 0x80) {
        buf_add_char(out, (char)code);
    } else if (code < 0x800) {
        buf_add_char(out, (char)(0xC0 | code >> 6));
        buf_add_char(out, (char)(0x80 | (code & 63)));
    } else if (code < 0x10000) {
        buf_add_char(out, (char)(0xE0 | code >> 12));
        buf_add_char(out, (char)(0x80 | (code >> 6 & 63)));
        buf_add_char(out, (char)(0x80 | (code & 63)));
    } else {
        buf_add_char(out, (char)(0xF0 | code >> 18));
        buf_add_char(out, (char)(0x80 | (code >> 12 & 63)));
        buf_add_char(out, (char)(0x80 | (code >> 6 & 63)));
        buf_add_char(out, (char)(0x80 | (code & 63)));
    }
}

// \uXXXX, maybe a pair of them; what no UTF-8 text can hold becomes U+FFFD. Gives the bytes it stands on.
static size_t add_escape(Buf *out, Str s)
{
    unsigned code = hex4(s.at + 2);
    size_t used = 6;
    if (code >= 0xD800 && code < 0xDC00 && s.len >= 12 && s.at[6] == '\\' && s.at[7] == 'u') {
        unsigned low = hex4(s.at + 8);
        if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            used = 12;
        }
    }
    add_utf8(out, !code || (code >= 0xD800 && code < 0xE000) ? 0xFFFD : code);
    return used;
}

const char *json_as_text(Arena *a, Str value)
{
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    if (!value.at || value.len < 2 || value.at[0] != '"')
        return NULL;
    AUTO(buf_free) Buf out = {0};
    Str s = {value.at + 1, value.len - 2};
    while (s.len) {
        const char *letter = s.len > 1 && s.at[0] == '\\' ? strchr(letters, s.at[1]) : NULL;
        if (s.at[0] != '\\' || s.len < 2) {
            buf_add_char(&out, s.at[0]);
            skip(&s, 1);
        } else if (s.at[1] == 'u' && s.len >= 6) {
            skip(&s, add_escape(&out, s));
        } else {
            buf_add_char(&out, letter ? meant[letter - letters] : s.at[1]);
            skip(&s, 2);
        }
    }
    return arena_text(a, "%s", buf_text(&out));
}

static const char *number_text(Str value, char text[32])
{
    if (!value.at || !value.len || value.len > 31 || !strchr("-0123456789", value.at[0]))
        return NULL;
    memcpy(text, value.at, value.len);
    text[value.len] = 0;
    return text;
}

int64_t json_as_int(Str value, int64_t otherwise)
{
    char text[32], *end;
    if (!number_text(value, text))
        return otherwise;
    long long n = strtoll(text, &end, 10);
    return *end ? otherwise : n;
}

double json_as_num(Str value, double otherwise)
{
    char text[32], *end;
    if (!number_text(value, text))
        return otherwise;
    double n = strtod(text, &end);
    return *end ? otherwise : n;
}

bool json_as_bool(Str value)
{
    return str_is(value, "true");
}
