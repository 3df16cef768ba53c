#include "map/mapping.h"

#include <ctype.h>
#include <string.h>

#include "base/intl.h"
#include "config/yaml_check.h"
#include "map/mapping_pieces.h"
#include "map/named_expressions.h"

typedef struct {
    Arena *a;
    YamlCheck check;
    const Model *model;
    Mapping *m;
} Reader;

static const char *const mapping_keys[] = {
    "entity", "part",    "table",      "from",   "where",  "otherwise", "key", "id",
    "link",   "columns", "references", "values", "checks", "codes",     "cut", "on_conflict",
    "owner",  "after",   "before",     "about",  "let",    NULL};
static const char *const id_keys[] = {"column", "kind", NULL};
static const char *const reference_keys[] = {"entity", "key",      "missing", "required",
                                             "none",   "unmapped", "default", NULL};
static const char *const value_keys[] = {"of", "map", "other", "null", NULL};
static const char *const other_keys[] = {"set", "issue", NULL};
static const char *const check_keys[] = {"code", "when", "severity", "message", NULL};
static const char *const conflict_keys[] = {"match", "do", NULL};
static const char *const severities[] = {"fatal", "error", "warning", "information", NULL};
static const char *const missing_words[] = {"reject", "warn", "ignore",
                                            NULL}; // in the order of MissingPolicy

// A map under a key; NULL when the key is not there, and an error when something else stands there.
static const YamlNode *map_under(Reader *r, const YamlNode *map, const char *key, YamlKind kind)
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

static Expression expression(const YamlNode *node)
{
    return node && node->kind == YAML_SCALAR && !yaml_is_null(node)
               ? (Expression){yaml_text(node), node->line, node->col}
               : (Expression){NULL, 0, 0};
}

static size_t count(const YamlNode *list)
{
    size_t n = 0;
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next)
        n++;
    return n;
}

static bool flag(Reader *r, const YamlNode *map, const char *key)
{
    bool on = false;
    const YamlNode *node = yaml_get(map, key);
    if (node && !yaml_bool(node, &on))
        yaml_complain(&r->check, node, _("%s: is true or false"), key);
    return on;
}

// An entity of the model; NULL and an error with the nearest one when there is none of this name.
static const char *entity_under(Reader *r, const YamlNode *node, const YamlNode *holder)
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

static void read_columns(Reader *r, const YamlNode *map)
{
    Mapping *m = r->m;
    m->columns = arena_many(r->a, MappedColumn, count(map));
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next) {
        MappedColumn *col = &m->columns[m->n_columns++];
        col->name = c->key;
        col->value = expression(c);
        if (!col->value.sql && c->kind == YAML_SCALAR)
            col->value = (Expression){"NULL", c->line, c->col};
        if (!col->value.sql)
            yaml_complain(&r->check, c, _("column '%s' needs an SQL expression"), c->key);
    }
}

static void read_references(Reader *r, const YamlNode *map)
{
    Mapping *m = r->m;
    m->references = arena_many(r->a, Reference, count(map));
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next) {
        Reference *ref = &m->references[m->n_references++];
        yaml_refuse_unknown(&r->check, c, reference_keys);
        ref->column = c->key;
        ref->entity = entity_under(r, yaml_get(c, "entity"), c);
        ref->key = expression(yaml_get(c, "key"));
        ref->fallback = expression(yaml_get(c, "default"));
        ref->required = flag(r, c, "required");
        const YamlNode *missing = yaml_get(c, "missing");
        int word = missing ? yaml_take_word(&r->check, missing, missing_words) : MISSING_WARN;
        ref->missing = word < 0 ? MISSING_WARN : (MissingPolicy)word;
        const char *none = yaml_text(yaml_get(c, "none")), *unmapped = yaml_text(yaml_get(c, "unmapped"));
        ref->code_none = none ? none : arena_text(r->a, "%s.%s.none", m->entity, c->key);
        ref->code_unmapped = unmapped ? unmapped : arena_text(r->a, "%s.%s.unmapped", m->entity, c->key);
        if (!ref->key.sql)
            yaml_complain_key(&r->check, c, _("reference '%s' needs a key"), c->key);
    }
}

