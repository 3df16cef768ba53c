#include <criterion/criterion.h>
#include <string.h>

#include "ui/canvas.h"
#include "ui/field.h"

static const char *painted(Arena *a, Surface *s)
{
    AUTO(buf_free) Buf out = {0};
    surface_dump(s, false, &out);
    return str_keep(a, buf_str(&out));
}

static const char *line(Arena *a, bool unicode, int cols, const char *text)
{
    AUTO(surface_free_at) Surface *s = surface_new(1, cols, unicode);
    Canvas c = canvas_of(s);
    canvas_text(&c, 0, 0, -1, ROLE_TEXT, text);
    return painted(a, s);
}

Test(canvas, shows_hostile_text_as_harmless)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    cr_expect_str_eq(line(a, true, 20, "a\033[31mb\x01\x7f"), "a?[31mb??\n");
    cr_expect_str_eq(line(a, true, 20, "x\xff\xc3y"), "x??y\n");
    cr_expect_str_eq(line(a, true, 20, "\u202Eabc"), "?abc\n");
    cr_expect_str_eq(line(a, true, 20, "a\r\nb\tc"), "a b c\n");
}

Test(canvas, cuts_with_a_mark_and_never_through_a_wide_character)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    cr_expect_str_eq(line(a, true, 5, "abcde"), "abcde\n");
    cr_expect_str_eq(line(a, true, 5, "abcdef"), "abcd~\n");
    cr_expect_str_eq(line(a, true, 4, "\u4F5C\u8005\u4F5C"), "\u4F5C~\n");
    cr_expect_str_eq(line(a, true, 3, "\u4F5C\u8005"), "\u4F5C~\n");
    cr_expect_str_eq(line(a, true, 1, "\u4F5C"), "~\n");
}

Test(canvas, keeps_two_combining_marks_and_no_pile)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    cr_expect_str_eq(line(a, true, 9, "Jose\u0301!"), "Jose\u0301!\n");
    cr_expect_str_eq(line(a, true, 9, "e\u0301\u0302\u0303\u0304x"), "e\u0301\u0302x\n");
    cr_expect_str_eq(line(a, true, 9, "\u0301x"), "x\n"); // nothing to stand on
}

Test(canvas, writes_ascii_where_there_is_nothing_else)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    cr_expect_str_eq(line(a, false, 20, "Ñandú \u2013 ¿qué?"), "Nandu - ?que?\n");
    cr_expect_str_eq(line(a, false, 20, "\u4F5C\u8005"), "??\n");
    cr_expect_str_eq(line(a, false, 20, "Jose\u0301"), "Jose\n");
}

Test(canvas, half_of_a_wide_character_painted_over_leaves_a_blank)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(surface_free_at) Surface *s = surface_new(1, 6, true);
    Canvas c = canvas_of(s);
    canvas_text(&c, 0, 0, -1, ROLE_TEXT, "\u4F5C\u8005");
    canvas_text(&c, 0, 1, 1, ROLE_TEXT, "x");
    cr_expect_str_eq(painted(a, s), " x\u8005\n");
    canvas_text(&c, 0, 2, 1, ROLE_TEXT, "y");
    cr_expect_str_eq(painted(a, s), " xy\n");
}

Test(canvas, a_part_is_not_left)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(surface_free_at) Surface *s = surface_new(3, 6, true);
    Canvas c = canvas_of(s), part = canvas_part(&c, 1, 2, 1, 2);
    canvas_text(&part, 0, 0, -1, ROLE_TEXT, "abcdef");
    canvas_text(&part, 1, 0, -1, ROLE_TEXT, "no");
    canvas_text(&part, -1, 0, -1, ROLE_TEXT, "no");
    canvas_text(&part, 0, -2, -1, ROLE_TEXT, "zz");
    cr_expect_str_eq(painted(a, s), "\n  a~\n\n");
    Canvas none = canvas_part(&c, 9, 9, -3, 5);
    cr_expect_eq(none.rows, 0);
    canvas_rule(&none, 0);
    canvas_box(&none, 5, 5, "x");
}

Test(canvas, breaks_lines_at_blanks)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(surface_free_at) Surface *s = surface_new(4, 7, true);
    Canvas c = canvas_of(s);
    cr_expect_eq(canvas_wrap(&c, 0, 0, ROLE_TEXT, "one two threefour\nx"), 4);
    cr_expect_str_eq(painted(a, s), "one two\nthreefo\nur\nx\n");
}

Test(canvas, shows_what_is_typed)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(surface_free_at) Surface *s = surface_new(1, 8, true);
    Canvas c = canvas_of(s);
    Field f = {0};
    field_set(&f, "ab\u00F1");
    cr_expect(field_key(&f, 'd', NULL));
    cr_expect(field_key(&f, 0x110000 + 2, NULL)); // left
    cr_expect(field_key(&f, 127, NULL));
    cr_expect_str_eq(f.text, "abd");
    cr_expect(!field_key(&f, 13, NULL));
    field_paint(&f, &c, 0, 0, 8, true);
    cr_expect_str_eq(painted(a, s), "abd\n");
    cr_expect_eq(s->cursor_x, 2);
}

Test(canvas, a_filter_is_words_without_case_and_accents)
{
    const char *texts[] = {"José Núñez", "P-031877", NULL};
    cr_expect(filter_matches("", texts, 3));
    cr_expect(filter_matches("nunez p-03", texts, 3));
    cr_expect(!filter_matches("nunez p-04", texts, 3));
    cr_expect(!filter_matches("!jose", texts, 3));
    cr_expect(filter_matches("!pedro JOSE", texts, 3));
}
