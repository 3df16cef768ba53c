// The lines that the integrity hash is made of: hashed, and looked into, on a second thread.
#ifndef SOURCE_DPMF_LINES_H
#define SOURCE_DPMF_LINES_H

#include "source/dpmf_inner.h"

typedef struct Lines Lines;
typedef void (*LinesLook)(void *arg, const DpmfRow *row); // without extracted_at, which no line holds

Lines *lines_new(LinesLook look, void *arg); // look may be NULL
void lines_free(Lines *l);                   // NULL is fine
void lines_free_at(Lines **l);

// label|text|...\n of n texts. row: NULL; or the five columns of which these are the texts, to be looked at.
bool lines_add(Lines *l, const char *label, const Str *texts, int n, const Str *row, Err *err) MUST_CHECK;
// Between these two all lines of one part of the file: with a hash of its own or not. Behind the second
// everything was seen; without a hash of its own the text is left alone.
bool lines_begin_part(Lines *l, bool own, Err *err) MUST_CHECK;
bool lines_end_part(Lines *l, char hash[SHA256_HEX + 1], Err *err) MUST_CHECK;
bool lines_end(Lines *l, char hash[SHA256_HEX + 1], Err *err) MUST_CHECK; // of all lines

#endif