static void read_value_map(Reader *r, const YamlNode *c)
{
    ValueMap *v = &r->m->values[r->m->n_values++];
    yaml_refuse_unknown(&r->check, c, value_keys);
    v->column = c->key;
    v->of = expression(yaml_get(c, "of"));
    v->when_null = yaml_text(yaml_get(c, "null"));
    v->null_line = yaml_get(c, "null") ? yaml_get(c, "null")->line : 0;
    const YamlNode *map = map_under(r, c, "map", YAML_MAP), *other = map_under(r, c, "other", YAML_MAP);
    yaml_refuse_unknown(&r->check, other, other_keys);
    v->pairs = arena_many(r->a, ValuePair, count(map));
    for (const YamlNode *p = map ? map->first : NULL; p; p = p->next)
        v->pairs[v->n++] = (ValuePair){p->key, yaml_text(p), p->line, p->col};
    v->other = yaml_text(yaml_get(other, "set"));
    v->other_line = other ? other->line : 0;
    v->other_issue = yaml_text(yaml_get(other, "issue"));
    if (!v->of.sql || !map)
        yaml_complain_key(&r->check, c, _("values of '%s' need of: and map:"), c->key);
}

static void read_check(Reader *r, const YamlNode *c)
{
    Check *k = &r->m->checks[r->m->n_checks++];
    yaml_refuse_unknown(&r->check, c, check_keys);
    k->code = yaml_text(yaml_get(c, "code"));
    k->when = expression(yaml_get(c, "when"));
    k->message = yaml_text(yaml_get(c, "message"));
    const YamlNode *severity = yaml_get(c, "severity");
    int word = severity ? yaml_take_word(&r->check, severity, severities) : -1;
    k->severity = word < 0 ? "error" : severities[word];
    if (!k->code || !k->when.sql)
        yaml_complain(&r->check, c, "%s", _("a check needs code: and when:"));
}

static const char **entities_after(Reader *r, const YamlNode *root)
{
    const YamlNode *node = map_under(r, root, "after", YAML_LIST);
    const char **list = arena_many(r->a, const char *, count(node) + 1);
    size_t n = 0;
    for (const YamlNode *c = node ? node->first : NULL; c; c = c->next) {
        const char *name = entity_under(r, c, node);
        if (name)
            list[n++] = name;
    }
    return list;
}

static void mark_cut(Reader *r, const YamlNode *list)
{
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next) {
        bool found = false;
        for (size_t i = 0; i < r->m->n_columns; i++)
            if (yaml_text(c) && strcmp(r->m->columns[i].name, yaml_text(c)) == 0)
                r->m->columns[i].cut = found = true;
        if (found)
            continue;
        const char **names = arena_many(r->a, const char *, r->m->n_columns + 1);
        for (size_t i = 0; i < r->m->n_columns; i++)
            names[i] = r->m->columns[i].name;
        const char *name = yaml_text(c) ? yaml_text(c) : "";
        yaml_complain(&r->check, c, _("cut: '%s' is not among columns:"), name)->hint =
            yaml_suggestion(r->a, name, names);
    }
}

static bool is_one_of(Str word, const char *const *words)
{
    for (; *words; words++)
        if (word.len == strlen(*words) && strncasecmp(word.at, *words, word.len) == 0)
            return true;
    return false;
}

// What the mapping fills besides the id, NULL-ended.
static const char **filled_names(const Reader *r)
{
    const Mapping *m = r->m;
    size_t n = 0;
    const char **names = arena_many(r->a, const char *, m->n_columns + m->n_references + m->n_values + 1);
    for (size_t i = 0; i < m->n_columns; i++)
        names[n++] = m->columns[i].name;
    for (size_t i = 0; i < m->n_references; i++)
        names[n++] = m->references[i].column;
    for (size_t i = 0; i < m->n_values; i++)
        names[n++] = m->values[i].column;
    return names;
}

static void read_owner(Reader *r, const YamlNode *owner)
{
    static const char *const owners[] = {"app", NULL};
    yaml_refuse_unknown(&r->check, owner, owners);
    const YamlNode *list = map_under(r, owner, "app", YAML_LIST);
    const char **names = filled_names(r);
    size_t n = 0;
    r->m->owned = arena_many(r->a, const char *, count(list) + 1);
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next) {
        const char *name = yaml_text(c) ? yaml_text(c) : "";
        if (is_one_of(str_of(name), names))
            r->m->owned[n++] = name;
        else
            yaml_complain(&r->check, c, _("owner: '%s' is not filled by this mapping"), name)->hint =
                yaml_suggestion(r->a, name, names);
    }
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
static const char *alias_of(Reader *r, const char *from)
{
    static const char *const as[] = {"AS", NULL};
    static const char *const joins[] = {"LEFT", "JOIN",    "INNER", "CROSS", "NATURAL", "RIGHT",
                                        "FULL", "INDEXED", "NOT",   "",      NULL};
    Str rest = str_of(from);
    if (!str_is(word_of(&rest), r->m->entity))
        return NULL;
    Str word = word_of(&rest);
    if (is_one_of(word, as))
        word = word_of(&rest);
    return is_one_of(word, joins) ? r->m->entity : str_keep(r->a, word);
}

