#include "model/model.h"

#include <string.h>

#include "base/decimal.h"
#include "base/file.h"
#include "base/intl.h"
#include "config/yaml_check.h"

// Decimals without a scale: money.
enum { DEFAULT_SCALE = 2 };

static const char *const type_words[] = {
    "text",    "integer", "decimal",   "date", "time",
    "instant", "boolean", "reference", "json", NULL}; // in the order of FieldType

// Columns every entity table has besides its fields.
static const char *const reserved[] = {"canonical_uuid",  "source_id",       "source_system", "payload",
                                       "payload_as_read", "raw_source_data", "extracted_at",  "origin"};

bool entity_name_valid(Str name)
{
    if (name.len == 0 || name.len > ENTITY_NAME_MAX || name.at[0] < 'a' || name.at[0] > 'z')
        return false;
    for (size_t i = 1; i < name.len; i++) {
        char c = name.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

const Entity *model_entity(const Model *m, const char *name)
{
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->entities[i].name, name) == 0)
            return &m->entities[i];
    return NULL;
}

const Field *entity_field(const Entity *e, const char *name)
{
    for (size_t i = 0; i < e->n_fields; i++)
        if (strcmp(e->fields[i].name, name) == 0)
            return &e->fields[i];
    return NULL;
}

// ---- model.yaml ---------------------------------------------------------------------------------

static bool take_name(const YamlCheck *c, const Model *m, const YamlNode *item)
{
    const char *name = yaml_text(item);
    if (!name) {
        yaml_complain(c, item, _("the name of an entity is expected, not %s"), yaml_kind_name(item));
    } else if (!entity_name_valid(item->text)) {
        yaml_complain(c, item, _("\"%s\" cannot be the name of an entity"), name)->hint =
            _("lower-case letters, digits and _, a letter first, at most 50");
    } else if (model_entity(m, name)) {
        yaml_complain(c, item, _("the entity %s is listed twice"), name);
    } else {
        return true;
    }
    return false;
}

static void read_order(Arena *a, Model *m, const YamlCheck *c, const YamlNode *root)
{
    static const char *const keys[] = {"about", "entities", NULL};
    yaml_refuse_unknown(c, root, keys);
    const YamlNode *list = yaml_get(root, "entities");
    if (!list || list->kind != YAML_LIST || !list->first) {
        yaml_complain(c, list ? list : root, _("entities must be a list of names, not %s"),
                      yaml_kind_name(list));
        return;
    }
    size_t n = 0;
    for (const YamlNode *item = list->first; item; item = item->next)
        n++;
    m->entities = arena_many(a, Entity, n);
    for (const YamlNode *item = list->first; item; item = item->next)
        if (take_name(c, m, item)) {
            m->entities[m->n] = (Entity){.name = yaml_text(item), .order = (int)m->n};
            m->n++;
        }
}

// ---- <entity>.yaml ------------------------------------------------------------------------------

static int read_scale(const YamlCheck *c, const YamlNode *node)
{
    int64_t scale = DEFAULT_SCALE;
    if (node && (!yaml_int(node, &scale) || scale < 0 || scale > DECIMAL_MAX_SCALE)) {
        yaml_complain(c, node, _("scale must be a number of decimals from 0 to %d"), DECIMAL_MAX_SCALE);
        return DEFAULT_SCALE;
    }
    return (int)scale;
}

static void check_reference(const YamlCheck *c, const Model *m, const YamlNode *node, const Field *field)
{
    if (!field->refers) {
        yaml_complain_key(c, node, _("the reference %s does not say to which entity"), field->name)->hint =
            _("add to: ENTITY");
        return;
    }
    if (model_entity(m, field->refers))
        return;
    const char **names = arena_many(c->problems->arena, const char *, m->n + 1);
    for (size_t i = 0; i < m->n; i++)
        names[i] = m->entities[i].name;
    yaml_complain(c, yaml_get(node, "to"), _("%s refers to %s, which is no entity of model.yaml"),
                  field->name, field->refers)
        ->hint = yaml_suggestion(c->problems->arena, field->refers, names);
}

