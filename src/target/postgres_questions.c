// What the server is asked about staged rows before they are written.
#include "target/postgres_judge.h"

#include <string.h>

static bool ask(PgJudge *j, const char *sql, PgRows **answer, Err *err)
{
    Pg *db = j->b->t->db;
    Err failed = {0};
    *answer = NULL;
    if (!pg_exec(db, "SAVEPOINT mudanza_question", err))
        return false;
    *answer = pg_query(db, sql, NULL, 0, &failed);
    if (*answer)
        return pg_exec(db, "RELEASE mudanza_question", err);
    PgClass class = pg_trouble(db)->class;
    if (class == PG_DATA || class == PG_SCHEMA)
        return pg_exec(db, "ROLLBACK TO mudanza_question", err);
    *err = failed;
    return false;
}

// The row of the answer's line, unless it is not written after all, or not in these columns.
static const PgRow *judged_row(const PgJudge *j, const PgRows *answer, size_t line, const size_t *columns,
                               size_t n)
{
    const PgBatch *b = j->b;
    const PgPart *p = b->parts[j->part];
    const PgRow *row = &b->rows[j->part][pg_int(answer, line, 0)];
    if (!postgres_is_written(b, row))
        return NULL;
    for (size_t i = 0; row->there && p->kept && i < p->n; i++)
        for (size_t k = 0; k < n; k++)
            if (p->kept[i] && p->columns[i] == columns[k])
                return NULL;
    return row;
}

static bool fills(const PgPart *p, const size_t *columns, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t i = 0;
        while (i < p->n && p->columns[i] != columns[k])
            i++;
        // Of a type of an extension: its operators are not in the session's search path.
        if (i == p->n || strstr(p->live->types[columns[k]], "citext"))
            return false;
    }
    return n > 0;
}

static void add_pair(Buf *sql, const char *between, const char *left, const char *a, const char *operator,
                     const char * right, const char *b)
{
    buf_addf(sql, "%s%s.", between, left);
    pg_quote(sql, a);
    buf_addf(sql, " %s %s.", operator, right);
    pg_quote(sql, b);
}

static bool taken_in_table(PgJudge *j, const PgUnique *u, Err *err)
{
    const PgPart *p = j->b->parts[j->part];
    const PgTable *live = p->live;
    const char *id = live->table.columns[p->columns[p->id]].name;
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "SELECT s.\"mudanza.row\", x.");
    pg_quote(&sql, id);
    buf_addf(&sql, "::text FROM %s s JOIN %s x ON ", p->stage, live->quoted);
    for (size_t i = 0; i < u->n; i++) {
        const char *name = live->table.columns[u->columns[i]].name;
        add_pair(&sql, i ? " AND " : "", "x", name, u->nulls_equal ? "IS NOT DISTINCT FROM" : "=", "s", name);
    }
    buf_add_text(&sql, " WHERE s.\"mudanza.op\" = 'n' OR");
    add_pair(&sql, " ", "x", id, "IS DISTINCT FROM", "s", id);
    AUTO(pg_rows_free_at) PgRows *taken;
    if (!ask(j, buf_text(&sql), &taken, err))
        return false;
    for (size_t i = 0; taken && i < pg_rows(taken); i++) {
        const PgRow *row = judged_row(j, taken, i, u->columns, u->n);
        if (row)
            postgres_find_guilty(j, row->item, "target.unique",
                                 postgres_unique_words(j->b->t->scratch, live, u, pg_value(taken, i, 1)));
    }
    return true;
}

