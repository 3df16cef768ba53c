// Exact decimals: money never meets floating point.
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include "base/str.h"

enum { DECIMAL_MAX_SCALE = 12 };

// units * 10^-scale. Text of up to 30 significant digits; overflow is reported, never wrapped.
typedef struct {
    __int128 units;
    int scale;
} Decimal;

typedef enum { ROUND_HALF_EVEN, ROUND_HALF_UP } Rounding; // half up: away from zero, as PostgreSQL's numeric

// Optional sign, digits, '.', digits, optional exponent; blanks at both ends are allowed.
bool decimal_parse(Str text, Decimal *out);
void decimal_format(Decimal d, Buf *out); // exactly d.scale decimals, "-0.00" never appears
bool decimal_round(Decimal d, int scale, Rounding how, Decimal *out);
bool decimal_add(Decimal a, Decimal b, Decimal *out);
bool decimal_sub(Decimal a, Decimal b, Decimal *out);
bool decimal_mul(Decimal a, Decimal b, Decimal *out);
bool decimal_div(Decimal a, Decimal b, int scale, Rounding how, Decimal *out); // false for b = 0 too
int decimal_cmp(Decimal a, Decimal b);

#endif
