#include "base/json_read.h"

#include <criterion/criterion.h>

static const Str status = STR("{\"v\":1,\"clinic\":\"a \\\"b\\\" \\u00e1\\ud83d\\ude00\\n\",\"run\" : 43 ,\"rate\":1840.2,"
                              "\"steps\":[61, 73],\"in\":{\"run\":7,\"deep\":\"}\"},\"ok\":true,\"paused_by\":null,\"last\":\"\"}\n");

Test(json_read, members_of_the_object_itself)
{
    Arena *a = arena_new();
    cr_assert(json_is_object(status));
    cr_assert_eq(json_as_int(json_member(status, "run"), -1), 43);
    cr_assert_eq(json_as_num(json_member(status, "rate"), -1), 1840.2);
    cr_assert_str_eq(json_as_text(a, json_member(status, "clinic")), "a \"b\" á😀\n");
    cr_assert_eq(json_as_int(json_element(json_member(status, "steps"), 1), -1), 73);
    cr_assert_null(json_element(json_member(status, "steps"), 2).at);
    cr_assert_str_eq(json_as_text(a, json_member(json_member(status, "in"), "deep")), "}");
    cr_assert(json_as_bool(json_member(status, "ok")));
    cr_assert_null(json_member(status, "paused_by").at);
    cr_assert_null(json_member(status, "deep").at);
    cr_assert_str_eq(json_as_text(a, json_member(status, "last")), "");
    arena_free(a);
}

Test(json_read, what_is_not_of_the_kind_asked_for)
{
    Arena *a = arena_new();
    cr_assert_null(json_as_text(a, json_member(status, "run")));
    cr_assert_null(json_as_text(a, json_member(status, "nothing")));
    cr_assert_eq(json_as_int(json_member(status, "clinic"), -1), -1);
    cr_assert_eq(json_as_int(json_member(status, "rate"), -1), -1);
    cr_assert_eq(json_as_num(json_member(status, "steps"), -1), -1);
    cr_assert_not(json_as_bool(json_member(status, "run")));
    cr_assert_str_eq(json_as_text(a, STR("\"\\u0000\\ud800x\"")), "\xEF\xBF\xBD\xEF\xBF\xBDx");
    arena_free(a);
}

Test(json_read, only_sound_objects)
{
    cr_assert(json_is_object(STR("{}")));
    cr_assert_not(json_is_object((Str){0}));
    cr_assert_not(json_is_object(STR("")));
    cr_assert_not(json_is_object(STR("[1]")));
    cr_assert_not(json_is_object(STR("{\"a\":1")));
    cr_assert_not(json_is_object(STR("{\"a\":1,\"a\":2}")));
    cr_assert_null(json_member(STR("{}"), "a").at);
    cr_assert_null(json_element(STR("[]"), 0).at);
}
