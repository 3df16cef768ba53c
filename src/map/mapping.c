#include "map/mapping.h"

#include <ctype.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "map/named_expressions.h"

typedef struct {
    Arena *a;
    Problems *problems;
    const Model *model;
    Mapping *m;
} Reader;

static const char *const mapping_keys[] = {"entity", "part", "table", "from", "where", "otherwise", "key", "id", "link", "columns",
                                           "references", "values", "checks", "codes", "cut", "on_conflict", "owner", "after",
                                           "before", "about", "let"};
static const char *const reference_keys[] = {"entity", "key", "missing", "required", "none", "unmapped", "default"};
static const char *const value_keys[] = {"of", "map", "other", "null"};
static const char *const check_keys[] = {"code", "when", "severity", "message"};
static const char *const severities[] = {"fatal", "error", "warning", "information"};

#define complain(r, at, ...) \
    problems_add((r)->problems, PROBLEM_ERROR, (r)->m->file, (at) ? (at)->line : 0, (at) ? (at)->col : 0, __VA_ARGS__)

// Every key of a map is one of the words; an unknown one names its nearest neighbour.
static void check_keys_of(Reader *r, const YamlNode *map, const char *const *words, size_t n)
{
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next) {
        bool known = false;
        for (size_t i = 0; i < n; i++)
            known |= strcmp(c->key, words[i]) == 0;
        if (known)
            continue;
        Problem *p = problems_add(r->problems, PROBLEM_ERROR, r->m->file, c->key_line, c->key_col, _("unknown key '%s'"), c->key);
        const char *near = text_nearest(c->key, words, n);
        if (near)
            p->hint = arena_text(r->a, _("did you mean '%s'?"), near);
    }
}

static Expression expression(const YamlNode *node)
{
    return node && node->kind == YAML_SCALAR && !yaml_is_null(node) ? (Expression){yaml_text(node), node->line, node->col}
                                                                     : (Expression){NULL, 0, 0};
}

static size_t count(const YamlNode *list)
{
    size_t n = 0;
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next)
        n++;
    return n;
}

static bool flag(const YamlNode *node)
{
    bool on = false;
    return yaml_bool(node, &on) && on;
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
            complain(r, c, _("column '%s' needs an SQL expression"), c->key);
    }
}

static void read_references(Reader *r, const YamlNode *map)
{
    Mapping *m = r->m;
    m->references = arena_many(r->a, Reference, count(map));
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next) {
        Reference *ref = &m->references[m->n_references++];
        check_keys_of(r, c, reference_keys, ARRAY_LEN(reference_keys));
        ref->column = c->key;
        ref->entity = yaml_text(yaml_get(c, "entity"));
        ref->key = expression(yaml_get(c, "key"));
        ref->fallback = expression(yaml_get(c, "default"));
        ref->required = flag(yaml_get(c, "required"));
        const char *missing = yaml_text(yaml_get(c, "missing"));
        ref->missing = !missing || !strcmp(missing, "warn") ? MISSING_WARN : !strcmp(missing, "reject") ? MISSING_REJECT : MISSING_IGNORE;
        if (missing && strcmp(missing, "warn") && strcmp(missing, "reject") && strcmp(missing, "ignore"))
            complain(r, yaml_get(c, "missing"), _("'%s': missing is reject, warn or ignore"), missing);
        const char *none = yaml_text(yaml_get(c, "none")), *unmapped = yaml_text(yaml_get(c, "unmapped"));
        ref->code_none = none ? none : arena_text(r->a, "%s.%s.none", m->entity, c->key);
        ref->code_unmapped = unmapped ? unmapped : arena_text(r->a, "%s.%s.unmapped", m->entity, c->key);
        if (!ref->entity || !model_entity(r->model, ref->entity))
            complain(r, c, _("reference '%s' needs an entity of the model"), c->key);
        if (!ref->key.sql)
            complain(r, c, _("reference '%s' needs a key"), c->key);
    }
}

