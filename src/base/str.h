// Str: bytes somebody else owns. Buf: bytes being built. Neither trusts a terminating NUL.
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/arena.h"

typedef struct {
    const char *at; // NULL: no value (SQL NULL), which is not the same as empty
    size_t len;
} Str;

#define STR(literal) ((Str){"" literal, sizeof(literal) - 1})
#define STR_ARG(s) (int)(s).len, (s).at // for printf's %.*s

Str str_of(const char *text);   // NULL gives the Str without value
bool str_eq(Str a, Str b);      // two without value are equal
bool str_is(Str a, const char *text);
bool str_starts(Str s, const char *prefix);
bool str_ends(Str s, const char *suffix);
Str str_trim(Str s);                                 // ASCII blanks, tabs and line ends, both sides
// head: up to the separator; rest: behind it. false when rest is used up.
bool str_cut(Str *rest, char separator, Str *head);
char *str_keep(Arena *a, Str s);                     // a NUL-ended copy; NULL when s has no value
Str str_copy(Arena *a, Str s);

// A growing buffer. Zero-initialise it; AUTO(buf_free) Buf b = {0};
typedef struct {
    char *at; // NUL-ended whenever not NULL
    size_t len, cap;
} Buf;

void buf_add(Buf *b, Str s);
void buf_add_text(Buf *b, const char *text);
void buf_add_char(Buf *b, char c);
void buf_addf(Buf *b, const char *fmt, ...) PRINTF(2, 3);
// At least size writable bytes behind the end; add to len what was written.
char *buf_room(Buf *b, size_t size);
void buf_clear(Buf *b);              // keeps the memory
void buf_free(Buf *b);
const char *buf_text(const Buf *b);  // "" when empty
Str buf_str(const Buf *b);

#endif
