#include "target/target_postgres.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/json_canonical.h"
#include "base/number.h"

typedef struct {
    PgTable *live;
    size_t *columns; // of live
    size_t n, id;
    const char *after_id;
    bool without_ours;
    int64_t limit; // 0 and less: all
} ReadQuery;

void postgres_select(Buf *sql, const PgTable *live, size_t column)
{
    buf_add_text(sql, "t.");
    pg_quote(sql, live->table.columns[column].name);
    if (live->table.columns[column].kind == COLUMN_TEXT) // of char(n) without the blanks at its end
        buf_add_text(sql, "::text");
}

// ---- Canonical forms --------------------------------------------------------------------------------

// 2026-01-02 09:00:00[.25][+00], as the session's settings make the server write it; what is none stays.
static Str instant(Str given, Buf *out)
{
    enum { WHOLE = sizeof "2026-01-02 09:00:00" - 1, DECIMALS = 6 };
    size_t len = given.len - (str_ends(given, "+00") ? 3 : 0);
    bool plain = len >= WHOLE && given.at[4] == '-' && given.at[10] == ' ' &&
                 (len == WHOLE || (given.at[WHOLE] == '.' && len - WHOLE - 1 <= DECIMALS));
    if (!plain)
        return given;
    buf_add(out, (Str){given.at, len});
    for (size_t i = len; len > WHOLE && i < WHOLE + 1 + DECIMALS; i++)
        buf_add_char(out, '0');
    buf_add_text(out, "+00:00");
    return buf_str(out);
}

static Str shortest(Str given, Buf *out)
{
    char text[64], *end;
    if (given.len >= sizeof text)
        return given;
    memcpy(text, given.at, given.len);
    text[given.len] = 0;
    double value = strtod(text, &end);
    if (end != text + given.len || !isfinite(value))
        return given;
    number_shortest(value, out);
    return buf_str(out);
}

Str postgres_canonical(const Column *c, Str given, Buf *out)
{
    buf_clear(out);
    if (!given.at)
        return given;
    switch (c->kind) {
    case COLUMN_BOOL: return str_is(given, "t") ? STR("1") : str_is(given, "f") ? STR("0") : given;
    case COLUMN_INSTANT: return instant(given, out);
    case COLUMN_DOUBLE: return shortest(given, out);
    case COLUMN_JSON: return json_canonical(given, out) ? buf_str(out) : given;
    case COLUMN_TEXT:
    case COLUMN_UUID:
    case COLUMN_INT:
    case COLUMN_DECIMAL:
    case COLUMN_DATE: break;
    }
    return given;
}

// ---- Rows -------------------------------------------------------------------------------------------

typedef struct {
    const PgTable *live;
    const size_t *columns;
    size_t n;
    Str *values;
    Buf *texts; // per column
    Buf scratch;
    bool (*row)(void *arg, const Str *values, Err *err);
    void *arg;
} Lines;

static bool take_line(void *arg, Str line, Err *err)
{
    Lines *l = arg;
    buf_clear(&l->scratch);
    for (size_t i = 0; i < l->n && pg_copy_next(&line, &l->scratch, &l->values[i]); i++)
        l->values[i] = postgres_canonical(&l->live->table.columns[l->columns[i]], l->values[i], &l->texts[i]);
    return l->row(l->arg, l->values, err);
}

bool postgres_rows(PostgresTarget *t, const PgTable *live, const size_t *columns, size_t n,
                   const char *behind, bool (*row)(void *arg, const Str *values, Err *err), void *arg,
                   Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "COPY (SELECT ");
    for (size_t i = 0; i < n; i++) {
        buf_add_text(&sql, i ? ", " : "");
        postgres_select(&sql, live, columns[i]);
    }
    buf_addf(&sql, " FROM %s t%s) TO STDOUT", live->quoted, behind);
    Lines l = {live, columns, n, arena_many(a, Str, n + 1), arena_many(a, Buf, n + 1), {0}, row, arg};
    bool ok = pg_copy_out(t->db, buf_text(&sql), take_line, &l, err);
    for (size_t i = 0; i < n; i++)
        buf_free(&l.texts[i]);
    buf_free(&l.scratch);
    return ok;
}

// ---- Reading in the order of the id -----------------------------------------------------------------

