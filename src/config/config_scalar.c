#include "config/config_scalar.h"

#include <string.h>

#include "config/yaml.h"

static bool is_text_key(const ConfigKey *key)
{
    return !key || key->type == KEY_TEXT || key->type == KEY_PATH || key->type == KEY_LIST;
}

// Read alike by every reader, also inside { } and [ ].
static bool is_plain_text(Str text)
{
    static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._";
    static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._@%+- ";
    if (text.len == 0 || !strchr(first, text.at[0]) || text.at[text.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!text.at[i] || !strchr(others, text.at[i]))
            return false;
    return true;
}

static bool means_something_else(Str text)
{
    YamlNode node = {.kind = YAML_SCALAR, .text = text, .plain = true};
    bool flag;
    return yaml_is_null(&node) || yaml_bool(&node, &flag) || yaml_is_doubtful(&node) ||
           strspn(text.at, "0123456789.-+_") == text.len;
}

static bool has_controls(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] < 0x20 || (unsigned char)text.at[i] >= 0x7F)
            return true;
    return false;
}

Str config_scalar(Arena *a, Str text, char quote, const ConfigKey *key)
{
    AUTO(buf_free) Buf out = {0};
    Str kept = {str_keep(a, text), text.len}; // NUL-ended
    bool plain = is_plain_text(kept) && (!is_text_key(key) || (quote == 0 && !means_something_else(kept)));
    if (plain && (quote == 0 || key->type == KEY_INT || key->type == KEY_BOOL))
        return kept;
    if (quote != '\'' || has_controls(kept)) {
        yaml_quote(kept, &out);
        return str_copy(a, buf_str(&out));
    }
    buf_add_char(&out, '\'');
    for (size_t i = 0; i < kept.len; i++)
        buf_addf(&out, "%s%c", kept.at[i] == '\'' ? "'" : "", kept.at[i]);
    buf_add_char(&out, '\'');
    return str_copy(a, buf_str(&out));
}
