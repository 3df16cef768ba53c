// Why a row is refused, in words that name tables, columns and constraints, and rows by their id.
#include "target/postgres_writer.h"

#include <ctype.h>
#include <string.h>

static const char *column(const PgTable *live, size_t i)
{
    return i < live->table.n ? live->table.columns[i].name : "?";
}

const char *postgres_unique_words(Arena *a, const PgTable *live, const PgUnique *u, Str in_the_way)
{
    AUTO(buf_free) Buf words = {0};
    for (size_t i = 0; i < u->n; i++)
        buf_addf(&words, "%s%s.%s", i ? ", " : "", live->table.name, column(live, u->columns[i]));
    buf_addf(&words, "%s (%s)", u->n ? "" : live->table.name, u->name);
    if (in_the_way.at)
        buf_addf(&words, ": row %.*s has it", STR_ARG(in_the_way));
    return arena_text(a, "%s", buf_text(&words));
}

const char *postgres_foreign_words(Arena *a, const PgTable *live, const PgForeignKey *f)
{
    AUTO(buf_free) Buf words = {0};
    for (size_t i = 0; i < f->n; i++)
        buf_addf(&words, "%s%s.%s", i ? ", " : "", live->table.name, column(live, f->columns[i]));
    for (size_t i = 0; i < f->n; i++)
        buf_addf(&words, "%s%s.%s", i ? ", " : " -> ", f->table, f->parents[i]);
    buf_addf(&words, " (%s)", f->name);
    return arena_text(a, "%s", buf_text(&words));
}

// The table the server names may be another one: a trigger wrote to it.
static const PgTable *named_table(PgBatch *b, size_t part, const PgTrouble *why)
{
    for (const PgTable *live = b->t->tables; live; live = live->next) {
        const char *dot = strchr(live->table.name, '.');
        if (strcmp(dot ? dot + 1 : live->table.name, why->table) == 0 &&
            strcmp(live->schema, why->schema) == 0)
            return live;
    }
    return b->parts[part]->live;
}

static const char *constraint_words(PgBatch *b, const PgTable *live, const PgTrouble *why)
{
    Arena *a = b->t->scratch;
    for (size_t i = 0; i < live->n_uniques; i++)
        if (strcmp(live->uniques[i].name, why->constraint) == 0)
            return postgres_unique_words(a, live, &live->uniques[i], (Str){NULL, 0});
    for (size_t i = 0; i < live->n_foreign; i++)
        if (strcmp(live->foreign[i].name, why->constraint) == 0)
            return postgres_foreign_words(a, live, &live->foreign[i]);
    return arena_text(a, "%s (%s)", live->table.name, why->constraint);
}

// A bad value in COPY: its column stands behind the line's number and before a colon.
static const char *copied_column(PgBatch *b, size_t part, const char *context)
{
    const PgPart *p = b->parts[part];
    while (*context && !isdigit((unsigned char)*context))
        context++;
    const char *end = strchr(context, ':');
    for (size_t i = 0; end && i < p->n; i++) {
        const char *name = p->live->table.columns[p->columns[i]].name;
        size_t len = strlen(name);
        if ((size_t)(end - context) > len && memcmp(end - len, name, len) == 0 && end[-len - 1] == ' ')
            return name;
    }
    return NULL;
}

// The function that raised: "PL/pgSQL function keep_order(uuid) line 3 at RAISE", in any language.
static const char *raising_function(Arena *a, const char *context)
{
    const char *line_end = strchr(context, '\n'), *open = strchr(context, '(');
    const char *language = strstr(context, "PL/pgSQL");
    if (!language || !open || language > open || (line_end && open > line_end))
        return NULL;
    const char *begin = open;
    while (begin > context && begin[-1] != ' ')
        begin--;
    return arena_text(a, "%.*s()", (int)(open - begin), begin);
}

static const char *other_words(PgBatch *b, size_t part, const PgTrouble *why)
{
    Arena *a = b->t->scratch;
    const char *table = b->parts[part]->live->table.name;
    const char *name = strncmp(why->sqlstate, "22", 2) == 0 ? copied_column(b, part, why->context) : NULL;
    const char *function = raising_function(a, why->context);
    if (name)
        return arena_text(a, "%s.%s (SQLSTATE %s)", table, name, why->sqlstate);
    if (function)
        return arena_text(a, "%s: %s (SQLSTATE %s)", table, function, why->sqlstate);
    return arena_text(a, "%s (SQLSTATE %s)", table, why->sqlstate);
}

const char *postgres_refusal(PgBatch *b, size_t part, const char **detail)
{
    static const struct {
        const char *sqlstate, *code;
    } codes[] = {
        {"23502", "target.not_null"}, {"23503", "target.foreign_key"}, {"23505", "target.unique"},
        {"23514", "target.check"},    {"23P01", "target.unique"},
    };
    const PgTrouble *why = pg_trouble(b->t->db);
    const PgTable *live = named_table(b, part, why);
    const char *code = "target.refused";
    if (b->orphaned) {
        *detail = b->broken;
        return "target.foreign_key";
    }
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (strcmp(why->sqlstate, codes[i].sqlstate) == 0)
            code = codes[i].code;
    if (why->constraint[0])
        *detail = constraint_words(b, live, why);
    else if (strcmp(code, "target.not_null") == 0)
        *detail = arena_text(b->t->scratch, "%s.%s", live->table.name, why->column);
    else
        *detail = other_words(b, part, why);
    return code;
}
