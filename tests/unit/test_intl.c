#include "base/file.h"
#include "base/intl.h"

#include <criterion/criterion.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

// Each test is a process of its own, so it may set its environment.
static void environment(const char *lc_all, const char *lang)
{
    unsetenv("LC_CTYPE");
    unsetenv("LC_MESSAGES");
    unsetenv("LANGUAGE");
    setenv("LC_ALL", lc_all, 1);
    setenv("LANG", lang, 1);
    Arena *a = arena_new();
    setenv("MUDANZA_LOCALE_DIR", file_join(a, getenv("TOP_BUILDDIR"), "po/locale"), 1);
    arena_free(a);
}

Test(intl, the_language_asked_for_wins)
{
    environment("C.UTF-8", "");
    intl_start("es");
    cr_assert_str_eq(_("warning"), "aviso");
}

Test(intl, spanish_works_even_in_the_c_locale)
{
    environment("C", "");
    intl_start("es");
    cr_assert_str_eq(_("warning"), "aviso");
    cr_assert_str_eq(nl_langinfo(CODESET), "ANSI_X3.4-1968");
}

Test(intl, english_can_be_asked_for_in_a_spanish_environment)
{
    environment("", "es_ES.UTF-8");
    intl_start("en");
    cr_assert_str_eq(_("warning"), "warning");
}

// Installed or not, the locale of the environment gives its language and UTF-8.
Test(intl, a_spanish_environment_speaks_spanish)
{
    environment("", "es_AR.UTF-8");
    intl_start(NULL);
    cr_assert_str_eq(_("warning"), "aviso");
    cr_assert_str_eq(nl_langinfo(CODESET), "UTF-8");
}

Test(intl, the_c_locale_stays)
{
    environment("C", "es_ES.UTF-8");
    intl_start(NULL);
    cr_assert_str_eq(_("warning"), "warning");
    cr_assert_str_eq(nl_langinfo(CODESET), "ANSI_X3.4-1968");
}

Test(intl, numbers_keep_their_point)
{
    environment("es_ES.UTF-8", "");
    intl_start("es");
    cr_assert_str_eq(setlocale(LC_NUMERIC, NULL), "C");
    char text[16];
    snprintf(text, sizeof text, "%.1f", 3.5);
    cr_assert_str_eq(text, "3.5");
}

Test(intl, numbers_are_grouped_as_the_language_does)
{
    static const struct {
        int64_t n;
        const char *en, *es;
    } cases[] = {{0, "0", "0"}, {999, "999", "999"}, {-100, "-100", "-100"}, {1655, "1,655", "1.655"},
                 {-1234567, "-1,234,567", "-1.234.567"}};
    environment("C.UTF-8", "");
    for (int es = 0; es < 2; es++) {
        intl_start(es ? "es" : "en");
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
            AUTO(buf_free) Buf text = {0};
            number_shown(cases[i].n, &text);
            cr_assert_str_eq(buf_text(&text), es ? cases[i].es : cases[i].en);
        }
    }
}