static void read_value_map(Reader *r, const YamlNode *c)
{
    ValueMap *v = &r->m->values[r->m->n_values++];
    check_keys_of(r, c, value_keys, ARRAY_LEN(value_keys));
    v->column = c->key;
    v->of = expression(yaml_get(c, "of"));
    v->when_null = yaml_text(yaml_get(c, "null"));
    const YamlNode *map = yaml_get(c, "map"), *other = yaml_get(c, "other");
    v->pairs = arena_many(r->a, ValuePair, count(map));
    for (const YamlNode *p = map ? map->first : NULL; p; p = p->next)
        v->pairs[v->n++] = (ValuePair){p->key, yaml_text(p)};
    v->other = yaml_text(yaml_get(other, "set"));
    v->other_null = !v->other;
    v->other_issue = yaml_text(yaml_get(other, "issue"));
    if (!v->of.sql || !map)
        complain(r, c, _("values of '%s' need of: and map:"), c->key);
}

static void read_check(Reader *r, const YamlNode *c)
{
    Check *k = &r->m->checks[r->m->n_checks++];
    check_keys_of(r, c, check_keys, ARRAY_LEN(check_keys));
    k->code = yaml_text(yaml_get(c, "code"));
    k->when = expression(yaml_get(c, "when"));
    k->message = yaml_text(yaml_get(c, "message"));
    k->severity = yaml_text(yaml_get(c, "severity"));
    if (!k->severity)
        k->severity = "error";
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(severities); i++)
        known |= strcmp(k->severity, severities[i]) == 0;
    if (!known)
        complain(r, yaml_get(c, "severity"), _("'%s' is no severity: fatal, error, warning or information"), k->severity);
    if (!k->code || !k->when.sql)
        complain(r, c, "%s", _("a check needs code: and when:"));
}

static const char **names(Reader *r, const YamlNode *node)
{
    const char **list = arena_many(r->a, const char *, count(node) + 2);
    size_t n = 0;
    if (node && node->kind == YAML_SCALAR && yaml_text(node))
        list[n++] = yaml_text(node);
    for (const YamlNode *c = node && node->kind != YAML_SCALAR ? node->first : NULL; c; c = c->next)
        if (yaml_text(c))
            list[n++] = yaml_text(c);
    return list;
}

static void mark_cut(Reader *r, const YamlNode *list)
{
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next) {
        bool found = false;
        for (size_t i = 0; i < r->m->n_columns; i++)
            if (yaml_text(c) && strcmp(r->m->columns[i].name, yaml_text(c)) == 0)
                r->m->columns[i].cut = found = true;
        if (!found)
            complain(r, c, _("cut: '%s' is no column of this mapping"), yaml_text(c) ? yaml_text(c) : "");
    }
}

// The alias is the second word of from ("budget b LEFT JOIN ..."), or the entity itself.
static const char *alias_of(Reader *r, const char *from)
{
    Str rest = str_trim(str_of(from)), word[2] = {{0}};
    for (int i = 0; i < 2; i++) {
        size_t n = 0;
        while (n < rest.len && (isalnum((unsigned char)rest.at[n]) || rest.at[n] == '_'))
            n++;
        word[i] = (Str){rest.at, n};
        rest = str_trim((Str){rest.at + n, rest.len - n});
    }
    if (!str_is(word[0], r->m->entity))
        return NULL;
    static const char *const joins[] = {"LEFT", "JOIN", "INNER", "CROSS", "NATURAL", ""};
    for (size_t i = 0; i < ARRAY_LEN(joins); i++)
        if (word[1].len == strlen(joins[i]) && strncasecmp(word[1].at, joins[i], word[1].len) == 0)
            return r->m->entity;
    return str_keep(r->a, word[1]);
}

