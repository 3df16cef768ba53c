#include <criterion/criterion.h>

#include "base/json_canonical.h"

// What comes out has to give itself again.
static void same(const char *given, const char *want)
{
    AUTO(buf_free) Buf once = {0}, twice = {0};
    cr_assert(json_canonical(str_of(given), &once), "%s", given);
    cr_expect_str_eq(buf_text(&once), want, "%s", given);
    cr_assert(json_canonical(buf_str(&once), &twice), "%s", buf_text(&once));
    cr_expect_str_eq(buf_text(&twice), buf_text(&once));
}

Test(json_canonical, blanks_go_and_members_are_in_order)
{
    same(" { \"bb\" : 1 ,\n\"a\":[ ] , \"c\" : { } } ", "{\"a\":[],\"c\":{},\"bb\":1}");
    same("[ true , false,null, \" a , b \" ]", "[true,false,null,\" a , b \"]");
    same("{\"z\":{\"y\":1,\"x\":[{\"d\":1,\"c\":2}]}}", "{\"z\":{\"x\":[{\"c\":2,\"d\":1}],\"y\":1}}");
    same("\"alone\"", "\"alone\"");
}

Test(json_canonical, of_a_repeated_key_the_last_one_counts)
{
    same("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}");
    same("{\"a\":1,\"\\u0061\":2}", "{\"a\":2}");
    same("{\"a\":1,\"a\":2,\"a\":3}", "{\"a\":3}");
}

Test(json_canonical, numbers_keep_their_value_and_their_decimals)
{
    static const char *const cases[][2] = {
        {"0", "0"}, {"-0", "0"}, {"-0.00", "0.00"}, {"1.50", "1.50"}, {"-12", "-12"}, {"0.5", "0.5"},
        {"2e2", "200"}, {"1.50e1", "15.0"}, {"1E+3", "1000"}, {"1e-7", "0.0000001"}, {"1.5e-3", "0.0015"},
        {"12.34e-1", "1.234"}, {"12.34e2", "1234"}, {"0e5", "0"}, {"-0.00e1", "0.0"}, {"0.05e1", "0.5"},
        {"0.05e2", "5"}, {"123e-2", "1.23"}, {"123e-3", "0.123"}, {"12345678901234567890.12", "12345678901234567890.12"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        same(cases[i][0], cases[i][1]);
}

Test(json_canonical, escapes_stand_only_where_they_must)
{
    same("\"\\u0041\\/\\u00e9\\ud83d\\ude00\"", "\"A/é😀\"");
    same("\"\\\"\\\\\\b\\f\\n\\r\\t\\u001F\\u007f\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u001f\x7f\"");
    same("\"\\ud800x\"", "\"\xEF\xBF\xBDx\"");
}

Test(json_canonical, what_cannot_be_kept_everywhere_is_refused)
{
    static const char *const bad[] = {"", "{", "{a:1}", "\"\\u0000\"", "1e1001", "[1e-1001]", "{\"a\":1e99999999999999999999}"};
    AUTO(buf_free) Buf out = {0};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect_not(json_canonical(str_of(bad[i]), &out), "%s", bad[i]);
}
