// Letters of any alphabet: what lower, upper, fold and the words of a label are made of.
//
// Text may hold NUL and broken UTF-8: NUL is a character like another, each broken byte counts as U+FFFD.
#ifndef BASE_LETTERS_H
#define BASE_LETTERS_H

#include "base/str.h"

// Takes the first character off a text that is not empty.
uint32_t letters_take(Str *rest);

void letters_lower(Buf *out, Str text);
void letters_upper(Buf *out, Str text);
void letters_fold(Buf *out, Str text);  // compatibility forms taken apart, marks dropped, lower case
void letters_only(Buf *out, Str text);  // letters and digits alone, lower case, accents kept
void letters_clean(Buf *out, Str text); // without control characters; line ends and tabs stay
// The text in upper case without accents, one byte a character, for looking for plain words: other letters and digits
// than those of ASCII are '_', blanks of any kind ' ', what else is not ASCII, and control characters, '?'. Marks alone
// are left out. places gets, as a size_t for each byte, where in the text its character begins.
void letters_outline(Buf *out, Buf *places, Str text);
Str letters_first(Str text, size_t n);  // the first n characters
uint32_t letters_ascii(uint32_t code);  // the nearest character of 7-bit ASCII: n for ñ; '?' when there is none
// Folded, with everything that is no letter, digit or '_' as a blank, blanks single and none at the ends.
void letters_words(Buf *out, Str text);
// The share of words of three or more characters that begin a word of the other text or begin with one, 0..1;
// the smaller of both directions, 0 when either has none. Only the first 256 words of each are looked at.
double letters_similarity(Str a, Str b);

#endif
