// A file judged from its first byte to its last, and whether the judgement agrees with itself.
#ifndef TESTS_FUZZ_JUDGEMENT_H
#define TESTS_FUZZ_JUDGEMENT_H

#include "source/dpmf.h"
#include "tests/fuzz/fuzz.h"

// Words for the operator: there are some, in UTF-8, without control characters.
void judge_words(const char *text);
// err is that of a refusal of this class.
void judge_refusal(DpmfVerdict verdict, const Err *err);
// Verifies the file; layering: what it must be called. passphrase: NULL for a file that needs none.
void judge_file(const char *path, const Secret *passphrase, const char *layering);

#endif