// Texts are ordered bytewise, whatever the database's collation is.
static void add_id(Buf *sql, const ReadQuery *q, bool as_text)
{
    buf_add_text(sql, "t.");
    pg_quote(sql, q->live->table.columns[q->id].name);
    if (as_text || q->live->table.columns[q->id].kind == COLUMN_TEXT)
        buf_add_text(sql, "::text COLLATE \"C\"");
}

// Those too that a rollback could not take back.
void postgres_ours(Buf *sql, const PgTable *live, const char *id)
{
    AUTO(buf_free) Buf table = {0};
    pg_literal(&table, str_of(live->table.name));
    buf_addf(sql,
             "EXISTS (SELECT FROM ("
             "SELECT m.id FROM mudanza.entity_mappings m JOIN mudanza.tables n ON n.id = m.table_id"
             " WHERE n.name = %s AND NOT m.linked"
             " UNION ALL SELECT i.id FROM mudanza.journal j JOIN mudanza.tables n ON n.id = j.table_id"
             " CROSS JOIN LATERAL unnest(j.ids) i (id) WHERE n.name = %s AND j.operation = 'insert'"
             " UNION ALL SELECT k.id FROM mudanza.kept k JOIN mudanza.tables n ON n.id = k.table_id"
             " WHERE n.name = %s) ours WHERE ours.id COLLATE \"C\" = %s)",
             buf_text(&table), buf_text(&table), buf_text(&table), id);
}

static bool has_ledger(PostgresTarget *t, bool *yes, Err *err)
{
    AUTO(pg_rows_free_at)
    PgRows *r = pg_query(t->db, "SELECT to_regclass('mudanza.kept') IS NOT NULL", NULL, 0, err);
    *yes = r && pg_true(r, 0, 0);
    return r;
}

static bool find_columns(PostgresTarget *t, ReadQuery *q, const char *table, const char *const *columns,
                         const char *id, Err *err)
{
    q->live = postgres_live(t, table, err);
    if (!q->live)
        return err->kind == ERR_NONE ? err_set(err, ERR_TARGET, _("the target has no table %s"), table)
                                     : false;
    for (size_t i = 0; i < q->n; i++) {
        q->columns[i] = postgres_column(q->live, columns[i]);
        if (q->columns[i] == SIZE_MAX)
            return err_set(err, ERR_TARGET, _("the target's table %s has no column %s"), table, columns[i]);
    }
    for (size_t i = 0; !id && i < q->live->table.n; i++) {
        if (q->live->table.columns[i].primary_key)
            id = q->live->table.columns[i].name;
    }
    if (!id)
        return err_set(err, ERR_TARGET, _("the target's table %s has no primary key"), table);
    q->id = postgres_column(q->live, id);
    return q->id != SIZE_MAX ||
           err_set(err, ERR_TARGET, _("the target's table %s has no column %s"), table, id);
}

bool postgres_read(Target *base, const char *table, const char *const *columns, size_t n, bool without_ours,
                   const char *id_column, const char *after_id, int64_t limit,
                   bool (*row)(void *arg, const Str *values, Err *err), void *arg, Err *err)
{
    PostgresTarget *t = postgres_of(base);
    AUTO(arena_free_at) Arena *a = arena_new();
    ReadQuery q = {.columns = arena_many(a, size_t, n + 1), .n = n, .after_id = after_id, .limit = limit};
    err->kind = ERR_NONE;
    if (!find_columns(t, &q, table, columns, id_column, err) ||
        (without_ours && !has_ledger(t, &q.without_ours, err)))
        return false;
    AUTO(buf_free) Buf behind = {0};
    buf_add_text(&behind, " WHERE true");
    if (after_id) {
        buf_add_text(&behind, " AND ");
        add_id(&behind, &q, false);
        buf_add_text(&behind, " > ");
        pg_literal(&behind, str_of(after_id));
    }
    if (q.without_ours) {
        AUTO(buf_free) Buf id = {0};
        add_id(&id, &q, true);
        buf_add_text(&behind, " AND NOT ");
        postgres_ours(&behind, q.live, buf_text(&id));
    }
    buf_add_text(&behind, " ORDER BY ");
    add_id(&behind, &q, false);
    if (limit > 0)
        buf_addf(&behind, " LIMIT %lld", (long long)limit);
    return postgres_rows(t, q.live, q.columns, n, buf_text(&behind), row, arg, err);
}
