#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/function_bench.h"

#define NO_EMAIL "email.invalid: not an e-mail address"

Test(function_texts, text_of_writes_numbers_and_refuses_the_rest)
{
    BENCH_CHECK(
        {"text_of('abc')", "'abc'", NULL}, {"text_of('')", "''", NULL}, {"text_of(12)", "'12'", NULL},
        {"text_of(12.0)", "'12.0'", NULL}, {"text_of(0.1)", "'0.1'", NULL},
        {"text_of(0.1 + 0.2)", "'0.30000000000000004'", NULL}, {"text_of(1e22)", "'1e+22'", NULL},
        {"text_of('{\"a\":1}')", "'{\"a\":1}'", NULL}, {"text_of(NULL)", "NULL", NULL},
        {"hex(text_of('a' || char(0) || 'b'))", "'610062'", NULL},
        {"text_of(json_extract('{\"x\":\"v\"}', '$.x'))", "'v'", NULL},
        {"text_of(json_extract('{\"x\":[1]}', '$.x'))", "NULL", "text.not_text: JSON instead of text"},
        {"text_of('{\"x\":{}}' -> '$.x')", "NULL", "text.not_text: JSON instead of text"},
        {"text_of(x'61')", "NULL", "text.not_text: bytes instead of text"},
        {"text_of(1e400)", "NULL", "text.not_text: out of range"});
}

Test(function_texts, case_and_accents_of_any_alphabet)
{
    BENCH_CHECK({"lower_of('ÁÑÇ ΑΒ')", "'áñç αβ'", NULL}, {"upper_of('áñç яб')", "'ÁÑÇ ЯБ'", NULL},
                {"fold('Ángel MUÑOZ Ça')", "'angel munoz ca'", NULL},
                {"fold('A' || char(769) || 'b')", "'ab'", NULL}, {"fold('ﬁ½Ⅳ')", "'fi1⁄2iv'", NULL},
                {"letters_of('José-Mª (2) Ñu')", "'josémª2ñu'", NULL}, {"letters_of('·-·')", "''", NULL},
                {"fold(12)", "'12'", NULL}, {"fold(NULL)", "NULL", NULL}, {"lower_of(NULL)", "NULL", NULL},
                {"upper_of('')", "''", NULL}, {"letters_of(NULL)", "NULL", NULL});
}

Test(function_texts, nul_and_broken_utf8_are_characters_like_others)
{
    BENCH_CHECK({"hex(fold('A' || char(0) || 'É'))", "'610065'", NULL},
                {"hex(upper_of('a' || char(0) || 'b'))", "'410042'", NULL},
                {"hex(lower_of(cast(x'41ff42' AS TEXT)))", "'61EFBFBD62'", NULL},
                {"hex(letters_of(cast(x'41ff0042' AS TEXT)))", "'6162'", NULL},
                {"hex(clean_text(cast(x'41c342' AS TEXT)))", "'41EFBFBD42'", NULL},
                {"hex(cut_text(cast(x'41ff42' AS TEXT), 2))", "'41FF'", NULL},
                {"length(fold(printf('%.1000000c', 'X')))", "1000000", NULL},
                {"length(fold(replace(printf('%.300000c', 'X'), 'X', 'ﷺ')))", "5400000", NULL});
}

Test(function_texts, clean_text_drops_control_characters)
{
    BENCH_CHECK({"clean_text('a' || char(0, 7, 27, 127, 133) || 'b')", "'ab'", NULL},
                {"hex(clean_text(char(9, 10, 13)))", "'090A0D'", NULL},
                {"clean_text('ñ € 🦷')", "'ñ € 🦷'", NULL}, {"clean_text(char(1))", "''", NULL},
                {"clean_text(NULL)", "NULL", NULL});
}

