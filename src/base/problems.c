#include "base/problems.h"

#include "base/intl.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Problems *problems_new(Arena *a)
{
    Problems *p = arena_one(a, Problems);
    p->arena = a;
    return p;
}

static Problem *one_more(Problems *p)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 16;
        Problem *more = arena_many(p->arena, Problem, cap);
        if (p->n)
            memcpy(more, p->items, p->n * sizeof *more);
        p->items = more;
        p->cap = cap;
    }
    return &p->items[p->n++];
}

PRINTF(2, 0) static char *formatted(Arena *a, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    if (len < 0)
        abort();
    char *text = arena_take(a, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    return text;
}

Problem *problems_add(Problems *p, ProblemLevel level, const char *file, int line, int col, const char *fmt,
                      ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = formatted(p->arena, fmt, args);
    va_end(args);
    Problem *problem = one_more(p);
    *problem = (Problem){
        .level = level,
        .file = str_keep(p->arena, str_of(file)),
        .line = line,
        .col = col,
        .text = text,
    };
    p->errors += level == PROBLEM_ERROR;
    return problem;
}

// Names and texts may quote what somebody else wrote, so they are cleaned.
bool problems_first(const Problems *p, Err *err)
{
    const Problem *first = p->items;
    if (!p->errors)
        return false;
    while (first->level != PROBLEM_ERROR)
        first++;
    err_set(err, ERR_CONFIG, "%s:%d: %s", first->file, first->line, first->text);
    return true;
}

void problems_print(const Problems *p, Buf *out)
{
    for (size_t i = 0; i < p->n; i++) {
        const Problem *problem = &p->items[i];
        text_clean(out, str_of(problem->file));
        if (problem->line > 0)
            buf_addf(out, ":%d", problem->line);
        if (problem->line > 0 && problem->col > 0)
            buf_addf(out, ":%d", problem->col);
        buf_addf(out, ": %s: ", problem->level == PROBLEM_ERROR ? _("error") : _("warning"));
        text_clean(out, str_of(problem->text));
        if (problem->hint && *problem->hint) {
            buf_add_text(out, " (");
            text_clean(out, str_of(problem->hint));
            buf_add_char(out, ')');
        }
        buf_add_char(out, '\n');
    }
}
