// UTF-8 text that people see: columns, clipping, hostile bytes, the nearest known word.
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/str.h"

bool text_is_utf8(Str s);        // well-formed: no surrogates, no overlong forms, nothing past U+10FFFF
size_t text_chars(Str s);        // code points of well-formed UTF-8 (what varchar(n) counts)
// The first character of s: gives its bytes (1..4) and fills *code; 0 when s is empty or does not begin well.
size_t text_decode(Str s, uint32_t *code);
void text_encode(Buf *out, uint32_t code); // appends one character
int text_width(Str s);           // terminal columns of what text_clean makes of s

// What stands for the next character of a text that is not empty, on a terminal.
typedef struct {
    size_t taken; // bytes of the text
    Str shown;    // what is fit to be shown: itself, a blank or '?'
    int columns;  // 0 for a combining mark, 2 for a wide character
} TextGlyph;
TextGlyph text_glyph(Str s);

// Appends s fit for a terminal, a log or a report: control characters, C1, bidi overrides and
// isolates, broken UTF-8 (each byte) become '?'; line ends (CR LF is one) and tabs become a blank.
void text_clean(Buf *out, Str s);
// JSON on one line for a terminal: what text_clean would replace is escaped instead, so the meaning stays.
void text_clean_json(Buf *out, Str json);
// The same as text_clean, cut or padded with blanks to exactly width columns; a cut text ends in '~'.
void text_fit(Buf *out, Str s, int width, bool right_aligned);

// The candidate nearest to word by edit distance, or NULL when none is near enough to be a typo.
const char *text_nearest(const char *word, const char *const *candidates, size_t n);

// Shell-style glob with * and ?; no character classes.
bool text_glob(const char *pattern, const char *text);

// A masked form of a value for screens and previews: first letter kept, the rest '*', eight characters
// at most. A value of one character is hidden whole.
void text_mask(Buf *out, Str s);

#endif
