// One expression, as it could stand in a mapping file, evaluated without any row: for trying things out.
#ifndef MAP_EVAL_EXPR_H
#define MAP_EVAL_EXPR_H

#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

typedef struct {
    const char *code, *detail; // as a mapping would raise it
} ExprIssue;

typedef struct {
    Str value;        // as text; without value: NULL
    const char *type; // null, integer, real, text, blob
    ExprIssue *issues;
    size_t n_issues;
} ExprResult;

// What setting(), now() and today() give; setting may be NULL: none is set.
typedef struct {
    const char *(*setting)(void *arg, const char *name);
    void *arg;
    Instant as_of;
} ExprWorld;

// ERR_USAGE when the expression is none or may not do what it does; the result lives in the arena.
bool map_eval(Arena *a, const char *expression, const ExprWorld *world, ExprResult *out, Err *err) MUST_CHECK;

#endif
