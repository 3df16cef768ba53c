#include "ui/term_keys.h"

#include <criterion/criterion.h>
#include <locale.h>

// Types bytes, a '|' being a pause of PAUSE_MS, and tells the keys: characters as they are, others by name.
enum { PAUSE_MS = 40 };

static void add_keys(TermKeys *k, Buf *keys)
{
    Arena *a = arena_new();
    for (int key; (key = term_keys_next(k)) != K_NONE;) {
        buf_addf(keys, keys->len ? " %s" : "%s", key == K_OTHER ? "other" : key == K_PASTE ? "paste" : key_name(a, key));
        if (key == K_PASTE)
            buf_addf(keys, "(%s)", term_keys_pasted(k));
    }
    arena_free(a);
}

static void types_after(const char *sent, const char *expected, int64_t pause_ms)
{
    TermKeys k = {0};
    AUTO(buf_free) Buf keys = {0};
    int64_t now = 1000;
    for (; *sent; sent++) {
        if (*sent == '|') {
            term_keys_pause(&k);
            now += pause_ms;
        } else {
            term_keys_take(&k, (unsigned char)*sent, now);
        }
        add_keys(&k, &keys);
    }
    term_keys_pause(&k);
    add_keys(&k, &keys);
    cr_expect_str_eq(buf_text(&keys), expected);
    term_keys_free(&k);
}

static void types(const char *sent, const char *expected)
{
    types_after(sent, expected, PAUSE_MS);
}

static void use_utf8(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
}

TestSuite(term_keys, .init = use_utf8);

Test(term_keys, letters_and_controls)
{
    types("aZ \r\t", "a Z Space Enter Tab");
    types("\b\177", "Backspace Backspace");
    types("\x03\x1a", "Ctrl-C Ctrl-Z");
    types("ñ€", "ñ €");
}

Test(term_keys, broken_letters_are_no_commands)
{
    types("\xff", "other");
    types("\xc3q", "other q"); // the second half never came
    types("\xc2\x85", "other"); // a control character
    TermKeys k = {0};
    term_keys_take(&k, 0, 1);
    cr_expect_eq(term_keys_next(&k), K_OTHER);
    setlocale(LC_CTYPE, "C");
    types("\xc3\xb1", "other other");
}

Test(term_keys, an_escape_alone_and_before_a_key)
{
    types("\033|", "Esc");
    types("\033q", "Esc q");
    types("\033\033", "Esc Esc");
}

Test(term_keys, unknown_sequences_are_swallowed_whole)
{
    types("\033[15~q", "other q");
    types("\033[1;5Aq", "other q");
    types("\033[[Aq", "other q");
    types("\033OPq", "other q");
    types("\033O5Pq", "other q");
    types("\033[?62;c:x", "other : x");
    types("\033[M !!q", "other q"); // a click
    types("\033]11;rgb:0/0/0\aq", "other q");
    types("\033P1$r0m\033\\q", "other q");
    types("\033[\033[15~q", "other other q"); // broken off by another one
}

Test(term_keys, sequences_in_pieces)
{
    types("\033[|1|5|~q", "other q");
    types("\033|[A", "Esc other"); // the Esc was told already, the letters are not
    types("\033|[|1|5~q", "Esc other q");
    types_after("\033|OA", "Esc other", 30);
    types_after("\033|Oq", "Esc O q", 200); // typed by hand
    types_after("\033[|q", "q", 600);       // what follows never came
}

Test(term_keys, pasted_text_is_one_key)
{
    types("\033[200~rm -rf\r~y\033[201~q", "paste(rm -rf\n~y) q");
    types("\033[200~a\033[20x\033[201~", "paste(a[20x)");
    types("\033[200~\033[A\033\033[201~q", "paste([A) q");
    types("\033[201~q", "q");
    types_after("\033[200~ab|q", "paste(ab) q", 600); // its end got lost
}

Test(term_keys, pasted_text_has_a_limit)
{
    TermKeys k = {0};
    for (const char *c = "\033[200~"; *c; c++)
        term_keys_take(&k, *c, 1);
    for (int i = 0; i < PASTE_MAX + 10; i++)
        term_keys_take(&k, 'x', 1);
    for (const char *c = "\033[201~"; *c; c++)
        term_keys_take(&k, *c, 1);
    cr_expect_eq(term_keys_next(&k), K_PASTE);
    cr_expect_eq(str_of(term_keys_pasted(&k)).len, PASTE_MAX);
    term_keys_free(&k);
}

Test(term_keys, keys_of_the_description)
{
    TermKeys k = {0};
    term_keys_take(&k, SENT_KEY + K_UP, 1);
    cr_expect_eq(term_keys_next(&k), K_UP);
    term_keys_take(&k, 27, 1);
    term_keys_take(&k, SENT_KEY + K_UP, 1);
    cr_expect_eq(term_keys_next(&k), K_ESC);
    cr_expect_eq(term_keys_next(&k), K_UP);
    cr_expect_eq(term_keys_next(&k), K_NONE);
}
