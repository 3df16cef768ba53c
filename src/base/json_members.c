#include "base/json_members.h"

#include <string.h>

static void skip_blanks(JsonMembers *m)
{
    while (m->at < m->end && memchr(" \t\r\n", *m->at, 4))
        m->at++;
}

// at stands on the opening quote.
static void skip_string(JsonMembers *m)
{
    for (m->at++; *m->at != '"'; m->at++)
        if (*m->at == '\\')
            m->at++;
    m->at++;
}

static void skip_value(JsonMembers *m)
{
    size_t depth = 0;
    do {
        char c = *m->at;
        if (c == '"') {
            skip_string(m);
            continue;
        }
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        m->at++;
    } while (depth || !memchr(",} \t\r\n", *m->at, 6));
}

JsonMembers json_members(Str object)
{
    object = str_trim(object);
    return (JsonMembers){object.at + 1, object.at + object.len};
}

bool json_member_next(JsonMembers *m, Str *key, Str *value)
{
    skip_blanks(m);
    if (*m->at == ',') {
        m->at++;
        skip_blanks(m);
    }
    if (*m->at == '}')
        return false;
    const char *start = m->at;
    skip_string(m);
    *key = (Str){start, (size_t)(m->at - start)};
    skip_blanks(m);
    m->at++; // the colon
    skip_blanks(m);
    start = m->at;
    skip_value(m);
    *value = (Str){start, (size_t)(m->at - start)};
    return true;
}

// ---- Strings ----------------------------------------------------------------------------------------

static uint32_t hex4(const char *p)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 4 | (uint32_t)(p[i] <= '9' ? p[i] - '0' : (p[i] | 32) - 'a' + 10);
    return value;
}

static void add_code(Buf *out, uint32_t c)
{
    char bytes[4];
    size_t n = 0;
    if (c < 0x80) {
        bytes[n++] = (char)c;
    } else {
        int tails = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        static const unsigned char heads[] = {0, 0xC0, 0xE0, 0xF0};
        bytes[n++] = (char)(heads[tails] | c >> (6 * tails));
        while (tails--)
            bytes[n++] = (char)(0x80 | (c >> (6 * tails) & 0x3F));
    }
    buf_add(out, (Str){bytes, n});
}

// The character written at p, which stands behind \u; gives the bytes it takes there. Half a pair is 0xD800.
static size_t take_unicode(const char *p, uint32_t *code)
{
    *code = hex4(p);
    if (*code < 0xD800 || *code > 0xDFFF)
        return 4;
    uint32_t low = *code <= 0xDBFF && p[4] == '\\' && p[5] == 'u' ? hex4(p + 6) : 0;
    if (low < 0xDC00 || low > 0xDFFF) {
        *code = 0xD800;
        return 4;
    }
    *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
    return 10;
}

void json_unquote(Str string, Buf *out)
{
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    const char *p = string.at + 1, *end = string.at + string.len - 1;
    while (p < end) {
        const char *slash = memchr(p, '\\', (size_t)(end - p));
        buf_add(out, (Str){p, (size_t)((slash ? slash : end) - p)});
        if (!slash)
            return;
        p = slash + 2;
        const char *letter = memchr(letters, p[-1], sizeof letters - 1);
        if (p[-1] == 'u') {
            uint32_t code;
            p += take_unicode(p, &code);
            add_code(out, code == 0 || code == 0xD800 ? 0xFFFD : code);
        } else {
            buf_add_char(out, letter ? meant[letter - letters] : p[-1]);
        }
    }
}

void json_mend_surrogates(Str json, Buf *out)
{
    const char *p = json.at, *end = json.at + json.len;
    while (p < end) {
        const char *slash = memchr(p, '\\', (size_t)(end - p));
        buf_add(out, (Str){p, (size_t)((slash ? slash : end) - p)});
        if (!slash)
            return;
        uint32_t code = 0;
        size_t n = slash[1] == 'u' ? 2 + take_unicode(slash + 2, &code) : 2;
        if (code == 0xD800)
            buf_add_text(out, "\\ufffd");
        else
            buf_add(out, (Str){slash, n});
        p = slash + n;
    }
}
