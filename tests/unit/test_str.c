#include "base/err.h"
#include "base/str.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

Test(str, no_value_is_not_the_empty_value)
{
    Str none = str_of(NULL), empty = str_of("");
    cr_assert(str_eq(none, none));
    cr_assert_not(str_eq(none, empty));
    cr_assert(str_eq(empty, STR("")));
    Arena *a = arena_new();
    cr_assert_null(str_keep(a, none));
    cr_assert_str_eq(str_keep(a, empty), "");
    arena_free(a);
}

Test(str, cuts_piece_by_piece)
{
    Str rest = STR("a,,b"), piece;
    cr_assert(str_cut(&rest, ',', &piece) && str_is(piece, "a"));
    cr_assert(str_cut(&rest, ',', &piece) && str_is(piece, ""));
    cr_assert(str_cut(&rest, ',', &piece) && str_is(piece, "b"));
    cr_assert_not(str_cut(&rest, ',', &piece));
}

Test(str, trims_and_compares_ends)
{
    cr_assert(str_is(str_trim(STR(" \t x y\r\n")), "x y"));
    cr_assert(str_is(str_trim(STR("  ")), ""));
    cr_assert(str_starts(STR("abc"), "ab"));
    cr_assert_not(str_starts(STR("a"), "ab"));
    cr_assert(str_ends(STR("abc"), "bc"));
    cr_assert_not(str_ends(STR("c"), "bc"));
}

Test(buf, grows_and_stays_ended)
{
    AUTO(buf_free) Buf b = {0};
    cr_assert_str_eq(buf_text(&b), "");
    for (int i = 0; i < 1000; i++)
        buf_addf(&b, "%03d", i);
    cr_assert_eq(b.len, 3000);
    cr_assert_eq(strlen(b.at), 3000);
    cr_assert_str_eq(b.at + 2997, "999");
    buf_clear(&b);
    cr_assert_str_eq(buf_text(&b), "");
}

Test(arena, takes_are_zeroed_and_aligned_after_reset_too)
{
    Arena *a = arena_new();
    for (int round = 0; round < 3; round++) {
        for (size_t size = 1; size < 200000; size = size * 3 + 1) {
            unsigned char *bytes = arena_take(a, size);
            cr_assert_eq((uintptr_t)bytes % 16, 0);
            for (size_t i = 0; i < size; i++)
                cr_assert_eq(bytes[i], 0);
            memset(bytes, 0xFF, size);
        }
        cr_assert_gt(arena_used(a), 100000);
        arena_reset(a);
        cr_assert_eq(arena_used(a), 0);
    }
    arena_free(a);
}

static int order[3], closed;

static void note(void *thing)
{
    order[closed++] = *(int *)thing;
}

Test(arena, what_was_deferred_runs_last_in_first_out_once)
{
    static int numbers[] = {1, 2, 3};
    Arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        arena_defer(a, note, &numbers[i]);
    arena_reset(a);
    arena_free(a);
    cr_assert_eq(closed, 3);
    cr_assert_eq(order[0], 3);
    cr_assert_eq(order[2], 1);
}

Test(err, context_goes_in_front_and_the_kind_stays)
{
    Err err = {0};
    cr_assert_not(err_set(&err, ERR_SOURCE, "bad %d", 7));
    cr_assert_not(err_wrap(&err, "file %s", "x"));
    cr_assert_str_eq(err.text, "file x: bad 7");
    cr_assert_eq(err.kind, ERR_SOURCE);
    err_hint(&err, "try %s", "again");
    cr_assert_str_eq(err.hint, "try again");
    errno = ENOENT;
    err_sys(&err, ERR_TARGET, "cannot open");
    cr_assert_str_eq(err.text, "cannot open: No such file or directory");
    cr_assert_str_eq(err.hint, "");
}

Test(err, long_texts_are_cut_and_ended)
{
    Err err = {0};
    char text[2000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    err_set(&err, ERR_STEP, "%s", text);
    cr_assert_eq(strlen(err.text), sizeof err.text - 1);
    err_wrap(&err, "%s", text);
    cr_assert_eq(strlen(err.text), sizeof err.text - 1);
}
