#include "base/json_scan.h"

#include <string.h>

#include "base/json_scan_inner.h"

typedef enum { OTHER, QUOTE, OPEN_OBJECT, OPEN_LIST, DIGIT, MINUS, LETTER } Class;

static const unsigned char classes[256] = {
    ['"'] = QUOTE,  ['{'] = OPEN_OBJECT, ['['] = OPEN_LIST, ['-'] = MINUS,  ['0'] = DIGIT,
    ['1'] = DIGIT,  ['2'] = DIGIT,       ['3'] = DIGIT,     ['4'] = DIGIT,  ['5'] = DIGIT,
    ['6'] = DIGIT,  ['7'] = DIGIT,       ['8'] = DIGIT,     ['9'] = DIGIT,  ['t'] = LETTER,
    ['f'] = LETTER, ['n'] = LETTER,      ['N'] = LETTER,    ['I'] = LETTER,
};

static bool take_digits(JsonScan *s)
{
    const unsigned char *begin = s->at;
    while (s->at < s->end && classes[*s->at] == DIGIT)
        s->at++;
    return s->at > begin || json_scan_bad(s);
}

static bool take_number(JsonScan *s)
{
    if (*s->at == '-')
        s->at++;
    const unsigned char *begin = s->at;
    if (s->at < s->end && *s->at == 'I') {
        s->flags |= JSON_NAN;
        return json_scan_bad(s);
    }
    if (!take_digits(s))
        return false;
    size_t n = (size_t)(s->at - begin);
    if (*begin == '0' && n > 1)
        return json_scan_bad(s);
    if (n > 16 || (n == 16 && memcmp(begin, "9007199254740992", 16) > 0)) // 2^53
        s->flags |= JSON_BIG_NUMBER;
    if (s->at < s->end && *s->at == '.') {
        s->flags |= JSON_BIG_NUMBER;
        s->at++;
        if (!take_digits(s))
            return false;
    }
    if (s->at < s->end && (*s->at | 0x20) == 'e') {
        s->flags |= JSON_BIG_NUMBER;
        s->at++;
        if (s->at < s->end && (*s->at == '+' || *s->at == '-'))
            s->at++;
        return take_digits(s);
    }
    return true;
}

static bool take_word(JsonScan *s)
{
    static const struct {
        const char *word;
        bool sound;
    } words[] = {{"true", true}, {"false", true}, {"null", true}, {"NaN", false}, {"Infinity", false}};
    size_t left = (size_t)(s->end - s->at);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t n = strlen(words[i].word);
        if (left < n || memcmp(s->at, words[i].word, n) != 0)
            continue;
        s->at += n;
        if (words[i].sound)
            return true;
        s->flags |= JSON_NAN;
        break;
    }
    return json_scan_bad(s);
}

// Opens an object or a list; empty says whether it is closed at once.
static bool open_value(JsonScan *s, bool object, bool *empty)
{
    if (s->depth == JSON_MAX_DEPTH)
        return json_scan_bad(s);
    if (s->depth == JSON_EASY_DEPTH)
        s->flags |= JSON_DEEP;
    s->is_object[s->depth] = object;
    s->first_key[s->depth] = (uint16_t)s->keys;
    s->depth++;
    s->at++;
    json_scan_blanks(s);
    *empty = s->at < s->end && *s->at == (object ? '}' : ']');
    return true;
}

static void close_value(JsonScan *s)
{
    s->depth--;
    s->keys = s->first_key[s->depth];
    s->at++;
}

// Behind a value: closes what ends here; more is true when another value of the open one follows.
static bool take_after_value(JsonScan *s, bool *more)
{
    for (*more = false; s->depth > 0;) {
        bool object = s->is_object[s->depth - 1];
        json_scan_blanks(s);
        if (s->at == s->end)
            return json_scan_bad(s);
        if (*s->at == ',') {
            s->at++;
            json_scan_blanks(s);
            *more = true;
            return object ? json_scan_key(s) : true;
        }
        if (*s->at != (object ? '}' : ']'))
            return json_scan_bad(s);
        close_value(s);
    }
    return true;
}

static bool take_all(JsonScan *s)
{
    for (bool more = true; more;) {
        bool unused, empty;
        if (s->at == s->end)
            return json_scan_bad(s);
        switch ((Class)classes[*s->at]) {
        case OPEN_OBJECT:
        case OPEN_LIST: {
            bool object = *s->at == '{';
            if (!open_value(s, object, &empty))
                return false;
            if (!empty) {
                if (object && !json_scan_key(s))
                    return false;
                continue;
            }
            close_value(s);
            break;
        }
        case QUOTE:
            s->at++;
            if (!json_scan_string(s, &unused))
                return false;
            break;
        case DIGIT:
        case MINUS:
            if (!take_number(s))
                return false;
            break;
        case LETTER:
            if (!take_word(s))
                return false;
            break;
        default: return json_scan_bad(s);
        }
        if (!take_after_value(s, &more))
            return false;
    }
    json_scan_blanks(s);
    return s->at == s->end || json_scan_bad(s);
}

unsigned json_scan(Str text)
{
    JsonScan s; // the tables are filled as they are used: clearing 10 KiB a row would cost more than the scan
    s.at = (const unsigned char *)text.at;
    s.end = s.at + text.len;
    s.flags = s.depth = s.keys = 0;
    if (!text.at)
        return JSON_BAD;
    json_scan_blanks(&s);
    bool object = s.at < s.end && *s.at == '{';
    if (take_all(&s) && !object)
        s.flags |= JSON_NOT_OBJECT;
    return s.flags;
}
