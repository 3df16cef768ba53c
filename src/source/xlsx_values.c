#include "source/xlsx_values.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "source/xlsx.h"

bool xlsx_format_is_date(long id, const char *code)
{
    if (!code)
        return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
    for (const char *p = code; *p; p++) {
        if (*p == '\\' || *p == '_' || *p == '*') { // the next character is shown, or fills
            p += p[1] != '\0';
        } else if (*p == '"') {
            p = strchr(p + 1, '"');
            if (!p)
                return false;
        } else if (*p == '[') {
            // [h] is elapsed hours; [Red] and [$-C0A] are not about the value.
            const char c = (char)tolower((unsigned char)p[1]);
            if ((c == 'h' || c == 'm' || c == 's') && (p[2] == ']' || tolower((unsigned char)p[2]) == c))
                return true;
            p = strchr(p, ']');
            if (!p)
                return false;
        } else if (*p == ';') {
            return false; // what follows is for negative numbers
        } else if (strchr("dDmMyYhHsS", *p)) {
            return true;
        }
    }
    return false;
}

static bool parse(Str text, double *out)
{
    char copy[64], *end;
    text = str_trim(text);
    if (!text.len || text.len >= sizeof copy || (!isdigit((unsigned char)text.at[0]) && !strchr("+-.", text.at[0])))
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    *out = strtod(copy, &end);
    return !*end && isfinite(*out);
}

void xlsx_number(Str text, Buf *out)
{
    double value;
    char digits[400];
    if (!parse(text, &value)) {
        buf_add(out, text);
        return;
    }
    snprintf(digits, sizeof digits, "%.15g", value);
    if (strchr(digits, 'e')) {
        // The fifteen digits stay, without exponent.
        const double rounded = strtod(digits, NULL);
        const int exponent = atoi(strchr(digits, 'e') + 1);
        snprintf(digits, sizeof digits, "%.*f", exponent < 0 ? MIN(14 - exponent, 340) : 0, rounded);
        if (strchr(digits, '.')) {
            size_t n = strlen(digits);
            while (digits[n - 1] == '0')
                digits[--n] = '\0';
            if (digits[n - 1] == '.')
                digits[n - 1] = '\0';
        }
    }
    buf_add_text(out, strcmp(digits, "-0") == 0 ? "0" : digits);
}

bool xlsx_date(Str text, bool from_1904, Buf *out)
{
    double value;
    if (!parse(text, &value) || value < 0 || value >= 2958466) // the end of 9999
        return false;
    int64_t seconds = (int64_t)llround(value * 86400), days = seconds / 86400;
    seconds %= 86400;
    if (days || !seconds) {
        // Day 60 of the usual way is 29 February 1900, which there never was: days before it count one more.
        const int64_t epoch = from_1904 ? date_days((Date){1904, 1, 1})
                                        : date_days((Date){1899, 12, 30}) + (days < 60);
        date_format(date_of_days(epoch + days), out);
    }
    if (seconds)
        buf_addf(out, "%s%02d:%02d:%02d", days ? " " : "", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                 (int)(seconds % 60));
    return true;
}

int xlsx_column(const char *reference)
{
    int n = 0;
    for (; *reference >= 'A' && *reference <= 'Z'; reference++) {
        n = n * 26 + (*reference - 'A' + 1);
        if (n > XLSX_MAX_COLUMNS)
            return -1;
    }
    return isdigit((unsigned char)*reference) ? n - 1 : -1;
}

static bool escaped(Str text, size_t at, uint32_t *code)
{
    if (text.len - at < 7 || text.at[at] != '_' || text.at[at + 1] != 'x' || text.at[at + 6] != '_')
        return false;
    *code = 0;
    for (size_t i = at + 2; i < at + 6; i++) {
        if (!isxdigit((unsigned char)text.at[i]))
            return false;
        const char c = (char)tolower((unsigned char)text.at[i]);
        *code = *code * 16 + (uint32_t)(isdigit((unsigned char)c) ? c - '0' : c - 'a' + 10);
    }
    return *code && (*code < 0xD800 || *code > 0xDFFF);
}

void xlsx_unescape(Str text, Buf *out)
{
    uint32_t code;
    for (size_t i = 0; i < text.len; i++) {
        if (escaped(text, i, &code)) {
            text_encode(out, code);
            i += 6;
        } else {
            buf_add_char(out, text.at[i]);
        }
    }
}
