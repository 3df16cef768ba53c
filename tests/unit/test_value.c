#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "map/value.h"

// One value into one column: "text", or "!code".
static const char *into(Column column, const char *sql, bool cut)
{
    static char told[128];
    Err err = {0};
    AUTO(buf_free) Buf out = {0};
    AUTO(lite_close_at) Lite *db = lite_open("", LITE_MEMORY, ERR_INTERNAL, &err);
    AUTO(lite_finish_at) LiteStmt *s = lite_preparef(db, &err, "SELECT %s", sql);
    cr_assert(s && lite_step(s, &err) == LITE_ROW, "%s", err.text);
    bool is_null;
    const char *code;
    ValueState state = value_canonical(&column, cut, s, 0, &out, &is_null, &code);
    if (state == VALUE_WRONG)
        snprintf(told, sizeof told, "!%s", code);
    else if (is_null)
        strcpy(told, "NULL");
    else
        snprintf(told, sizeof told, "%s%s", state == VALUE_CUT ? "~" : "", buf_text(&out));
    return told;
}

typedef struct {
    Column column;
    const char *sql, *expected;
} Case;

static void each(const Case *cases, size_t n, bool cut)
{
    for (size_t i = 0; i < n; i++)
        cr_expect_str_eq(into(cases[i].column, cases[i].sql, cut), cases[i].expected, "%s: %s", cases[i].sql,
                         into(cases[i].column, cases[i].sql, cut));
}
#define EACH(cut, ...)                                                                                       \
    do {                                                                                                     \
        const Case list[] = {__VA_ARGS__};                                                                   \
        each(list, ARRAY_LEN(list), cut);                                                                    \
    } while (0)
#define TEXT(n) {.name = "t", .kind = COLUMN_TEXT, .length = n}
#define KIND(k) {.name = "k", .kind = COLUMN_##k}
#define INT(bytes) {.name = "i", .kind = COLUMN_INT, .length = bytes}
#define MONEY {.name = "m", .kind = COLUMN_DECIMAL, .precision = 6, .scale = 2}

Test(value, text_is_measured_in_characters)
{
    EACH(false, {TEXT(3), "'ñandú'", "!value.too_long"}, {TEXT(5), "'ñandú'", "ñandú"}, {TEXT(3), "''", ""}, {TEXT(3), "12", "12"},
         {TEXT(0), "'a' || char(0) || 'b'", "!value.type"}, {TEXT(0), "CAST(x'ff41' AS TEXT)", "!value.type"},
         {TEXT(0), "x'ff'", "!value.type"}, {TEXT(3), "NULL", "NULL"});
    EACH(true, {TEXT(3), "'ñandú'", "~ñan"}, {TEXT(4), "'añ€𝄞x'", "~añ€𝄞"}, {TEXT(5), "'ñandú'", "ñandú"});
}

Test(value, integers_fit_their_width)
{
    EACH(false, {INT(2), "32767", "32767"}, {INT(2), "-32768", "-32768"}, {INT(2), "32768", "!value.range"}, {INT(4), "' 012 '", "12"},
         {INT(4), "2147483648", "!value.range"}, {INT(8), "9223372036854775807", "9223372036854775807"},
         {INT(8), "'-9223372036854775808'", "-9223372036854775808"}, {INT(8), "'9223372036854775808'", "!value.type"},
         {INT(4), "1.5", "!value.type"}, {INT(4), "''", "!value.type"}, {INT(4), "'0x10'", "!value.type"},
         {INT(4), "'1' || char(0) || '2'", "!value.type"}, {INT(4), "x'31'", "!value.type"});
    EACH(false, {KIND(BOOL), "1", "1"}, {KIND(BOOL), "'0'", "0"}, {KIND(BOOL), "2", "!value.type"}, {KIND(BOOL), "'true'", "!value.type"});
}

Test(value, money_has_its_decimals)
{
    EACH(false, {MONEY, "'1'", "1.00"}, {MONEY, "'1.005'", "1.01"}, {MONEY, "'-1.005'", "-1.01"}, {MONEY, "'-0.001'", "0.00"},
         {MONEY, "9999.994", "9999.99"}, {MONEY, "'9999.995'", "!value.range"}, {MONEY, "'1e3'", "1000.00"},
         {MONEY, "'diez'", "!value.type"}, {MONEY, "''", "!value.type"}, {MONEY, "1e300", "!value.type"}, {MONEY, "9e999", "!value.range"},
         {MONEY, "'1" "000000000000000000000000000000000000000'", "!value.type"});
    EACH(false, {KIND(DOUBLE), "0.1", "0.1"}, {KIND(DOUBLE), "21", "21"}, {KIND(DOUBLE), "100", "100"}, {KIND(DOUBLE), "'2.50'", "2.5"}, {KIND(DOUBLE), "9e999", "!value.range"},
         {KIND(DOUBLE), "'much'", "!value.type"});
}

Test(value, the_rest_in_one_form)
{
    EACH(false, {KIND(UUID), "'C1111111-0000-4000-8000-00000000000A'", "c1111111-0000-4000-8000-00000000000a"},
         {KIND(UUID), "'c1111111'", "!value.type"}, {KIND(DATE), "'2024-02-29'", "2024-02-29"}, {KIND(DATE), "'2023-02-29'", "!value.type"},
         {KIND(INSTANT), "'2024-02-29T12:00:00+02:00'", "2024-02-29 10:00:00+00:00"}, {KIND(INSTANT), "'noon'", "!value.type"},
         {KIND(JSON), "'{ \"c\\\"\" : [1, 2.50], \"b\": \" \\\\\" }'", "{\"b\":\" \\\\\",\"c\\\"\":[1,2.50]}"},
         {KIND(JSON), "'{a:1}'", "!value.type"}, {KIND(JSON), "''", "!value.type"});
    static const char *const words[] = {"draft", "sent", NULL};
    Column word = {.name = "w", .kind = COLUMN_TEXT, .words = words}, needed = {.name = "n", .kind = COLUMN_TEXT, .not_null = true};
    EACH(false, {word, "'sent'", "sent"}, {word, "'Sent'", "!value.word"}, {needed, "NULL", "!value.missing"});
}

Test(value, columns_that_keep_less_are_sent_less)
{
    Column single = {.name = "s", .kind = COLUMN_DOUBLE, .single = true}, padded = {.name = "p", .kind = COLUMN_TEXT, .length = 2, .padded = true},
           milli = {.name = "m", .kind = COLUMN_INSTANT, .dropped = 3}, whole = {.name = "w", .kind = COLUMN_INSTANT, .dropped = 6};
    EACH(false, {single, "0.1", "0.1"}, {single, "0.123456789", "0.12345679"}, {single, "1e39", "!value.range"}, {single, "100", "100"},
         {padded, "'a   '", "a"}, {padded, "'abc'", "!value.too_long"}, {padded, "'  '", ""},
         {milli, "'2026-01-01 00:00:00.0005'", "2026-01-01 00:00:00.001000+00:00"},
         {milli, "'2026-01-01 00:00:00.000499'", "2026-01-01 00:00:00+00:00"},
         {whole, "'2026-01-01 23:59:59.5'", "2026-01-02 00:00:00+00:00"}, {whole, "'1999-01-01 00:00:00.5'", "1999-01-01 00:00:00+00:00"});
}
