#include "base/decimal.h"

// |units| stays below 10^38, which __int128 holds; a scale may be as large as that allows.
enum { MOST_DIGITS = 30, SCALE_LIMIT = 36, POWERS = 39 };

typedef unsigned __int128 Magnitude;

static Magnitude power_of_ten(int n)
{
    static const uint64_t small[20] = {
        1ull,
        10ull,
        100ull,
        1000ull,
        10000ull,
        100000ull,
        1000000ull,
        10000000ull,
        100000000ull,
        1000000000ull,
        10000000000ull,
        100000000000ull,
        1000000000000ull,
        10000000000000ull,
        100000000000000ull,
        1000000000000000ull,
        10000000000000000ull,
        100000000000000000ull,
        1000000000000000000ull,
        10000000000000000000ull,
    };
    return n < 20 ? small[n] : (Magnitude)small[19] * small[n - 19];
}

static Magnitude magnitude(__int128 units)
{
    return units < 0 ? -(Magnitude)units : (Magnitude)units;
}

// The most either sign may have: symmetric, so that negating is always possible.
static bool from_magnitude(Magnitude m, bool negative, int scale, Decimal *out)
{
    if (m > ~(Magnitude)0 >> 1)
        return false;
    *out = (Decimal){negative ? -(__int128)m : (__int128)m, scale};
    return true;
}

// units * 10^n, or false.
static bool scaled_up(__int128 units, int n, __int128 *out)
{
    if (units == 0 || n == 0) {
        *out = units;
        return true;
    }
    return n < POWERS && !__builtin_mul_overflow(units, (__int128)power_of_ten(n), out);
}

// ---- Text ---------------------------------------------------------------------------------------

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// The digits of "12.50" as they stand, and where they end.
typedef struct {
    Str whole, fraction;
    size_t end;
} Digits;

static Digits find_digits(Str s)
{
    size_t i = 0;
    while (i < s.len && is_digit(s.at[i]))
        i++;
    Digits d = {{s.at, i}, {s.at + i, 0}, i};
    if (i < s.len && s.at[i] == '.') {
        size_t from = ++i;
        while (i < s.len && is_digit(s.at[i]))
            i++;
        d.fraction = (Str){s.at + from, i - from};
        d.end = i;
    }
    return d;
}

static bool parse_exponent(Str s, int *out)
{
    *out = 0;
    if (!s.len)
        return true;
    if (s.at[0] != 'e' && s.at[0] != 'E')
        return false;
    size_t i = 1;
    bool negative = i < s.len && s.at[i] == '-';
    if (i < s.len && (s.at[i] == '-' || s.at[i] == '+'))
        i++;
    if (i == s.len)
        return false;
    int n = 0;
    for (; i < s.len; i++) {
        if (!is_digit(s.at[i]))
            return false;
        n = MIN(n * 10 + (s.at[i] - '0'), 9999); // far beyond anything that fits
    }
    *out = negative ? -n : n;
    return true;
}

static bool take_digits(Str digits, Magnitude *units, int *significant)
{
    for (size_t i = 0; i < digits.len; i++) {
        if (*significant || digits.at[i] != '0')
            ++*significant;
        if (*significant > MOST_DIGITS)
            return false;
        *units = *units * 10 + (Magnitude)(digits.at[i] - '0');
    }
    return true;
}

static bool apply_exponent(Magnitude units, bool negative, int64_t scale, Decimal *out)
{
    if (!units)
        scale = MIN(MAX(scale, 0), SCALE_LIMIT);
    while (scale > SCALE_LIMIT && units % 10 == 0) {
        units /= 10;
        scale--;
    }
    if (scale > SCALE_LIMIT)
        return false;
    __int128 signed_units = negative ? -(__int128)units : (__int128)units;
    if (scale < 0 && !scaled_up(signed_units, (int)-scale, &signed_units))
        return false;
    *out = (Decimal){signed_units, (int)MAX(scale, 0)};
    return true;
}

bool decimal_parse(Str text, Decimal *out)
{
    if (!text.at)
        return false;
    Str s = str_trim(text);
    bool negative = s.len && s.at[0] == '-';
    if (s.len && (s.at[0] == '-' || s.at[0] == '+')) {
        s.at++;
        s.len--;
    }
    Digits d = find_digits(s);
    int exponent, significant = 0;
    if (d.whole.len + d.fraction.len == 0 || !parse_exponent((Str){s.at + d.end, s.len - d.end}, &exponent))
        return false;
    // Zeros at the end of a fraction are kept while they are affordable: "1.50" has two decimals.
    while (d.fraction.len && d.whole.len + d.fraction.len > MOST_DIGITS &&
           d.fraction.at[d.fraction.len - 1] == '0')
        d.fraction.len--;
    Magnitude units = 0;
    if (!take_digits(d.whole, &units, &significant) || !take_digits(d.fraction, &units, &significant))
        return false;
    return apply_exponent(units, negative, (int64_t)d.fraction.len - exponent, out);
}

