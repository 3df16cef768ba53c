// What a mapping fills, against the live columns of its table.
#include <string.h>
#include <strings.h>

#include "base/intl.h"
#include "base/text.h"
#include "map/mapper_state.h"
#include "map/out_rows.h"
#include "map/value.h"

static const Column *find_column(const Table *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->columns[i].name, name) == 0)
            return &t->columns[i];
    return NULL;
}

static void unknown_column(Mapper *m, const Ready *r, const char *name, int line, int col, Problems *problems)
{
    const char **names = arena_many(m->arena, const char *, r->table->n);
    for (size_t i = 0; i < r->table->n; i++)
        names[i] = r->table->columns[i].name;
    Problem *p = problems_add(problems, PROBLEM_ERROR, r->mapping->file, line, col,
                              _("table %s has no column '%s'"), r->table->name, name);
    const char *near = text_nearest(name, names, r->table->n);
    p->hint = near ? arena_text(m->arena, _("did you mean '%s'?"), near) : NULL;
}

static void check_fillable(const Ready *r, const Column *column, int line, int col, Problems *problems)
{
    if (column->refused)
        problems_add(problems, PROBLEM_ERROR, r->mapping->file, line, col,
                     _("column '%s' has the type %s, which cannot be written"), column->name,
                     column->refused);
    if (column->computed)
        problems_add(problems, PROBLEM_ERROR, r->mapping->file, line, col,
                     _("column '%s' is computed by the database and cannot be filled"), column->name);
}

static bool is_taken(Str name)
{
    static const char *const taken[] = {"key", "part", "id", "link", "hash"};
    for (size_t i = 0; i < ARRAY_LEN(taken); i++)
        if (name.len == strlen(taken[i]) && strncasecmp(name.at, taken[i], name.len) == 0)
            return true;
    return false;
}

static const char *out_name(Arena *a, const char *name)
{
    return is_taken(str_of(name)) ? arena_text(a, "%s_", name) : name;
}

const char *out_rows_column(Arena *a, const char *name)
{
    Str base = {name, strlen(name) - (str_ends(str_of(name), "_") ? 1 : 0)};
    return name[base.len] && is_taken(base) ? str_keep(a, base) : name;
}

static void fill(Mapper *m, Ready *r, const char *name, Origin origin, size_t index, int line, int col,
                 Problems *problems)
{
    const Column *column = find_column(r->table, name);
    if (!column) {
        unknown_column(m, r, name, line, col, problems);
        return;
    }
    if (column == r->id)
        problems_add(problems, PROBLEM_ERROR, r->mapping->file, line, col,
                     _("column '%s' holds the id and cannot be filled"), name);
    check_fillable(r, column, line, col, problems);
    for (size_t i = 0; i < r->n_filled; i++)
        if (r->filled[i].column == column)
            problems_add(problems, PROBLEM_ERROR, r->mapping->file, line, col,
                         _("column '%s' is filled twice"), name);
    bool owned = false;
    for (const char *const *o = r->mapping->owned; *o; o++)
        owned |= strcmp(*o, name) == 0;
    r->filled[r->n_filled++] = (Filled){column, out_name(m->arena, column->name), origin, index, owned};
}

// A target cannot list its tables: the words that may have been meant are those of the profile.
static void unknown_table(Mapper *m, const Mapping *map, Problems *problems)
{
    const Profile *p = m->o.profile;
    size_t n = 0, room = p->n_snapshots + 1;
    for (size_t i = 0; i < p->n; i++)
        room += p->entities[i].n;
    const char **names = arena_many(m->arena, const char *, room);
    for (size_t i = 0; i < p->n_snapshots; i++)
        names[n++] = p->snapshots[i].table;
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < p->entities[i].n; k++) {
            const char *table = p->entities[i].mappings[k]->table;
            if (table && strcmp(table, map->table) != 0)
                names[n++] = table;
        }
    Problem *problem = problems_add(problems, PROBLEM_ERROR, map->file, map->table_line, 0,
                                    _("the target has no table '%s'"), map->table);
    const char *near = text_nearest(map->table, names, n);
    problem->hint = near ? arena_text(m->arena, _("did you mean '%s'?"), near) : NULL;
}

// A word of values: becomes what the column keeps; one that it cannot keep is a problem.
static void settle_word(Mapper *m, const Ready *r, const Filled *f, const char **word, int line, int col,
                        Problems *problems)
{
    AUTO(buf_free) Buf text = {0};
    const char *code = *word ? value_of_word(f->column, *word, &text) : NULL;
    if (code)
        problems_add(problems, PROBLEM_ERROR, r->mapping->file, line, col,
                     _("column '%s' cannot hold '%s' (%s)"), f->column->name, *word, code);
    else if (*word)
        *word = str_keep(m->arena, (Str){buf_text(&text), text.len});
}

static void settle_words(Mapper *m, const Ready *r, Problems *problems)
{
    for (size_t i = 0; i < r->n_filled; i++) {
        const Filled *f = &r->filled[i];
        ValueMap *v = f->origin == FROM_VALUES ? &r->mapping->values[f->index] : NULL;
        for (size_t k = 0; v && k < v->n; k++)
            settle_word(m, r, f, &v->pairs[k].to, v->pairs[k].line, v->pairs[k].col, problems);
        if (v) {
            settle_word(m, r, f, &v->other, v->other_line, 0, problems);
            settle_word(m, r, f, &v->when_null, v->null_line, 0, problems);
        }
    }
}

bool mapper_bind(Mapper *m, Ready *r, Problems *problems, Err *err)
{
    const Mapping *map = r->mapping;
    if (mapping_only_links(map))
        return true;
    err->kind = ERR_NONE;
    r->table = m->o.target->kind->table(m->o.target, map->table, err);
    if (!r->table && err->kind != ERR_NONE)
        return false;
    if (!r->table) {
        unknown_table(m, map, problems);
        return true;
    }
    r->id = find_column(r->table, map->id_column);
    if (!r->id)
        unknown_column(m, r, map->id_column, 0, 0, problems);
    else
        check_fillable(r, r->id, 0, 0, problems);
    r->filled = arena_many(m->arena, Filled, map->n_columns + map->n_references + map->n_values);
    for (size_t i = 0; i < map->n_columns; i++)
        fill(m, r, map->columns[i].name, FROM_COLUMN, i, map->columns[i].value.line,
             map->columns[i].value.col, problems);
    for (size_t i = 0; i < map->n_references; i++)
        fill(m, r, map->references[i].column, FROM_REFERENCE, i, map->references[i].key.line,
             map->references[i].key.col, problems);
    for (size_t i = 0; i < map->n_values; i++)
        fill(m, r, map->values[i].column, FROM_VALUES, i, map->values[i].of.line, map->values[i].of.col,
             problems);
    settle_words(m, r, problems);
    for (size_t i = 0; i < r->table->n; i++) {
        const Column *c = &r->table->columns[i];
        bool given = c == r->id || c->computed || c->numbered;
        for (size_t k = 0; k < r->n_filled; k++)
            given |= r->filled[k].column == c;
        if (c->not_null && !given)
            problems_add(problems, PROBLEM_ERROR, map->file, 0, 0,
                         _("column '%s' of %s must not be NULL and is not filled"), c->name, r->table->name);
    }
    return true;
}
