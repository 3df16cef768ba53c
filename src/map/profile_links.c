#include "map/profile_links.h"

#include "base/intl.h"

static const char *const link_keys[] = {"items", "targets", "categories", "otherwise", "used", NULL};

static Expression sql_of(const YamlNode *map, const char *key, bool needed, const YamlCheck *check)
{
    const YamlNode *node = yaml_get(map, key);
    const char *text = node ? yaml_text(node) : NULL;
    if (!text && (node || needed))
        yaml_complain_key(check, node ? node : map, _("links: %s is a text that has to be there"), key);
    return (Expression){.sql = text, .line = node ? node->line : 0, .col = node ? node->col : 0};
}

void profile_read_links(Arena *a, Profile *p, const Model *model, const YamlNode *map, const YamlCheck *check)
{
    size_t n = 0;
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next)
        n++;
    p->links = arena_many(a, LinkTable, n + 1);
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next) {
        if (c->kind != YAML_MAP || !model_entity(model, c->key)) {
            yaml_complain_key(check, c, _("links: '%s' is no entity of the model, or no map"), c->key);
            continue;
        }
        yaml_refuse_unknown(check, c, link_keys);
        p->links[p->n_links++] = (LinkTable){
            .entity = c->key,
            .file = check->file,
            .items = sql_of(c, "items", true, check),
            .targets = sql_of(c, "targets", true, check),
            .categories = sql_of(c, "categories", true, check),
            .used = sql_of(c, "used", false, check),
            .otherwise = sql_of(c, "otherwise", true, check).sql,
        };
    }
}