static void read_shape(Reader *r, const YamlNode *root)
{
    Mapping *m = r->m;
    m->part = yaml_text(yaml_get(root, "part"));
    m->table = yaml_text(yaml_get(root, "table"));
    m->from = expression(yaml_get(root, "from"));
    if (!m->from.sql)
        m->from = (Expression){m->entity, root->line, root->col};
    m->alias = alias_of(r, m->from.sql);
    if (!m->alias)
        complain(r, yaml_get(root, "from"), _("from: must begin with the entity's own table '%s'"), m->entity);
    m->where = expression(yaml_get(root, "where"));
    m->key = expression(yaml_get(root, "key"));
    m->link = expression(yaml_get(root, "link"));
    m->before = flag(yaml_get(root, "before"));
    m->after = names(r, yaml_get(root, "after"));
    const char *otherwise = yaml_text(yaml_get(root, "otherwise"));
    m->otherwise_raw = otherwise && strcmp(otherwise, "raw") == 0;
    if (otherwise && !m->otherwise_raw)
        complain(r, yaml_get(root, "otherwise"), _("otherwise: '%s' is unknown; the only word is raw"), otherwise);
    const YamlNode *id = yaml_get(root, "id");
    m->id_column = yaml_text(yaml_get(id, "column"));
    if (!m->id_column)
        m->id_column = "id";
    const char *kind = yaml_text(yaml_get(id, "kind"));
    if (kind && strcmp(kind, "uuid5"))
        complain(r, yaml_get(id, "kind"), _("id kind '%s' is unknown; the only kind is uuid5"), kind);
}

// The name of a file says the same as its entity: and part:, so that a listing tells the truth.
static void check_name(Reader *r, const YamlNode *root)
{
    Mapping *m = r->m;
    const char *expected = m->part ? arena_text(r->a, "%s.%s", m->entity, m->part) : m->entity;
    if (strcmp(m->name, expected) != 0)
        complain(r, root, _("the file must be called %s.yaml after its entity and part"), expected);
    if (!m->table && m->n_columns)
        complain(r, root, "%s", _("columns: without table:"));
    if (!m->n_columns && !m->link.sql)
        complain(r, root, "%s", _("a mapping needs columns: or link:"));
}

Mapping *mapping_read(Arena *a, const char *path, const char *name, const Model *model, Problems *problems)
{
    size_t before = problems->errors;
    const YamlNode *root = yaml_read(a, path, problems);
    if (!root)
        return NULL;
    Mapping *m = arena_one(a, Mapping);
    Reader r = {a, problems, model, m};
    m->name = name;
    m->file = path;
    m->entity = yaml_text(yaml_get(root, "entity"));
    if (!m->entity || !model_entity(model, m->entity)) {
        complain(&r, yaml_get(root, "entity"), "%s", _("entity: must name an entity of the model"));
        return NULL;
    }
    check_keys_of(&r, root, mapping_keys, ARRAY_LEN(mapping_keys));
    read_shape(&r, root);
    read_columns(&r, yaml_get(root, "columns"));
    read_references(&r, yaml_get(root, "references"));
    const YamlNode *values = yaml_get(root, "values"), *checks = yaml_get(root, "checks");
    m->values = arena_many(a, ValueMap, count(values));
    for (const YamlNode *c = values ? values->first : NULL; c; c = c->next)
        read_value_map(&r, c);
    m->checks = arena_many(a, Check, count(checks));
    for (const YamlNode *c = checks ? checks->first : NULL; c; c = c->next)
        read_check(&r, c);
    expand_named_expressions(a, m, yaml_get(root, "let"), problems);
    mark_cut(&r, yaml_get(root, "cut"));
    check_name(&r, root);
    m->out = m->part ? arena_text(a, "out_%s_%s", m->entity, m->part) : arena_text(a, "out_%s", m->entity);
    AUTO(buf_free) Buf canonical = {0};
    yaml_canonical(root, &canonical);
    m->canonical = str_keep(a, buf_str(&canonical));
    return problems->errors == before ? m : NULL;
}