void decimal_format(Decimal d, Buf *out)
{
    char digits[64];
    size_t at = sizeof digits;
    Magnitude rest = magnitude(d.units);
    for (int i = 0; rest || i <= d.scale; i++) {
        if (i == d.scale && d.scale)
            digits[--at] = '.';
        digits[--at] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    }
    if (d.units < 0)
        digits[--at] = '-';
    buf_add(out, (Str){digits + at, sizeof digits - at});
}

// ---- Rounding -------------------------------------------------------------------------------------

// Whether quotient, which left a rest under the divisor, goes one up.
static bool goes_up(Magnitude quotient, Magnitude rest, Magnitude divisor, Rounding how)
{
    Magnitude missing = divisor - rest;
    if (rest != missing)
        return rest > missing;
    return how == ROUND_HALF_UP || quotient % 2 == 1;
}

static bool scale_allowed(int scale)
{
    return scale >= 0 && scale <= DECIMAL_MAX_SCALE;
}

bool decimal_round(Decimal d, int scale, Rounding how, Decimal *out)
{
    if (!scale_allowed(scale))
        return false;
    __int128 units;
    if (scale >= d.scale) {
        if (!scaled_up(d.units, scale - d.scale, &units))
            return false;
        *out = (Decimal){units, scale};
        return true;
    }
    Magnitude divisor = power_of_ten(d.scale - scale), all = magnitude(d.units);
    Magnitude quotient = all / divisor;
    quotient += goes_up(quotient, all % divisor, divisor, how);
    return from_magnitude(quotient, d.units < 0, scale, out);
}

// ---- Arithmetic -------------------------------------------------------------------------------------

static bool align(Decimal a, Decimal b, __int128 *x, __int128 *y, int *scale)
{
    *scale = MAX(a.scale, b.scale);
    return scaled_up(a.units, *scale - a.scale, x) && scaled_up(b.units, *scale - b.scale, y);
}

bool decimal_add(Decimal a, Decimal b, Decimal *out)
{
    __int128 x, y, sum;
    int scale;
    if (!align(a, b, &x, &y, &scale) || __builtin_add_overflow(x, y, &sum))
        return false;
    *out = (Decimal){sum, scale};
    return true;
}

bool decimal_sub(Decimal a, Decimal b, Decimal *out)
{
    __int128 x, y, difference;
    int scale;
    if (!align(a, b, &x, &y, &scale) || __builtin_sub_overflow(x, y, &difference))
        return false;
    *out = (Decimal){difference, scale};
    return true;
}

// Fewer decimals while they are zeros.
static Decimal shortened(Decimal d, int scale)
{
    while (d.scale > scale && d.units % 10 == 0) {
        d.units /= 10;
        d.scale--;
    }
    return d;
}

bool decimal_mul(Decimal a, Decimal b, Decimal *out)
{
    __int128 product;
    if (__builtin_mul_overflow(a.units, b.units, &product)) {
        a = shortened(a, 0);
        b = shortened(b, 0);
        if (__builtin_mul_overflow(a.units, b.units, &product))
            return false;
    }
    Decimal d = shortened((Decimal){product, a.scale + b.scale}, SCALE_LIMIT);
    if (d.scale > SCALE_LIMIT)
        return false;
    *out = d;
    return true;
}

// Long division: whole part first, then one decimal after the other, so that nothing large appears
// on the way that is not in the result.
bool decimal_div(Decimal a, Decimal b, int scale, Rounding how, Decimal *out)
{
    if (b.units == 0 || !scale_allowed(scale))
        return false;
    Magnitude divisor = magnitude(b.units), all = magnitude(a.units);
    int more = scale + b.scale - a.scale;
    if (more < 0 && __builtin_mul_overflow(divisor, power_of_ten(-more), &divisor))
        return false;
    Magnitude quotient = all / divisor, rest = all % divisor;
    for (; more > 0; more--) {
        if (__builtin_mul_overflow(rest, 10, &rest) || __builtin_mul_overflow(quotient, 10, &quotient))
            return false;
        quotient += rest / divisor;
        rest %= divisor;
    }
    quotient += goes_up(quotient, rest, divisor, how);
    return from_magnitude(quotient, (a.units < 0) != (b.units < 0), scale, out);
}

static int sign_of(__int128 n)
{
    return (n > 0) - (n < 0);
}

// Whole parts first, then fractions brought to one scale: this cannot overflow.
int decimal_cmp(Decimal a, Decimal b)
{
    __int128 ten_a = (__int128)power_of_ten(a.scale), ten_b = (__int128)power_of_ten(b.scale);
    __int128 whole_a = a.units / ten_a, whole_b = b.units / ten_b;
    if (whole_a != whole_b)
        return whole_a < whole_b ? -1 : 1;
    __int128 rest_a = a.units % ten_a, rest_b = b.units % ten_b;
    int scale = MAX(a.scale, b.scale);
    rest_a *= (__int128)power_of_ten(scale - a.scale);
    rest_b *= (__int128)power_of_ten(scale - b.scale);
    return sign_of(rest_a - rest_b);
}