// An id has one form so far; a reject is what a target does with a row that is there already.
static void read_id(Reader *r, const YamlNode *root)
{
    static const char *const kinds[] = {"uuid5", NULL};
    const YamlNode *id = map_under(r, root, "id", YAML_MAP), *kind = yaml_get(id, "kind");
    yaml_refuse_unknown(&r->check, id, id_keys);
    r->m->id_column = yaml_text(yaml_get(id, "column"));
    if (!r->m->id_column)
        r->m->id_column = "id";
    if (kind)
        yaml_take_word(&r->check, kind, kinds);
}

// Words of the grammar that do nothing yet are refused rather than ignored.
static void refuse_unsupported(Reader *r, const YamlNode *root)
{
    static const char *const conflicts[] = {"reject", NULL};
    if (yaml_get(root, "codes"))
        yaml_complain_key(&r->check, yaml_get(root, "codes"), _("%s: is not supported yet"), "codes");
    const YamlNode *conflict = map_under(r, root, "on_conflict", YAML_MAP), *what = yaml_get(conflict, "do");
    yaml_refuse_unknown(&r->check, conflict, conflict_keys);
    if (what)
        yaml_take_word(&r->check, what, conflicts);
}

static void read_shape(Reader *r, const YamlNode *root)
{
    static const char *const otherwises[] = {"raw", NULL};
    Mapping *m = r->m;
    m->part = yaml_text(yaml_get(root, "part"));
    if (m->part && !entity_name_valid(str_of(m->part)))
        yaml_complain(&r->check, yaml_get(root, "part"),
                      _("part: '%s' must be lower-case letters, digits and _"), m->part);
    m->table = yaml_text(yaml_get(root, "table"));
    m->table_line = yaml_get(root, "table") ? yaml_get(root, "table")->line : 0;
    m->from = expression(yaml_get(root, "from"));
    if (!m->from.sql)
        m->from = (Expression){m->entity, root->line, root->col};
    m->alias = alias_of(r, m->from.sql);
    if (!m->alias)
        yaml_complain(&r->check, yaml_get(root, "from"),
                      _("from: must begin with the entity's own table '%s'"), m->entity);
    m->where = expression(yaml_get(root, "where"));
    m->key = expression(yaml_get(root, "key"));
    m->link = expression(yaml_get(root, "link"));
    m->before = flag(r, root, "before");
    m->after = entities_after(r, root);
    const YamlNode *otherwise = yaml_get(root, "otherwise");
    m->otherwise_raw = otherwise && yaml_take_word(&r->check, otherwise, otherwises) == 0;
    read_id(r, root);
    refuse_unsupported(r, root);
}

// Keys that only a main mapping, or only a part, can have.
static void check_part(Reader *r, const YamlNode *root)
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
static void check_name(Reader *r, const YamlNode *root)
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

static void read_lists(Reader *r, const YamlNode *root)
{
    Mapping *m = r->m;
    read_columns(r, map_under(r, root, "columns", YAML_MAP));
    read_references(r, map_under(r, root, "references", YAML_MAP));
    const YamlNode *values = map_under(r, root, "values", YAML_MAP),
                   *checks = map_under(r, root, "checks", YAML_LIST);
    m->values = arena_many(r->a, ValueMap, count(values));
    for (const YamlNode *c = values ? values->first : NULL; c; c = c->next)
        read_value_map(r, c);
    m->checks = arena_many(r->a, Check, count(checks));
    for (const YamlNode *c = checks ? checks->first : NULL; c; c = c->next)
        read_check(r, c);
    expand_named_expressions(r->a, m, map_under(r, root, "let", YAML_MAP), r->check.problems);
    mark_cut(r, map_under(r, root, "cut", YAML_LIST));
    read_owner(r, map_under(r, root, "owner", YAML_MAP));
}

Mapping *mapping_read(Arena *a, const char *path, const char *name, const Model *model, Problems *problems)
{
    size_t before = problems->errors;
    const YamlNode *root = yaml_read(a, path, problems);
    if (!root)
        return NULL;
    Mapping *m = arena_one(a, Mapping);
    Reader r = {a, {path, problems}, model, m};
    m->name = name;
    m->file = path;
    yaml_refuse_unknown(&r.check, root, mapping_keys);
    m->entity = entity_under(&r, yaml_get(root, "entity"), root);
    if (!m->entity)
        return NULL;
    read_shape(&r, root);
    read_lists(&r, root);
    check_part(&r, root);
    check_name(&r, root);
    m->out = m->part ? arena_text(a, "out_%s_%s", m->entity, m->part) : arena_text(a, "out_%s", m->entity);
    mapping_read_pieces(a, root, m);
    return problems->errors == before ? m : NULL;
}
