#include "map/work_tables.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/intl.h"
#include "base/text.h"
#include "map/compose_try.h"
#include "map/link_tables.h"

// Whether the SQL names the table: looked for as a word, since what stands in the cache is of another day.
static bool names(const char *sql, const char *table)
{
    size_t len = strlen(table);
    for (const char *at = sql; *at; at++) {
        bool begins = at == sql || (!isalnum((unsigned char)at[-1]) && at[-1] != '_');
        if (begins && strncasecmp(at, table, len) == 0 && !isalnum((unsigned char)at[len]) && at[len] != '_')
            return true;
    }
    return false;
}

static const Work *waits_for(const Profile *p, const Work *w, const bool *placed)
{
    for (size_t i = 0; i < p->n_works; i++)
        if (!placed[i] && names(w->sql.sql, p->works[i]->table))
            return p->works[i];
    return NULL;
}

static void tell_loop(Mapper *m, const bool *placed, Problems *problems)
{
    const Profile *p = m->o.profile;
    size_t first = 0;
    while (placed[first])
        first++;
    const Work *at = p->works[first];
    for (size_t i = 0; i < p->n_works; i++) // after that many steps the walk is on the loop
        at = waits_for(p, at, placed);
    const Work *start = at;
    AUTO(buf_free) Buf loop = {0};
    do {
        buf_addf(&loop, "%s -> ", at->label);
        at = waits_for(p, at, placed);
    } while (at != start);
    problems_add(problems, PROBLEM_ERROR, start->file, start->sql.line, start->sql.col,
                 _("work tables need each other in a loop: %s%s"), buf_text(&loop), start->label);
}

// Each behind those it reads.
static bool put_in_order(Mapper *m, Problems *problems)
{
    const Profile *p = m->o.profile;
    bool *placed = arena_many(m->arena, bool, p->n_works);
    m->works = arena_many(m->arena, ReadyWork, p->n_works);
    for (size_t n = 0; n < p->n_works;) {
        size_t next = 0;
        while (next < p->n_works && (placed[next] || waits_for(p, p->works[next], placed)))
            next++;
        if (next == p->n_works) {
            tell_loop(m, placed, problems);
            return false;
        }
        placed[next] = true;
        m->works[n++].work = p->works[next];
    }
    return true;
}

static bool is_column(const ReadyWork *w, Str name)
{
    for (size_t i = 0; i < w->n_columns; i++)
        if (str_is(name, w->columns[i]))
            return true;
    return false;
}

// index: "a, b" as quoted columns of the table; NULL and a problem when one is none.
static const char *quoted_columns(Mapper *m, const ReadyWork *w, Expression e, Problems *problems)
{
    AUTO(buf_free) Buf out = {0};
    for (const char *at = e.sql;; at++) {
        size_t len = strcspn(at, ",");
        Str name = str_trim((Str){at, len});
        if (!is_column(w, name)) {
            const char *word = str_keep(m->arena, name);
            Problem *p = problems_add(problems, PROBLEM_ERROR, w->work->file, e.line, e.col,
                                      _("index: %s has no column '%s'"), w->work->table, word);
            const char *near = text_nearest(word, w->columns, w->n_columns);
            p->hint = near ? arena_text(m->arena, _("did you mean '%s'?"), near) : NULL;
            return NULL;
        }
        buf_addf(&out, "%s\"%.*s\"", out.len ? ", " : "", STR_ARG(name));
        at += len;
        if (!*at)
            return str_keep(m->arena, buf_str(&out));
    }
}

static const char *create_text(Mapper *m, const ReadyWork *w)
{
    AUTO(buf_free) Buf sql = {0};
    buf_addf(&sql, "CREATE TABLE \"%s\"(", w->work->table);
    for (size_t i = 0; i < w->n_columns; i++) {
        buf_add_text(&sql, i ? ", \"" : "\"");
        for (const char *c = w->columns[i]; *c; c++) {
            if (*c == '"')
                buf_add_char(&sql, '"');
            buf_add_char(&sql, *c);
        }
        buf_add_char(&sql, '"');
    }
    buf_add_char(&sql, ')');
    return str_keep(m->arena, buf_str(&sql));
}

