#include "base/csv_cell.h"

#include <string.h>

#include "base/text.h"

static void add_utf8(Buf *line, Str s)
{
    for (uint32_t code; s.len;) {
        size_t n = text_decode(s, &code);
        if (n)
            buf_add(line, (Str){s.at, n});
        else
            buf_add_text(line, "\xEF\xBF\xBD"); // U+FFFD
        n = MAX(n, (size_t)1);
        s = (Str){s.at + n, s.len - n};
    }
}

static bool needs_quotes(Str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (memchr(",\"\r\n", value.at[i], 4))
            return true;
    return value.len == 0;
}

void csv_cell(Buf *line, Str value)
{
    if (!value.at)
        return;
    bool quotes = needs_quotes(value), sound = text_is_utf8(value);
    if (quotes)
        buf_add_char(line, '"');
    for (Str rest = value; quotes && rest.len;) {
        const char *quote = memchr(rest.at, '"', rest.len);
        size_t n = quote ? (size_t)(quote - rest.at) + 1 : rest.len;
        if (sound)
            buf_add(line, (Str){rest.at, n});
        else
            add_utf8(line, (Str){rest.at, n});
        if (quote)
            buf_add_char(line, '"');
        rest = (Str){rest.at + n, rest.len - n};
    }
    if (quotes)
        buf_add_char(line, '"');
    else if (sound)
        buf_add(line, value);
    else
        add_utf8(line, value);
}

void csv_line(Buf *text, const Str *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_add_char(text, ',');
        csv_cell(text, cells[i]);
    }
    buf_add_text(text, "\r\n");
}
