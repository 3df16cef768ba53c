#include "map/named_expressions.h"

#include <ctype.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"

enum { EXPANDED_MAX = 1 << 20 }; // of one expression: names within names grow quickly

typedef struct {
    Arena *a;
    Mapping *m;
    Problems *problems;
    const char **names, **expressions;
    size_t n;
} Names;

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const char *find(const Names *n, Str name)
{
    for (size_t i = 0; i < n->n; i++)
        if (str_is(name, n->names[i]))
            return n->expressions[i];
    return NULL;
}

static void unknown(Names *n, Str name, Expression e)
{
    const char *word = str_keep(n->a, name);
    Problem *p =
        problems_add(n->problems, PROBLEM_ERROR, n->m->file, e.line, e.col, _("let: has no '%s'"), word);
    const char *near = text_nearest(word, n->names, n->n);
    p->hint = near ? arena_text(n->a, _("did you mean '%s'?"), near) : NULL;
}

static void expand(Names *n, Expression *e)
{
    if (!e->sql || !strchr(e->sql, '$'))
        return;
    AUTO(buf_free) Buf out = {0};
    char quote = 0;
    for (const char *p = e->sql; *p; p++) {
        if (quote)
            quote = *p == quote ? 0 : quote;
        else if (*p == '\'' || *p == '"')
            quote = *p;
        if (quote || *p != '$' || !in_name(p[1])) {
            buf_add_char(&out, *p);
            continue;
        }
        Str name = {p + 1, 0};
        while (in_name(name.at[name.len]))
            name.len++;
        const char *value = find(n, name);
        if (!value || out.len > EXPANDED_MAX) {
            unknown(n, name, *e);
            return;
        }
        buf_addf(&out, "(%s)", value);
        p += name.len;
    }
    e->sql = str_keep(n->a, buf_str(&out));
}

void expand_named_expressions(Arena *a, Mapping *m, const YamlNode *let, Problems *problems)
{
    size_t count = 0;
    for (const YamlNode *c = let ? let->first : NULL; c; c = c->next)
        count++;
    Names n = {a, m, problems, arena_many(a, const char *, count), arena_many(a, const char *, count), 0};
    for (const YamlNode *c = let ? let->first : NULL; c; c = c->next) {
        Expression e = {yaml_text(c), c->line, c->col};
        if (!e.sql)
            problems_add(problems, PROBLEM_ERROR, m->file, c->line, c->col,
                         _("let: '%s' needs an SQL expression"), c->key);
        expand(&n, &e);
        n.names[n.n] = c->key;
        n.expressions[n.n++] = e.sql ? e.sql : "NULL";
    }
    Expression *fixed[] = {&m->where, &m->key, &m->link};
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        expand(&n, fixed[i]);
    for (size_t i = 0; i < m->n_columns; i++)
        expand(&n, &m->columns[i].value);
    for (size_t i = 0; i < m->n_references; i++) {
        expand(&n, &m->references[i].key);
        expand(&n, &m->references[i].fallback);
    }
    for (size_t i = 0; i < m->n_values; i++)
        expand(&n, &m->values[i].of);
    for (size_t i = 0; i < m->n_checks; i++) {
        expand(&n, &m->checks[i].when);
        expand(&n, &m->checks[i].data);
    }
}
