// Exact decimals: money never meets floating point.
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include "base/str.h"

enum { DECIMAL_MAX_SCALE = 12 }; // what rounding and dividing may be asked for

// units * 10^-scale. Text of up to 30 significant digits; overflow is reported, never wrapped.
// Reading and multiplying are exact and may give more decimals than DECIMAL_MAX_SCALE, up to 36
// ("0.30000000000000004" has 17): round before storing.
typedef struct {
    __int128 units;
    int scale;
} Decimal;

typedef enum { ROUND_HALF_EVEN, ROUND_HALF_UP } Rounding; // half up: away from zero, as PostgreSQL's numeric

// Optional sign, digits, '.', digits, optional exponent; blanks at both ends are allowed. One side of
// the point may be empty. The scale is that of the text: "1.50" has 2.
bool decimal_parse(Str text, Decimal *out);
void decimal_format(Decimal d, Buf *out); // exactly d.scale decimals, "-0.00" never appears
// These give false, and leave *out alone, when the result does not fit or the scale is out of 0..12.
bool decimal_round(Decimal d, int scale, Rounding how, Decimal *out);
bool decimal_add(Decimal a, Decimal b, Decimal *out);
bool decimal_sub(Decimal a, Decimal b, Decimal *out);
bool decimal_mul(Decimal a, Decimal b, Decimal *out);
bool decimal_div(Decimal a, Decimal b, int scale, Rounding how, Decimal *out); // false for b = 0 too
int decimal_cmp(Decimal a, Decimal b);

#endif
