#include <criterion/criterion.h>
#include <string.h>

#include "ui/list.h"

Test(list, moves_within_what_there_is)
{
    ListState l = {0};
    list_fit(&l, 100, 10);
    cr_expect(list_move(&l, ACT_DOWN, 10));
    cr_expect_eq(l.cursor, 1);
    list_move(&l, ACT_PAGE_DOWN, 10);
    cr_expect_eq(l.cursor, 11);
    cr_expect_eq(l.top, 2);
    list_move(&l, ACT_LAST, 10);
    cr_expect_eq(l.cursor, 99);
    cr_expect_eq(l.top, 90);
    list_move(&l, ACT_DOWN, 10);
    cr_expect_eq(l.cursor, 99);
    list_fit(&l, 5, 10);
    cr_expect_eq(l.cursor, 4);
    cr_expect_eq(l.top, 0);
    list_fit(&l, 0, 10);
    cr_expect_eq(l.cursor, 0);
    cr_expect(!list_move(&l, ACT_OPEN, 10));
}

static const Column columns[] = {
    {"ENTITY", 0, false, 0}, {"SOURCE", 8, true, 1}, {"STATUS", 9, false, 0}, {"CACHE", 8, true, 3}, {"TOOK", 5, true, 2}};

static const char *laid_out(Arena *a, int cols)
{
    AUTO(surface_free_at) Surface *s = surface_new(2, cols, false);
    AUTO(buf_free) Buf out = {0};
    Canvas c = canvas_of(s);
    Table t = table_of(columns, ARRAY_LEN(columns), cols);
    table_head(&t, &c, 0);
    table_cell(&t, &c, 1, 0, ROLE_TEXT, "patients");
    table_number(&t, &c, 1, 1, ROLE_TEXT, 48213);
    table_cursor(&c, 1, true, true);
    surface_dump(s, false, &out);
    return str_keep(a, buf_str(&out));
}

Test(list, leaves_the_least_important_columns_out)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    cr_expect_str_eq(laid_out(a, 60), "  ENTITY                     SOURCE STATUS       CACHE  TOOK\n"
                                     ">*patients                   48,213\n");
    cr_expect_str_eq(laid_out(a, 40), "  ENTITY          SOURCE STATUS     TOOK\n"
                                     ">*patients        48,213\n");
    cr_expect_str_eq(laid_out(a, 26), "  ENTITY         STATUS\n>*patients\n");
    for (int cols = 1; cols < 30; cols++)
        laid_out(a, cols);
}
