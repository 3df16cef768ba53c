// Texts kept in tests/golden/: what came out is compared with what was approved. BLESS=1 approves.
#ifndef TESTS_SUPPORT_GOLDEN_H
#define TESTS_SUPPORT_GOLDEN_H

#include "base/str.h"

// The test fails with the first line that differs. name: a file of tests/golden/.
void golden_check(Arena *a, const char *name, Str got);

#endif
