#include "base/problems.h"

#include <criterion/criterion.h>

Test(problems, are_printed_in_the_order_found)
{
    Arena *a = arena_new();
    Problems *p = problems_new(a);
    problems_add(p, PROBLEM_ERROR, "config.yaml", 12, 3, "unknown key \"%s\"", "sourse")->hint =
        "did you mean source?";
    problems_add(p, PROBLEM_WARNING, "config.yaml", 4, 0, "old");
    problems_add(p, PROBLEM_ERROR, "patient.yaml", 0, 7, "is missing");
    AUTO(buf_free) Buf out = {0};
    problems_print(p, &out);
    cr_assert_str_eq(buf_text(&out),
                     "config.yaml:12:3: error: unknown key \"sourse\" (did you mean source?)\n"
                     "config.yaml:4: warning: old\n"
                     "patient.yaml: error: is missing\n");
    cr_assert_eq(p->n, 3);
    cr_assert_eq(p->errors, 2);
    cr_assert_null(p->items[0].key);
    arena_free(a);
}

Test(problems, none_prints_nothing)
{
    Arena *a = arena_new();
    AUTO(buf_free) Buf out = {0};
    problems_print(problems_new(a), &out);
    cr_assert_eq(out.len, 0);
    arena_free(a);
}

Test(problems, keep_their_own_copy_and_grow)
{
    Arena *a = arena_new();
    Problems *p = problems_new(a);
    char file[] = "one.yaml";
    for (int i = 0; i < 100; i++)
        problems_add(p, PROBLEM_ERROR, file, i + 1, 1, "number %d", i);
    file[0] = 'X';
    cr_assert_eq(p->n, 100);
    cr_assert_str_eq(p->items[0].file, "one.yaml");
    cr_assert_str_eq(p->items[99].text, "number 99");
    cr_assert_eq(p->items[99].line, 100);
    arena_free(a);
}

Test(problems, the_first_error_can_stand_for_all)
{
    Arena *a = arena_new();
    Err err = {0};
    Problems *p = problems_new(a);
    problems_add(p, PROBLEM_WARNING, "a.yaml", 1, 1, "odd");
    cr_assert_not(problems_first(p, &err));
    cr_assert_eq(err.kind, ERR_NONE);
    problems_add(p, PROBLEM_ERROR, "b.yaml", 7, 1, "wrong");
    cr_assert(problems_first(p, &err));
    cr_assert_str_eq(err.text, "b.yaml:7: wrong");
    arena_free(a);
}

Test(problems, quoted_bytes_cannot_drive_the_terminal)
{
    Arena *a = arena_new();
    Problems *p = problems_new(a);
    problems_add(p, PROBLEM_ERROR, "a\x1B.yaml", 1, 1, "two\nlines \x1B[2J")->hint = "\x07";
    AUTO(buf_free) Buf out = {0};
    problems_print(p, &out);
    cr_assert_str_eq(buf_text(&out), "a?.yaml:1:1: error: two lines ?[2J (?)\n");
    arena_free(a);
}
