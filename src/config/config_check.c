#include "config/config_check.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/intl.h"
#include "base/text.h"
#include "config/config_hide.h"
#include "config/config_values.h"

// The last part of the key's path, when the rest of it is prefix ("" at the top); NULL otherwise.
static const char *leaf_under(const ConfigKey *key, const char *prefix)
{
    const char *leaf = key->path;
    size_t n = strlen(prefix);
    if (n > 0) {
        if (strncmp(key->path, prefix, n) != 0 || key->path[n] != '.')
            return NULL;
        leaf += n + 1;
    }
    return strchr(leaf, '.') ? NULL : leaf;
}

static const ConfigKey *find_key(const ConfigKey *keys, const char *prefix, const char *name)
{
    const ConfigKey *any = NULL;
    for (const ConfigKey *key = keys; key->path; key++) {
        const char *leaf = leaf_under(key, prefix);
        if (leaf && strcmp(leaf, "*") == 0)
            any = key;
        else if (leaf && strcmp(leaf, name) == 0)
            return key;
    }
    return any;
}

static bool has_children(const ConfigKey *keys, const char *path)
{
    for (const ConfigKey *key = keys; key->path; key++)
        if (leaf_under(key, path))
            return true;
    return false;
}

const ConfigKey *config_key(const ConfigKey *keys, const char *path)
{
    for (const ConfigKey *key = keys; key->path; key++) {
        size_t n = strlen(key->path);
        if (strcmp(key->path, path) == 0)
            return key;
        if (n > 2 && strcmp(key->path + n - 2, ".*") == 0 && strncmp(key->path, path, n - 1) == 0 &&
            path[n - 1])
            return key; // settings.* comes behind the settings that have their own line
    }
    return NULL;
}

// ---- What a key expects, in words ---------------------------------------------------------------

static const char *with_range(Arena *a, const char *what, const ConfigKey *key)
{
    if (key->min == key->max && key->max > 0)
        return arena_text(a, _("the number %" PRId64), key->min);
    if (key->max > 0)
        return arena_text(a, _("%s from %" PRId64 " to %" PRId64), what, key->min, key->max);
    return arena_text(a, _("%s, at least %" PRId64), what, key->min);
}

static const char *words_of(Arena *a, const char *words)
{
    AUTO(buf_free) Buf list = {0};
    Str rest = str_of(words), word;
    while (str_cut(&rest, '|', &word)) {
        buf_add_text(&list, list.len ? ", " : "");
        if (str_is(word, "SCORE"))
            buf_add_text(&list, _("a score such as 0.85"));
        else
            buf_add(&list, word);
    }
    return arena_text(a, _("one of: %s"), buf_text(&list));
}

const char *config_expects(Arena *a, const ConfigKey *key)
{
    switch (key->type) {
    case KEY_TEXT: return _("a text");
    case KEY_INT: return with_range(a, _("a whole number"), key);
    case KEY_BOOL: return _("true or false");
    case KEY_WORD: return words_of(a, key->words);
    case KEY_DURATION: return _("a time such as 90s, 5m, 6h or 30d");
    case KEY_PERCENT: return _("a share such as 1%, from 0% to 100%");
    case KEY_PATH: return _("a path");
    case KEY_SECRET: return _("a reference: ${env:NAME}, ${file:PATH} or ${cred:NAME}");
    case KEY_INSTANT: return _("a moment such as 2026-01-31T12:00:00Z");
    case KEY_MAP: return _("a map");
    case KEY_LIST: return _("a list");
    }
    return "";
}

// ---- One value ----------------------------------------------------------------------------------

static Problem *refuse(const YamlCheck *c, const YamlNode *node, const ConfigKey *key, const char *path)
{
    Arena *a = c->problems->arena;
    const char *what = yaml_text(node) ? arena_text(a, "\"%s\"", node->text.at) : yaml_kind_name(node);
    Problem *p = yaml_complain(c, node, _("%s must be %s, not %s"), path, config_expects(a, key), what);
    p->key = path;
    return p;
}

static bool is_word(const char *words, Str text)
{
    double score;
    Str rest = str_of(words), word;
    while (str_cut(&rest, '|', &word)) {
        if (str_is(word, "SCORE") && score_parse(text, &score))
            return true;
        if (str_eq(word, text) && !str_is(word, "SCORE"))
            return true;
    }
    return false;
}

static const char *meant_word(Arena *a, const ConfigKey *key, Str text)
{
    const char *words[32];
    size_t n = 0;
    Str rest = str_of(key->words), word;
    while (str_cut(&rest, '|', &word) && n < ARRAY_LEN(words)) {
        if (!str_is(word, "SCORE"))
            words[n++] = str_keep(a, word);
    }
    return text_nearest(text.at, words, n);
}

