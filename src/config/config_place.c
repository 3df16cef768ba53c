#include "config/config_place.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "config/config_check.h"
#include "config/config_hide.h"

bool config_is_secret(const ConfigKey *key, const char *path)
{
    const char *last = strrchr(path, '.');
    if (key && !str_ends(str_of(key->path), ".*"))
        return key->type == KEY_SECRET || strcmp(path, "settings.secret") == 0;
    return config_hides(last ? last + 1 : path);
}

static const char *list_text(Arena *a, const YamlNode *list)
{
    AUTO(buf_free) Buf text = {0};
    for (const YamlNode *n = list->first; n; n = n->next) {
        const char *item = yaml_text(n);
        buf_addf(&text, "%s%s", text.len ? ", " : "", item ? item : "...");
    }
    return str_keep(a, buf_str(&text));
}

// The variable that wins over what the file says; NULL: none is set.
static const char *stand_in(const char *path)
{
    const char *value = strcmp(path, "source.passphrase") == 0 ? getenv("MUDANZA_PASSPHRASE") : NULL;
    return value && *value ? "MUDANZA_PASSPHRASE" : NULL;
}

static ConfigPlace place_of(Arena *a, const ConfigKey *key, const char *path, const YamlNode *node)
{
    ConfigPlace p = {.path = path, .key = key, .node = node, .secret = config_is_secret(key, path)};
    const char *value = node && node->kind == YAML_LIST ? list_text(a, node) : yaml_text(node);
    p.variable = stand_in(path);
    p.value = value ? value : key && !p.variable ? key->fallback : NULL;
    p.origin = p.variable ? ORIGIN_ENVIRONMENT : value ? ORIGIN_FILE : p.value ? ORIGIN_DEFAULT : ORIGIN_NONE;
    p.secret |= value && node->kind == YAML_SCALAR && config_hides_text(node->text);
    if (p.secret && p.origin != ORIGIN_NONE)
        p.value = _("set");
    if (node) {
        p.line = node->line;
        p.col = node->col;
        p.key_line = node->key_line;
        p.key_col = node->key_col;
    }
    return p;
}

const char *config_origin_text(Arena *a, const ConfigFile *f, const ConfigPlace *p)
{
    switch (p->origin) {
    case ORIGIN_FILE: return arena_text(a, "%s:%d:%d", f->path, p->line, p->col);
    case ORIGIN_DEFAULT: return _("default");
    case ORIGIN_ENVIRONMENT: return p->variable;
    case ORIGIN_NONE: break;
    }
    return "-";
}

// ---- The tree, with the path of each node ---------------------------------------------------------

typedef struct {
    const char *table; // its path in the table of keys: hooks.on
    const char *shown; // and as people count: hooks[1].on
} Path;

typedef struct Walk Walk;
struct Walk {
    Arena *arena;
    const ConfigFile *file;
    bool (*each)(Walk *w, const YamlNode *node, Path path); // false: enough
    int line, col;                                           // what is looked for, or
    const char *wanted;                                      // the path
    const YamlNode *found;
    Path found_path;
    int rank;
};

// A key with a dot in its name is not the path it looks like; no name of the table has one.
static Path path_below(Walk *w, Path above, const YamlNode *node, size_t index)
{
    if (!node->key)
        return (Path){above.table, arena_text(w->arena, "%s[%zu]", above.shown, index)};
    bool dotted = strchr(node->key, '.') != NULL;
    if (!above.shown[0])
        return (Path){dotted ? "?" : node->key, node->key};
    return (Path){arena_text(w->arena, "%s.%s", above.table, dotted ? "?" : node->key),
                  arena_text(w->arena, "%s.%s", above.shown, node->key)};
}

static bool walk(Walk *w, const YamlNode *node, Path above)
{
    size_t index = 0;
    for (const YamlNode *child = node->first; child; child = child->next, index++) {
        Path path = path_below(w, above, child, index);
        if (!w->each(w, child, path) || !walk(w, child, path))
            return false;
    }
    return true;
}

// ---- What stands at a place -------------------------------------------------------------------------

