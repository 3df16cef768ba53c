#include "config/explain.h"

#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "config/config_check.h"

static bool is_under(const char *path, const char *section)
{
    size_t n = strlen(section);
    return strncmp(path, section, n) == 0 && path[n] == '.';
}

static bool has_keys(const ConfigKey *keys, const char *section)
{
    for (const ConfigKey *key = keys; key->path; key++)
        if (is_under(key->path, section))
            return true;
    return false;
}

static void add_fact(Buf *out, const char *name, const char *value)
{
    buf_addf(out, "  %s", name);
    for (int width = text_width(str_of(name)); width < 10; width++)
        buf_add_char(out, ' ');
    buf_addf(out, "%s\n", value);
}

static void explain_key(Arena *a, const ConfigKey *keys, const ConfigKey *key, const char *file, Buf *out)
{
    buf_addf(out, "%s\n  %s\n\n", key->path, _(key->about));
    add_fact(out, _("file"), file);
    add_fact(out, _("value"), config_expects(a, key));
    if (key->unit)
        add_fact(out, _("unit"), _(key->unit));
    add_fact(out, _("default"),
             key->required   ? _("none: it must be there")
             : key->fallback ? key->fallback
                             : _("none"));
    add_fact(out, _("since"), key->since);
    if (has_keys(keys, key->path))
        buf_addf(out, "\n%s\n", _("Its keys:"));
    for (const ConfigKey *k = keys; k->path; k++)
        if (is_under(k->path, key->path))
            buf_addf(out, "  %-24s %s\n", k->path, _(k->about));
}

static void list_keys(const ConfigKey *keys, const char *file, Buf *out)
{
    buf_addf(out, "%s\n", file);
    for (const ConfigKey *key = keys; key->path; key++)
        buf_addf(out, "  %-24s %s\n", key->path, _(key->about));
}

static void name_nearest(Arena *a, const char *word, Buf *out)
{
    const char *paths[128], *ends[128];
    size_t n = 0;
    const ConfigKey *const tables[] = {config_keys, command_keys};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        for (const ConfigKey *key = tables[i]; key->path && n < ARRAY_LEN(paths); key++) {
            const char *last = strrchr(key->path, '.');
            paths[n] = key->path;
            ends[n++] = last ? last + 1 : key->path;
        }
    const char *nearest = text_nearest(word, paths, n), *end = nearest ? NULL : text_nearest(word, ends, n);
    for (size_t i = 0; end && i < n && !nearest; i++)
        if (strcmp(ends[i], end) == 0)
            nearest = paths[i];
    AUTO(buf_free) Buf shown = {0};
    text_clean(&shown, (Str){word, strnlen(word, 80)});
    buf_add_text(out, arena_text(a, _("there is no key \"%s\""), buf_text(&shown)));
    if (nearest)
        buf_add_text(out, arena_text(a, _("; did you mean %s?"), nearest));
    buf_add_char(out, '\n');
}

bool config_explain(const char *word, Buf *out)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    if (!word) {
        list_keys(config_keys, "config.yaml", out);
        buf_add_char(out, '\n');
        list_keys(command_keys, "commands.yaml", out);
        return true;
    }
    const ConfigKey *key = config_key(config_keys, word);
    if (key) {
        explain_key(a, config_keys, key, "config.yaml", out);
    } else if ((key = config_key(command_keys, word))) {
        explain_key(a, command_keys, key, "commands.yaml", out);
    } else {
        name_nearest(a, word, out);
    }
    return key != NULL;
}

// ---- The manual -----------------------------------------------------------------------------------

// One sentence a line, as mdoc wants it; what it reads as its own signs is escaped.
static void add_mdoc_text(Buf *out, const char *text)
{
    bool line_start = true;
    for (const char *s = text; *s; s++) {
        if (line_start && (*s == '.' || *s == '\''))
            buf_add_text(out, "\\&");
        line_start = false;
        if (*s == '\\') {
            buf_add_text(out, "\\e");
        } else if (*s == '-') {
            buf_add_text(out, "\\-");
        } else if ((*s == '.' || *s == '?') && s[1] == ' ' && s[2] >= 'A' && s[2] <= 'Z') {
            buf_addf(out, "%c\n", *s++);
            line_start = true;
        } else {
            buf_add_char(out, *s);
        }
    }
    buf_add_char(out, '\n');
}

void config_mdoc(const ConfigKey *keys, Buf *out)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    buf_add_text(out, ".Bl -tag -width Ds\n");
    for (const ConfigKey *key = keys; key->path; key++) {
        buf_addf(out, ".It Cm %s\n", key->path);
        add_mdoc_text(out, _(key->about));
        add_mdoc_text(out, arena_text(a, _("Value: %s."), config_expects(a, key)));
        if (key->unit)
            add_mdoc_text(out, arena_text(a, _("Unit: %s."), _(key->unit)));
        if (key->required)
            add_mdoc_text(out, _("It must be there."));
        else if (key->fallback)
            add_mdoc_text(out, arena_text(a, _("Default: %s."), key->fallback));
    }
    buf_add_text(out, ".El\n");
}
