#include "map/mapping.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/intl.h"
#include "map/mapping_inner.h"
#include "map/mapping_pieces.h"

static const char *const mapping_keys[] = {
    "entity", "part",    "table",      "from",   "where",  "otherwise", "key", "id",
    "link",   "columns", "references", "values", "checks", "codes",     "cut", "on_conflict",
    "owner",  "after",   "before",     "about",  "let",    NULL};
static const char *const id_keys[] = {"column", "kind", NULL};
static const char *const conflict_keys[] = {"match", "do", NULL};

const YamlNode *mapping_under(MappingReader *r, const YamlNode *map, const char *key, YamlKind kind)
{
    const YamlNode *node = yaml_get(map, key);
    if (!node || yaml_is_null(node))
        return NULL;
    if (node->kind == kind)
        return node;
    yaml_complain_key(&r->check, node,
                      kind == YAML_MAP ? _("%s: must be a map, not %s") : _("%s: must be a list, not %s"),
                      key, yaml_kind_name(node));
    return NULL;
}

Expression mapping_expression(const YamlNode *node)
{
    return node && node->kind == YAML_SCALAR && !yaml_is_null(node)
               ? (Expression){yaml_text(node), node->line, node->col}
               : (Expression){NULL, 0, 0};
}

size_t mapping_count(const YamlNode *list)
{
    size_t n = 0;
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next)
        n++;
    return n;
}

bool mapping_flag(MappingReader *r, const YamlNode *map, const char *key)
{
    bool on = false;
    const YamlNode *node = yaml_get(map, key);
    if (node && !yaml_bool(node, &on))
        yaml_complain(&r->check, node, _("%s: is true or false"), key);
    return on;
}

const char *mapping_entity(MappingReader *r, const YamlNode *node, const YamlNode *holder)
{
    const char *name = yaml_text(node);
    if (name && model_entity(r->model, name))
        return name;
    const char **names = arena_many(r->a, const char *, r->model->n + 1);
    for (size_t i = 0; i < r->model->n; i++)
        names[i] = r->model->entities[i].name;
    if (name)
        yaml_complain(&r->check, node, _("'%s' is no entity of the model"), name)->hint =
            yaml_suggestion(r->a, name, names);
    else
        yaml_complain_key(&r->check, node ? node : holder, "%s",
                          _("entity: must name an entity of the model"));
    return NULL;
}

bool mapping_word_among(Str word, const char *const *words)
{
    for (; *words; words++)
        if (word.len == strlen(*words) && strncasecmp(word.at, *words, word.len) == 0)
            return true;
    return false;
}

const char **mapping_entities_after(MappingReader *r, const YamlNode *root)
{
    const YamlNode *node = mapping_under(r, root, "after", YAML_LIST);
    const char **list = arena_many(r->a, const char *, mapping_count(node) + 1);
    size_t n = 0;
    for (const YamlNode *c = node ? node->first : NULL; c; c = c->next) {
        const char *name = mapping_entity(r, c, node);
        if (name)
            list[n++] = name;
    }
    return list;
}

static Str word_of(Str *rest)
{
    Str s = str_trim(*rest);
    size_t n = 0;
    while (n < s.len && (isalnum((unsigned char)s.at[n]) || s.at[n] == '_'))
        n++;
    *rest = (Str){s.at + n, s.len - n};
    return (Str){s.at, n};
}

// The alias is the second word of from ("budget b LEFT JOIN ...", "budget AS b"), or the entity itself.
static const char *alias_of(MappingReader *r, const char *from)
{
    static const char *const as[] = {"AS", NULL};
    static const char *const joins[] = {"LEFT", "JOIN",    "INNER", "CROSS", "NATURAL", "RIGHT",
                                        "FULL", "INDEXED", "NOT",   "",      NULL};
    Str rest = str_of(from);
    if (!str_is(word_of(&rest), r->m->entity))
        return NULL;
    Str word = word_of(&rest);
    if (mapping_word_among(word, as))
        word = word_of(&rest);
    return mapping_word_among(word, joins) ? r->m->entity : str_keep(r->a, word);
}

static void read_id(MappingReader *r, const YamlNode *root)
{
    static const char *const kinds[] = {"uuid5", "main", NULL};
    const YamlNode *id = mapping_under(r, root, "id", YAML_MAP), *kind = yaml_get(id, "kind");
    yaml_refuse_unknown(&r->check, id, id_keys);
    r->m->id_column = yaml_text(yaml_get(id, "column"));
    if (!r->m->id_column)
        r->m->id_column = "id";
    if (!kind)
        return;
    r->m->id_of_main = yaml_take_word(&r->check, kind, kinds) == 1;
    if (r->m->id_of_main && (!r->m->part || r->m->key.sql))
        yaml_complain(&r->check, kind, "%s", _("id: main is for parts of one row, without key:"));
}

