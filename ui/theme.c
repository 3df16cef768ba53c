#include "ui/theme.h"

#include <string.h>

enum { B = LOOK_BOLD, D = LOOK_DIM, U = LOOK_UNDERLINE, R = LOOK_REVERSE };
enum { DEFAULT = -1, RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN };

// In rows (TEXT to BAD) no look of mono reverses except that of failures: reversing is what selects a row, and
// a failure in a selected row then stands out the other way round.
static const struct {
    const char *name;
    Look looks[ROLES];
} themes[] = {
    {"default",
     {
         [ROLE_TEXT] = {DEFAULT, 0},
         [ROLE_TITLE] = {DEFAULT, R},
         [ROLE_PROD] = {RED, R | B},
         [ROLE_HEAD] = {CYAN, 0},
         [ROLE_STRONG] = {DEFAULT, B},
         [ROLE_DIM] = {DEFAULT, D},
         [ROLE_GOOD] = {GREEN, 0},
         [ROLE_ACTIVE] = {CYAN, B},
         [ROLE_WARN] = {YELLOW, 0},
         [ROLE_BAD] = {RED, B},
         [ROLE_KEY] = {CYAN, B},
         [ROLE_FIELD] = {DEFAULT, U},
         [ROLE_BOX] = {CYAN, 0},
     }},
    {"light", // on white, yellow and cyan can hardly be read
     {
         [ROLE_TEXT] = {DEFAULT, 0},
         [ROLE_TITLE] = {DEFAULT, R},
         [ROLE_PROD] = {RED, R | B},
         [ROLE_HEAD] = {BLUE, 0},
         [ROLE_STRONG] = {DEFAULT, B},
         [ROLE_DIM] = {DEFAULT, D},
         [ROLE_GOOD] = {GREEN, 0},
         [ROLE_ACTIVE] = {BLUE, B},
         [ROLE_WARN] = {MAGENTA, 0},
         [ROLE_BAD] = {RED, B},
         [ROLE_KEY] = {BLUE, B},
         [ROLE_FIELD] = {DEFAULT, U},
         [ROLE_BOX] = {BLUE, 0},
     }},
    {"mono",
     {
         [ROLE_TEXT] = {DEFAULT, 0},
         [ROLE_TITLE] = {DEFAULT, R},
         [ROLE_PROD] = {DEFAULT, R | B | U},
         [ROLE_HEAD] = {DEFAULT, D | U},
         [ROLE_STRONG] = {DEFAULT, B},
         [ROLE_DIM] = {DEFAULT, D},
         [ROLE_GOOD] = {DEFAULT, B | D},
         [ROLE_ACTIVE] = {DEFAULT, U},
         [ROLE_WARN] = {DEFAULT, B | U},
         [ROLE_BAD] = {DEFAULT, R | B},
         [ROLE_KEY] = {DEFAULT, B | D | U},
         [ROLE_FIELD] = {DEFAULT, R | U},
         [ROLE_BOX] = {DEFAULT, B},
     }},
    {"cvd", // yellow without bold is orange on most terminals
     {
         [ROLE_TEXT] = {DEFAULT, 0},
         [ROLE_TITLE] = {DEFAULT, R},
         [ROLE_PROD] = {YELLOW, R | B},
         [ROLE_HEAD] = {DEFAULT, U},
         [ROLE_STRONG] = {DEFAULT, B},
         [ROLE_DIM] = {DEFAULT, D},
         [ROLE_GOOD] = {BLUE, 0},
         [ROLE_ACTIVE] = {BLUE, B},
         [ROLE_WARN] = {YELLOW, 0},
         [ROLE_BAD] = {YELLOW, B | U},
         [ROLE_KEY] = {DEFAULT, B | U},
         [ROLE_FIELD] = {DEFAULT, U},
         [ROLE_BOX] = {DEFAULT, B},
     }},
};

static size_t named(const char *name)
{
    for (size_t i = 0; name && i < ARRAY_LEN(themes); i++)
        if (!strcmp(themes[i].name, name))
            return i;
    return ARRAY_LEN(themes);
}

bool theme_known(const char *name)
{
    return named(name) < ARRAY_LEN(themes);
}

Look theme_look(const char *theme, Role role, bool selected)
{
    size_t i = named(theme);
    Look look = themes[i < ARRAY_LEN(themes) ? i : 0].looks[role];
    if (selected)
        look.attributes ^= LOOK_REVERSE;
    return look;
}
