#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Str str_of(const char *text)
{
    return text ? (Str){text, strlen(text)} : (Str){NULL, 0};
}

bool str_eq(Str a, Str b)
{
    if (!a.at || !b.at)
        return !a.at && !b.at;
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

bool str_is(Str a, const char *text)
{
    return str_eq(a, str_of(text));
}

bool str_starts(Str s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.len >= n && memcmp(s.at, prefix, n) == 0;
}

bool str_ends(Str s, const char *suffix)
{
    size_t n = strlen(suffix);
    return s.len >= n && memcmp(s.at + s.len - n, suffix, n) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

Str str_trim(Str s)
{
    while (s.len && is_blank(s.at[0]))
        s.at++, s.len--;
    while (s.len && is_blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

bool str_cut(Str *rest, char separator, Str *head)
{
    if (!rest->at)
        return false;
    const char *found = rest->len ? memchr(rest->at, separator, rest->len) : NULL;
    if (!found) {
        *head = *rest;
        *rest = (Str){NULL, 0};
        return true;
    }
    *head = (Str){rest->at, (size_t)(found - rest->at)};
    *rest = (Str){found + 1, rest->len - head->len - 1};
    return true;
}

char *str_keep(Arena *a, Str s)
{
    if (!s.at)
        return NULL;
    char *copy = arena_take(a, s.len + 1);
    memcpy(copy, s.at, s.len);
    return copy;
}

Str str_copy(Arena *a, Str s)
{
    return (Str){str_keep(a, s), s.len};
}

char *buf_room(Buf *b, size_t size)
{
    size_t need;
    if (__builtin_add_overflow(b->len, size, &need) || need == SIZE_MAX)
        abort();
    if (need + 1 > b->cap) {
        size_t cap = MAX(need + 1, b->cap + b->cap / 2);
        cap = MAX(cap, (size_t)64);
        b->at = realloc(b->at, cap);
        if (!b->at)
            abort(); // out of memory: nothing sensible is left to do
        b->cap = cap;
    }
    return b->at + b->len;
}

void buf_add(Buf *b, Str s)
{
    char *end = buf_room(b, s.len);
    if (s.len)
        memcpy(end, s.at, s.len);
    end[s.len] = 0;
    b->len += s.len;
}

void buf_add_text(Buf *b, const char *text)
{
    buf_add(b, str_of(text));
}

void buf_add_char(Buf *b, char c)
{
    buf_add(b, (Str){&c, 1});
}

void buf_addf(Buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0)
        abort();
    vsnprintf(buf_room(b, (size_t)len), (size_t)len + 1, fmt, again);
    va_end(again);
    b->len += (size_t)len;
}

void buf_clear(Buf *b)
{
    b->len = 0;
    if (b->at)
        b->at[0] = 0;
}

void buf_free(Buf *b)
{
    free(b->at);
    *b = (Buf){0};
}

const char *buf_text(const Buf *b)
{
    return b->at ? b->at : "";
}

Str buf_str(const Buf *b)
{
    return (Str){buf_text(b), b->len};
}
