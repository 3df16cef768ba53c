#include "map/value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/json_canonical.h"
#include "base/number.h"
#include "base/text.h"
#include "base/uuid.h"

// A value as SQLite or a mapping file gives it.
typedef struct {
    LiteType type;
    Str text;
    double real;
} Input;

static bool integer_text(Str text, Buf *out)
{
    char digits[24];
    if (!text.len || text.len >= sizeof digits)
        return false;
    memcpy(digits, text.at, text.len);
    digits[text.len] = 0;
    char *end;
    errno = 0;
    long long value = strtoll(digits, &end, 10);
    if (errno || end != digits + text.len)
        return false;
    buf_addf(out, "%lld", value);
    return true;
}

static const char *text_value(const Column *column, bool may_cut, Str text, Buf *out, ValueState *state)
{
    if (!text_is_utf8(text) || memchr(text.at, 0, text.len)) {
        *state = VALUE_WRONG;
        return "value.type";
    }
    while (column->padded && text.len && text.at[text.len - 1] == ' ')
        text.len--;
    size_t chars = column->length && text.len > (size_t)column->length ? text_chars(text) : 0;
    if (!column->length || chars <= (size_t)column->length) {
        buf_add(out, text);
        return NULL;
    }
    *state = may_cut ? VALUE_CUT : VALUE_WRONG;
    if (!may_cut)
        return "value.too_long";
    size_t kept = 0;
    for (int n = 0; n < column->length; n++) {
        kept++;
        while (kept < text.len && ((unsigned char)text.at[kept] & 0xC0) == 0x80)
            kept++;
    }
    buf_add(out, (Str){text.at, kept});
    return "value.truncated";
}

static const char *integer_value(const Column *column, const Input *in, Buf *out)
{
    if ((in->type != LITE_INTEGER && in->type != LITE_TEXT) || !integer_text(str_trim(in->text), out))
        return "value.type";
    int64_t value = strtoll(buf_text(out), NULL, 10);
    if (column->kind == COLUMN_BOOL)
        return value == 0 || value == 1 ? NULL : "value.type";
    int64_t most = column->length == 2 ? INT16_MAX : column->length == 8 ? INT64_MAX : INT32_MAX;
    return value > most || value < -most - 1 ? "value.range" : NULL;
}

static const char *decimal_value(const Column *column, const Input *in, Buf *out)
{
    Decimal d, rounded;
    if (in->type == LITE_REAL) {
        AUTO(buf_free) Buf text = {0};
        number_shortest(in->real, &text);
        if (!decimal_parse(buf_str(&text), &d))
            return isfinite(in->real) ? "value.type" : "value.range";
    } else if (!decimal_parse(in->text, &d)) {
        return "value.type";
    }
    if (!decimal_round(d, column->scale, ROUND_HALF_UP, &rounded))
        return "value.range";
    __int128 limit = 1;
    for (int digit = 0; digit < column->precision && digit < 36; digit++)
        limit *= 10;
    if (column->precision && (rounded.units >= limit || rounded.units <= -limit))
        return "value.range";
    decimal_format(rounded, out);
    return NULL;
}

static const char *double_value(const Column *column, const Input *in, Buf *out)
{
    Decimal d;
    if (in->type == LITE_BLOB || (in->type == LITE_TEXT && !decimal_parse(in->text, &d)))
        return "value.type";
    if (!isfinite(column->single ? (float)in->real : in->real))
        return "value.range";
    number_shortest(column->single ? number_single(in->real) : in->real, out);
    return NULL;
}

static const char *json_value(Str text, Buf *out)
{
    return text_is_utf8(text) && json_canonical(text, out) ? NULL : "value.type";
}

// As the server rounds: half away from its own epoch.
static Instant rounded(Instant t, int dropped)
{
    const Instant epoch = 946684800000000; // 2000-01-01
    Instant unit = 1;
    while (dropped-- > 0)
        unit *= 10;
    Instant from = t - epoch, half = from < 0 ? -unit / 2 : unit / 2;
    return epoch + (from + half) / unit * unit;
}

static const char *instant_value(const Column *column, Str text, Buf *out)
{
    Instant t;
    bool has_offset;
    if (!instant_parse(text, &t, &has_offset))
        return "value.type";
    instant_format(rounded(t, column->dropped), out);
    return NULL;
}

static const char *word_value(const Column *column, Str text)
{
    for (size_t w = 0; column->words[w]; w++)
        if (str_is(text, column->words[w]))
            return NULL;
    return "value.word";
}

static ValueState canonical(const Column *column, bool may_cut, const Input *in, Buf *out, const char **code)
{
    ValueState state = VALUE_OK;
    Date date;
    switch (column->kind) {
    case COLUMN_TEXT: *code = text_value(column, may_cut, in->text, out, &state); break;
    case COLUMN_UUID:
        *code = uuid_valid(in->text) ? NULL : "value.type";
        buf_add(out, in->text);
        for (size_t c = 0; c < out->len; c++)
            out->at[c] = (char)(out->at[c] >= 'A' && out->at[c] <= 'F' ? out->at[c] + 32 : out->at[c]);
        break;
    case COLUMN_BOOL:
    case COLUMN_INT: *code = integer_value(column, in, out); break;
    case COLUMN_DECIMAL: *code = decimal_value(column, in, out); break;
    case COLUMN_DOUBLE: *code = double_value(column, in, out); break;
    case COLUMN_DATE:
        if (date_parse(in->text, "ymd", &date))
            date_format(date, out);
        else
            *code = "value.type";
        break;
    case COLUMN_INSTANT: *code = instant_value(column, in->text, out); break;
    case COLUMN_JSON: *code = json_value(in->text, out); break;
    }
    if (state == VALUE_CUT)
        return state;
    if (!*code && column->words)
        *code = word_value(column, buf_str(out));
    return *code ? VALUE_WRONG : VALUE_OK;
}

ValueState value_canonical(const Column *column, bool may_cut, LiteStmt *s, int i, Buf *out, bool *is_null,
                           const char **code)
{
    buf_clear(out);
    *code = NULL;
    *is_null = lite_type(s, i) == LITE_NULL;
    if (*is_null) {
        *code = column->not_null ? "value.missing" : NULL;
        return column->not_null ? VALUE_WRONG : VALUE_OK;
    }
    Input in = {.type = lite_type(s, i)};
    in.real = in.type == LITE_BLOB ? 0 : lite_double(s, i); // before the text, which changes what is there
    in.text = in.type == LITE_BLOB ? lite_blob(s, i) : lite_text(s, i);
    if (!in.text.at)
        in.text = STR("");
    return canonical(column, may_cut, &in, out, code);
}

const char *value_of_word(const Column *column, const char *word, Buf *out)
{
    const char *code = NULL;
    Input in = {LITE_TEXT, str_of(word), strtod(word, NULL)};
    buf_clear(out);
    canonical(column, false, &in, out, &code);
    return code;
}

void value_bind(const Column *column, LiteStmt *s, int i, Str canonical)
{
    if (canonical.at && (column->kind == COLUMN_INT || column->kind == COLUMN_BOOL))
        lite_bind_int(s, i, strtoll(canonical.at, NULL, 10));
    else
        lite_bind_text(s, i, canonical);
}

bool value_same(const Column *column, Str one, Str other)
{
    Decimal x, y;
    if (column->kind == COLUMN_DECIMAL && one.at && other.at && decimal_parse(one, &x) &&
        decimal_parse(other, &y))
        return decimal_cmp(x, y) == 0;
    return str_eq(one, other);
}
