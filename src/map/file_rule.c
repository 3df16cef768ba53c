#include "map/file_rule.h"

#include <string.h>

#include "base/intl.h"

static const char *const rule_keys[] = {"parent", "table", "id", "path", "columns", NULL};

static size_t place_of(const FileRule *r, const YamlCheck *check, const YamlNode *map, const char *key)
{
    const char *name = yaml_take_text(check, map, key, true);
    for (size_t i = 0; name && i < r->n; i++)
        if (strcmp(r->columns[i], name) == 0)
            return i;
    if (name)
        yaml_complain(check, yaml_get(map, key), _("files: %s is none of its columns"), name);
    return 0;
}

FileRule *file_rule_read(Arena *a, const YamlNode *map, const YamlCheck *check)
{
    if (!map)
        return NULL;
    FileRule *r = arena_one(a, FileRule);
    yaml_refuse_unknown(check, map, rule_keys);
    r->file = check->file;
    r->parent = yaml_take_text(check, map, "parent", true);
    r->table = yaml_take_text(check, map, "table", true);
    const YamlNode *columns = yaml_get(map, "columns");
    size_t n = 0;
    for (const YamlNode *c = columns && columns->kind == YAML_MAP ? columns->first : NULL; c; c = c->next)
        n++;
    if (!n) {
        yaml_complain(check, columns ? columns : map, "%s", _("files: needs columns"));
        return NULL;
    }
    r->columns = arena_many(a, const char *, n);
    r->expressions = arena_many(a, const char *, n);
    for (const YamlNode *c = columns->first; c; c = c->next) {
        r->columns[r->n] = c->key;
        r->expressions[r->n] = yaml_take_text(check, columns, c->key, true);
        if (!r->expressions[r->n++])
            return NULL;
    }
    r->id = place_of(r, check, map, "id");
    r->path = place_of(r, check, map, "path");
    return r->parent && r->table ? r : NULL;
}
