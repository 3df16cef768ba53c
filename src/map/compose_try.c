#include "map/compose_try.h"

#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "map/functions.h"

static bool may_call(void *arg, const char *function)
{
    Composer *c = arg;
    if (c->whole && (strcmp(function, "at") == 0 || strcmp(function, "val") == 0))
        return true;
    const FunctionInfo *info = function_find(function);
    if (info && info->raises) {
        c->raises = true;
        return !c->deny_raising;
    }
    return functions_allowed(function);
}

void composer_note_read(void *composer, const char *schema, const char *table, const char *column)
{
    Composer *c = composer;
    if (strcmp(schema, "temp") == 0) // see mapper_new: it stands for one of the cache
        schema = "main";
    bool hidden = strcmp(schema, "main") == 0 && table[0] == '_';
    if (hidden)
        c->no_table = arena_text(c->a, "%s", table);
    if (!c->keep_reads || hidden)
        return;
    if (!column[0] && strncmp(table, "out_", 4) == 0)
        column = "key"; // how many rows there are follows from their keys
    for (size_t i = 0; i < c->n_reads; i++)
        if (!strcmp(c->reads[i].table, table) && !strcmp(c->reads[i].column, column) &&
            !strcmp(c->reads[i].schema, schema))
            return;
    if (c->n_reads == c->cap_reads) {
        size_t cap = c->cap_reads ? c->cap_reads * 2 : 64;
        ColumnRead *more = arena_many(c->a, ColumnRead, cap);
        if (c->n_reads)
            memcpy(more, c->reads, c->n_reads * sizeof *more);
        c->reads = more;
        c->cap_reads = cap;
    }
    c->reads[c->n_reads++] = (ColumnRead){arena_text(c->a, "%s", schema), arena_text(c->a, "%s", table),
                                          arena_text(c->a, "%s", column)};
}

static int compare_reads(const void *a, const void *b)
{
    const ColumnRead *x = a, *y = b;
    int order = strcmp(x->schema, y->schema);
    order = order ? order : strcmp(x->table, y->table);
    return order ? order : strcmp(x->column, y->column);
}

static const char **listed(Composer *c, const char *sql, size_t *n)
{
    Err ignored = {0}; // without names there is no hint
    size_t room = 200;
    const char **names = arena_many(c->a, const char *, room);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(c->db, sql, &ignored);
    for (*n = 0; s && *n < room && lite_step(s, &ignored) == LITE_ROW;)
        names[(*n)++] = str_keep(c->a, lite_text(s, 0));
    return names;
}

static const char **function_names(Composer *c, size_t *n)
{
    for (*n = 0; function_table[*n].name;)
        ++*n;
    const char **names = arena_many(c->a, const char *, *n + 1);
    for (size_t i = 0; i < *n; i++)
        names[i] = function_table[i].name;
    return names;
}

// Behind "no such function: dat_of", "no such table: out_pacient", "no such column: p.nam" the nearest known
// one; of columns, those of the entity.
static const char *hint_for(Composer *c, const char *message)
{
    static const char *const kinds[] = {"no such function: ", "no such table: ", "no such column: "};
    size_t kind = 0, n = 0;
    while (kind < ARRAY_LEN(kinds) && !strstr(message, kinds[kind]))
        kind++;
    if (kind == ARRAY_LEN(kinds) || (kind == 2 && !c->entity))
        return NULL;
    const char *unknown = strstr(message, kinds[kind]) + strlen(kinds[kind]);
    const char **names, *dot = strrchr(unknown, '.');
    if (kind == 0)
        names = function_names(c, &n);
    else if (kind == 1)
        names = listed(c, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_*'", &n);
    else
        names = listed(c, arena_text(c->a, "SELECT name FROM pragma_table_xinfo('%s')", c->entity), &n);
    const char *near = text_nearest(kind == 2 && dot ? dot + 1 : unknown, names, n);
    return near ? arena_text(c->a, _("did you mean '%s'?"), near) : NULL;
}

// SQLite's words without the name of the database in front, or ours for what the guard refused.
static const char *reason(const Composer *c, const Err *err)
{
    if (c->no_table)
        return arena_text(c->a, _("the table %s is not for mappings"), c->no_table);
    if (c->guard.refused && function_find(c->guard.refused))
        return arena_text(c->a, _("%s() raises issues and cannot be used here"), c->guard.refused);
    if (c->guard.refused)
        return arena_text(c->a, _("%s is not allowed in a mapping"), c->guard.refused);
    const char *text = strstr(err->text, "cache.db: ");
    text = text ? text + strlen("cache.db: ") : err->text;
    if (str_starts(str_of(text), "misuse of aggregate"))
        return arena_text(c->a, _("%s: an aggregate needs a subquery of its own"), text);
    return text;
}

const char *composer_prepare(Composer *c, const char *sql, LiteStmt **prepared)
{
    Err err = {0};
    c->raises = false;
    c->no_table = NULL;
    c->guard.refused = NULL;
    lite_guard(c->db, &c->guard);
    LiteStmt *s = lite_prepare(c->db, sql, &err);
    lite_guard(c->db, NULL);
    bool sound = s && !c->no_table;
    if (prepared && sound)
        *prepared = s;
    else
        lite_finish(s);
    return sound ? NULL : arena_text(c->a, "%s", reason(c, &err));
}

void composer_complain(Composer *c, const char *what, Expression e, const char *text)
{
    Problem *p = problems_add(c->problems, PROBLEM_ERROR, c->file, e.line, e.col, "%s: %s", what, text);
    p->hint = hint_for(c, text);
}

bool composer_try(Composer *c, const char *what, Expression e, const char *sql)
{
    const char *text = composer_prepare(c, sql, NULL);
    if (text)
        composer_complain(c, what, e, text);
    return !text;
}

void composer_begin(Composer *c)
{
    c->guard = (LiteGuard){.may_call = may_call, .reads = composer_note_read, .arg = c};
}

void composer_sort_reads(Composer *c)
{
    if (c->n_reads) // qsort takes no NULL, however short
        qsort(c->reads, c->n_reads, sizeof *c->reads, compare_reads);
}