static void read_long_field(const YamlCheck *c, const Model *m, const YamlNode *node, Field *field)
{
    static const char *const keys[] = {"type", "scale", "to", "about", NULL};
    yaml_refuse_unknown(c, node, keys);
    field->about = yaml_take_text(c, node, "about", false);
    field->refers = yaml_take_text(c, node, "to", false);
    const YamlNode *type_node = yaml_get(node, "type"), *scale_node = yaml_get(node, "scale");
    if (!type_node) {
        yaml_complain_key(c, node, _("the field %s has no type"), field->name);
        return;
    }
    int type = yaml_take_word(c, type_node, type_words);
    if (type < 0)
        return;
    field->type = (FieldType)type;
    if (field->type == FIELD_DECIMAL)
        field->scale = read_scale(c, scale_node);
    else if (scale_node)
        yaml_complain_key(c, scale_node, _("only a decimal has a scale"));
    if (field->type == FIELD_REFERENCE)
        check_reference(c, m, node, field);
    else if (field->refers)
        yaml_complain_key(c, yaml_get(node, "to"), _("only a reference has to:"));
}

static void read_field(const YamlCheck *c, const Model *m, const YamlNode *node, Field *field)
{
    field->name = node->key;
    if (!entity_name_valid(str_of(node->key)))
        yaml_complain_key(c, node, _("\"%s\" cannot be the name of a field"), node->key)->hint =
            _("lower-case letters, digits and _, a letter first, at most 50");
    for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
        if (strcmp(node->key, reserved[i]) == 0)
            yaml_complain_key(c, node, _("%s is a column every entity has: a field needs another name"),
                              node->key);
    if (node->kind == YAML_MAP) {
        read_long_field(c, m, node, field);
        return;
    }
    int type = yaml_take_word(c, node, type_words);
    if (type < 0)
        return;
    field->type = (FieldType)type;
    if (field->type == FIELD_DECIMAL)
        field->scale = DEFAULT_SCALE;
    if (field->type == FIELD_REFERENCE)
        check_reference(c, m, node, field);
}

static void read_fields(Arena *a, const YamlCheck *c, const Model *m, const YamlNode *root, Entity *e)
{
    const YamlNode *map = yaml_get(root, "fields");
    if (!map || map->kind != YAML_MAP || !map->first) {
        yaml_complain(c, map ? map : root, _("fields must be a map of names to types, not %s"),
                      yaml_kind_name(map));
        return;
    }
    for (const YamlNode *node = map->first; node; node = node->next)
        e->n_fields++;
    e->fields = arena_many(a, Field, e->n_fields);
    size_t i = 0;
    for (const YamlNode *node = map->first; node; node = node->next)
        read_field(c, m, node, &e->fields[i++]);
}

static void read_entity(Arena *a, const Model *m, Entity *e, const char *folder, Problems *problems)
{
    static const char *const keys[] = {"entity", "about", "category", "fields", NULL};
    YamlCheck c = {file_join(a, folder, arena_text(a, "%s.yaml", e->name)), problems};
    const YamlNode *root = yaml_read(a, c.file, problems);
    if (!root)
        return;
    if (root->kind != YAML_MAP) {
        yaml_complain(&c, root, _("the file must be a map, not %s"), yaml_kind_name(root));
        return;
    }
    yaml_refuse_unknown(&c, root, keys);
    const char *name = yaml_take_text(&c, root, "entity", true);
    if (name && strcmp(name, e->name) != 0)
        yaml_complain(&c, yaml_get(root, "entity"), _("the file of %s describes %s"), e->name, name);
    e->about = yaml_take_text(&c, root, "about", false);
    e->category = yaml_take_text(&c, root, "category", true);
    read_fields(a, &c, m, root, e);
}

// A file that model.yaml does not list would be ignored without a word.
static void refuse_unlisted(Arena *a, const Model *m, const char *folder, Problems *problems)
{
    for (char **name = file_list(a, folder); *name; name++) {
        Str stem = str_of(*name);
        if (!str_ends(stem, ".yaml") || (*name)[0] == '.' || strcmp(*name, "model.yaml") == 0)
            continue;
        stem.len -= strlen(".yaml");
        if (!model_entity(m, str_keep(a, stem)))
            problems_add(problems, PROBLEM_ERROR, file_join(a, folder, *name), 0, 0,
                         _("model.yaml does not list the entity %.*s"), STR_ARG(stem));
    }
}

Model *model_load(Arena *a, const char *data_folder, Problems *problems)
{
    size_t errors_before = problems->errors;
    const char *folder = file_join(a, data_folder, "model");
    YamlCheck c = {file_join(a, folder, "model.yaml"), problems};
    const YamlNode *root = yaml_read(a, c.file, problems);
    if (!root)
        return NULL;
    Model *m = arena_one(a, Model);
    read_order(a, m, &c, root);
    for (size_t i = 0; i < m->n; i++)
        read_entity(a, m, &m->entities[i], folder, problems);
    if (problems->errors == errors_before)
        refuse_unlisted(a, m, folder, problems);
    return problems->errors == errors_before ? m : NULL;
}