// How well a node fits the place: it begins there; it begins before it in the line; after it; it lies around it.
enum { AROUND = 1, AFTER, BEFORE };

static bool fits(Walk *w, const YamlNode *node, Path path)
{
    int line = node->key ? node->key_line : node->line, col = node->key ? node->key_col : node->col, rank = 0;
    if (line == w->line)
        rank = col <= w->col ? BEFORE : AFTER;
    else if (line < w->line && node->kind == YAML_SCALAR &&
             (node->end_line > w->line || (node->end_line == w->line && node->end_col > 1)))
        rank = AROUND;
    if (rank > w->rank || (rank == w->rank && rank == BEFORE)) {
        w->rank = rank;
        w->found = node;
        w->found_path = path;
    }
    return true;
}

static ConfigPlace found_place(Walk *w)
{
    const ConfigKey *key = config_key(w->file->keys, w->found_path.table);
    return place_of(w->arena, key, w->found_path.shown, w->found);
}

bool config_place_at(Arena *a, const ConfigFile *f, int line, int col, ConfigPlace *out)
{
    Walk w = {.arena = a, .file = f, .each = fits, .line = line, .col = col};
    if (!f->root)
        return false;
    walk(&w, f->root, (Path){"", ""});
    if (!w.found)
        return false;
    *out = found_place(&w);
    return true;
}

static bool is_wanted(Walk *w, const YamlNode *node, Path path)
{
    if (strcmp(path.shown, w->wanted) != 0)
        return true;
    w->found = node;
    w->found_path = path;
    return false;
}

bool config_place_of(Arena *a, const ConfigFile *f, const char *path, ConfigPlace *out)
{
    Walk w = {.arena = a, .file = f, .each = is_wanted, .wanted = path};
    if (f->root)
        walk(&w, f->root, (Path){"", ""});
    if (w.found) {
        *out = found_place(&w);
        return true;
    }
    const ConfigKey *key = config_key(f->keys, path);
    if (key)
        *out = place_of(a, key, key->path, NULL);
    return key != NULL;
}

// ---- All of them ------------------------------------------------------------------------------------

typedef struct {
    Arena *arena;
    const ConfigFile *f;
    ConfigPlace *list;
    size_t n, cap;
} Places;

static void put(Places *p, ConfigPlace place)
{
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 64;
        ConfigPlace *more = arena_many(p->arena, ConfigPlace, p->cap);
        if (p->n)
            memcpy(more, p->list, p->n * sizeof *more);
        p->list = more;
    }
    p->list[p->n++] = place;
}

static const YamlNode *node_at(const YamlNode *root, Str path)
{
    Str part;
    while (root && str_cut(&path, '.', &part)) {
        const YamlNode *child = root->kind == YAML_MAP ? root->first : NULL;
        while (child && !str_is(part, child->key))
            child = child->next;
        root = child;
    }
    return root;
}

static bool is_listed(const ConfigKey *keys, const char *path)
{
    for (const ConfigKey *k = keys; k->path; k++)
        if (strcmp(k->path, path) == 0)
            return true;
    return false;
}

// "settings.*": those names of the map that have no line of their own in the table.
static void put_others(Places *p, const ConfigKey *key)
{
    Str folder = {key->path, strlen(key->path) - 2};
    const YamlNode *map = node_at(p->f->root, folder);
    for (const YamlNode *n = map && map->kind == YAML_MAP ? map->first : NULL; n; n = n->next) {
        const char *path = arena_text(p->arena, "%.*s.%s", STR_ARG(folder), n->key);
        if (!is_listed(p->f->keys, path))
            put(p, place_of(p->arena, key, path, n));
    }
}

ConfigPlace *config_places(Arena *a, const ConfigFile *f, size_t *n)
{
    Places p = {.arena = a, .f = f};
    for (const ConfigKey *k = f->keys; k->path; k++) {
        if (k->type == KEY_MAP)
            continue;
        if (str_ends(str_of(k->path), ".*"))
            put_others(&p, k);
        else
            put(&p, place_of(a, k, k->path, node_at(f->root, str_of(k->path))));
    }
    *n = p.n;
    return p.list;
}
