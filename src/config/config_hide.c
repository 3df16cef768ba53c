#include "config/config_hide.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/config_place.h"

typedef struct {
    Arena *arena;
    ConfigFile *f;
    ConfigSpan *list;
    size_t n, cap;
} Hiding;

static const char *const telling[] = {"pass", "pwd", "secret", "token", "credential", "api_key", "apikey"};

// Where a telling word begins; SIZE_MAX: nowhere.
static size_t find_telling(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        for (size_t k = 0; k < ARRAY_LEN(telling); k++) {
            size_t n = strlen(telling[k]);
            if (n <= text.len - i && strncasecmp(text.at + i, telling[k], n) == 0)
                return i;
        }
    return SIZE_MAX;
}

bool config_hides(const char *name)
{
    return find_telling(str_of(name)) != SIZE_MAX;
}

static void hide(Hiding *h, size_t from, size_t to)
{
    if (to <= from)
        return;
    if (h->n == h->cap) {
        h->cap = h->cap ? 2 * h->cap : 16;
        ConfigSpan *more = arena_many(h->arena, ConfigSpan, h->cap);
        if (h->n)
            memcpy(more, h->list, h->n * sizeof *more);
        h->list = more;
    }
    h->list[h->n++] = (ConfigSpan){from, to};
}

// ---- By the tree ------------------------------------------------------------------------------------

static void hide_scalar(Hiding *h, const YamlNode *node)
{
    size_t from = config_offset(h->f, node->line, node->col), to = config_offset(h->f, node->end_line, node->end_col);
    if (!node->plain && node->line == node->end_line && to >= from + 2) { // the quotes may be seen
        from++;
        to--;
    }
    hide(h, from, to);
}

bool config_hides_text(Str text)
{
    const char *slashes = text.at ? strstr(text.at, "://") : NULL;
    if (slashes && strchr(slashes, '@'))
        return true;
    size_t at = find_telling(text);
    while (at < text.len && text.at[at] != '=' && text.at[at] != '/')
        at++;
    return at < text.len && text.at[at] == '=';
}

static void hide_below(Hiding *h, const YamlNode *node, bool all)
{
    for (; node; node = node->next) {
        bool secret = all || (node->key && config_hides(node->key));
        if (node->kind != YAML_SCALAR)
            hide_below(h, node->first, secret);
        else if (secret || config_hides_text(node->text))
            hide_scalar(h, node);
    }
}

// ---- By the words of a line -----------------------------------------------------------------------

// Behind "password:" or "password=" everything up to the line's end. false: there is nothing of the kind.
static bool hide_words(Hiding *h, Str line, size_t from)
{
    size_t start = (size_t)(line.at - h->f->bytes.at), found;
    Str rest = {line.at + from, line.len - from};
    const char *slashes = memmem(rest.at, rest.len, "://", 3);
    const char *at = slashes ? memchr(slashes, '@', (size_t)(rest.at + rest.len - slashes)) : NULL;
    if (at)
        hide(h, (size_t)(slashes + 3 - h->f->bytes.at), (size_t)(at - h->f->bytes.at));
    while ((found = find_telling(rest)) != SIZE_MAX) {
        rest = (Str){rest.at + found, rest.len - found};
        size_t n = 0;
        while (n < rest.len && rest.at[n] != ':' && rest.at[n] != '=' && rest.at[n] != ',')
            n++;
        if (n < rest.len && rest.at[n] != ',') {
            for (n++; n < rest.len && rest.at[n] == ' ';)
                n++;
            hide(h, (size_t)(rest.at - h->f->bytes.at) + n, start + line.len);
            return true;
        }
        rest = (Str){rest.at + n, rest.len - n};
    }
    return false;
}

static size_t indentation(Str line)
{
    size_t n = 0;
    while (n < line.len && (line.at[n] == ' ' || line.at[n] == '\t'))
        n++;
    return n;
}

// Of a file that is no YAML: also the lines that stand below a secret's key.
static void hide_in_text(Hiding *h)
{
    size_t below = SIZE_MAX;
    for (size_t i = 0; i < h->f->n_lines; i++) {
        Str line = h->f->lines[i];
        size_t indent = indentation(line), start = (size_t)(line.at - h->f->bytes.at);
        if (below != SIZE_MAX && (indent > below || indent == line.len)) {
            hide(h, start + indent, start + line.len);
            continue;
        }
        below = hide_words(h, line, 0) ? indent : SIZE_MAX;
    }
}

static void hide_in_comments(Hiding *h)
{
    for (size_t i = 0; i < h->f->n_lines; i++) {
        Str line = h->f->lines[i];
        const char *sign = line.len ? memchr(line.at, '#', line.len) : NULL;
        if (sign)
            hide_words(h, line, (size_t)(sign - line.at));
    }
}

static int by_start(const void *left, const void *right)
{
    const ConfigSpan *a = left, *b = right;
    return a->from < b->from ? -1 : a->from > b->from;
}

void config_hide(Arena *a, ConfigFile *f)
{
    Hiding h = {.arena = a, .f = f};
    if (f->bytes.len == 0)
        return;
    if (f->root && !f->odd) {
        hide_below(&h, f->root, false);
        hide_in_comments(&h);
    } else {
        hide_in_text(&h);
    }
    if (h.n)
        qsort(h.list, h.n, sizeof *h.list, by_start);
    f->secrets = h.list;
    f->n_secrets = h.n;
}
