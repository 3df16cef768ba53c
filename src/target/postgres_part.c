#include "target/postgres_writer.h"

#include <string.h>

#include "base/intl.h"

static const char *keep(PostgresTarget *t, const Buf *text)
{
    return arena_text(t->arena, "%s", buf_text(text));
}

static bool find_columns(PostgresTarget *t, PgPart *p, const WritePart *part, Err *err)
{
    p->columns = arena_many(t->arena, size_t, p->n + 1);
    p->binary = true;
    for (size_t i = 0; i < p->n; i++) {
        p->columns[i] = postgres_column(p->live, part->columns[i]);
        if (p->columns[i] == SIZE_MAX)
            return err_set(err, ERR_TARGET, _("%s: the target's table %s has no column %s"), part->name,
                           part->table, part->columns[i]);
        p->binary &= postgres_has_binary(p->live, p->columns[i]);
    }
    return true;
}

static void write_names(PostgresTarget *t, PgPart *p, const WritePart *part)
{
    AUTO(buf_free) Buf names = {0}, sets = {0};
    for (size_t i = 0; i < p->n; i++) {
        buf_add_text(&names, i ? ", " : "");
        pg_quote(&names, part->columns[i]);
        if (i == p->id || (p->kept && p->kept[i]))
            continue;
        buf_add_text(&sets, sets.len ? ", " : "");
        pg_quote(&sets, part->columns[i]);
        buf_add_text(&sets, " = s.");
        pg_quote(&sets, part->columns[i]);
    }
    p->names = keep(t, &names);
    p->sets = keep(t, &sets);
}

// The canonical text of every column, and the image an undo brings back: each column as text.
static void write_stored(PostgresTarget *t, PgPart *p)
{
    AUTO(buf_free) Buf stored = {0}, names = {0}, texts = {0};
    for (size_t i = 0; i < p->live->table.n; i++) {
        const char *name = p->live->table.columns[i].name;
        buf_add_text(&stored, i ? ", " : "");
        postgres_select(&stored, p->live, i);
        buf_add_text(&names, i ? ", " : "");
        pg_literal(&names, str_of(name));
        buf_add_text(&texts, i ? ", t." : "t.");
        pg_quote(&texts, name);
        buf_add_text(&texts, "::text");
    }
    p->stored = keep(t, &stored);
    p->image = arena_text(t->arena, "jsonb_object(ARRAY[%s], ARRAY[%s])", buf_text(&names), buf_text(&texts));
}

// A name without digits: the first number in what COPY says of a bad line is then the line.
static void name_stage(PostgresTarget *t, PgPart *p)
{
    AUTO(buf_free) Buf name = {0};
    size_t n = 0;
    for (const PgPart *other = postgres_writer(t)->parts; other; other = other->next)
        n++;
    do
        buf_add_char(&name, (char)('a' + n % 26));
    while (n /= 26);
    p->stage = arena_text(t->arena, "pg_temp.mudanza_stage_%s", buf_text(&name));
    p->make_stage =
        arena_text(t->arena,
                   "CREATE TEMP TABLE IF NOT EXISTS mudanza_stage_%s ON COMMIT DELETE ROWS AS SELECT"
                   " 0 AS \"mudanza.row\", ''::text AS \"mudanza.op\", %s FROM %s WITH NO DATA",
                   buf_text(&name), p->names, p->live->quoted);
}

static void look_at_constraints(PgPart *p)
{
    const PgTable *live = p->live;
    p->reads_back = live->reads_back;
    for (size_t i = 0; i < live->table.n; i++) {
        bool filled = false;
        for (size_t k = 0; k < p->n; k++)
            filled |= p->columns[k] == i;
        p->reads_back |= !filled && live->table.columns[i].has_default;
    }
    for (size_t i = 0; i < live->n_uniques; i++)
        p->deferrable |= live->uniques[i].deferrable;
    for (size_t i = 0; i < live->n_foreign; i++)
        p->deferrable |= live->foreign[i].deferrable;
}

PgPart *postgres_part(PostgresTarget *t, const WritePart *part, Err *err)
{
    AUTO(buf_free) Buf signature = {0};
    PgWriter *w = postgres_writer(t);
    buf_addf(&signature, "%s\n%zu", part->table, part->id);
    for (size_t i = 0; i < part->n_columns; i++)
        buf_addf(&signature, "\n%s%s", part->kept && part->kept[i] ? "\t" : "", part->columns[i]);
    for (PgPart *p = w->parts; p; p = p->next)
        if (strcmp(p->signature, buf_text(&signature)) == 0)
            return p;
    PgTable *live = postgres_live(t, part->table, err);
    if (!live) {
        if (err->kind == ERR_NONE)
            err_set(err, ERR_TARGET, _("%s: the target has no table %s"), part->name, part->table);
        return NULL;
    }
    PgPart *p = arena_one(t->arena, PgPart);
    p->signature = keep(t, &signature);
    p->live = live;
    p->n = part->n_columns;
    p->id = part->id;
    if (part->kept)
        for (size_t i = 0; i < p->n && !p->kept; i++)
            p->kept = part->kept[i] ? arena_copy(t->arena, part->kept, p->n * sizeof *part->kept) : NULL;
    if (!find_columns(t, p, part, err))
        return NULL;
    if (p->n) {
        write_names(t, p, part);
        write_stored(t, p);
        name_stage(t, p);
        look_at_constraints(p);
    }
    p->next = w->parts;
    w->parts = p;
    return p;
}

void postgres_writer_free(PostgresTarget *t)
{
    PgWriter *w = t->writer;
    if (w)
        buf_free(&w->bytes);
}