static bool rivals_in_batch(PgJudge *j, const PgUnique *u, Err *err)
{
    const PgPart *p = j->b->parts[j->part];
    AUTO(buf_free) Buf sql = {0}, names = {0}, given = {0};
    for (size_t i = 0; i < u->n; i++) {
        buf_add_text(&names, i ? ", " : "");
        pg_quote(&names, p->live->table.columns[u->columns[i]].name);
        buf_add_text(&given, i ? " AND " : " WHERE ");
        pg_quote(&given, p->live->table.columns[u->columns[i]].name);
        buf_add_text(&given, " IS NOT NULL");
    }
    buf_addf(&sql,
             "SELECT row, g FROM (SELECT \"mudanza.row\" AS row, dense_rank() OVER (ORDER BY %s) AS g,"
             " count(*) OVER (PARTITION BY %s) AS n FROM %s%s) d WHERE n > 1",
             buf_text(&names), buf_text(&names), p->stage, u->nulls_equal ? "" : buf_text(&given));
    AUTO(pg_rows_free_at) PgRows *same;
    if (!ask(j, buf_text(&sql), &same, err))
        return false;
    size_t base = j->groups;
    const char *words = postgres_unique_words(j->b->t->scratch, p->live, u, (Str){NULL, 0});
    for (size_t i = 0; same && i < pg_rows(same); i++) {
        const PgRow *row = judged_row(j, same, i, u->columns, u->n);
        PgRival one = {.words = words, .group = base + (size_t)pg_int(same, i, 1)};
        j->groups = MAX(j->groups, one.group);
        if (!row)
            continue;
        one.item = row->item;
        one.id = row->values[p->id];
        buf_add(&j->rivals, (Str){(const char *)&one, sizeof one});
    }
    return true;
}

bool postgres_ask_uniques(PgJudge *j, Err *err)
{
    const PgPart *p = j->b->parts[j->part];
    for (size_t i = 0; i < p->live->n_uniques; i++)
        if (fills(p, p->live->uniques[i].columns, p->live->uniques[i].n) &&
            !taken_in_table(j, &p->live->uniques[i], err))
            return false;
    return true;
}

bool postgres_ask_rivals(PgJudge *j, Err *err)
{
    const PgPart *p = j->b->parts[j->part];
    for (size_t i = 0; i < p->live->n_uniques; i++)
        if (fills(p, p->live->uniques[i].columns, p->live->uniques[i].n) &&
            !rivals_in_batch(j, &p->live->uniques[i], err))
            return false;
    return true;
}

static bool orphans(PgJudge *j, const PgForeignKey *f, PgRows **without, Err *err)
{
    const PgPart *p = j->b->parts[j->part];
    AUTO(buf_free) Buf sql = {0}, parent = {0};
    pg_quote(&parent, f->schema);
    buf_add_char(&parent, '.');
    pg_quote(&parent, f->table);
    // Under row security the parents we may see are not all there are: then the key itself has to say it.
    buf_addf(&sql, "SELECT s.\"mudanza.row\" FROM %s s WHERE NOT row_security_active(", p->stage);
    pg_literal(&sql, buf_str(&parent));
    buf_add_text(&sql, "::regclass)");
    for (size_t i = 0; i < f->n; i++) {
        buf_add_text(&sql, " AND s.");
        pg_quote(&sql, p->live->table.columns[f->columns[i]].name);
        buf_add_text(&sql, " IS NOT NULL");
    }
    buf_addf(&sql, " AND NOT EXISTS (SELECT 1 FROM %s x WHERE ", buf_text(&parent));
    for (size_t i = 0; i < f->n; i++)
        add_pair(&sql, i ? " AND " : "", "x", f->parents[i], "=", "s",
                 p->live->table.columns[f->columns[i]].name);
    buf_add_char(&sql, ')');
    return ask(j, buf_text(&sql), without, err);
}

bool postgres_ask_parents(PgJudge *j, bool **missing, Err *err)
{
    const PgPart *p = j->b->parts[j->part];
    for (size_t k = 0; k < p->live->n_foreign; k++) {
        const PgForeignKey *f = &p->live->foreign[k];
        AUTO(pg_rows_free_at) PgRows *without = NULL;
        if (fills(p, f->columns, f->n) && !orphans(j, f, &without, err))
            return false;
        if (!without || !pg_rows(without))
            continue;
        missing[k] = arena_many(j->b->t->scratch, bool, j->b->n_rows[j->part] + 1);
        for (size_t i = 0; i < pg_rows(without); i++)
            if (judged_row(j, without, i, f->columns, f->n))
                missing[k][pg_int(without, i, 0)] = true;
    }
    return true;
}

