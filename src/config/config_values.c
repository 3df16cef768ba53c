#include "config/config_values.h"

#include <string.h>

static bool take_digits(Str *rest, size_t most, int64_t *out)
{
    size_t n = 0;
    int64_t value = 0;
    while (n < rest->len && rest->at[n] >= '0' && rest->at[n] <= '9') {
        if (n == most)
            return false;
        value = value * 10 + (rest->at[n++] - '0');
    }
    rest->at += n;
    rest->len -= n;
    *out = value;
    return n > 0;
}

bool duration_parse(Str text, int64_t *seconds)
{
    static const struct {
        char letter;
        int64_t seconds;
    } units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
    int64_t total = 0, value;
    size_t unit = 0;
    if (str_is(text, "0")) {
        *seconds = 0;
        return true;
    }
    if (text.len == 0)
        return false;
    while (text.len > 0) {
        if (!take_digits(&text, 9, &value) || text.len == 0)
            return false;
        while (unit < ARRAY_LEN(units) && units[unit].letter != text.at[0])
            unit++;
        if (unit == ARRAY_LEN(units))
            return false;
        total += value * units[unit++].seconds;
        text.at++;
        text.len--;
    }
    *seconds = total;
    return true;
}

// Digits with at most six decimals; no locale, no exponent.
static bool number_parse(Str text, double *out)
{
    int64_t whole, part = 0;
    double scale = 1;
    if (!take_digits(&text, 9, &whole))
        return false;
    if (text.len > 0) {
        if (text.at[0] != '.')
            return false;
        text.at++;
        size_t decimals = --text.len;
        if (!take_digits(&text, 6, &part) || text.len > 0)
            return false;
        while (decimals-- > 0)
            scale *= 10;
    }
    *out = (double)whole + (double)part / scale;
    return true;
}

bool percent_parse(Str text, double *share)
{
    double percent;
    if (!str_ends(text, "%"))
        return false;
    Str number = str_trim((Str){text.at, text.len - 1});
    if (!number_parse(number, &percent) || percent > 100)
        return false;
    *share = percent / 100;
    return true;
}

bool score_parse(Str text, double *score)
{
    double value;
    if (!number_parse(text, &value) || value > 1)
        return false;
    *score = value;
    return true;
}

static bool is_name(Str s, const char *also)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool digit = c >= '0' && c <= '9';
        if (!letter && !(i > 0 && (digit || (c && strchr(also, c)))))
            return false;
    }
    return s.len > 0;
}

ReferenceKind reference_parse(Str text, Str *name)
{
    static const struct {
        const char *start;
        ReferenceKind kind;
    } forms[] = {{"${env:", REFERENCE_ENV}, {"${file:", REFERENCE_FILE}, {"${cred:", REFERENCE_CRED}};
    if (!str_ends(text, "}"))
        return REFERENCE_NONE;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        size_t n = strlen(forms[i].start);
        if (!str_starts(text, forms[i].start) || text.len <= n + 1)
            continue;
        *name = (Str){text.at + n, text.len - n - 1};
        bool good =
            forms[i].kind == REFERENCE_FILE || is_name(*name, forms[i].kind == REFERENCE_CRED ? ".-" : "_");
        return good ? forms[i].kind : REFERENCE_NONE;
    }
    return REFERENCE_NONE;
}
