#include "ui/term_copy.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(term_copy, writes_what_terminals_take)
{
    unsetenv("STY");
    AUTO(buf_free) Buf plain = {0};
    cr_expect(copy_sequence("ab\n", &plain));
    cr_expect_str_eq(buf_text(&plain), "\033]52;c;YWIK\a");
    setenv("STY", "1.tty", 1);
    AUTO(buf_free) Buf wrapped = {0};
    cr_expect(copy_sequence("ab\n", &wrapped));
    cr_expect_str_eq(buf_text(&wrapped), "\033P\033]52;c;YWIK\a\033\\");
}

Test(term_copy, refuses_what_is_too_long)
{
    enum { LONG = 80000 };
    char *text = malloc(LONG + 1);
    memset(text, 'x', LONG);
    text[LONG] = 0;
    AUTO(buf_free) Buf out = {0};
    cr_expect_not(copy_sequence(text, &out));
    cr_expect_eq(out.len, 0);
    free(text);
}

Test(term_copy, without_tmux_nobody_is_asked)
{
    unsetenv("TMUX");
    cr_expect_not(copy_by_tmux("x"));
}