// May rows of this part be the parents?
static bool is_parent(const PgJudge *j, const PgForeignKey *f, size_t part)
{
    size_t columns[32], n = 0;
    const PgPart *q = j->b->parts[part];
    const char *dot = strchr(q->live->table.name, '.');
    for (; n < f->n && n < ARRAY_LEN(columns); n++)
        columns[n] = postgres_column(q->live, f->parents[n]);
    return q->n && j->b->n_rows[part] && n == f->n && strcmp(q->live->schema, f->schema) == 0 &&
           strcmp(dot ? dot + 1 : q->live->table.name, f->table) == 0 && fills(q, columns, n);
}

static bool find_in_batch(PgJudge *j, const PgForeignKey *f, size_t part, const char *words, bool *missing,
                          Err *err)
{
    const PgPart *p = j->b->parts[j->part];
    AUTO(buf_free) Buf sql = {0};
    AUTO(pg_rows_free_at) PgRows *found;
    buf_addf(&sql, "SELECT s.\"mudanza.row\", q.\"mudanza.row\" FROM %s s JOIN %s q ON ", p->stage,
             j->b->parts[part]->stage);
    for (size_t i = 0; i < f->n; i++)
        add_pair(&sql, i ? " AND " : "", "q", f->parents[i], "=", "s",
                 p->live->table.columns[f->columns[i]].name);
    buf_add_text(&sql, " ORDER BY 1");
    if (!ask(j, buf_text(&sql), &found, err))
        return false;
    size_t last = SIZE_MAX;
    for (size_t i = 0; found && i < pg_rows(found); i++) {
        size_t row = (size_t)pg_int(found, i, 0);
        if (!missing[row] && row != last)
            continue;
        j->numbers += row != last;
        last = row;
        missing[row] = false;
        PgNeed one = {j->b->rows[j->part][row].item, j->numbers, j->b->rows[part][pg_int(found, i, 1)].item,
                      words};
        buf_add(&j->needs, (Str){(const char *)&one, sizeof one});
    }
    return true;
}

bool postgres_ask_needs(PgJudge *j, bool **missing, Err *err)
{
    const PgPart *p = j->b->parts[j->part];
    for (size_t k = 0; k < p->live->n_foreign; k++) {
        const PgForeignKey *f = &p->live->foreign[k];
        const char *words = missing[k] ? postgres_foreign_words(j->b->t->scratch, p->live, f) : NULL;
        for (size_t part = 0; missing[k] && part < j->b->batch->n_parts; part++)
            if (is_parent(j, f, part) && !find_in_batch(j, f, part, words, missing[k], err))
                return false;
        for (size_t r = 0; missing[k] && r < j->b->n_rows[j->part]; r++)
            if (missing[k][r])
                postgres_find_guilty(j, j->b->rows[j->part][r].item, "target.foreign_key", words);
    }
    return true;
}

bool postgres_ask_checks(PgJudge *j, Err *err)
{
    PgPart *p = j->b->parts[j->part];
    if (!postgres_read_checks(j->b->t, p, err))
        return false;
    for (size_t c = 0; c < p->n_checks; c++) {
        AUTO(buf_free) Buf sql = {0};
        AUTO(pg_rows_free_at) PgRows *failed;
        buf_addf(&sql, "SELECT \"mudanza.row\" FROM %s WHERE NOT (%s)", p->stage, p->checks[c].condition);
        if (!ask(j, buf_text(&sql), &failed, err))
            return false;
        for (size_t i = 0; failed && i < pg_rows(failed); i++) {
            const PgRow *row = judged_row(j, failed, i, NULL, 0);
            if (row)
                postgres_find_guilty(
                    j, row->item, "target.check",
                    arena_text(j->b->t->scratch, "%s (%s)", p->live->table.name, p->checks[c].name));
        }
    }
    return true;
}
