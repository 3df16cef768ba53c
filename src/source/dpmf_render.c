#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/dpmf_inner.h"

// The next larger number of as many digits: "1.29e+05" becomes "1.30e+05".
static void count_up(char *text)
{
    for (char *at = strchr(text, 'e') - 1; at >= text; at--) {
        if (*at >= '0' && *at < '9') {
            ++*at;
            return;
        }
        if (*at == '9')
            *at = '0';
    }
}

// The fewest digits that read back as the same number. Above a power of two doubles lie twice as far apart as
// below: there the nearest number of so many digits may be too far below, and the next larger one be near
// enough.
static void shortest(double value, char *text, size_t size)
{
    for (int precision = 0; precision < 17; precision++) {
        snprintf(text, size, "%.*e", precision, value);
        if (strtod(text, NULL) == value)
            return;
        count_up(text);
        if (strtod(text, NULL) == value)
            return;
    }
}

// In Python's layout: plain between 1e-4 and 1e16.
void dpmf_render_real(double value, Buf *out)
{
    if (isinf(value)) {
        buf_add_text(out, value < 0 ? "-inf" : "inf");
        return;
    }
    char text[40];
    shortest(value, text, sizeof text);
    const char *at = text;
    if (*at == '-')
        buf_add_char(out, *at++);
    char digits[24];
    int n = 0;
    for (; *at && *at != 'e'; at++)
        if (*at != '.')
            digits[n++] = *at;
    int exponent = atoi(at + 1);
    if (exponent < -4 || exponent >= 16) {
        buf_add_char(out, digits[0]);
        if (n > 1)
            buf_addf(out, ".%.*s", n - 1, digits + 1);
        buf_addf(out, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
    } else if (exponent < 0) {
        buf_addf(out, "0.%.*s%.*s", -exponent - 1, "000", n, digits);
    } else {
        for (int i = 0; i <= MAX(exponent, n - 1); i++) {
            buf_add_char(out, i < n ? digits[i] : '0');
            if (i == exponent)
                buf_add_char(out, '.');
        }
        if (n - 1 <= exponent)
            buf_add_char(out, '0');
    }
}

void dpmf_render_bytes(Str bytes, Buf *out)
{
    bool single = bytes.len && memchr(bytes.at, '\'', bytes.len);
    bool twice = bytes.len && memchr(bytes.at, '"', bytes.len);
    char quote = single && !twice ? '"' : '\'';
    buf_add_char(out, 'b');
    buf_add_char(out, quote);
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.at[i];
        if (c == (unsigned char)quote || c == '\\')
            buf_addf(out, "\\%c", c);
        else if (c == '\t' || c == '\n' || c == '\r')
            buf_add_text(out, c == '\t' ? "\\t" : c == '\n' ? "\\n" : "\\r");
        else if (c < 0x20 || c > 0x7E)
            buf_addf(out, "\\x%02x", c);
        else
            buf_add_char(out, (char)c);
    }
    buf_add_char(out, quote);
}

void dpmf_render(LiteStmt *s, int column, Buf *out)
{
    switch (lite_type(s, column)) {
    case LITE_NULL: buf_add_text(out, "None"); break;
    case LITE_INTEGER: buf_addf(out, "%lld", (long long)lite_int(s, column)); break;
    case LITE_REAL: dpmf_render_real(lite_double(s, column), out); break;
    case LITE_TEXT: buf_add(out, lite_text(s, column)); break;
    case LITE_BLOB: dpmf_render_bytes(lite_blob(s, column), out); break;
    }
}
