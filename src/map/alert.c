#include "map/alert.h"

#include <string.h>

#include "base/letters.h"
#include "map/alert_rules.h"

// A text and its outline (letters_outline): a byte a character, and where in the text that character begins.
typedef struct {
    Str text;
    Buf outline;
    Buf places; // of size_t
} Reading;

static void reading_end(Reading *r)
{
    buf_free(&r->outline);
    buf_free(&r->places);
}

static Str without(Str s, const char *ends)
{
    while (s.len && strchr(ends, s.at[0]) && s.at[0])
        s = (Str){s.at + 1, s.len - 1};
    while (s.len && strchr(ends, s.at[s.len - 1]) && s.at[s.len - 1])
        s.len--;
    return s;
}

static Reading read_text(Str text)
{
    Reading r = {.text = str_trim(text)};
    letters_outline(&r.outline, &r.places, r.text);
    return r;
}

static size_t place(const Reading *r, size_t at)
{
    size_t offset = r->text.len;
    if (at < r->outline.len)
        memcpy(&offset, r->places.at + at * sizeof offset, sizeof offset);
    return offset;
}

static char sign(const Reading *r, size_t at)
{
    return at < r->outline.len ? r->outline.at[at] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool in_word(char c)
{
    return is_letter(c) || is_digit(c) || c == '_';
}

static bool is_edge(const Reading *r, size_t at)
{
    return (at > 0 && in_word(sign(r, at - 1))) != in_word(sign(r, at));
}

static size_t skip(const Reading *r, size_t at, bool (*is)(char c))
{
    while (at < r->outline.len && is(sign(r, at)))
        at++;
    return at;
}

static bool is_blank(char c)
{
    return c == ' ';
}

// Behind the number at `at`, which is `at` when there is none.
static size_t skip_number(const Reading *r, size_t at, bool fraction)
{
    size_t end = skip(r, at, is_digit);
    char c = sign(r, end);
    if (fraction && end > at && (c == '.' || c == ',') && is_digit(sign(r, end + 1)))
        end = skip(r, end + 1, is_digit);
    return end;
}

// Behind what one sign of a pattern stands for; false when it does not stand there.
static bool match_one(const Reading *r, char pattern, size_t *at)
{
    size_t from = *at;
    switch (pattern) {
    case '#': *at = skip_number(r, from, false); return *at > from;
    case '&': *at = skip_number(r, from, true); return *at > from;
    case '@': *at = skip(r, from, is_letter); return *at >= from + 4;
    case '~': *at = skip(r, from, is_blank); return true;
    case '+': *at = skip(r, from, is_blank); return *at > from;
    case '|': return is_edge(r, from);
    default: *at += sign(r, from) == pattern; return *at > from;
    }
}

static bool match_here(const Reading *r, const char *pattern, size_t *at)
{
    for (; *pattern; pattern++) {
        bool optional = pattern[1] == '?';
        if (!match_one(r, *pattern, at) && !optional)
            return false;
        pattern += optional;
    }
    return true;
}

static bool match_any(const Reading *r, const char *const *patterns, size_t at, size_t *end)
{
    for (; *patterns; patterns++) {
        *end = at;
        if (match_here(r, *patterns, end))
            return true;
    }
    return false;
}

static bool is_one_of(Str word, const char *const *words)
{
    for (; *words; words++)
        if (str_is(word, *words))
            return true;
    return false;
}

// The word that ends before *at with nothing but blanks between, and *at at its beginning; "" when there is none.
static Str word_before(const Reading *r, size_t *at)
{
    size_t end = *at;
    while (end && is_blank(sign(r, end - 1)))
        end--;
    size_t start = end;
    while (start && in_word(sign(r, start - 1)))
        start--;
    *at = start;
    return (Str){r->outline.at + start, end - start};
}

// "NIEGA ALERGIAS, HTA": up to the end of the sentence nothing is affirmed.
static bool is_denied_before(const Reading *r, size_t at)
{
    while (at && !strchr(".;", sign(r, at - 1))) {
        Str word = word_before(r, &at);
        if (str_is(word, "NIEGA") || str_is(word, "NIEGAN"))
            return true;
        if (!word.len && at)
            at -= !strchr(".;", sign(r, at - 1));
    }
    return false;
}

static bool is_denied(const Reading *r, size_t at)
{
    size_t from = at;
    Str word = word_before(r, &from);
    while (word.len && is_one_of(word, alert_fillers))
        word = word_before(r, &from);
    return is_one_of(word, alert_denials) || is_denied_before(r, at);
}

// Where in the text a rule hits first.
static bool rule_hits(const Reading *r, const AlertRule *rule, bool heed, size_t *start)
{
    size_t end, last = rule->place == RULE_START ? MIN((size_t)1, r->outline.len) : r->outline.len;
    for (size_t at = 0; at < last; at++) {
        if (rule->place == RULE_WORD && !(in_word(sign(r, at)) && is_edge(r, at)))
            continue;
        if (match_any(r, rule->patterns, at, &end) && !(heed && rule->denied && is_denied(r, at))) {
            *start = at;
            return true;
        }
    }
    return false;
}

static const char *classify(const Reading *r, bool heed, size_t *start)
{
    for (const AlertRule *rule = alert_rules; rule->category; rule++)
        if (rule_hits(r, rule, heed, start))
            return rule->category;
    return "general";
}

const char *alert_category(Str text, bool heed)
{
    Reading r = read_text(text);
    size_t start;
    const char *category = classify(&r, heed, &start);
    reading_end(&r);
    return category;
}

// Behind the first colon from the hit on, else behind "TOMA ".
static Str listed(const Reading *r, size_t start)
{
    size_t from = place(r, start);
    const char *colon = memchr(r->text.at + from, ':', r->text.len - from);
    if (colon)
        from = (size_t)(colon + 1 - r->text.at);
    else
        from = str_starts(buf_str(&r->outline), "TOMA ") ? place(r, sizeof "TOMA " - 1) : 0;
    return (Str){r->text.at + from, r->text.len - from};
}

// The piece up to the next comma, semicolon or " y ".
static Str next_piece(Str *rest)
{
    Str piece = *rest;
    for (size_t i = 0; i < piece.len; i++) {
        size_t separator = strchr(",;", piece.at[i]) && piece.at[i]              ? 1
                           : piece.len - i >= 3 && !memcmp(piece.at + i, " y ", 3) ? 3
                                                                                   : 0;
        if (!separator)
            continue;
        *rest = (Str){piece.at + i + separator, piece.len - i - separator};
        return (Str){piece.at, i};
    }
    *rest = (Str){piece.at + piece.len, 0};
    return piece;
}

static void give_pieces(Str list, Str whole, void (*each)(void *arg, Str item), void *arg)
{
    size_t given = 0;
    while (list.len) {
        Str item = without(next_piece(&list), " .\t\r\n");
        if (item.len) {
            each(arg, item);
            given++;
        }
    }
    if (!given)
        each(arg, whole);
}

void alert_items(Str text, bool heed, void (*each)(void *arg, Str item), void *arg)
{
    Reading r = read_text(text);
    size_t start;
    const char *category = classify(&r, heed, &start);
    if (!strcmp(category, "medication") || !strcmp(category, "allergy"))
        give_pieces(listed(&r, start), r.text, each, arg);
    else if (!strcmp(category, "disease") && memchr(r.text.at, ',', r.text.len))
        give_pieces(r.text, r.text, each, arg);
    else if (!strcmp(category, "disease"))
        each(arg, r.text);
    reading_end(&r);
}

void alert_lines(Str text, void (*each)(void *arg, Str line), void *arg)
{
    while (text.len) {
        size_t n = 0;
        while (n < text.len && text.at[n] != '\n' && text.at[n] != '\r')
            n++;
        Str line = without((Str){text.at, n}, " \t.-");
        if (line.len)
            each(arg, line);
        n += n < text.len;
        text = (Str){text.at + n, text.len - n};
    }
}

Str alert_dose(Str text)
{
    Reading r = {.text = text};
    Str dose = {0};
    letters_outline(&r.outline, &r.places, text);
    for (size_t at = 0, end; at < r.outline.len && !dose.at; at++)
        if (is_digit(sign(&r, at)) && is_edge(&r, at) && match_any(&r, alert_doses, at, &end)) {
            size_t from = place(&r, at);
            dose = (Str){text.at + from, place(&r, end) - from};
        }
    reading_end(&r);
    return dose;
}
