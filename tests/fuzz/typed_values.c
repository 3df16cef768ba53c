#include "tests/fuzz/typed_values.h"

#include <fenv.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

uint8_t take_byte(Input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

static uint64_t take_number(Input *in, int bytes)
{
    uint64_t n = 0;
    for (int i = 0; i < bytes; i++)
        n = n << 8 | take_byte(in);
    return n;
}

static Str take_bytes(Input *in)
{
    size_t n = take_byte(in);
    if (n >= 0xF0)
        n = (n - 0xF0) << 8 | take_byte(in);
    n = MIN(n, (size_t)(in->end - in->at));
    Str bytes = {n ? (const char *)in->at : "", n};
    in->at += n;
    return bytes;
}

// SQLite replaces what is broken, and U+FFFE and U+FFFF, when it turns UTF-8 into UTF-16.
static bool fits_utf16(Str text)
{
    uint32_t code;
    for (size_t n; text.len; text = (Str){text.at + n, text.len - n}) {
        n = text_decode(text, &code);
        if (!n || code == 0xFFFE || code == 0xFFFF)
            return false;
    }
    return true;
}

static Value take_text(Input *in)
{
    Str bytes = take_bytes(in);
    bool fits = in->encoding == UTF8 || fits_utf16(bytes);
    return (Value){.kind = fits ? VALUE_TEXT : VALUE_BLOB, .bytes = bytes};
}

Value take_value(Input *in)
{
    uint64_t bits;
    switch (take_byte(in) % 8) {
    case 1: return (Value){.kind = VALUE_INTEGER, .integer = (int8_t)take_byte(in)};
    case 2: return (Value){.kind = VALUE_INTEGER, .integer = (int64_t)take_number(in, 8)};
    case 3: {
        Value v = {.kind = VALUE_REAL};
        bits = take_number(in, 8);
        memcpy(&v.real, &bits, sizeof bits);
        return isnan(v.real) ? (Value){.kind = VALUE_NULL} : v; // what SQLite makes of it
    }
    case 4: // a number written in digits, which a byte more or less does not turn into another exponent
        return (Value){.kind = VALUE_REAL, .real = ldexp((double)take_number(in, 4), (int8_t)take_byte(in))};
    case 5:
    case 6: return take_text(in);
    case 7: return (Value){.kind = VALUE_BLOB, .bytes = take_bytes(in)};
    default: return (Value){.kind = VALUE_NULL};
    }
}

static int compare_bytes(Str a, Str b)
{
    int order = memcmp(a.at, b.at, MIN(a.len, b.len));
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static void add_unit(Buf *out, uint32_t unit, Encoding encoding)
{
    char high = (char)(unit >> 8), low = (char)unit;
    buf_add_char(out, encoding == UTF16LE ? low : high);
    buf_add_char(out, encoding == UTF16LE ? high : low);
}

static void stored(Str text, Encoding encoding, Buf *out)
{
    uint32_t code = 0;
    for (size_t n; text.len; text = (Str){text.at + n, text.len - n}) {
        n = text_decode(text, &code);
        if (code >= 0x10000) {
            add_unit(out, 0xD800 + ((code - 0x10000) >> 10), encoding);
            code = 0xDC00 + (code & 0x3FF);
        }
        add_unit(out, code, encoding);
    }
}

static int compare_texts(Str a, Str b, Encoding encoding)
{
    if (encoding == UTF8)
        return compare_bytes(a, b);
    AUTO(buf_free) Buf x = {0};
    AUTO(buf_free) Buf y = {0};
    stored(a, encoding, &x);
    stored(b, encoding, &y);
    return compare_bytes((Str){buf_text(&x), x.len}, (Str){buf_text(&y), y.len});
}

int value_compare(const Value *a, const Value *b, Encoding encoding)
{
    static const int class_of[] = {[VALUE_INTEGER] = 1, [VALUE_REAL] = 1, [VALUE_TEXT] = 2, [VALUE_BLOB] = 3};
    int order = class_of[a->kind] - class_of[b->kind];
    if (order || a->kind == VALUE_NULL)
        return order;
    if (a->kind == VALUE_TEXT)
        return compare_texts(a->bytes, b->bytes, encoding);
    if (a->kind == VALUE_BLOB)
        return compare_bytes(a->bytes, b->bytes);
    // 64 bits of mantissa hold both without loss.
    long double x = a->kind == VALUE_REAL ? a->real : (long double)a->integer;
    long double y = b->kind == VALUE_REAL ? b->real : (long double)b->integer;
    return x > y ? 1 : x < y ? -1 : 0;
}

// The number with so many digits behind the first, rounded this way, if it reads back as the same.
static bool written(double value, int digits, int rounding, char text[40])
{
    fesetround(rounding);
    snprintf(text, 40, "%.*e", digits, value);
    fesetround(FE_TONEAREST);
    return strtod(text, NULL) == value;
}

static void show_real(double value, Buf *out)
{
    if (isinf(value)) {
        buf_add_text(out, value > 0 ? "inf" : "-inf");
        return;
    }
    // The fewest digits that are the same number: mostly the nearest ones, sometimes their neighbours.
    char text[40];
    int digits = 0;
    while (!written(value, digits, FE_TONEAREST, text) && !written(value, digits, FE_UPWARD, text) &&
           !written(value, digits, FE_DOWNWARD, text))
        digits++;
    int exponent = atoi(strchr(text, 'e') + 1);
    if (exponent >= -4 && exponent < 16) {
        snprintf(text, sizeof text, "%.*f", MAX(digits - exponent, 1), strtod(text, NULL));
        PROMISE(strtod(text, NULL) == value);
    }
    buf_add_text(out, text);
}

static void show_blob(Str bytes, Buf *out)
{
    bool single = false, twice = false;
    for (size_t i = 0; i < bytes.len; i++) {
        single |= bytes.at[i] == '\'';
        twice |= bytes.at[i] == '"';
    }
    const char *quote = single && !twice ? "\"" : "'";
    buf_addf(out, "b%s", quote);
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.at[i];
        switch (c) {
        case '\t': buf_add_text(out, "\\t"); break;
        case '\n': buf_add_text(out, "\\n"); break;
        case '\r': buf_add_text(out, "\\r"); break;
        case '\\': buf_add_text(out, "\\\\"); break;
        case '\'': buf_add_text(out, *quote == '\'' ? "\\'" : "'"); break;
        default: buf_addf(out, c >= ' ' && c <= '~' ? "%c" : "\\x%02x", c);
        }
    }
    buf_add_text(out, quote);
}

void value_show(const Value *v, Buf *out)
{
    switch (v->kind) {
    case VALUE_NULL: buf_add_text(out, "None"); break;
    case VALUE_INTEGER: buf_addf(out, "%lld", (long long)v->integer); break;
    case VALUE_REAL: show_real(v->real, out); break;
    case VALUE_TEXT: buf_add(out, v->bytes); break;
    case VALUE_BLOB: show_blob(v->bytes, out); break;
    }
}
