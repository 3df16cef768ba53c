#include "config/yaml_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"

enum { SHORT_LIST = 12 }; // words an operator reads without effort

static Problem *complain(const YamlCheck *c, ProblemLevel level, int line, int col, const char *key,
                         const char *text)
{
    Problem *p = problems_add(c->problems, level, c->file, line, col, "%s", text);
    p->key = key;
    return p;
}

PRINTF(2, 0) static const char *formatted(Arena *a, const char *fmt, va_list args)
{
    char text[1024];
    vsnprintf(text, sizeof text, fmt, args);
    return arena_text(a, "%s", text);
}

#define FORMATTED(text)                                                                                      \
    va_list args;                                                                                            \
    va_start(args, fmt);                                                                                     \
    const char *text = formatted(c->problems->arena, fmt, args);                                             \
    va_end(args)

Problem *yaml_complain(const YamlCheck *c, const YamlNode *node, const char *fmt, ...)
{
    FORMATTED(text);
    return complain(c, PROBLEM_ERROR, node->line, node->col, node->key, text);
}

Problem *yaml_complain_key(const YamlCheck *c, const YamlNode *node, const char *fmt, ...)
{
    FORMATTED(text);
    bool has_key = node->key_line > 0;
    return complain(c, PROBLEM_ERROR, has_key ? node->key_line : node->line,
                    has_key ? node->key_col : node->col, node->key, text);
}

Problem *yaml_warn(const YamlCheck *c, const YamlNode *node, const char *fmt, ...)
{
    FORMATTED(text);
    return complain(c, PROBLEM_WARNING, node->line, node->col, node->key, text);
}

const char *yaml_suggestion(Arena *a, const char *word, const char *const *words)
{
    size_t n = 0;
    while (words[n])
        n++;
    const char *nearest = text_nearest(word, words, n);
    if (nearest)
        return arena_text(a, _("did you mean %s?"), nearest);
    if (n == 0 || n > SHORT_LIST)
        return NULL;
    AUTO(buf_free) Buf list = {0};
    for (size_t i = 0; i < n; i++)
        buf_addf(&list, "%s%s", i ? ", " : "", words[i]);
    return arena_text(a, _("one of: %s"), buf_text(&list));
}

void yaml_refuse_unknown(const YamlCheck *c, const YamlNode *map, const char *const *known)
{
    if (!map || map->kind != YAML_MAP)
        return;
    for (const YamlNode *child = map->first; child; child = child->next) {
        size_t i = 0;
        while (known[i] && strcmp(known[i], child->key) != 0)
            i++;
        if (!known[i])
            yaml_complain_key(c, child, _("unknown key \"%s\""), child->key)->hint =
                yaml_suggestion(c->problems->arena, child->key, known);
    }
}

const char *yaml_kind_name(const YamlNode *node)
{
    if (yaml_is_null(node))
        return _("nothing");
    return node->kind == YAML_MAP ? _("a map") : node->kind == YAML_LIST ? _("a list") : _("a text");
}

const char *yaml_take_text(const YamlCheck *c, const YamlNode *map, const char *key, bool required)
{
    const YamlNode *node = yaml_get(map, key);
    const char *text = yaml_text(node);
    if (text && (*text || !required))
        return text;
    if (!node && required)
        yaml_complain_key(c, map, _("the key \"%s\" is missing"), key);
    else if (node && (required || !yaml_is_null(node)))
        yaml_complain(c, node, _("%s must be a text, not %s"), key,
                      text ? _("an empty one") : yaml_kind_name(node));
    return NULL;
}

int yaml_take_word(const YamlCheck *c, const YamlNode *node, const char *const *words)
{
    const char *text = yaml_text(node);
    for (int i = 0; text && words[i]; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    if (text)
        yaml_complain(c, node, _("\"%s\" is not a word for %s"), text, node->key ? node->key : _("this list"))
            ->hint = yaml_suggestion(c->problems->arena, text, words);
    else
        yaml_complain(c, node, _("a word is expected, not %s"), yaml_kind_name(node));
    return -1;
}
