#include "map/verify_money.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    char name[8];
    Decimal sums[MONEY_SIDES];
} Year;

typedef struct {
    const char *column;
    size_t at; // of the filled columns
    int scale;
    bool too_large;
    Buf years;   // of Year
    size_t last; // the one that was met before: rows of a year come together
} Sums;

struct Money {
    Arena *arena;
    const char *table, *by;
    size_t date; // of the filled columns; SIZE_MAX: none
    Sums *sums;
    size_t n;
};

// When a record was typed in says less than when it happened, and what may never happen (deleted_at) nothing.
static int rank_of(const Column *c)
{
    bool stamp = strcmp(c->name, "created_at") == 0 || strcmp(c->name, "updated_at") == 0;
    if (c->kind != COLUMN_INSTANT)
        return c->kind == COLUMN_DATE ? 4 : 0;
    return !c->not_null ? 1 : stamp ? 2 : 3;
}

static void free_years(void *thing)
{
    Money *m = thing;
    for (size_t i = 0; i < m->n; i++)
        buf_free(&m->sums[i].years);
}

Money *money_new(Arena *a, const char *table, const Column *const *columns, size_t n)
{
    Money *m = arena_one(a, Money);
    *m = (Money){a, table, NULL, SIZE_MAX, arena_many(a, Sums, n + 1), 0};
    int best = 0;
    for (size_t i = 0; i < n; i++) {
        if (!columns[i])
            continue;
        if (columns[i]->kind == COLUMN_DECIMAL)
            m->sums[m->n++] = (Sums){.column = columns[i]->name, .at = i, .scale = columns[i]->scale};
        if (rank_of(columns[i]) > best) {
            best = rank_of(columns[i]);
            m->date = i;
            m->by = columns[i]->name;
        }
    }
    arena_defer(a, free_years, m);
    return m->n ? m : NULL;
}

static Year *years_of(const Sums *s, size_t *n)
{
    *n = s->years.len / sizeof(Year);
    return (Year *)(void *)s->years.at;
}

static Year *year_named(Sums *s, Str name)
{
    size_t n;
    Year *years = years_of(s, &n);
    if (s->last < n && str_is(name, years[s->last].name))
        return &years[s->last];
    for (s->last = 0; s->last < n; s->last++)
        if (str_is(name, years[s->last].name))
            return &years[s->last];
    Year fresh = {0};
    for (MoneySide side = 0; side < MONEY_SIDES; side++)
        fresh.sums[side].scale = s->scale;
    memcpy(fresh.name, name.at, MIN(name.len, sizeof fresh.name - 1));
    buf_add(&s->years, (Str){(const char *)&fresh, sizeof fresh});
    return years_of(s, &n) + s->last;
}

void money_add(Money *m, MoneySide side, Str (*value)(void *arg, size_t column), void *arg)
{
    enum { YEAR = 4 }; // digits of a date in canonical form
    Str date = m->date == SIZE_MAX ? STR("") : value(arg, m->date);
    char year[YEAR + 1] = "";
    if (date.len >= YEAR)
        memcpy(year, date.at, YEAR); // the next value may move it
    for (size_t i = 0; i < m->n; i++) {
        Decimal amount;
        Sums *s = &m->sums[i];
        Str text = value(arg, s->at);
        if (s->too_large || !text.at || !decimal_parse(text, &amount))
            continue;
        Decimal *sum = &year_named(s, str_of(year))->sums[side];
        s->too_large = !decimal_add(*sum, amount, sum);
    }
}

static int by_year(const void *a, const void *b)
{
    return strcmp(((const Year *)a)->name, ((const Year *)b)->name);
}

size_t money_list(Money *m, Buf *list)
{
    size_t added = 0;
    for (size_t i = 0; i < m->n; i++) {
        size_t n;
        Year *years = years_of(&m->sums[i], &n);
        if (n)
            qsort(years, n, sizeof *years, by_year);
        for (size_t k = 0; k < n && !m->sums[i].too_large; k++, added++) {
            MoneyYear one = {
                m->table, m->sums[i].column, m->by, arena_text(m->arena, "%s", years[k].name), {{0}}};
            memcpy(one.sums, years[k].sums, sizeof one.sums);
            buf_add(list, (Str){(const char *)&one, sizeof one});
        }
    }
    return added;
}

bool money_balances(const MoneyYear *y)
{
    Decimal expected;
    return decimal_sub(y->sums[MONEY_MADE], y->sums[MONEY_REFUSED], &expected) &&
           decimal_cmp(expected, y->sums[MONEY_THERE]) == 0;
}