static bool make_indexes(Mapper *m, const ReadyWork *w, Err *err)
{
    for (size_t i = 0; i < w->work->n_indexes; i++)
        if (!lite_execf(m->db, err, "CREATE INDEX \"%w_by_%d\" ON \"%w\"(%s)", w->work->table, (int)i,
                        w->work->table, w->indexes[i]))
            return false;
    return true;
}

static bool make_empty(Mapper *m, const ReadyWork *w, Err *err)
{
    return lite_execf(m->db, err, "DROP TABLE IF EXISTS \"%w\"", w->work->table) &&
           lite_execf(m->db, err, "DELETE FROM _about WHERE key = %Q", w->work->label) &&
           lite_exec(m->db, w->create, err);
}

// A table keeps its rows while its columns stay the same. Whoever only looks gets an empty one in its place.
static bool make_table(Mapper *m, ReadyWork *w, Err *err)
{
    static const char table[] = "CREATE TABLE";
    const char *existing;
    w->create = create_text(m, w);
    if (!lite_one_text(m->db, m->arena, &existing, err,
                       "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = %Q", w->work->table))
        return false;
    if (existing && strcmp(existing, w->create) == 0)
        return true;
    if (m->o.looks)
        return lite_execf(m->db, err, "CREATE TEMP TABLE%s", w->create + sizeof table - 1);
    return make_empty(m, w, err) && make_indexes(m, w, err);
}

static void keep_columns(Mapper *m, ReadyWork *w, LiteStmt *s)
{
    w->n_columns = (size_t)lite_columns(s);
    w->columns = arena_many(m->arena, const char *, w->n_columns);
    for (size_t i = 0; i < w->n_columns; i++)
        w->columns[i] = arena_text(m->arena, "%s", lite_column_name(s, (int)i));
}

// The statement alone and in parentheses: what leaves them is sound in one of the two at most.
static bool check(Mapper *m, ReadyWork *w, Problems *problems)
{
    Expression sql = w->work->sql;
    Composer c = {.a = m->arena, .db = m->db, .file = w->work->file, .problems = problems, .deny_raising = true};
    composer_begin(&c);
    if (!composer_try(&c, "sql", sql, sql.sql))
        return false;
    c.keep_reads = true;
    w->composed.sql = arena_text(m->arena, "SELECT * FROM (%s\n)", sql.sql);
    AUTO(lite_finish_at) LiteStmt *s = NULL;
    const char *text = composer_prepare(&c, w->composed.sql, &s);
    if (text) {
        composer_complain(&c, "sql", sql, text);
        return false;
    }
    keep_columns(m, w, s);
    composer_sort_reads(&c);
    w->composed.reads = c.reads;
    w->composed.n_reads = c.n_reads;
    links_resolve(m, &w->composed);
    works_resolve(m, &w->composed, &w->used);
    w->indexes = arena_many(m->arena, const char *, w->work->n_indexes);
    bool ok = true;
    for (size_t i = 0; i < w->work->n_indexes; i++)
        ok &= !!(w->indexes[i] = quoted_columns(m, w, w->work->indexes[i], problems));
    return ok;
}

static bool is_known(const Profile *p, Str table)
{
    for (size_t i = 0; i < p->n_works; i++)
        if (str_is(table, p->works[i]->table))
            return true;
    return false;
}

// What a profile had once: no mapping is to go on reading it.
static bool drop_strangers(Mapper *m, Err *err)
{
    for (const char *name = "";;) {
        if (!lite_one_text(m->db, m->arena, &name, err,
                           "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name GLOB 'work_*'"
                           " AND name > %Q ORDER BY name",
                           name))
            return false;
        if (!name)
            return true;
        if (!is_known(m->o.profile, str_of(name)) && !profile_entity(m->o.profile, name) &&
            !lite_execf(m->db, err, "DROP TABLE \"%w\"", name))
            return false;
    }
}

