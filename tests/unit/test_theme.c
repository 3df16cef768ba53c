#include "ui/theme.h"

#include <criterion/criterion.h>

static bool same(Look a, Look b)
{
    return a.color == b.color && a.attributes == b.attributes;
}

static void all_differ(const char *theme, const Role *roles, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            cr_expect_not(same(theme_look(theme, roles[i], false), theme_look(theme, roles[k], false)),
                          "%s: roles %u and %u look alike", theme, roles[i], roles[k]);
}

static const char *const names[] = {"default", "light", "mono", "cvd"};

Test(theme, roles_that_meet_look_different)
{
    static const Role rows[] = {ROLE_TEXT, ROLE_STRONG, ROLE_DIM, ROLE_GOOD, ROLE_ACTIVE, ROLE_WARN, ROLE_BAD};
    static const Role title[] = {ROLE_TITLE, ROLE_PROD, ROLE_TEXT};
    static const Role asking[] = {ROLE_TEXT, ROLE_DIM, ROLE_KEY, ROLE_FIELD, ROLE_BOX};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        cr_expect(theme_known(names[i]));
        all_differ(names[i], rows, ARRAY_LEN(rows));
        all_differ(names[i], title, ARRAY_LEN(title));
        all_differ(names[i], asking, ARRAY_LEN(asking));
    }
}

Test(theme, what_is_selected_looks_different)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        for (Role r = 0; r < ROLES; r++)
            cr_expect_not(same(theme_look(names[i], r, false), theme_look(names[i], r, true)));
}

Test(theme, mono_has_no_colours_and_cvd_neither_red_nor_green)
{
    for (Role r = 0; r < ROLES; r++) {
        cr_expect_eq(theme_look("mono", r, false).color, -1);
        int c = theme_look("cvd", r, false).color;
        cr_expect(c != 1 && c != 2);
    }
}

Test(theme, an_unknown_name_is_the_default)
{
    cr_expect_not(theme_known("solarized"));
    cr_expect(same(theme_look(NULL, ROLE_BAD, false), theme_look("default", ROLE_BAD, false)));
}
