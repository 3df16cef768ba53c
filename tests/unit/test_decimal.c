#include "base/decimal.h"

#include <criterion/criterion.h>

static Decimal dec(const char *text)
{
    Decimal d = {0};
    cr_assert(decimal_parse(str_of(text), &d), "not read: %s", text);
    return d;
}

static void is(Decimal d, const char *expected)
{
    AUTO(buf_free) Buf out = {0};
    decimal_format(d, &out);
    cr_assert_str_eq(buf_text(&out), expected);
}

typedef struct {
    const char *text, *expected; // expected NULL: refused
} Reading;

Test(decimal, reads_and_writes)
{
    static const Reading readings[] = {
        {"0", "0"}, {"-0.00", "0.00"}, {"12.50", "12.50"}, {"+7", "7"}, {"-3.5", "-3.5"},
        {" \t42.0\n", "42.0"}, {".5", "0.5"}, {"5.", "5"}, {"-.05", "-0.05"}, {"007.10", "7.10"},
        {"1e3", "1000"}, {"1.5E+2", "150"}, {"15e-1", "1.5"}, {"1.50e1", "15.0"}, {"0e9999", "0"},
        {"0e-9999", "0.000000000000000000000000000000000000"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"123456789012345678901234567890", "123456789012345678901234567890"},
        {"0.000000000000000000000000000001", "0.000000000000000000000000000001"},
        {"1.0000000000000000000000000000000000000000000", "1.00000000000000000000000000000"},
        {"000000000000000000000000000000000000000000001", "1"},
        {"1e37", "10000000000000000000000000000000000000"},
        {"1234567890123456789012345678901", NULL}, {"1e39", NULL}, {"1e-37", NULL}, {"9e99999999999", NULL},
        {"", NULL}, {" ", NULL}, {".", NULL}, {"-", NULL}, {"+-1", NULL}, {"1,5", NULL}, {"1.2.3", NULL},
        {"1e", NULL}, {"1e+", NULL}, {"e5", NULL}, {"1 000", NULL}, {"- 1", NULL}, {"0x10", NULL},
        {"NaN", NULL}, {"inf", NULL}, {"12a", NULL}, {"1e5x", NULL}, {"1.5 EUR", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
        Decimal d = {0};
        bool ok = decimal_parse(str_of(readings[i].text), &d);
        cr_assert_eq(ok, readings[i].expected != NULL, "%s", readings[i].text);
        if (ok)
            is(d, readings[i].expected);
    }
}

Test(decimal, no_value_is_no_number)
{
    Decimal d;
    cr_assert_not(decimal_parse((Str){NULL, 0}, &d));
}

typedef struct {
    const char *text;
    int scale;
    const char *even, *up;
} Round;

Test(decimal, rounds_half_to_even_or_away_from_zero)
{
    static const Round rounds[] = {
        {"0.125", 2, "0.12", "0.13"},   {"0.135", 2, "0.14", "0.14"},       {"-0.125", 2, "-0.12", "-0.13"},
        {"0.5", 0, "0", "1"},           {"1.5", 0, "2", "2"},               {"2.5", 0, "2", "3"},
        {"-0.5", 0, "0", "-1"},         {"0.1250001", 2, "0.13", "0.13"},   {"0.1249999", 2, "0.12", "0.12"},
        {"9.995", 2, "10.00", "10.00"}, {"3", 2, "3.00", "3.00"},           {"-0.004", 2, "0.00", "0.00"},
        {"0.0049999999999999999999999", 2, "0.00", "0.00"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rounds); i++) {
        Decimal d = dec(rounds[i].text), even, up;
        cr_assert(decimal_round(d, rounds[i].scale, ROUND_HALF_EVEN, &even));
        cr_assert(decimal_round(d, rounds[i].scale, ROUND_HALF_UP, &up));
        is(even, rounds[i].even);
        is(up, rounds[i].up);
    }
}

Test(decimal, rounding_refuses_scales_and_sizes_it_cannot_give)
{
    Decimal out;
    cr_assert_not(decimal_round(dec("1"), -1, ROUND_HALF_UP, &out));
    cr_assert_not(decimal_round(dec("1"), DECIMAL_MAX_SCALE + 1, ROUND_HALF_UP, &out));
    cr_assert_not(decimal_round(dec("1e30"), DECIMAL_MAX_SCALE, ROUND_HALF_UP, &out));
}

Test(decimal, adds_and_subtracts_at_the_larger_scale)
{
    Decimal out;
    cr_assert(decimal_add(dec("0.1"), dec("0.20"), &out));
    is(out, "0.30");
    cr_assert(decimal_sub(dec("1"), dec("1.00"), &out));
    is(out, "0.00");
    cr_assert(decimal_sub(dec("0.5"), dec("0.75"), &out));
    is(out, "-0.25");
}

Test(decimal, overflow_is_reported)
{
    Decimal big = dec("1e38"), out = dec("7");
    cr_assert_not(decimal_add(big, big, &out));
    Decimal negative;
    cr_assert(decimal_sub(dec("0"), big, &negative));
    cr_assert_not(decimal_sub(negative, big, &out));
    cr_assert_not(decimal_add(big, dec("0.01"), &out));
    cr_assert_not(decimal_mul(big, dec("3"), &out));
    cr_assert_not(decimal_mul(dec("1e20"), dec("-1e20"), &out));
    cr_assert_not(decimal_div(big, dec("0.1"), 2, ROUND_HALF_UP, &out));
    is(out, "7");
}

Test(decimal, multiplies_exactly)
{
    Decimal out;
    cr_assert(decimal_mul(dec("1.21"), dec("33.33"), &out));
    is(out, "40.3293");
    cr_assert(decimal_mul(dec("-0.5"), dec("0.5"), &out));
    is(out, "-0.25");
    // The zeros of both would overflow; without them the product fits.
    cr_assert(decimal_mul(dec("3.00000000000000000000"), dec("2.00000000000000000000"), &out));
    cr_assert_eq(decimal_cmp(out, dec("6")), 0);
}

Test(decimal, divides_to_the_scale_asked_for)
{
    Decimal out;
    cr_assert(decimal_div(dec("1"), dec("3"), 4, ROUND_HALF_EVEN, &out));
    is(out, "0.3333");
    cr_assert(decimal_div(dec("2"), dec("-3"), 2, ROUND_HALF_EVEN, &out));
    is(out, "-0.67");
    cr_assert(decimal_div(dec("1"), dec("8"), 2, ROUND_HALF_EVEN, &out));
    is(out, "0.12");
    cr_assert(decimal_div(dec("1"), dec("8"), 2, ROUND_HALF_UP, &out));
    is(out, "0.13");
    cr_assert(decimal_div(dec("1.005"), dec("1"), 0, ROUND_HALF_UP, &out));
    is(out, "1");
    cr_assert(decimal_div(dec("0.000001"), dec("100"), 2, ROUND_HALF_UP, &out));
    is(out, "0.00");
    cr_assert(decimal_div(dec("123456789012345678901234567890"), dec("0.01"), 2, ROUND_HALF_UP, &out));
    is(out, "12345678901234567890123456789000.00");
}

Test(decimal, does_not_divide_by_zero_or_to_a_strange_scale)
{
    Decimal out;
    cr_assert_not(decimal_div(dec("1"), dec("0.00"), 2, ROUND_HALF_UP, &out));
    cr_assert_not(decimal_div(dec("1"), dec("2"), 13, ROUND_HALF_UP, &out));
}

Test(decimal, compares_across_scales_without_overflow)
{
    cr_assert_eq(decimal_cmp(dec("1.0"), dec("1")), 0);
    cr_assert_eq(decimal_cmp(dec("-0.0"), dec("0")), 0);
    cr_assert_lt(decimal_cmp(dec("-1"), dec("0.01")), 0);
    cr_assert_gt(decimal_cmp(dec("1.01"), dec("1.009")), 0);
    cr_assert_lt(decimal_cmp(dec("-1.01"), dec("-1.009")), 0);
    cr_assert_gt(decimal_cmp(dec("1e38"), dec("0.000000000000000000000000000001")), 0);
    cr_assert_lt(decimal_cmp(dec("-0.1"), dec("0.1")), 0);
}
