#include <string.h>

#include "base/intl.h"
#include "map/mapping_inner.h"
#include "map/named_expressions.h"

static const char *const reference_keys[] = {"entity", "key",      "missing", "required",
                                             "none",   "unmapped", "default", NULL};
static const char *const value_keys[] = {"of", "map", "other", "null", NULL};
static const char *const other_keys[] = {"set", "issue", NULL};
static const char *const check_keys[] = {"code", "when", "severity", "message", "skip", "data", NULL};
static const char *const severities[] = {"fatal", "error", "warning", "information", NULL};
static const char *const missing_words[] = {"reject", "warn", "ignore",
                                            NULL}; // in the order of MissingPolicy

static void read_columns(MappingReader *r, const YamlNode *map)
{
    Mapping *m = r->m;
    m->columns = arena_many(r->a, MappedColumn, mapping_count(map));
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next) {
        MappedColumn *col = &m->columns[m->n_columns++];
        col->name = c->key;
        col->value = mapping_expression(c);
        if (!col->value.sql && c->kind == YAML_SCALAR)
            col->value = (Expression){"NULL", c->line, c->col};
        if (!col->value.sql)
            yaml_complain(&r->check, c, _("column '%s' needs an SQL expression"), c->key);
    }
}

static void read_references(MappingReader *r, const YamlNode *map)
{
    Mapping *m = r->m;
    m->references = arena_many(r->a, Reference, mapping_count(map));
    for (const YamlNode *c = map ? map->first : NULL; c; c = c->next) {
        Reference *ref = &m->references[m->n_references++];
        yaml_refuse_unknown(&r->check, c, reference_keys);
        ref->column = c->key;
        ref->entity = mapping_entity(r, yaml_get(c, "entity"), c);
        ref->key = mapping_expression(yaml_get(c, "key"));
        ref->fallback = mapping_expression(yaml_get(c, "default"));
        ref->required = mapping_flag(r, c, "required");
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

static void read_value_map(MappingReader *r, const YamlNode *c)
{
    ValueMap *v = &r->m->values[r->m->n_values++];
    yaml_refuse_unknown(&r->check, c, value_keys);
    v->column = c->key;
    v->of = mapping_expression(yaml_get(c, "of"));
    v->when_null = yaml_text(yaml_get(c, "null"));
    v->null_line = yaml_get(c, "null") ? yaml_get(c, "null")->line : 0;
    const YamlNode *map = mapping_under(r, c, "map", YAML_MAP),
                   *other = mapping_under(r, c, "other", YAML_MAP);
    yaml_refuse_unknown(&r->check, other, other_keys);
    v->pairs = arena_many(r->a, ValuePair, mapping_count(map));
    for (const YamlNode *p = map ? map->first : NULL; p; p = p->next)
        v->pairs[v->n++] = (ValuePair){p->key, yaml_text(p), p->line, p->col};
    v->other = yaml_text(yaml_get(other, "set"));
    v->other_line = other ? other->line : 0;
    v->other_issue = yaml_text(yaml_get(other, "issue"));
    if (!v->of.sql || !map)
        yaml_complain_key(&r->check, c, _("values of '%s' need of: and map:"), c->key);
}

static void read_check(MappingReader *r, const YamlNode *c)
{
    Check *k = &r->m->checks[r->m->n_checks++];
    yaml_refuse_unknown(&r->check, c, check_keys);
    k->code = yaml_text(yaml_get(c, "code"));
    k->when = mapping_expression(yaml_get(c, "when"));
    k->data = mapping_expression(yaml_get(c, "data"));
    k->message = yaml_text(yaml_get(c, "message"));
    const YamlNode *severity = yaml_get(c, "severity");
    int word = severity ? yaml_take_word(&r->check, severity, severities) : -1;
    k->skip = mapping_flag(r, c, "skip");
    k->severity = word >= 0 ? severities[word] : k->skip ? "information" : "error";
    if (k->skip && word >= 0 && word < 2)
        yaml_complain(&r->check, c, "%s", _("skip: what is left out on purpose is a warning or an information"));
    if (!k->code || !k->when.sql)
        yaml_complain(&r->check, c, "%s", _("a check needs code: and when:"));
}

static void mark_cut(MappingReader *r, const YamlNode *list)
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

// What the mapping fills besides the id, NULL-ended.
static const char **filled_names(const MappingReader *r)
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

static void read_owner(MappingReader *r, const YamlNode *owner)
{
    static const char *const owners[] = {"app", NULL};
    yaml_refuse_unknown(&r->check, owner, owners);
    const YamlNode *list = mapping_under(r, owner, "app", YAML_LIST);
    const char **names = filled_names(r);
    size_t n = 0;
    r->m->owned = arena_many(r->a, const char *, mapping_count(list) + 1);
    for (const YamlNode *c = list ? list->first : NULL; c; c = c->next) {
        const char *name = yaml_text(c) ? yaml_text(c) : "";
        if (mapping_word_among(str_of(name), names))
            r->m->owned[n++] = name;
        else
            yaml_complain(&r->check, c, _("owner: '%s' is not filled by this mapping"), name)->hint =
                yaml_suggestion(r->a, name, names);
    }
}

void mapping_read_lists(MappingReader *r, const YamlNode *root)
{
    Mapping *m = r->m;
    read_columns(r, mapping_under(r, root, "columns", YAML_MAP));
    read_references(r, mapping_under(r, root, "references", YAML_MAP));
    const YamlNode *values = mapping_under(r, root, "values", YAML_MAP),
                   *checks = mapping_under(r, root, "checks", YAML_LIST);
    m->values = arena_many(r->a, ValueMap, mapping_count(values));
    for (const YamlNode *c = values ? values->first : NULL; c; c = c->next)
        read_value_map(r, c);
    m->checks = arena_many(r->a, Check, mapping_count(checks));
    for (const YamlNode *c = checks ? checks->first : NULL; c; c = c->next)
        read_check(r, c);
    expand_named_expressions(r->a, m, mapping_under(r, root, "let", YAML_MAP), r->check.problems);
    mark_cut(r, mapping_under(r, root, "cut", YAML_LIST));
    read_owner(r, mapping_under(r, root, "owner", YAML_MAP));
}
