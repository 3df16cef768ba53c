// Questions to a tree that has been read.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/yaml.h"

YamlNode *yaml_get(const YamlNode *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (YamlNode *child = map->first; child; child = child->next)
        if (strcmp(child->key, key) == 0)
            return child;
    return NULL;
}

bool yaml_is_null(const YamlNode *node)
{
    if (!node)
        return true;
    return node->kind == YAML_SCALAR && node->plain &&
           (node->text.len == 0 || str_is(node->text, "~") || str_is(node->text, "null"));
}

const char *yaml_text(const YamlNode *node)
{
    return yaml_is_null(node) || node->kind != YAML_SCALAR ? NULL : node->text.at;
}

bool yaml_bool(const YamlNode *node, bool *out)
{
    if (!node || node->kind != YAML_SCALAR || !node->plain)
        return false;
    if (!str_is(node->text, "true") && !str_is(node->text, "false"))
        return false;
    *out = str_is(node->text, "true");
    return true;
}

bool yaml_int(const YamlNode *node, int64_t *out)
{
    if (!node || node->kind != YAML_SCALAR || !node->plain || node->text.len > 20)
        return false;
    const char *digits = node->text.at + (node->text.at[0] == '-');
    if (digits[0] == 0 || (digits[0] == '0' && digits[1]) || strspn(digits, "0123456789") != strlen(digits))
        return false; // 007 is a text: a postcode, not seven
    errno = 0;
    long long value = strtoll(node->text.at, NULL, 10);
    if (errno != 0)
        return false;
    *out = value;
    return true;
}

static bool looks_like_number(const char *text)
{
    const char *s = text + (*text == '-' || *text == '+');
    if (*s == '0' && (s[1] == 'x' || s[1] == 'o') && s[2])
        return true; // hexadecimal, octal
    if (*s == '0' && s[1] >= '0' && s[1] <= '9')
        return strspn(s, "0123456789_.") == strlen(s);
    size_t digits = strspn(s, "0123456789");
    if (digits == 0)
        return false;
    if (s[digits] == '_')
        return strspn(s, "0123456789_") == strlen(s);
    if (s[digits] == ':') // base 60 of YAML 1.1: 12:30 is 750
        return strspn(s, "0123456789:") == strlen(s) && s[strlen(s) - 1] != ':';
    if (s[digits] == '.')
        digits += 1 + strspn(s + digits + 1, "0123456789");
    if (s[digits] != 'e' && s[digits] != 'E')
        return *text == '+' && s[digits] == 0;
    s += digits + 1;
    s += *s == '-' || *s == '+';
    return *s && strspn(s, "0123456789") == strlen(s);
}

bool yaml_is_doubtful(const YamlNode *node)
{
    static const char *const words[] = {"yes",  "Yes",  "YES",   "no",   "No",    "NO",    "on",
                                        "On",   "ON",   "off",   "Off",  "OFF",   "y",     "Y",
                                        "n",    "N",    "True",  "TRUE", "False", "FALSE", "Null",
                                        "NULL", ".inf", "-.inf", ".nan", ".NaN"};
    if (!node || node->kind != YAML_SCALAR || !node->plain)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(node->text, words[i]))
            return true;
    return looks_like_number(node->text.at);
}

// ---- Canonical form: every text with its length, so that no two trees give the same bytes ----------

static int compare_keys(const void *left, const void *right)
{
    return strcmp((*(const YamlNode *const *)left)->key, (*(const YamlNode *const *)right)->key);
}

static void add_node(const YamlNode *node, Arena *scratch, Buf *out);

static void add_map(const YamlNode *map, Arena *scratch, Buf *out)
{
    size_t n = 0;
    for (const YamlNode *child = map->first; child; child = child->next)
        n++;
    const YamlNode **sorted = arena_many(scratch, const YamlNode *, n + 1);
    n = 0;
    for (const YamlNode *child = map->first; child; child = child->next)
        sorted[n++] = child;
    qsort(sorted, n, sizeof *sorted, compare_keys);
    buf_addf(out, "{%zu:", n);
    for (size_t i = 0; i < n; i++) {
        buf_addf(out, "%zu:%s", strlen(sorted[i]->key), sorted[i]->key);
        add_node(sorted[i], scratch, out);
    }
    buf_add_char(out, '}');
}

static void add_node(const YamlNode *node, Arena *scratch, Buf *out)
{
    if (yaml_is_null(node)) {
        buf_add_char(out, 'n');
    } else if (node->kind == YAML_SCALAR) {
        buf_addf(out, "t%zu:", node->text.len);
        buf_add(out, node->text);
    } else if (node->kind == YAML_MAP) {
        add_map(node, scratch, out);
    } else {
        buf_add_char(out, '[');
        for (const YamlNode *child = node->first; child; child = child->next)
            add_node(child, scratch, out);
        buf_add_char(out, ']');
    }
}

void yaml_canonical(const YamlNode *node, Buf *out)
{
    AUTO(arena_free_at) Arena *scratch = arena_new();
    add_node(node, scratch, out);
}

bool yaml_same(const YamlNode *one, const YamlNode *other)
{
    AUTO(buf_free) Buf left = {0}, right = {0};
    yaml_canonical(one, &left);
    yaml_canonical(other, &right);
    return str_eq(buf_str(&left), buf_str(&right));
}

// ---- Writing ------------------------------------------------------------------------------------

void yaml_quote(Str text, Buf *out)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i],
                      next = i + 1 < text.len ? (unsigned char)text.at[i + 1] : 0;
        if (c == '"' || c == '\\') {
            buf_addf(out, "\\%c", c);
        } else if (c < 0x20 || c == 0x7F) {
            buf_addf(out, "\\x%02X", c);
        } else if (c == 0xC2 && next < 0xA0) { // U+0080 to U+009F: not printable, one of them a line break
            buf_addf(out, "\\x%02X", next);
            i++;
        } else if ((c == 0xE2 || c == 0xEF) &&
                   i + 2 < text.len) { // line separators, byte order mark, non-characters
            unsigned code = (c & 0x0Fu) << 12 | (next & 0x3Fu) << 6 | ((unsigned char)text.at[i + 2] & 0x3Fu);
            if (code == 0x2028 || code == 0x2029 || code == 0xFEFF || code >= 0xFFFE)
                buf_addf(out, "\\u%04X", code);
            else
                buf_add(out, (Str){text.at + i, 3});
            i += 2;
        } else {
            buf_add_char(out, (char)c);
        }
    }
    buf_add_char(out, '"');
}