Test(function_texts, cut_text_counts_characters)
{
    BENCH_CHECK({"cut_text('ñandú', 3)", "'ñan'", NULL}, {"cut_text('🦷🦷', 1)", "'🦷'", NULL},
                {"cut_text('ab', 5)", "'ab'", NULL}, {"cut_text('ab', 0)", "''", NULL},
                {"cut_text(12345, 2)", "'12'", NULL}, {"cut_text(NULL, 2)", "NULL", NULL},
                {"hex(cut_text('a' || char(0) || 'b', 2))", "'6100'", NULL});
    AUTO(bench_close_at) Bench *b = bench_open();
    AUTO(arena_free_at) Arena *a = arena_new();
    cr_expect(strstr(bench_error(b, a, "cut_text('a', -1)"), "number of characters"));
}

Test(function_texts, email_of_takes_one_address)
{
    BENCH_CHECK({"email_of(' Ana@Example.com ')", "'Ana@Example.com'", NULL},
                {"email_of('ñ@clínica.es')", "'ñ@clínica.es'", NULL}, {"email_of(NULL)", "NULL", NULL},
                {"email_of('')", "NULL", NULL}, {"email_of('   ')", "NULL", NULL},
                {"email_of('no tiene')", "NULL", NO_EMAIL}, {"email_of('a@b')", "NULL", NO_EMAIL},
                {"email_of('@b.es')", "NULL", NO_EMAIL}, {"email_of('a@')", "NULL", NO_EMAIL},
                {"email_of('a@@b.es')", "NULL", NO_EMAIL}, {"email_of('a@b.es@c.es')", "NULL", NO_EMAIL},
                {"email_of('a b@c.es')", "NULL", NO_EMAIL}, {"email_of('a@b..es')", "NULL", NO_EMAIL},
                {"email_of('a..b@c.es')", "NULL", NO_EMAIL}, {"email_of('a@.es')", "NULL", NO_EMAIL},
                {"email_of('a@b.')", "NULL", NO_EMAIL}, {"email_of('a@b.es,c')", "NULL", NO_EMAIL},
                {"email_of('a' || char(0) || '@b.es')", "NULL", NO_EMAIL},
                {"email_of(cast(x'ff40622e6573' AS TEXT))", "NULL", NO_EMAIL},
                {"email_of(12)", "NULL", NO_EMAIL},
                {"length(email_of(printf('%.249c', 'a') || '@b.es'))", "254", NULL},
                {"email_of(printf('%.250c', 'a') || '@b.es')", "NULL", "email.invalid: too long"});
}

Test(function_texts, phone_of_keeps_one_line)
{
    BENCH_CHECK({"phone_of(' 600 123 456 ', 20)", "'600 123 456'", NULL},
                {"phone_of(600123456, 20)", "'600123456'", NULL},
                {"phone_of('600' || char(10, 7) || '123', 20)", "'600 123'", NULL},
                {"phone_of('600123456 / 91 000 00 00 (tardes)', 20)", "'600123456 / 91 000 0'", NULL},
                {"phone_of('', 20)", "NULL", NULL}, {"phone_of('  ', 20)", "NULL", NULL},
                {"phone_of(char(0), 20)", "NULL", NULL}, {"phone_of(NULL, 20)", "NULL", NULL});
}

Test(function_texts, similarity_is_the_share_of_words)
{
    BENCH_CHECK({"similarity('Obturación composite', 'OBTURACION (COMPOSITE)')", "1.0", NULL},
                {"similarity('obt composite', 'obturación composite')", "1.0", NULL},
                {"similarity('corona zirconio', 'corona metal')", "0.5", NULL},
                {"similarity('corona', 'corona metal porcelana estetica')", "0.25", NULL},
                {"similarity('de la', 'corona')", "0.0", NULL}, {"similarity('', '')", "0.0", NULL},
                {"similarity('corona' || char(0) || 'metal', 'corona metal')", "1.0", NULL},
                {"similarity(NULL, 'corona')", "NULL", NULL}, {"similarity('a', NULL)", "NULL", NULL},
                {"similarity(replace(printf('%.200000c', 'x'), 'x', 'abc '), replace(printf('%.200000c', "
                 "'x'), 'x', 'xyz '))",
                 "0.0", NULL});
}
