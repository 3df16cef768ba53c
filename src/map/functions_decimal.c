// dec_valid, try_dec, dec_add, dec_sub, dec_mul, dec_div, dec_round, dec_cmp, dec_sum; int_of, try_int.
#include <sqlite3.h>

#include "base/decimal.h"
#include "base/intl.h"
#include "map/functions_sql.h"

enum { SCALES = 37 }; // reading is exact up to 36 decimals

typedef enum { DEC_OK, DEC_NONE, DEC_NOT_A_NUMBER, DEC_OUT_OF_RANGE } DecState;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Whether the text is written as a number, however large; tells "1e400" from "abc".
static bool looks_numeric(Str s)
{
    size_t i = s.len && (s.at[0] == '-' || s.at[0] == '+');
    if (str_is((Str){s.at + i, s.len - i}, "inf")) // a real beyond the largest
        return true;
    size_t digits = 0;
    for (bool point = false; i < s.len && (is_digit(s.at[i]) || (s.at[i] == '.' && !point)); i++) {
        digits += s.at[i] != '.';
        point = point || s.at[i] == '.';
    }
    if (!digits)
        return false;
    if (i < s.len && (s.at[i] == 'e' || s.at[i] == 'E')) {
        i++;
        i += i < s.len && (s.at[i] == '-' || s.at[i] == '+');
        if (i == s.len)
            return false;
        while (i < s.len && is_digit(s.at[i]))
            i++;
    }
    return i == s.len;
}

static DecState read_decimal(sqlite3_value *arg, Decimal *out)
{
    int type = sqlite3_value_type(arg);
    if (type == SQLITE_NULL)
        return DEC_NONE;
    if (type == SQLITE_BLOB)
        return DEC_NOT_A_NUMBER;
    if (type == SQLITE_INTEGER) {
        *out = (Decimal){sqlite3_value_int64(arg), 0};
        return DEC_OK;
    }
    AUTO(buf_free) Buf scratch = {0};
    Str text = call_trimmed(arg, &scratch);
    if (!text.len)
        return DEC_NONE;
    if (decimal_parse(text, out))
        return DEC_OK;
    return looks_numeric(text) ? DEC_OUT_OF_RANGE : DEC_NOT_A_NUMBER;
}

static bool read_scale(sqlite3_context *call, sqlite3_value *arg, int *out)
{
    return call_small_int(call, arg, N_("the scale of a decimal"), 0, DECIMAL_MAX_SCALE, out);
}

static void give_decimal(sqlite3_context *call, Decimal d)
{
    AUTO(buf_free) Buf out = {0};
    decimal_format(d, &out);
    call_give_buf(call, &out);
}

// ---- Reading -----------------------------------------------------------------------

static void read_rounded(sqlite3_context *call, sqlite3_value **args, Rounding how, bool raise)
{
    int scale;
    if (!read_scale(call, args[1], &scale))
        return;
    Decimal d;
    DecState state = read_decimal(args[0], &d);
    if (state == DEC_NONE)
        return;
    if (state == DEC_OK && !decimal_round(d, scale, how, &d))
        state = DEC_OUT_OF_RANGE;
    if (state == DEC_OK)
        give_decimal(call, d);
    else if (raise)
        call_issue(call, "decimal.invalid",
                   state == DEC_OUT_OF_RANGE ? N_("out of range") : N_("not a number"));
}

static void dec_valid(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    read_rounded(call, args, ROUND_HALF_UP, true);
}

static void try_dec(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    read_rounded(call, args, ROUND_HALF_UP, false);
}

static void dec_round(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    read_rounded(call, args, ROUND_HALF_EVEN, false);
}

static void read_integer(sqlite3_context *call, sqlite3_value *arg, bool raise)
{
    int64_t value;
    IntState state = call_integer(arg, &value);
    if (state == INT_OK)
        sqlite3_result_int64(call, value);
    else if (state != INT_NONE && raise)
        call_issue(call, "integer.invalid",
                   state == INT_OUT_OF_RANGE ? N_("out of range") : N_("not an integer"));
}

