// What the values of flags look like, and what they mean.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/intl.h"
#include "cli/flags.h"

static bool whole_number(const char *text, int64_t *out)
{
    size_t n = strspn(text, "0123456789");
    if (!n || n > 15 || text[n])
        return false;
    *out = strtoll(text, NULL, 10);
    return true;
}

// 12, 12.5: digits with at most one point; strtod would take "nan" and "0x1" too.
static bool plain_fraction(const char *text, size_t len, double *out)
{
    size_t digits = 0, points = 0;
    for (size_t i = 0; i < len; i++) {
        digits += isdigit((unsigned char)text[i]) != 0;
        points += text[i] == '.';
    }
    if (!digits || points > 1 || digits + points != len || len > 15)
        return false;
    *out = strtod(text, NULL);
    return true;
}

static bool word_in(const char *word, const char *words)
{
    Str rest = str_of(words), head;
    while (str_cut(&rest, '|', &head))
        if (str_is(head, word))
            return true;
    return false;
}

static bool duration(const char *text, int64_t *seconds)
{
    size_t n = strspn(text, "0123456789");
    if (!n || n > 9)
        return false;
    int64_t unit;
    if (!text[n] || !strcmp(text + n, "s"))
        unit = 1;
    else if (!strcmp(text + n, "m"))
        unit = 60;
    else if (!strcmp(text + n, "h"))
        unit = 3600;
    else if (!strcmp(text + n, "d"))
        unit = 86400;
    else
        return false;
    *seconds = strtoll(text, NULL, 10) * unit;
    return true;
}

int64_t flag_seconds(const char *text)
{
    int64_t seconds = 0;
    duration(text, &seconds);
    return seconds;
}

static bool limit(const char *text, int64_t *rows, double *ratio)
{
    Str rest = str_of(text), part;
    bool have_rows = false, have_ratio = false;
    while (str_cut(&rest, ',', &part)) {
        char piece[32];
        double percent;
        if (!part.len || part.len >= sizeof piece)
            return false;
        memcpy(piece, part.at, part.len);
        piece[part.len] = 0;
        if (piece[part.len - 1] == '%') {
            if (have_ratio || !plain_fraction(piece, part.len - 1, &percent) || percent > 100)
                return false;
            *ratio = percent / 100;
            have_ratio = true;
        } else {
            if (have_rows || !whole_number(piece, rows))
                return false;
            have_rows = true;
        }
    }
    return have_rows || have_ratio;
}

void flag_limit(const char *text, int64_t *rows, double *ratio)
{
    limit(text, rows, ratio);
}

static bool review(const char *text)
{
    double score;
    return word_in(text, "block|exact|proposed") || (plain_fraction(text, strlen(text), &score) && score <= 1);
}

static int hex_digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? (tolower((unsigned char)c) - 'a') + 10 : -1;
}

// Whether a URI's query has one of the keys that carry a password; libpq undoes %XX in keys too.
static bool query_has_password(Str query)
{
    Str pair;
    while (str_cut(&query, '&', &pair)) {
        char key[16];
        size_t n = 0, i = 0;
        while (i < pair.len && pair.at[i] != '=' && n + 1 < sizeof key) {
            char c = pair.at[i++];
            if (c == '%' && i + 1 < pair.len && hex_digit(pair.at[i]) >= 0 && hex_digit(pair.at[i + 1]) >= 0) {
                c = (char)(hex_digit(pair.at[i]) * 16 + hex_digit(pair.at[i + 1]));
                i += 2;
            }
            key[n++] = c;
        }
        key[n] = 0;
        if (!strcmp(key, "password") || !strcmp(key, "sslpassword"))
            return true;
    }
    return false;
}

static bool uri_has_password(const char *rest)
{
    // libpq takes the user part up to the first '@' that comes before '/' or '?'.
    size_t user = strcspn(rest, "@/?");
    if (rest[user] == '@' && memchr(rest, ':', user))
        return true;
    // a '/' or '?' inside an unescaped password: whatever is in front of a later '@' is no address
    const char *at = strrchr(rest, '@'), *colon = strchr(rest, ':'), *query = strchr(rest, '?');
    if (at && colon && colon < at && (!query || at < query))
        return true;
    return query && query_has_password(str_of(query + 1));
}

// key = 'value with \'quotes\'' key2=value2 ...
static bool pairs_have_password(const char *p)
{
    while (*p) {
        p += strspn(p, " \t\r\n");
        size_t key = strcspn(p, "= \t\r\n");
        const char *name = p;
        p += key;
        p += strspn(p, " \t\r\n");
        if (*p != '=')
            return false;
        if ((key == 8 && !memcmp(name, "password", 8)) || (key == 11 && !memcmp(name, "sslpassword", 11)))
            return true;
        p++;
        p += strspn(p, " \t\r\n");
        bool quoted = *p == '\'';
        for (p += quoted; *p && (quoted ? *p != '\'' : !isspace((unsigned char)*p)); p++)
            if (*p == '\\' && p[1])
                p++;
        if (quoted && *p)
            p++;
    }
    return false;
}

bool conninfo_has_password(const char *conninfo)
{
    static const char *const schemes[] = {"postgres://", "postgresql://"};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        if (str_starts(str_of(conninfo), schemes[i]))
            return uri_has_password(conninfo + strlen(schemes[i]));
    return pairs_have_password(conninfo);
}

static bool wants(const Flag *flag, const char *value, const char *what, Err *err)
{
    return err_set(err, ERR_USAGE, _("--%s wants %s, not \"%s\""), flag->name, what, value);
}

bool flag_check(const Flag *flag, const char *value, Err *err)
{
    int64_t number;
    double ratio;
    Instant instant;
    bool offset;
    const char *equals;
    if (flag->kind != FLAG_SWITCH && !*value)
        return err_set(err, ERR_USAGE, _("--%s wants a value (%s) and got an empty one"), flag->name, flag->argument);
    switch (flag->kind) {
    case FLAG_SWITCH:
    case FLAG_TEXT:
        return true;
    case FLAG_WORD:
        return word_in(value, flag->words) || wants(flag, value, flag->words, err);
    case FLAG_NUMBER:
        return whole_number(value, &number) || wants(flag, value, _("a whole number"), err);
    case FLAG_DURATION:
        return duration(value, &number) || wants(flag, value, _("a time such as 90s, 30m or 6h"), err);
    case FLAG_INSTANT:
        return instant_parse(str_of(value), &instant, &offset) ||
               wants(flag, value, _("an instant such as 2026-11-21T12:00:00Z"), err);
    case FLAG_LIMIT:
        return limit(value, &number, &ratio) || wants(flag, value, _("a limit such as 100,1%"), err);
    case FLAG_REVIEW:
        return review(value) || wants(flag, value, _("block, exact, proposed or a score from 0 to 1"), err);
    case FLAG_PAIR:
        equals = strchr(value, '=');
        if (equals && equals != value)
            return true;
        // the value may be anything, secrets included: it is not repeated
        return err_set(err, ERR_USAGE, _("--%s wants NAME=VALUE"), flag->name);
    case FLAG_CONNINFO:
        if (!conninfo_has_password(value))
            return true;
        err_set(err, ERR_USAGE, _("--%s: a password must not stand on the command line, where everybody can read it"), flag->name);
        return err_hint(err, _("name a service (service=NAME, see pg_service.conf) and keep the password in ~/.pgpass"));
    }
    return true;
}
