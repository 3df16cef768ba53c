#include "cache/control_inputs.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/temp_folder.h"

static Arena *arena;

static void set_up(void)
{
    arena = arena_new();
}

static void tear_down(void)
{
    arena_free(arena);
}

TestSuite(inputs, .init = set_up, .fini = tear_down);

static Inputs three(const char *months, const char *secret)
{
    Inputs l = {.arena = arena};
    inputs_add(&l, INPUT_SETTING, "months", months, months);
    inputs_add(&l, INPUT_SETTING, "secret", secret, NULL);
    inputs_add_digest(&l, INPUT_UPSTREAM, "patient/extract", "d1", NULL);
    return l;
}

static InputChange *compare(Inputs before, Inputs after, size_t wanted)
{
    size_t n;
    InputChange *list = inputs_compare(&before, &after, &n);
    cr_assert_eq(n, wanted, "%zu changes", n);
    return list;
}

Test(inputs, the_same_list_has_the_same_fingerprint_and_no_changes)
{
    Inputs x = three("24", "abc"), y = three("24", "abc");
    cr_assert_str_eq(inputs_fingerprint(&x), inputs_fingerprint(&y));
    compare(x, y, 0);
}

Test(inputs, a_change_has_its_text_before_and_after)
{
    Inputs x = three("24", "abc"), y = three("36", "abc");
    cr_assert_str_neq(inputs_fingerprint(&x), inputs_fingerprint(&y));
    InputChange *c = compare(x, y, 1);
    cr_assert_eq(c->change, INPUT_CHANGED);
    cr_assert_str_eq(c->name, "months");
    cr_assert_str_eq(c->before, "24");
    cr_assert_str_eq(c->after, "36");
}

Test(inputs, a_secret_changes_without_a_text)
{
    InputChange *c = compare(three("24", "abc"), three("24", "abd"), 1);
    cr_assert_str_eq(c->name, "secret");
    cr_assert_null(c->before);
    cr_assert_null(c->after);
}

Test(inputs, what_decides_is_the_digest_and_not_the_text)
{
    Inputs x = {.arena = arena}, y = {.arena = arena};
    inputs_add_digest(&x, INPUT_SOURCE, "", "d1", "of yesterday");
    inputs_add_digest(&y, INPUT_SOURCE, "", "d1", "of today");
    cr_assert_str_eq(inputs_fingerprint(&x), inputs_fingerprint(&y));
    compare(x, y, 0);
}

Test(inputs, what_came_and_what_went_are_told)
{
    Inputs x = three("24", "abc"), y = {.arena = arena};
    inputs_add(&y, INPUT_CATALOGUE, "patients.email", "text", "text");
    inputs_add(&y, INPUT_SETTING, "secret", "abc", NULL);
    inputs_add_digest(&y, INPUT_UPSTREAM, "patient/extract", "d1", NULL);
    InputChange *c = compare(x, y, 2);
    cr_assert_eq(c[0].change, INPUT_CAME);
    cr_assert_str_eq(c[0].after, "text");
    cr_assert_eq(c[1].change, INPUT_WENT);
    cr_assert_str_eq(c[1].name, "months");
    cr_assert_str_eq(c[1].before, "24");
}

Test(inputs, the_same_name_of_another_kind_is_another_input)
{
    Inputs x = {.arena = arena}, y = {.arena = arena};
    inputs_add(&x, INPUT_SETTING, "a", "1", "1");
    inputs_add(&y, INPUT_PROFILE, "a", "1", "1");
    cr_assert_str_neq(inputs_fingerprint(&x), inputs_fingerprint(&y));
    compare(x, y, 2);
}

Test(inputs, no_value_is_not_an_empty_one)
{
    Inputs x = {.arena = arena}, y = {.arena = arena};
    inputs_add(&x, INPUT_SETTING, "a", NULL, NULL);
    inputs_add(&y, INPUT_SETTING, "a", "", "");
    compare(x, y, 1);
}

Test(inputs, a_long_list_in_another_order_is_compared_by_name)
{
    Inputs x = {.arena = arena}, y = {.arena = arena};
    for (int i = 0; i < 500; i++)
        inputs_add(&x, INPUT_MODEL, arena_text(arena, "e%d", i), "v", NULL);
    for (int i = 500; i-- > 0;)
        inputs_add(&y, INPUT_MODEL, arena_text(arena, "e%d", i), i == 7 ? "w" : "v", NULL);
    cr_assert_str_eq(compare(x, y, 1)->name, "e7");
}

Test(inputs, a_long_text_is_cut_between_characters_and_has_one_line)
{
    Inputs x = {.arena = arena};
    AUTO(buf_free) Buf text = {0};
    buf_add_text(&text, "a\nb");
    while (text.len <= INPUT_TEXT_MAX)
        buf_add_text(&text, "ñ");
    inputs_add(&x, INPUT_MAPPING, "m", buf_text(&text), buf_text(&text));
    const char *kept = x.items[0].text;
    cr_assert_leq(strlen(kept), INPUT_TEXT_MAX);
    cr_assert_eq(strncmp(kept, "a b\xc3\xb1", 5), 0);
    cr_assert_eq((unsigned char)kept[strlen(kept) - 1], 0xb1);
}

static Control *control(Err *err)
{
    Control *c = control_open(temp_folder(arena), true, err);
    cr_assert(c, "%s", err->text);
    return c;
}

Test(inputs, control_gives_back_what_was_saved_last)
{
    Err err = {0};
    Control *c = control(&err);
    Inputs x = three("24", "abc"), y = three("36", "abc"), back = {.arena = arena}, none = {.arena = arena};
    cr_assert(control_inputs_save(c, "a/validate", &x, &err), "%s", err.text);
    cr_assert(control_inputs_save(c, "a/validate", &y, &err), "%s", err.text);
    cr_assert(control_inputs(c, "a/validate", &back, &err), "%s", err.text);
    cr_assert_str_eq(inputs_fingerprint(&back), inputs_fingerprint(&y));
    cr_assert_str_eq(back.items[0].text, "36");
    cr_assert_null(back.items[1].text);
    cr_assert(control_inputs(c, "b/validate", &none, &err), "%s", err.text);
    cr_assert_eq(none.n, 0);
    control_close(c);
}

Test(inputs, the_pace_is_that_of_the_last_five_runs)
{
    Err err = {0};
    Control *c = control(&err);
    StepPace pace;
    cr_assert(control_pace(c, "a/insert", &pace, &err), "%s", err.text);
    cr_assert_eq(pace.samples, 0);
    for (int run = 1; run <= 7; run++)
        cr_assert(control_time_add(c, "a/insert", run, 100, run, &err), "%s", err.text);
    cr_assert(control_time_add(c, "b/insert", 1, 0, 9, &err), "%s", err.text);
    cr_assert(control_time_add(c, "b/verify", 1, 10, 90, &err), "%s", err.text);
    cr_assert(control_pace(c, "a/insert", &pace, &err), "%s", err.text);
    cr_assert_eq(pace.samples, 5);
    cr_assert_float_eq(pace.low, 0.03, 1e-9);
    cr_assert_float_eq(pace.high, 0.07, 1e-9);
    cr_assert(control_pace(c, "%/insert", &pace, &err), "%s", err.text);
    cr_assert_eq(pace.samples, 5); // a step without rows says nothing
    cr_assert_float_eq(pace.mean, 0.05, 1e-9);
    control_close(c);
}
