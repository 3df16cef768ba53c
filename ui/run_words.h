// Numbers and times of a run as its screens show them. In a.
#ifndef UI_RUN_WORDS_H
#define UI_RUN_WORDS_H

#include "base/date.h"
#include "ui/canvas.h"

const char *number_words(Arena *a, int64_t n); // 48,110
const char *clock_words(Arena *a, Instant at); // 12:46:53 here; 0: "-"
const char *run_symbol(const char *status);    // of a run: + % o x
Role run_role(const char *status);

#endif
