#include <criterion/criterion.h>

#include "base/json_scan.h"

typedef struct {
    const char *text;
    unsigned flags;
} Case;

static const Case cases[] = {
    {"{}", 0},
    {" { \"a\" : [ 1 , -2 , true , false , null , \"x\" , { } , [ ] ] }\r\n\t", 0},
    {"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83e\\uddb7\"}", 0},
    {"{\"long\":\"0123456789012345678901234567890123456789\",\"b\":\"1234567\"}", 0},
    {"{\"a\":9007199254740992,\"b\":-9007199254740992}", 0},
    {"{\"a\":9007199254740993}", JSON_BIG_NUMBER},
    {"{\"a\":12345678901234567890}", JSON_BIG_NUMBER},
    {"{\"a\":1.5}", JSON_BIG_NUMBER},
    {"{\"a\":-0e+5}", JSON_BIG_NUMBER},
    {"{\"a\":1,\"a\":2}", JSON_DUPLICATE_KEY},
    {"{\"a\":1,\"\\u0061\":2}", JSON_DUPLICATE_KEY | JSON_ESCAPED_KEY},
    {"{\"\\ud83e\\uddb7\":1,\"\xf0\x9f\xa6\xb7\":2}", JSON_DUPLICATE_KEY | JSON_ESCAPED_KEY},
    {"{\"a\":{\"b\":1,\"c\":{\"b\":1}},\"b\":1,\"c\":[{\"b\":1},{\"b\":2}]}", 0},
    {"{\"a\":{\"b\":1},\"c\":1,\"a\":2}", JSON_DUPLICATE_KEY},
    {"{\"a\":\"\\u0000\"}", JSON_NUL_ESCAPE},
    {"{\"a\":\"\\ud83e\"}", JSON_LONE_SURROGATE},
    {"{\"a\":\"\\uddb7\\ud83e\"}", JSON_LONE_SURROGATE},
    {"\"text\"", JSON_NOT_OBJECT},
    {"[]", JSON_NOT_OBJECT},
    {"null", JSON_NOT_OBJECT},
    {"1", JSON_NOT_OBJECT},
    {"{\"a\":NaN}", JSON_BAD | JSON_NAN},
    {"{\"a\":Infinity}", JSON_BAD | JSON_NAN},
    {"{\"a\":-Infinity}", JSON_BAD | JSON_NAN},
    {"", JSON_BAD},
    {"  ", JSON_BAD},
    {"{", JSON_BAD},
    {"{\"a\"", JSON_BAD},
    {"{\"a\":", JSON_BAD},
    {"{\"a\":1", JSON_BAD},
    {"{\"a\":\"x", JSON_BAD},
    {"{\"a\":\"x\\", JSON_BAD},
    {"{\"a\":\"\\u12", JSON_BAD},
    {"{\"a\":\"\\u12g4\"}", JSON_BAD},
    {"{\"a\":\"\\x\"}", JSON_BAD},
    {"{\"a\":\"line\nend\"}", JSON_BAD},
    {"{\"a\":\"0123456789\x01"
     "0123456789\"}",
     JSON_BAD},
    {"{\"a\":1,}", JSON_BAD},
    {"[1,]", JSON_BAD},
    {"[1 2]", JSON_BAD},
    {"{\"a\" 1}", JSON_BAD},
    {"{a:1}", JSON_BAD},
    {"{\"a\":1]", JSON_BAD},
    {"{\"a\":01}", JSON_BAD},
    {"{\"a\":-}", JSON_BAD},
    {"{\"a\":1.}", JSON_BAD | JSON_BIG_NUMBER},
    {"{\"a\":1e}", JSON_BAD | JSON_BIG_NUMBER},
    {"{\"a\":tru}", JSON_BAD},
    {"{} {}", JSON_BAD},
    {"}", JSON_BAD},
};

Test(json_scan, judges_every_form)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        unsigned flags = json_scan(str_of(cases[i].text));
        cr_expect(flags == cases[i].flags, "%s: %#x, not %#x", cases[i].text, flags, cases[i].flags);
    }
}

Test(json_scan, no_value_is_bad)
{
    cr_assert_eq(json_scan((Str){0}), JSON_BAD);
}

Test(json_scan, depth_has_a_limit)
{
    AUTO(buf_free) Buf b = {0};
    static const struct {
        int depth;
        unsigned flags;
    } depths[] = {
        {JSON_EASY_DEPTH, JSON_NOT_OBJECT},
        {JSON_EASY_DEPTH + 1, JSON_NOT_OBJECT | JSON_DEEP},
        {JSON_MAX_DEPTH, JSON_NOT_OBJECT | JSON_DEEP},
        {JSON_MAX_DEPTH + 1, JSON_BAD | JSON_DEEP},
    };
    for (size_t k = 0; k < ARRAY_LEN(depths); k++) {
        buf_clear(&b);
        for (int i = 0; i < depths[k].depth; i++)
            buf_add_char(&b, '[');
        for (int i = 0; i < depths[k].depth; i++)
            buf_add_char(&b, ']');
        cr_assert_eq(json_scan(buf_str(&b)), depths[k].flags);
    }
}

Test(json_scan, too_many_keys_count_as_duplicates)
{
    AUTO(buf_free) Buf b = {0};
    for (int n = JSON_MAX_OPEN_KEYS; n <= JSON_MAX_OPEN_KEYS + 1; n++) {
        buf_clear(&b);
        for (int i = 0; i < n; i++)
            buf_addf(&b, "%c\"key%d\":%d", i ? ',' : '{', i, i);
        buf_add_char(&b, '}');
        cr_assert_eq(json_scan(buf_str(&b)), n > JSON_MAX_OPEN_KEYS ? JSON_DUPLICATE_KEY : 0u);
    }
}

// Every cut of a sound text is broken, and no cut reads past its end (memory exactly as long as the text).
Test(json_scan, every_cut_is_bad)
{
    Str whole =
        STR("{\"name\":\"Mar\\u00eda \\\"de\\\" la O\",\"n\":[1.5e3,{\"x\":null}],\"a long key here\":true}");
    cr_assert_eq(json_scan(whole), JSON_BIG_NUMBER);
    for (size_t n = 0; n < whole.len; n++) {
        Arena *a = arena_new();
        Str cut = {arena_copy(a, whole.at, n ? n : 1), n};
        cr_expect(json_scan(cut) & JSON_BAD, "cut to %zu", n);
        arena_free(a);
    }
}
