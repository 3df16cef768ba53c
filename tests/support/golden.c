#include "tests/support/golden.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { GOLDEN_MAX = 1 << 20 };

void golden_check(Arena *a, const char *name, Str got)
{
    Err err = {0};
    Str want;
    const char *top = getenv("TOP_SRCDIR"), *bless = getenv("BLESS");
    const char *path = arena_text(a, "%s/tests/golden/%s", top ? top : ".", name);
    if (bless && strcmp(bless, "1") == 0)
        cr_assert(file_write(path, got, 0644, &err), "%s", err.text);
    cr_assert(file_read(a, path, GOLDEN_MAX, &want, &err), "%s", err.text);
    int line = 1;
    Str got_line, want_line, got_rest = got, want_rest = want;
    for (; !str_eq(got_rest, want_rest); line++) {
        bool more = str_cut(&got_rest, '\n', &got_line), expected = str_cut(&want_rest, '\n', &want_line);
        cr_assert(more, "%s ends at line %d", name, line);
        cr_assert(expected, "%s goes on at line %d: %.*s", name, line, STR_ARG(got_line));
        cr_assert(str_eq(got_line, want_line), "%s:%d: %.*s (approved: %.*s)", name, line, STR_ARG(got_line),
                  STR_ARG(want_line));
    }
}
