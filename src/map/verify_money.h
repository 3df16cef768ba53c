// Money per year: the decimals of a table added up by the year of its date, as they were made and as they
// are.
#ifndef MAP_VERIFY_MONEY_H
#define MAP_VERIFY_MONEY_H

#include "base/decimal.h"
#include "target/target.h"

// What the mappings made, what of it the target refused, what was read back of it.
typedef enum { MONEY_MADE, MONEY_REFUSED, MONEY_THERE, MONEY_SIDES } MoneySide;

typedef struct {
    const char *table, *column;
    const char *by;   // the column that gives the year; NULL: the table has no date
    const char *year; // "2024"; "" without a date
    Decimal sums[MONEY_SIDES];
} MoneyYear;

typedef struct Money Money;

// columns: those a mapping fills, in their order; NULL: one that is not to be looked at. NULL when none of them is a decimal. Lives in the arena.
Money *money_new(Arena *a, const char *table, const Column *const *columns, size_t n);
// One row. value gives the canonical text of a column by its number; NULL counts as nothing.
void money_add(Money *m, MoneySide side, Str (*value)(void *arg, size_t column), void *arg);
// Appends to list (of MoneyYear) every column and year with a sum, in order; those too large to add up are
// left out. Gives how many.
size_t money_list(Money *m, Buf *list);

// Whether what was made and not refused is what is there.
bool money_balances(const MoneyYear *y);

#endif