bool works_prepare(Mapper *m, Problems *problems, Err *err)
{
    if (!put_in_order(m, problems))
        return true;
    if (!m->o.looks && !drop_strangers(m, err))
        return false;
    bool *bad = arena_many(m->arena, bool, m->o.profile->n_works);
    for (size_t i = 0; i < m->o.profile->n_works; i++) {
        for (size_t k = 0; k < i; k++) // what it reads is told of, and not there
            bad[i] |= bad[k] && names(m->works[i].work->sql.sql, m->works[k].work->table);
        bad[i] = bad[i] || !check(m, &m->works[i], problems);
        if (!bad[i] && !make_table(m, &m->works[i], err))
            return false;
    }
    return true;
}

static bool same_read(const ColumnRead *x, const ColumnRead *y)
{
    return !strcmp(x->table, y->table) && !strcmp(x->column, y->column) && !strcmp(x->schema, y->schema);
}

static void add_read(ColumnRead *list, size_t *n, const ColumnRead *read)
{
    for (size_t i = 0; i < *n; i++)
        if (same_read(&list[i], read))
            return;
    list[(*n)++] = *read;
}

static ReadyWork *work_of(Mapper *m, const ColumnRead *read)
{
    for (size_t i = 0; strcmp(read->schema, "main") == 0 && i < m->o.profile->n_works; i++)
        if (strcmp(m->works[i].work->table, read->table) == 0)
            return &m->works[i];
    return NULL;
}

void works_resolve(Mapper *m, Composed *composed, bool **used)
{
    size_t n = m->o.profile->n_works, room = composed->n_reads, kept = 0;
    *used = arena_many(m->arena, bool, n);
    for (size_t i = 0; i < n; i++)
        room += m->works[i].composed.n_reads;
    ColumnRead *list = arena_many(m->arena, ColumnRead, room);
    for (size_t i = 0; i < composed->n_reads; i++) {
        ReadyWork *w = work_of(m, &composed->reads[i]);
        if (!w)
            add_read(list, &kept, &composed->reads[i]);
        for (size_t k = 0; w && k < w->composed.n_reads; k++)
            add_read(list, &kept, &w->composed.reads[k]);
        for (size_t k = 0; w && k < n; k++)
            (*used)[k] |= k == (size_t)(w - m->works) || w->used[k];
    }
    composed->reads = list;
    composed->n_reads = kept;
}

void works_add_inputs(const Mapper *m, const bool *used, Inputs *out)
{
    for (size_t i = 0; i < m->o.profile->n_works; i++) {
        const Work *w = m->works[i].work;
        for (size_t k = 0; used[i] && k < w->n_pieces; k++)
            inputs_add(out, INPUT_MAPPING, arena_text(out->arena, "%s.yaml: %s", w->label, w->pieces[k].name),
                       w->pieces[k].canonical, w->pieces[k].text);
    }
}

static bool fill(Mapper *m, size_t i, Err *err)
{
    ReadyWork *w = &m->works[i];
    bool *used = arena_copy(m->arena, w->used, m->o.profile->n_works * sizeof *used);
    used[i] = true;
    Inputs inputs = {.arena = m->arena};
    if (!mapper_common_inputs(m, &w->composed, used, &inputs, err))
        return false;
    const char *now = inputs_fingerprint(&inputs), *made;
    if (!lite_one_text(m->db, m->arena, &made, err, "SELECT value FROM _about WHERE key = %Q", w->work->label))
        return false;
    if (made && strcmp(made, now) == 0)
        return true;
    return make_empty(m, w, err) &&
           lite_execf(m->db, err, "INSERT INTO \"%w\" %s", w->work->table, w->composed.sql) &&
           make_indexes(m, w, err) &&
           lite_execf(m->db, err, "INSERT INTO _about(key, value) VALUES(%Q, %Q)", w->work->label, now);
}

bool works_fill(Mapper *m, const Ready *r, Err *err)
{
    for (size_t i = 0; i < m->o.profile->n_works; i++)
        if (r->works[i] && !fill(m, i, err))
            return err_wrap(err, "%s", m->works[i].work->file);
    return true;
}