// yes, On and the like are truths in YAML 1.1, and people still write them.
static const char *meant_truth(const char *text)
{
    static const char *const truths[] = {"true", "yes", "on"}, *const lies[] = {"false", "no", "off"};
    for (size_t i = 0; i < ARRAY_LEN(truths); i++)
        if (strcasecmp(text, truths[i]) == 0)
            return "true";
        else if (strcasecmp(text, lies[i]) == 0)
            return "false";
    return NULL;
}

static bool in_range(int64_t value, const ConfigKey *key)
{
    return value >= key->min && (key->max == 0 || value <= key->max);
}

// The value's own text is never shown: it may be the secret.
static void refuse_literal_secret(const YamlCheck *c, const YamlNode *node, const char *path)
{
    Str name;
    if (reference_parse(node->text, &name) != REFERENCE_NONE)
        return;
    Problem *p = str_starts(node->text, "${")
                     ? yaml_complain(c, node, _("%s is no reference this version knows"), path)
                     : yaml_complain(c, node, _("%s must not stand here in clear"), path);
    p->key = path;
    p->hint = _("${env:NAME}, ${file:PATH} or ${cred:NAME} say where it is");
}

static void check_duration(const YamlCheck *c, const YamlNode *node, const ConfigKey *key, const char *path)
{
    int64_t seconds;
    if (!duration_parse(node->text, &seconds))
        refuse(c, node, key, path);
    else if (!in_range(seconds, key))
        yaml_complain(c, node,
                      seconds < key->min ? _("%s is shorter than %" PRId64 " s")
                                         : _("%s is longer than %" PRId64 " s"),
                      path, seconds < key->min ? key->min : key->max)
            ->key = path;
}

static void warn_doubtful(const YamlCheck *c, const YamlNode *node, const char *path)
{
    if (!yaml_is_doubtful(node))
        return;
    Problem *p = config_hides(path)
                     ? yaml_warn(c, node, _("%s is a text here, but not for every reader of YAML"), path)
                     : yaml_warn(c, node, _("%s is the text \"%s\" here, but not for every reader of YAML"), path,
                                 node->text.at);
    p->key = path;
    p->hint = _("put it in quotes");
    p->mend = MEND_QUOTE;
}

static void check_text(const YamlCheck *c, const YamlNode *node, const ConfigKey *key, const char *path)
{
    warn_doubtful(c, node, path);
    if (str_starts(node->text, "${")) {
        yaml_complain(c, node, _("%s takes no reference: only a passphrase does"), path)->key = path;
    } else if (node->text.len == 0 && (key->required || key->type == KEY_PATH)) {
        yaml_complain(c, node, _("%s is empty"), path)->key = path;
    }
}

static void suggest_value(const YamlCheck *c, const YamlNode *node, const ConfigKey *key, Problem *p)
{
    int64_t number;
    YamlNode plain = *node;
    plain.plain = true;
    p->mend = MEND_PLAIN;
    if (key->type == KEY_WORD) {
        p->mend = MEND_WORD;
        p->instead = meant_word(c->problems->arena, key, node->text);
    } else if (key->type == KEY_BOOL) {
        p->instead = meant_truth(node->text.at);
    } else if (key->type == KEY_INT && yaml_int(&plain, &number) && in_range(number, key)) {
        p->instead = node->text.at; // "12": a text, not a number
    }
    if (!p->instead)
        p->mend = MEND_NONE;
}

static void check_scalar(const YamlCheck *c, const YamlNode *node, const ConfigKey *key, const char *path)
{
    int64_t number;
    double share;
    bool has_offset, flag;
    Instant instant;
    bool good = true;
    switch (key->type) {
    case KEY_TEXT:
    case KEY_PATH: check_text(c, node, key, path); break;
    case KEY_SECRET: refuse_literal_secret(c, node, path); break;
    case KEY_DURATION: check_duration(c, node, key, path); break;
    case KEY_INT: good = yaml_int(node, &number) && in_range(number, key); break;
    case KEY_BOOL: good = yaml_bool(node, &flag); break;
    case KEY_PERCENT: good = percent_parse(node->text, &share); break;
    case KEY_INSTANT: good = instant_parse(node->text, &instant, &has_offset); break;
    case KEY_WORD: good = is_word(key->words, node->text); break;
    case KEY_MAP:
    case KEY_LIST: good = false; break;
    }
    if (!good)
        suggest_value(c, node, key, refuse(c, node, key, path));
}

// ---- Maps and lists -----------------------------------------------------------------------------

static void check_map(const YamlCheck *c, const YamlNode *map, const ConfigKey *keys, const char *prefix);

