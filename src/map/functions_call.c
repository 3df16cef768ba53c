#include <sqlite3.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "map/functions_sql.h"

FunctionState *call_state(sqlite3_context *call)
{
    return sqlite3_user_data(call);
}

bool call_any_null(int n, sqlite3_value **args)
{
    for (int i = 0; i < n; i++)
        if (sqlite3_value_type(args[i]) == SQLITE_NULL)
            return true;
    return false;
}

bool call_number_text(sqlite3_value *arg, Buf *out)
{
    int type = sqlite3_value_type(arg);
    if (type == SQLITE_INTEGER) {
        buf_addf(out, "%lld", (long long)sqlite3_value_int64(arg));
        return true;
    }
    if (type != SQLITE_FLOAT)
        return false;
    double x = sqlite3_value_double(arg);
    char text[40];
    // 15 digits always survive the way into a double and back, 17 always the way out and back.
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    buf_add_text(out, text);
    if (isfinite(x) && !strpbrk(text, ".e"))
        buf_add_text(out, ".0");
    return true;
}

Str call_text(sqlite3_value *arg, Buf *scratch)
{
    buf_clear(scratch);
    if (call_number_text(arg, scratch))
        return buf_str(scratch);
    const unsigned char *at = sqlite3_value_text(arg);
    return (Str){(const char *)at, at ? (size_t)sqlite3_value_bytes(arg) : 0};
}

Str call_trimmed(sqlite3_value *arg, Buf *scratch)
{
    return str_trim(call_text(arg, scratch));
}

static IntState integer_of_text(Str s, int64_t *out)
{
    s = str_trim(s);
    if (!s.len)
        return INT_NONE;
    size_t i = s.at[0] == '-' || s.at[0] == '+';
    bool negative = s.at[0] == '-';
    if (i == s.len)
        return INT_NOT_A_NUMBER;
    int64_t value = 0;
    bool fits = true;
    for (; i < s.len; i++) {
        int digit = s.at[i] - '0';
        if (digit < 0 || digit > 9)
            return INT_NOT_A_NUMBER;
        fits = fits && !__builtin_mul_overflow(value, 10, &value) &&
               !__builtin_add_overflow(value, negative ? -digit : digit, &value);
    }
    *out = value;
    return fits ? INT_OK : INT_OUT_OF_RANGE;
}

IntState call_integer(sqlite3_value *arg, int64_t *out)
{
    int type = sqlite3_value_type(arg);
    if (type == SQLITE_NULL)
        return INT_NONE;
    if (type == SQLITE_INTEGER) {
        *out = sqlite3_value_int64(arg);
        return INT_OK;
    }
    if (type == SQLITE_FLOAT) {
        double x = trunc(sqlite3_value_double(arg));
        if (!(x >= -0x1p63 && x < 0x1p63))
            return INT_OUT_OF_RANGE;
        *out = (int64_t)x;
        return INT_OK;
    }
    if (type == SQLITE_BLOB)
        return INT_NOT_A_NUMBER;
    const unsigned char *at = sqlite3_value_text(arg);
    return integer_of_text((Str){(const char *)at, (size_t)sqlite3_value_bytes(arg)}, out);
}

bool call_small_int(sqlite3_context *call, sqlite3_value *arg, const char *what, int least, int most,
                    int *out)
{
    int64_t value;
    if (call_integer(arg, &value) != INT_OK || value < least || value > most) {
        call_fail(call, _("%s must be an integer from %d to %d"), _(what), least, most);
        return false;
    }
    *out = (int)value;
    return true;
}

void call_give_text(sqlite3_context *call, Str text)
{
    sqlite3_result_text64(call, text.at, text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void call_give_buf(sqlite3_context *call, const Buf *text)
{
    call_give_text(call, (Str){buf_text(text), text->len});
}

void call_fail(sqlite3_context *call, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    sqlite3_result_error(call, text, -1);
}

void call_issue(sqlite3_context *call, const char *code, const char *detail)
{
    FunctionState *state = call_state(call);
    if (state->cell->column == -1)
        state->cell->outside = true;
    else
        state->host->issue(state->host->arg, code, detail);
}
