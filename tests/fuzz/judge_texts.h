// Promises of the functions that judge, clean and decode texts from outside.
#ifndef TESTS_FUZZ_JUDGE_TEXTS_H
#define TESTS_FUZZ_JUDGE_TEXTS_H

#include "tests/fuzz/fuzz.h"

void judge_text(Str text);

#endif
