// How a run ends: the worst of what happened to it.
#include <stdarg.h>
#include <stdio.h>

#include "engine/worker.h"

// When several end states apply, the first in this order wins (mudanza(1)). A run that could not begin
// (2, 5, 10) has no other end state.
static const int precedence[] = {1, 2, 5, 10, 7, 6, 12, 4, 13, 8, 11, 3, 0};

static size_t rank(int exit_code)
{
    size_t i = 0;
    while (i < ARRAY_LEN(precedence) - 1 && precedence[i] != exit_code)
        i++;
    return exit_code && i == ARRAY_LEN(precedence) - 1 ? 0 : i; // any other code means failure
}

int exit_worse(int one, int other)
{
    return rank(other) < rank(one) ? other : one;
}

void worker_worse(Worker *w, int exit_code, const char *fmt, ...)
{
    if (rank(exit_code) >= rank(w->exit_code))
        return;
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    w->exit_code = exit_code;
    w->reason = arena_text(w->s.arena, "%s", text);
}
