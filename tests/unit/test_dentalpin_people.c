// The people of a clinic under the profile dentalpin: their settings, roles, history, visits and recalls.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/profile_bench.h"

static Arena *arena;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    profile_bench_close();
    arena_free(arena);
}

TestSuite(dentalpin_people, .init = setup, .fini = teardown);

Test(dentalpin_people, a_setting_takes_only_the_values_the_profile_lists)
{
    Problems *problems = problems_new(arena);
    Model *model = model_load(arena, getenv("MUDANZA_DATA_DIR"), problems);
    Setting repairs = {"repairs", "ful", 7};
    Clinic clinic = {.config_path = "config.yaml", .settings = &repairs, .n_settings = 1};
    cr_assert_null(profile_load(arena, &clinic, "dentalpin", model, problems));
    cr_assert_eq(problems->n, 1);
    cr_assert_str_eq(problems->items[0].file, "config.yaml");
    cr_assert_eq(problems->items[0].line, 7);
    cr_assert(strstr(problems->items[0].hint, "full"), "%s", problems->items[0].hint);
    repairs.value = "full";
    cr_assert(profile_load(arena, &clinic, "dentalpin", model, problems));
}
