#include "map/mapping_pieces.h"

#include <stdlib.h>
#include <string.h>

// Keys whose entries are pieces of their own, and how one of them is called.
static const struct {
    const char *key, *word;
} cut[] = {{"columns", "column"},
           {"references", "reference"},
           {"values", "values"},
           {"checks", "check"},
           {"let", "let"}};

static const char *word_for(const YamlNode *node)
{
    for (size_t i = 0; i < ARRAY_LEN(cut); i++)
        if (node->kind != YAML_SCALAR && strcmp(cut[i].key, node->key) == 0)
            return cut[i].word;
    return NULL;
}

static void add(Arena *a, Mapping *m, const char *name, const YamlNode *node)
{
    AUTO(buf_free) Buf canonical = {0};
    size_t same = 0;
    for (size_t i = 0; i < m->n_pieces; i++)
        same += strcmp(m->pieces[i].name, name) == 0;
    if (same) // two checks may raise the same code
        name = arena_text(a, "%s (%zu)", name, same + 1);
    yaml_canonical(node, &canonical);
    MappingPiece *p = &m->pieces[m->n_pieces++];
    p->name = name;
    p->canonical = str_keep(a, buf_str(&canonical));
    p->text = node->kind == YAML_SCALAR ? yaml_text(node) : p->canonical;
}

static int compare(const void *x, const void *y)
{
    return strcmp(((const MappingPiece *)x)->name, ((const MappingPiece *)y)->name);
}

// The columns in their order, all three kinds of them.
static void add_order(Arena *a, const YamlNode *root, Mapping *m)
{
    static const char *const kinds[] = {"columns", "references", "values"};
    AUTO(buf_free) Buf order = {0};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        const YamlNode *map = yaml_get(root, kinds[i]);
        for (const YamlNode *c = map && map->kind == YAML_MAP ? map->first : NULL; c; c = c->next)
            buf_addf(&order, "%s%s", order.len ? ", " : "", c->key);
    }
    const char *text = str_keep(a, (Str){buf_text(&order), order.len});
    m->pieces[m->n_pieces++] = (MappingPiece){"order of columns", text, text};
}

void mapping_read_pieces(Arena *a, const YamlNode *root, Mapping *m)
{
    size_t room = 1;
    for (const YamlNode *c = root->first; c; c = c->next, room++)
        for (const YamlNode *d = c->first; d; d = d->next)
            room++;
    m->pieces = arena_many(a, MappingPiece, room);
    for (const YamlNode *c = root->first; c; c = c->next) {
        const char *word = word_for(c);
        if (strcmp(c->key, "about") == 0)
            continue;
        if (!word)
            add(a, m, c->key, c);
        for (const YamlNode *d = word ? c->first : NULL; d; d = d->next) {
            const char *name = d->key ? d->key : yaml_text(yaml_get(d, "code"));
            add(a, m, arena_text(a, "%s %s", word, name ? name : "-"), d);
        }
    }
    qsort(m->pieces, m->n_pieces, sizeof *m->pieces, compare);
    add_order(a, root, m);
}
