#include "base/json_out.h"

#include <criterion/criterion.h>
#include <math.h>

static void is(const Buf *b, const char *expected)
{
    cr_assert_str_eq(buf_text(b), expected);
}

Test(json_out, puts_commas_where_they_belong)
{
    AUTO(buf_free) Buf out = {0};
    JsonOut j = {.out = &out};
    json_open(&j, NULL);
    json_int(&j, "n", -9223372036854775807 - 1);
    json_open_list(&j, "list");
    json_text(&j, NULL, "a");
    json_open(&j, NULL);
    json_close(&j);
    json_open_list(&j, NULL);
    json_close_list(&j);
    json_null(&j, NULL);
    json_close_list(&j);
    json_bool(&j, "yes", true);
    json_bool(&j, "no", false);
    json_raw(&j, "raw", STR("{\"x\":1}"));
    json_open(&j, "empty");
    json_close(&j);
    json_close(&j);
    is(&out, "{\"n\":-9223372036854775808,\"list\":[\"a\",{},[],null],\"yes\":true,\"no\":false,"
             "\"raw\":{\"x\":1},\"empty\":{}}");
}

static void writes(Str value, const char *expected)
{
    AUTO(buf_free) Buf out = {0};
    JsonOut j = {.out = &out};
    json_str(&j, NULL, value);
    is(&out, expected);
}

Test(json_out, escapes_strings)
{
    writes(STR("plain ñ 🦷 /"), "\"plain ñ 🦷 /\"");
    writes(STR("\"\\\n\r\t"), "\"\\\"\\\\\\n\\r\\t\"");
    writes(STR("\0\x01\x1B\x7F"), "\"\\u0000\\u0001\\u001b\\u007f\"");
    writes(STR("\xC2\x9B"), "\"\\u009b\"");
    writes(STR(""), "\"\"");
    writes((Str){NULL, 0}, "null");
}

Test(json_out, broken_bytes_become_the_replacement_character)
{
    writes(STR("caf\xE9!"), "\"caf\xEF\xBF\xBD!\"");
    writes(STR("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    writes(STR("end\xE2\x82"), "\"end\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

Test(json_out, keys_are_escaped_too)
{
    AUTO(buf_free) Buf out = {0};
    JsonOut j = {.out = &out};
    json_open(&j, NULL);
    json_null(&j, "a\"b");
    json_text(&j, "c", NULL);
    json_close(&j);
    is(&out, "{\"a\\\"b\":null,\"c\":null}");
}

Test(json_out, numbers_have_the_decimals_asked_for)
{
    AUTO(buf_free) Buf out = {0};
    JsonOut j = {.out = &out};
    json_open_list(&j, NULL);
    json_num(&j, NULL, 0.5, 3);
    json_num(&j, NULL, -2, 0);
    json_num(&j, NULL, NAN, 1);
    json_num(&j, NULL, INFINITY, 1);
    json_close_list(&j);
    is(&out, "[0.500,-2,null,null]");
}