static void check_list(const YamlCheck *c, const YamlNode *list, const ConfigKey *keys, const char *path)
{
    bool of_maps = has_children(keys, path);
    for (const YamlNode *item = list->first; item; item = item->next) {
        if (of_maps && item->kind == YAML_MAP)
            check_map(c, item, keys, path);
        else if (of_maps)
            yaml_complain(c, item, _("an entry of %s must be a map, not %s"), path, yaml_kind_name(item))
                ->key = path;
        else if (!yaml_text(item) || item->text.len == 0)
            yaml_complain(c, item, _("an entry of %s must be a text, not %s"), path, yaml_kind_name(item))
                ->key = path;
        else
            warn_doubtful(c, item, path);
    }
}

static void check_value(const YamlCheck *c, const YamlNode *node, const ConfigKey *keys, const ConfigKey *key,
                        const char *path)
{
    if (yaml_is_null(node)) { // "limits:" with nothing behind it: as if it were not there
        if (key->required)
            yaml_complain(c, node, _("%s is empty"), path)->key = path;
    } else if (key->type == KEY_MAP && node->kind == YAML_MAP) {
        check_map(c, node, keys, path);
    } else if (key->type == KEY_LIST && node->kind == YAML_LIST) {
        check_list(c, node, keys, path);
    } else if (key->type == KEY_LIST && node->kind == YAML_SCALAR && !has_children(keys, path)) {
        warn_doubtful(c, node, path); // a single text is a list of one
    } else if (node->kind == YAML_SCALAR && key->type != KEY_MAP && key->type != KEY_LIST) {
        check_scalar(c, node, key, path);
    } else if (strcmp(path, "target") == 0) { // perhaps a connection string with its password: not shown
        yaml_complain(c, node, _("target must be a map: type, service, host, dbname"))->key = path;
    } else {
        refuse(c, node, key, path);
    }
}

// Where the key belongs, or which one was meant: that is *near then.
static const char *place_hint(Arena *a, const ConfigKey *keys, const char *prefix, const char *name,
                              const char **near)
{
    const char *siblings[64];
    size_t n = 0;
    for (const ConfigKey *key = keys; key->path; key++) {
        const char *leaf = leaf_under(key, prefix), *last = strrchr(key->path, '.');
        if (leaf && n + 1 < ARRAY_LEN(siblings))
            siblings[n++] = leaf;
        else if (!leaf && strcmp(last ? last + 1 : key->path, name) == 0)
            return last ? arena_text(a, _("it belongs under %.*s"), (int)(last - key->path), key->path)
                        : arena_text(a, _("it belongs to the top of the file"));
    }
    siblings[n] = NULL;
    *near = text_nearest(name, siblings, n);
    return *near ? arena_text(a, _("did you mean %s?"), *near) : yaml_suggestion(a, name, siblings);
}

static void refuse_unknown_key(const YamlCheck *c, const YamlNode *node, const ConfigKey *keys,
                               const char *prefix, const char *path)
{
    Problem *p;
    if (strcmp(prefix, "target") == 0 && strstr(node->key, "pass")) {
        p = yaml_complain_key(c, node, _("no password in this file"));
        p->hint = _("it is found in ~/.pgpass or in the service");
    } else {
        p = yaml_complain_key(c, node, _("unknown key \"%s\""), path);
        p->hint = place_hint(c->problems->arena, keys, prefix, node->key, &p->instead);
        p->mend = p->instead ? MEND_RENAME : MEND_NONE;
    }
    p->key = path;
}

static void check_map(const YamlCheck *c, const YamlNode *map, const ConfigKey *keys, const char *prefix)
{
    Arena *a = c->problems->arena;
    for (const YamlNode *node = map->first; node; node = node->next) {
        const char *path = prefix[0] ? arena_text(a, "%s.%s", prefix, node->key) : node->key;
        const ConfigKey *key = find_key(keys, prefix, node->key);
        if (key)
            check_value(c, node, keys, key, path);
        else
            refuse_unknown_key(c, node, keys, prefix, path);
    }
    for (const ConfigKey *key = keys; key->path; key++) {
        const char *leaf = leaf_under(key, prefix);
        if (!leaf || !key->required || yaml_get(map, leaf))
            continue;
        Problem *p = yaml_complain(c, map, _("the key %s is missing"), key->path);
        p->key = key->path;
        p->mend = key->fallback ? MEND_ADD : MEND_NONE;
        p->instead = key->fallback ? arena_text(a, "%s: %s", leaf, key->fallback) : NULL;
    }
}

void config_check(const YamlCheck *c, const YamlNode *root, const ConfigKey *keys)
{
    if (root->kind == YAML_MAP)
        check_map(c, root, keys, "");
    else
        yaml_complain(c, root, _("the file must be a map of keys, not %s"), yaml_kind_name(root));
}
