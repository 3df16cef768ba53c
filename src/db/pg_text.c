// Texts as SQL and COPY want them.
#include <string.h>

#include "db/pg.h"

static void add_doubled(Buf *sql, char quote, Str text)
{
    buf_add_char(sql, quote);
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == quote)
            buf_add_char(sql, quote);
        buf_add_char(sql, text.at[i]);
    }
    buf_add_char(sql, quote);
}

void pg_quote(Buf *sql, const char *name)
{
    add_doubled(sql, '"', str_of(name));
}

// standard_conforming_strings is on: a backslash is one.
void pg_literal(Buf *sql, Str text)
{
    if (text.at)
        add_doubled(sql, '\'', text);
    else
        buf_add_text(sql, "NULL");
}

void pg_copy_text(Buf *out, Str value)
{
    if (!value.at) {
        buf_add(out, STR("\\N"));
        return;
    }
    char *to = buf_room(out, 2 * value.len + 1), *begin = to;
    for (const char *at = value.at, *end = at + value.len; at < end; at++) {
        char c = *at;
        if (c == '\\' || c == '\t' || c == '\n' || c == '\r') {
            *to++ = '\\';
            c = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c;
        }
        *to++ = c;
    }
    *to = 0;
    out->len += (size_t)(to - begin);
}

static char unescaped(char c)
{
    static const char from[] = "bfnrtv", to[] = "\b\f\n\r\t\v";
    const char *at = c ? strchr(from, c) : NULL;
    return at ? to[at - from] : c;
}

bool pg_copy_next(Str *line, Buf *scratch, Str *value)
{
    if (!line->at)
        return false;
    const char *end = memchr(line->at, '\t', line->len); // a tab in a value is written \t
    Str field = {line->at, end ? (size_t)(end - line->at) : line->len};
    *line = end ? (Str){end + 1, line->len - field.len - 1} : (Str){NULL, 0};
    const char *escape = memchr(field.at, '\\', field.len);
    *value = field;
    if (!escape)
        return true;
    if (str_is(field, "\\N")) {
        *value = (Str){NULL, 0};
        return true;
    }
    // Room for all that is left of the line: values given before stay where they are.
    char *to = buf_room(scratch, field.len + line->len + 1), *begin = to;
    for (size_t i = 0; i < field.len; i++)
        *to++ = field.at[i] == '\\' && i + 1 < field.len ? unescaped(field.at[++i]) : field.at[i];
    *to = 0;
    scratch->len += (size_t)(to - begin);
    *value = (Str){begin, (size_t)(to - begin)};
    return true;
}
