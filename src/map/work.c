#include "map/work.h"

#include <string.h>

#include "base/intl.h"
#include "map/mapping_inner.h"

static const char *const keys[] = {"work", "about", "after", "index", "sql", NULL};
static const char prefix[] = "work.", suffix[] = ".yaml";

bool work_is_file(const char *file_name)
{
    Str name = str_of(file_name);
    return str_starts(name, prefix) && str_ends(name, suffix) && name.len >= sizeof prefix + sizeof suffix - 2;
}

static void read_name(MappingReader *r, const YamlNode *root, const char *file_name, Work *w)
{
    const char *expected = arena_text(r->a, "%.*s", (int)(strlen(file_name) - strlen(prefix) - strlen(suffix)),
                                      file_name + strlen(prefix));
    const char *name = yaml_take_text(&r->check, root, "work", true);
    w->name = expected;
    w->label = arena_text(r->a, "%s%s", prefix, expected);
    w->table = arena_text(r->a, "work_%s", expected);
    if (name && strcmp(name, expected) != 0)
        yaml_complain(&r->check, yaml_get(root, "work"), _("work: '%s' must be '%s' as in the file's name"), name,
                      expected);
    else if (name && !entity_name_valid(str_of(name)))
        yaml_complain(&r->check, yaml_get(root, "work"), _("work: '%s' must be lower-case letters, digits and _"),
                      name);
    else if (model_entity(r->model, w->table))
        yaml_complain(&r->check, yaml_get(root, "work"), _("work: %s is an entity of the model"), w->table);
}

static void read_indexes(MappingReader *r, const YamlNode *root, Work *w)
{
    const YamlNode *list = mapping_under(r, root, "index", YAML_LIST);
    w->indexes = arena_many(r->a, Expression, mapping_count(list) + 1);
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next) {
        Expression e = mapping_expression(c);
        if (e.sql)
            w->indexes[w->n_indexes++] = e;
        else
            yaml_complain(&r->check, c, "%s", _("index: needs columns of the table"));
    }
}

static void read_pieces(Arena *a, const YamlNode *root, Work *w)
{
    w->pieces = arena_many(a, MappingPiece, mapping_count(root));
    for (const YamlNode *c = root->first; c; c = c->next) {
        if (strcmp(c->key, "about") == 0)
            continue;
        AUTO(buf_free) Buf text = {0};
        yaml_canonical(c, &text);
        const char *canonical = str_keep(a, buf_str(&text));
        w->pieces[w->n_pieces++] =
            (MappingPiece){c->key, canonical, c->kind == YAML_SCALAR ? yaml_text(c) : canonical};
    }
}

Work *work_read(Arena *a, const char *path, const char *file_name, const Model *model, Problems *problems)
{
    size_t before = problems->errors;
    const YamlNode *root = yaml_read(a, path, problems);
    if (!root)
        return NULL;
    Work *w = arena_one(a, Work);
    MappingReader r = {a, {path, problems}, model, NULL};
    w->file = path;
    yaml_refuse_unknown(&r.check, root, keys);
    read_name(&r, root, file_name, w);
    w->sql = mapping_expression(yaml_get(root, "sql"));
    if (!w->sql.sql)
        yaml_complain(&r.check, yaml_get(root, "sql") ? yaml_get(root, "sql") : root, "%s",
                      _("sql: must be one SELECT"));
    read_indexes(&r, root, w);
    w->after = mapping_entities_after(&r, root);
    read_pieces(a, root, w);
    return problems->errors == before ? w : NULL;
}