static void int_of(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    read_integer(call, args[0], true);
}

static void try_int(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    read_integer(call, args[0], false);
}

// ---- Arithmetic: pure, so that it may stand in from:, where: and window arguments ----

static bool read_two(sqlite3_value **args, Decimal *a, Decimal *b)
{
    return read_decimal(args[0], a) == DEC_OK && read_decimal(args[1], b) == DEC_OK;
}

static void dec_add(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    Decimal a, b;
    if (read_two(args, &a, &b) && decimal_add(a, b, &a))
        give_decimal(call, a);
}

static void dec_sub(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    Decimal a, b;
    if (read_two(args, &a, &b) && decimal_sub(a, b, &a))
        give_decimal(call, a);
}

static void dec_mul(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    Decimal a, b;
    if (read_two(args, &a, &b) && decimal_mul(a, b, &a))
        give_decimal(call, a);
}

static void dec_div(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    int scale;
    Decimal a, b;
    if (read_scale(call, args[2], &scale) && read_two(args, &a, &b) &&
        decimal_div(a, b, scale, ROUND_HALF_EVEN, &a))
        give_decimal(call, a);
}

static void dec_cmp(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    Decimal a, b;
    if (read_two(args, &a, &b)) {
        int order = decimal_cmp(a, b);
        sqlite3_result_int(call, (order > 0) - (order < 0));
    }
}

// ---- dec_sum -----------------------------------------------------------------------

// SQLite's memory is aligned to 8 bytes only.
typedef __int128 Wide __attribute__((aligned(8)));

// One sum for each scale, so that taking a row out of a window leaves exactly the rows that are in it,
// and the sum has the scale of the finest of them.
typedef struct {
    Wide units[SCALES];
    int64_t rows[SCALES];
    int64_t unreadable; // rows that are no decimal: while there is one, nobody knows the sum
    bool overflow;      // for good
} DecimalSum;

static void sum_row(sqlite3_context *call, sqlite3_value *arg, bool in)
{
    DecimalSum *sum = sqlite3_aggregate_context(call, sizeof *sum);
    Decimal d;
    if (!sum)
        return;
    DecState state = read_decimal(arg, &d);
    if (state == DEC_NONE)
        return;
    if (state != DEC_OK || d.scale >= SCALES) {
        sum->unreadable += in ? 1 : -1;
        return;
    }
    __int128 units = sum->units[d.scale];
    sum->overflow |=
        in ? __builtin_add_overflow(units, d.units, &units) : __builtin_sub_overflow(units, d.units, &units);
    sum->units[d.scale] = units;
    sum->rows[d.scale] += in ? 1 : -1;
}

static void sum_step(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    sum_row(call, args[0], true);
}

static void sum_inverse(sqlite3_context *call, int n UNUSED, sqlite3_value **args)
{
    sum_row(call, args[0], false);
}

static void sum_value(sqlite3_context *call)
{
    const DecimalSum *sum = sqlite3_aggregate_context(call, 0);
    if (!sum || sum->unreadable || sum->overflow)
        return;
    Decimal total = {0, 0};
    bool any = false;
    for (int scale = 0; scale < SCALES; scale++) {
        if (!sum->rows[scale])
            continue;
        any = true;
        if (!decimal_add(total, (Decimal){sum->units[scale], scale}, &total))
            return;
    }
    if (any)
        give_decimal(call, total);
}

int decimal_sum_register(sqlite3 *db, int flags, FunctionState *state, void (*release)(void *state))
{
    return sqlite3_create_window_function(db, "dec_sum", 1, flags, state, sum_step, sum_value, sum_value,
                                          sum_inverse, release);
}

const FunctionCode decimal_functions[] = {
    {"dec_valid", dec_valid},
    {"try_dec", try_dec},
    {"dec_add", dec_add},
    {"dec_sub", dec_sub},
    {"dec_mul", dec_mul},
    {"dec_div", dec_div},
    {"dec_round", dec_round},
    {"dec_cmp", dec_cmp},
    {"int_of", int_of},
    {"try_int", try_int},
    {0},
};
