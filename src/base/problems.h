// A list of mistakes in files people wrote: all are told at once, as file:line:col: message.
#ifndef BASE_PROBLEMS_H
#define BASE_PROBLEMS_H

#include "base/err.h"
#include "base/str.h"

typedef enum { PROBLEM_ERROR, PROBLEM_WARNING } ProblemLevel;

// What would make it go away and needs nobody's judgement.
typedef enum {
    MEND_NONE,
    MEND_RENAME, // the key is called `instead`
    MEND_WORD,   // the value is `instead`
    MEND_PLAIN,  // the value is `instead`, without quotes
    MEND_QUOTE,  // the value in quotes
    MEND_ADD,    // the line `instead` in the map that begins there
    MEND_TABS,   // blanks for the tabs of the line
    MEND_DOUBLE, // the key and its value away: it is there a second time
} Mend;

typedef struct {
    ProblemLevel level;
    const char *file; // as the operator would type it
    int line, col;    // from 1; 0: the file as a whole
    const char *key;  // dotted path of the key, or NULL
    const char *text; // one sentence
    const char *hint; // nearest known word, allowed values; or NULL
    Mend mend;
    const char *instead;
} Problem;

// Problems live in an arena and keep the order in which they were found.
typedef struct {
    Arena *arena;
    Problem *items;
    size_t n, cap;
    size_t errors; // those of PROBLEM_ERROR
} Problems;

Problems *problems_new(Arena *a);
// Copies file and text. key, hint, mend and instead are empty: the caller sets them in what comes back, which moves
// with the next call; they are not copied.
Problem *problems_add(Problems *p, ProblemLevel level, const char *file, int line, int col,
                      const char *fmt, ...) PRINTF(6, 7);
// The first error, with its place, as err: ERR_CONFIG. false: there is none, and err stays as it is.
bool problems_first(const Problems *p, Err *err);
void problems_print(const Problems *p, Buf *out); // one line each: file:line:col: error: text (hint)

#endif
