#include <criterion/criterion.h>

#include "source/xlsx_values.h"

static const char *number(const char *text)
{
    static Buf b;
    buf_clear(&b);
    xlsx_number(str_of(text), &b);
    return buf_text(&b);
}

static const char *date(const char *text, bool from_1904)
{
    static Buf b;
    buf_clear(&b);
    return xlsx_date(str_of(text), from_1904, &b) ? buf_text(&b) : "none";
}

Test(xlsx_values, numbers_without_noise)
{
    cr_assert_str_eq(number("0.30000000000000004"), "0.3");
    cr_assert_str_eq(number("12.299999999999999"), "12.3");
    cr_assert_str_eq(number("1.0000000000000001E-3"), "0.001");
    cr_assert_str_eq(number("1E+20"), "100000000000000000000");
    cr_assert_str_eq(number("1.5E-7"), "0.00000015");
    cr_assert_str_eq(number("-0"), "0");
    cr_assert_str_eq(number("600123456"), "600123456");
    cr_assert_str_eq(number("n/a"), "n/a");
}

Test(xlsx_values, days_and_times)
{
    cr_assert_str_eq(date("1", false), "1900-01-01");
    cr_assert_str_eq(date("59", false), "1900-02-28");
    cr_assert_str_eq(date("61", false), "1900-03-01");
    cr_assert_str_eq(date("45322.71875", false), "2024-01-31 17:15:00");
    cr_assert_str_eq(date("0.75", false), "18:00:00");
    cr_assert_str_eq(date("0", true), "1904-01-01");
    cr_assert_str_eq(date("-1", false), "none");
    cr_assert_str_eq(date("1e300", false), "none");
}

Test(xlsx_values, formats_that_show_dates)
{
    cr_assert(xlsx_format_is_date(14, NULL));
    cr_assert_not(xlsx_format_is_date(2, NULL));
    cr_assert(xlsx_format_is_date(164, "dd/mm/yyyy"));
    cr_assert(xlsx_format_is_date(164, "[$-C0A]d\\ \"de\"\\ mmmm"));
    cr_assert(xlsx_format_is_date(164, "[hh]:mm"));
    cr_assert_not(xlsx_format_is_date(164, "#,##0.00 \"dias\""));
    cr_assert_not(xlsx_format_is_date(164, "[Red]0.00"));
}

Test(xlsx_values, columns_and_escapes)
{
    Buf b = {0};
    cr_assert_eq(xlsx_column("A1"), 0);
    cr_assert_eq(xlsx_column("XFD9"), 16383);
    cr_assert_eq(xlsx_column("XFE9"), -1);
    cr_assert_eq(xlsx_column("ZZZZZZZZZZZZ1"), -1);
    cr_assert_eq(xlsx_column("7"), -1);
    xlsx_unescape(STR("a_x000A_b_x005F_x0041_"), &b);
    cr_assert_str_eq(buf_text(&b), "a\nb_x0041_");
    buf_free(&b);
}
