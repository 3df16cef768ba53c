#include <criterion/criterion.h>

#include "base/json_members.h"

static void expect_members(const char *object, const char *wanted)
{
    AUTO(buf_free) Buf got = {0};
    JsonMembers m = json_members(str_of(object));
    for (Str key, value; json_member_next(&m, &key, &value);)
        buf_addf(&got, "<%.*s><%.*s>", STR_ARG(key), STR_ARG(value));
    cr_expect_str_eq(buf_text(&got), wanted, "%s", object);
}

Test(json_members, come_as_they_are_written)
{
    expect_members("{}", "");
    expect_members(" \n{ \t} ", "");
    expect_members("{\"a\":1}", "<\"a\"><1>");
    expect_members("{ \"a\" : 1.50 , \"b\":\"x\"\n}\n", "<\"a\"><1.50><\"b\"><\"x\">");
    expect_members("{\"a\":12345678901234567890.10,\"a\":1e400,\"\":null}",
                   "<\"a\"><12345678901234567890.10><\"a\"><1e400><\"\"><null>");
    expect_members("{\"a\":{\"b\":[1, {\"c\":\"]}\"}]},\"d\":[],\"e\":true}",
                   "<\"a\"><{\"b\":[1, {\"c\":\"]}\"}]}><\"d\"><[]><\"e\"><true>");
    expect_members("{\"q\\\"}\":\"\\\\\",\"r\":\"\\\",\"}", "<\"q\\\"}\"><\"\\\\\"><\"r\"><\"\\\",\">");
}

static void expect_meaning(const char *string, Str wanted)
{
    AUTO(buf_free) Buf got = {0};
    json_unquote(str_of(string), &got);
    cr_expect(str_eq(buf_str(&got), wanted) || (!got.len && !wanted.len), "%s became %s", string,
              buf_text(&got));
}

Test(json_members, half_pairs_are_mended_and_nothing_else)
{
    AUTO(buf_free) Buf got = {0};
    json_mend_surrogates(STR("[\"\\ud800 \\\\ud800 \\ud83e\\uddb7\\u0000\\n\", \"\\uDC00\", 1.0]"), &got);
    cr_expect_str_eq(buf_text(&got), "[\"\\ufffd \\\\ud800 \\ud83e\\uddb7\\u0000\\n\", \"\\ufffd\", 1.0]");
}

Test(json_members, strings_are_decoded)
{
    expect_meaning("\"\"", STR(""));
    expect_meaning("\"plain ñ\"", STR("plain ñ"));
    expect_meaning("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", STR("\"\\/\b\f\n\r\t"));
    expect_meaning("\"a\\u0041\\u00f1\\u20AC\\ud83e\\uddb7z\"", STR("aAñ€🦷z"));
    expect_meaning("\"\\u0000\"", STR("\xEF\xBF\xBD"));
    expect_meaning("\"\\ud800x\\udc00\\ud800\\ud83e\\uddb7\"",
                   STR("\xEF\xBF\xBDx\xEF\xBF\xBD\xEF\xBF\xBD🦷"));
}
