#include "config/config_schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "config/config_check.h"

typedef struct {
    JsonOut *j;
    const ConfigKey *keys;
} Schema;

static void types(JsonOut *j, const char *one, const char *other)
{
    json_open_list(j, "type");
    json_text(j, NULL, one);
    if (other)
        json_text(j, NULL, other);
    json_text(j, NULL, "null"); // a key with nothing behind it is as if it were not there
    json_close_list(j);
}

static void write_number(JsonOut *j, const ConfigKey *key)
{
    types(j, "integer", NULL);
    json_int(j, "minimum", key->min);
    if (key->max > 0)
        json_int(j, "maximum", key->max);
}

static void write_words(JsonOut *j, const ConfigKey *key)
{
    Str rest = str_of(key->words), word;
    bool score = false;
    json_open_list(j, "anyOf");
    json_open(j, NULL);
    json_open_list(j, "enum");
    while (str_cut(&rest, '|', &word)) {
        if (str_is(word, "SCORE"))
            score = true;
        else
            json_str(j, NULL, word);
    }
    json_null(j, NULL);
    json_close_list(j);
    json_close(j);
    if (score) {
        json_open(j, NULL);
        json_text(j, "type", "number");
        json_int(j, "minimum", 0);
        json_int(j, "maximum", 1);
        json_close(j);
    }
    json_close_list(j);
}

// Other readers of YAML take 5 or 2026-01-31 for something else than text; here a text may look so.
static void write_texts(JsonOut *j)
{
    json_open_list(j, "anyOf");
    json_open(j, NULL);
    types(j, "string", "number");
    json_close(j);
    json_open(j, NULL);
    json_text(j, "type", "array");
    json_open(j, "items");
    json_open_list(j, "type");
    json_text(j, NULL, "string");
    json_text(j, NULL, "number");
    json_close_list(j);
    json_close(j);
    json_close(j);
    json_close_list(j);
}

static void write_fallback(JsonOut *j, const ConfigKey *key)
{
    if (!key->fallback)
        return;
    if (key->type == KEY_INT)
        json_int(j, "default", strtoll(key->fallback, NULL, 10));
    else if (key->type == KEY_BOOL)
        json_bool(j, "default", strcmp(key->fallback, "true") == 0);
    else
        json_text(j, "default", key->fallback);
}

static void write_map(const Schema *s, const char *path);

static bool has_keys(const Schema *s, const char *path)
{
    size_t n = strlen(path);
    for (const ConfigKey *k = s->keys; k->path; k++)
        if (strncmp(k->path, path, n) == 0 && k->path[n] == '.')
            return true;
    return false;
}

static void write_list(const Schema *s, const ConfigKey *key)
{
    if (!has_keys(s, key->path)) {
        write_texts(s->j);
        return;
    }
    types(s->j, "array", NULL);
    json_open(s->j, "items");
    json_text(s->j, "type", "object");
    write_map(s, key->path);
    json_close(s->j);
}

static void write_pattern(JsonOut *j, const char *type, const char *pattern)
{
    types(j, "string", type);
    json_text(j, "pattern", pattern);
}

static void write_key(const Schema *s, const char *name, const ConfigKey *key)
{
    JsonOut *j = s->j;
    json_open(j, name);
    json_text(j, "description", _(key->about));
    switch (key->type) {
    case KEY_TEXT:
    case KEY_PATH: types(j, "string", "number"); break;
    case KEY_INSTANT: types(j, "string", NULL); break;
    case KEY_INT: write_number(j, key); break;
    case KEY_BOOL: types(j, "boolean", NULL); break;
    case KEY_WORD: write_words(j, key); break;
    case KEY_DURATION:
        write_pattern(j, "integer", "^(0|(?=[0-9])([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?)$");
        json_int(j, "maximum", 0); // a number alone has no unit
        break;
    case KEY_PERCENT: write_pattern(j, NULL, "^[0-9]{1,9}([.][0-9]{1,6})?%$"); break;
    case KEY_SECRET: write_pattern(j, NULL, "^[$][{](env|file|cred):.+[}]$"); break;
    case KEY_MAP:
        types(j, "object", NULL);
        write_map(s, key->path);
        break;
    case KEY_LIST: write_list(s, key); break;
    }
    write_fallback(j, key);
    json_close(j);
}

// The last part of a key right under path; NULL: it is not.
static const char *leaf_of(const ConfigKey *key, const char *path)
{
    size_t n = strlen(path);
    const char *leaf = n ? key->path + n + 1 : key->path;
    if (n && (strncmp(key->path, path, n) != 0 || key->path[n] != '.'))
        return NULL;
    return strchr(leaf, '.') ? NULL : leaf;
}

static void write_map(const Schema *s, const char *path)
{
    const ConfigKey *any = NULL;
    json_open(s->j, "properties");
    for (const ConfigKey *k = s->keys; k->path; k++) {
        const char *leaf = leaf_of(k, path);
        if (leaf && strcmp(leaf, "*") == 0)
            any = k;
        else if (leaf)
            write_key(s, leaf, k);
    }
    json_close(s->j);
    if (any)
        write_key(s, "additionalProperties", any);
    else
        json_bool(s->j, "additionalProperties", false);
    json_open_list(s->j, "required");
    for (const ConfigKey *k = s->keys; k->path; k++)
        if (k->required && leaf_of(k, path))
            json_text(s->j, NULL, leaf_of(k, path));
    json_close_list(s->j);
}

void config_schema(JsonOut *j, const char *key, const ConfigKey *keys, const char *title)
{
    Schema s = {j, keys};
    json_open(j, key);
    json_text(j, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_text(j, "title", title);
    json_text(j, "type", "object");
    write_map(&s, "");
    json_close(j);
}
