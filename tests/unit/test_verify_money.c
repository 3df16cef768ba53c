#include <criterion/criterion.h>

#include "map/verify_money.h"

static const Column price = {.name = "price", .kind = COLUMN_DECIMAL, .scale = 2, .precision = 8},
                    tax = {.name = "tax", .kind = COLUMN_DECIMAL, .scale = 4, .precision = 30},
                    made_at = {.name = "created_at", .kind = COLUMN_INSTANT, .not_null = true},
                    seen = {.name = "seen", .kind = COLUMN_INSTANT, .not_null = true},
                    gone = {.name = "deleted_at", .kind = COLUMN_INSTANT},
                    day = {.name = "day", .kind = COLUMN_DATE}, name = {.name = "name", .kind = COLUMN_TEXT};

static Str value_at(void *arg, size_t column)
{
    return str_of(((const char *const *)arg)[column]);
}

static void add(Money *m, MoneySide side, const char *date, const char *price_text, const char *tax_text)
{
    const char *row[] = {"x", price_text, date, tax_text};
    money_add(m, side, value_at, row);
}

static const char *told(Arena *a, Money *m)
{
    AUTO(buf_free) Buf list = {0}, text = {0};
    size_t n = money_list(m, &list);
    const MoneyYear *years = (const MoneyYear *)(const void *)list.at;
    for (size_t i = 0; i < n; i++) {
        buf_addf(&text, "%s.%s %s %s:", years[i].table, years[i].column, years[i].by ? years[i].by : "-", years[i].year);
        for (MoneySide side = 0; side < MONEY_SIDES; side++) {
            buf_add_char(&text, ' ');
            decimal_format(years[i].sums[side], &text);
        }
        buf_add_text(&text, money_balances(&years[i]) ? " ok\n" : " differs\n");
    }
    return str_keep(a, buf_str(&text));
}

Test(verify_money, decimals_are_added_up_by_the_year_of_the_date)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const Column *const columns[] = {&name, &price, &day, &tax};
    Money *m = money_new(a, "visits", columns, 4);
    add(m, MONEY_MADE, "2024-12-31", "0.10", "1.0000");
    add(m, MONEY_MADE, "2023-01-01", "60.50", NULL);
    add(m, MONEY_MADE, "2024-01-01", "0.20", NULL);
    add(m, MONEY_MADE, NULL, "7.00", NULL);
    add(m, MONEY_REFUSED, "2024-12-31", "0.10", "1.0000");
    add(m, MONEY_THERE, "2024-01-01", "0.20", NULL);
    add(m, MONEY_THERE, NULL, "-7.00", NULL);
    cr_expect_str_eq(told(a, m), "visits.price day : 7.00 0.00 -7.00 differs\n"
                                 "visits.price day 2023: 60.50 0.00 0.00 differs\n"
                                 "visits.price day 2024: 0.30 0.10 0.20 ok\n"
                                 "visits.tax day 2024: 1.0000 1.0000 0.0000 ok\n");
}

Test(verify_money, a_date_says_more_than_the_time_of_typing)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const Column *const stamped[] = {&gone, &price, &made_at, &tax}, *const better[] = {&made_at, &price, &seen, &tax},
                 *const none[] = {&name, &day};
    Money *m = money_new(a, "t", stamped, 4), *n = money_new(a, "t", better, 4);
    add(m, MONEY_MADE, "2020-01-01 00:00:00+00:00", "1.00", NULL);
    add(n, MONEY_MADE, "2021-01-01 00:00:00+00:00", "1.00", NULL);
    cr_expect_str_eq(told(a, m), "t.price created_at 2020: 1.00 0.00 0.00 differs\n");
    cr_expect_str_eq(told(a, n), "t.price seen 2021: 1.00 0.00 0.00 differs\n");
    cr_expect_null(money_new(a, "t", none, 2));
    const Column *const left_out[] = {&name, NULL, NULL, &tax};
    Money *o = money_new(a, "t", left_out, 4);
    add(o, MONEY_MADE, "2020-01-01", "1.00", "2.0000");
    cr_expect_str_eq(told(a, o), "t.tax - : 2.0000 0.0000 0.0000 differs\n");
}

Test(verify_money, what_cannot_be_added_up_is_left_out)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const Column *const columns[] = {&name, &price, &day, &tax};
    Money *m = money_new(a, "t", columns, 4);
    for (int i = 0; i < 2000; i++)
        add(m, MONEY_MADE, "2024-01-01", "1.00", "99999999999999999999999999999999.0000");
    add(m, MONEY_MADE, "2024-01-01", "NaN", NULL);
    cr_expect_str_eq(told(a, m), "t.price day 2024: 2000.00 0.00 0.00 differs\n");
}