// Words of the grammar that do nothing yet are refused rather than ignored. A reject is what a target does with a row
// that is there already.
static void refuse_unsupported(MappingReader *r, const YamlNode *root)
{
    static const char *const conflicts[] = {"reject", NULL};
    if (yaml_get(root, "codes"))
        yaml_complain_key(&r->check, yaml_get(root, "codes"), _("%s: is not supported yet"), "codes");
    const YamlNode *conflict = mapping_under(r, root, "on_conflict", YAML_MAP),
                   *what = yaml_get(conflict, "do");
    yaml_refuse_unknown(&r->check, conflict, conflict_keys);
    if (what)
        yaml_take_word(&r->check, what, conflicts);
}

static void read_shape(MappingReader *r, const YamlNode *root)
{
    static const char *const otherwises[] = {"raw", NULL};
    Mapping *m = r->m;
    m->part = yaml_text(yaml_get(root, "part"));
    if (m->part && !entity_name_valid(str_of(m->part)))
        yaml_complain(&r->check, yaml_get(root, "part"),
                      _("part: '%s' must be lower-case letters, digits and _"), m->part);
    m->table = yaml_text(yaml_get(root, "table"));
    m->table_line = yaml_get(root, "table") ? yaml_get(root, "table")->line : 0;
    m->from = mapping_expression(yaml_get(root, "from"));
    if (!m->from.sql)
        m->from = (Expression){m->entity, root->line, root->col};
    m->alias = alias_of(r, m->from.sql);
    if (!m->alias)
        yaml_complain(&r->check, yaml_get(root, "from"),
                      _("from: must begin with the entity's own table '%s'"), m->entity);
    m->where = mapping_expression(yaml_get(root, "where"));
    m->key = mapping_expression(yaml_get(root, "key"));
    m->link = mapping_expression(yaml_get(root, "link"));
    m->before = mapping_flag(r, root, "before");
    m->after = mapping_entities_after(r, root);
    const YamlNode *otherwise = yaml_get(root, "otherwise");
    m->otherwise_raw = otherwise && yaml_take_word(&r->check, otherwise, otherwises) == 0;
    read_id(r, root);
    refuse_unsupported(r, root);
}

// Keys that only a main mapping, or only a part, can have.
static void check_part(MappingReader *r, const YamlNode *root)
{
    static const char *const parts_only[] = {"key", "before"}, *const main_only[] = {"otherwise"};
    for (size_t i = 0; !r->m->part && i < ARRAY_LEN(parts_only); i++)
        if (yaml_get(root, parts_only[i]))
            yaml_complain_key(&r->check, yaml_get(root, parts_only[i]),
                              _("%s: is for parts; this is the main mapping"), parts_only[i]);
    for (size_t i = 0; r->m->part && i < ARRAY_LEN(main_only); i++)
        if (yaml_get(root, main_only[i]))
            yaml_complain_key(&r->check, yaml_get(root, main_only[i]),
                              _("%s: is for the main mapping; this is a part"), main_only[i]);
}

// The name of a file says the same as its entity: and part:, so that a listing tells the truth.
static void check_name(MappingReader *r, const YamlNode *root)
{
    Mapping *m = r->m;
    const char *expected = m->part ? arena_text(r->a, "%s.%s", m->entity, m->part) : m->entity;
    if (strcmp(m->name, expected) != 0)
        yaml_complain(&r->check, root, _("the file must be called %s.yaml after its entity and part"),
                      expected);
    if (!m->table && m->n_columns)
        yaml_complain(&r->check, root, "%s", _("columns: without table:"));
    if (!m->n_columns && !m->link.sql)
        yaml_complain(&r->check, root, "%s", _("a mapping needs columns: or link:"));
}

Mapping *mapping_read(Arena *a, const char *path, const char *name, const Model *model, Problems *problems)
{
    size_t before = problems->errors;
    const YamlNode *root = yaml_read(a, path, problems);
    if (!root)
        return NULL;
    Mapping *m = arena_one(a, Mapping);
    MappingReader r = {a, {path, problems}, model, m};
    m->name = name;
    m->file = path;
    yaml_refuse_unknown(&r.check, root, mapping_keys);
    m->entity = mapping_entity(&r, yaml_get(root, "entity"), root);
    if (!m->entity)
        return NULL;
    read_shape(&r, root);
    mapping_read_lists(&r, root);
    check_part(&r, root);
    check_name(&r, root);
    m->out = m->part ? arena_text(a, "out_%s_%s", m->entity, m->part) : arena_text(a, "out_%s", m->entity);
    mapping_read_pieces(a, root, m);
    return problems->errors == before ? m : NULL;
}
