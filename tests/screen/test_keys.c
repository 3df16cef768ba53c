#include <criterion/criterion.h>
#include <string.h>

#include "ui/keys.h"

Test(keys, names_and_keys_are_the_same_thing)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *names[] = {"Enter", "Esc", "Tab", "Shift-Tab", "Space", "F1", "F12", "Ctrl-L", "x", "?", "PgUp", "Ins"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        int key = key_named(str_of(names[i]));
        cr_expect_neq(key, K_NONE, "%s", names[i]);
        cr_expect_str_eq(key_name(a, key), names[i]);
    }
    cr_expect_eq(key_named(STR("F13")), K_NONE);
    cr_expect_eq(key_named(STR("Fx")), K_NONE);
    cr_expect_eq(key_named(STR("nonsense")), K_NONE);
    cr_expect_eq(key_named(STR("")), K_NONE);
}

Test(keys, no_key_of_every_screen_does_two_things)
{
    for (const Binding *b = keys_everywhere; b->keys; b++)
        for (const Binding *other = b + 1; other->keys; other++) {
            Str rest = str_of(other->keys), name;
            while (str_cut(&rest, ' ', &name)) {
                int key = key_named(name);
                cr_expect_neq(key, K_NONE, "%s", other->keys);
                const Binding *first = NULL;
                keys_find(keys_everywhere, key, &first);
                cr_expect_eq(first, other, "%s", other->keys);
            }
        }
}

Test(keys, none_needs_a_key_that_a_spanish_keyboard_hides)
{
    for (const Binding *b = keys_everywhere; b->keys; b++)
        cr_expect_null(strpbrk(b->keys, "[]{}\\|@#~^`"), "%s", b->keys);
}
