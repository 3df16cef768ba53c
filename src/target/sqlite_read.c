#include "target/target_sqlite.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "base/intl.h"
#include "base/json_canonical.h"
#include "base/number.h"

typedef struct {
    LiveTable *live;
    const Column **columns;
    size_t n;
    const char *id, *after_id;
    bool without_ours;
    int64_t limit; // 0: all
} ReadQuery;

// NUMERIC columns give 12.5 as a double; its money has two decimals all the same.
static bool exact(const Column *c, LiteStmt *s, int i, Buf *out)
{
    Decimal d;
    AUTO(buf_free) Buf text = {0};
    if (lite_type(s, i) == LITE_REAL)
        buf_addf(&text, "%.*f", c->scale, lite_double(s, i));
    else
        buf_add(&text, lite_text(s, i));
    if (!decimal_parse(buf_str(&text), &d) || !decimal_round(d, c->scale, ROUND_HALF_UP, &d))
        return false;
    decimal_format(d, out);
    return true;
}

static bool instant(Str text, Buf *out)
{
    Instant t;
    bool has_offset;
    if (!instant_parse(text, &t, &has_offset))
        return false;
    instant_format(t, out);
    return true;
}

static void lower(Str text, Buf *out)
{
    char *to = buf_room(out, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        to[i] = (char)tolower((unsigned char)text.at[i]);
    to[text.len] = 0;
    out->len += text.len;
}

Str sqlite_canonical(const Column *c, LiteStmt *s, int i, Buf *out)
{
    LiteType type = lite_type(s, i);
    buf_clear(out);
    switch (c->kind) {
    case COLUMN_BOOL:
        if (type == LITE_INTEGER)
            return lite_int(s, i) ? STR("1") : STR("0");
        break;
    case COLUMN_INT:
        if (type == LITE_REAL && fabs(lite_double(s, i)) < 9e15 &&
            trunc(lite_double(s, i)) == lite_double(s, i)) {
            buf_addf(out, "%.0f", lite_double(s, i));
            return buf_str(out);
        }
        break;
    case COLUMN_DECIMAL:
        if (type != LITE_NULL && type != LITE_BLOB && exact(c, s, i, out))
            return buf_str(out);
        break;
    case COLUMN_INSTANT:
        if (type == LITE_TEXT && instant(lite_text(s, i), out))
            return buf_str(out);
        break;
    case COLUMN_UUID:
        if (type == LITE_TEXT) {
            lower(lite_text(s, i), out);
            return buf_str(out);
        }
        break;
    case COLUMN_JSON:
        if (type == LITE_TEXT)
            return json_canonical(lite_text(s, i), out) ? buf_str(out) : lite_text(s, i);
        break;
    case COLUMN_DOUBLE:
    case COLUMN_TEXT:
    case COLUMN_DATE: break;
    }
    if (type == LITE_REAL) {
        number_shortest(lite_double(s, i), out);
        return buf_str(out);
    }
    return lite_text(s, i);
}

// Rows this tool inserted, in whichever clinic's migration: the journal holds one list of ids per batch.
static const char not_ours[] = " NOT IN (SELECT e.value FROM mudanza_journal j JOIN json_each(j.ids) e"
                               " WHERE j.operation = 'insert' AND e.value IS NOT NULL"
                               " AND j.table_id = (SELECT id FROM mudanza_tables WHERE name = ?2))";

static LiteStmt *prepare_read(SqliteTarget *t, const ReadQuery *q, Err *err)
{
    bool exclude = false;
    if (q->without_ours && !lite_table_exists(t->db, "mudanza_journal", &exclude, err))
        return NULL;
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "SELECT ");
    for (size_t i = 0; i < q->n; i++) {
        buf_add_text(&sql, i ? ", " : "");
        sqlite_quote(&sql, q->columns[i]->name);
    }
    buf_add_text(&sql, " FROM ");
    sqlite_quote(&sql, q->live->table.name);
    buf_add_text(&sql, " WHERE 1");
    if (q->after_id) {
        buf_add_text(&sql, " AND ");
        sqlite_quote(&sql, q->id);
        buf_add_text(&sql, " > ?1");
    }
    if (exclude) {
        buf_add_text(&sql, " AND ");
        sqlite_quote(&sql, q->id);
        buf_add_text(&sql, not_ours);
    }
    buf_add_text(&sql, " ORDER BY ");
    sqlite_quote(&sql, q->id);
    if (q->limit > 0)
        buf_addf(&sql, " LIMIT %lld", (long long)q->limit);
    LiteStmt *s = lite_prepare(t->db, buf_text(&sql), err);
    if (s && q->after_id)
        lite_bind_text(s, 0, str_of(q->after_id));
    if (s && exclude)
        lite_bind_text(s, 1, str_of(q->live->table.name));
    return s;
}

static bool find_columns(SqliteTarget *t, ReadQuery *q, const char *table, const char *const *columns,
                         const char *id, Err *err)
{
    q->live = sqlite_live(t, table, err);
    if (!q->live)
        return err->kind == ERR_NONE ? err_set(err, ERR_TARGET, _("the target has no table %s"), table)
                                     : false;
    for (size_t i = 0; i < q->n; i++) {
        q->columns[i] = sqlite_column(q->live, columns[i]);
        if (!q->columns[i])
            return err_set(err, ERR_TARGET, _("the target's table %s has no column %s"), table, columns[i]);
    }
    for (size_t i = 0; !id && i < q->live->table.n; i++) {
        if (q->live->table.columns[i].primary_key)
            id = q->live->table.columns[i].name;
    }
    q->id = id;
    return id || err_set(err, ERR_TARGET, _("the target's table %s has no primary key"), table);
}

bool sqlite_read(Target *base, const char *table, const char *const *columns, size_t n, bool without_ours,
                 const char *id_column, const char *after_id, int64_t limit,
                 bool (*row)(void *arg, const Str *values, Err *err), void *arg, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    AUTO(arena_free_at) Arena *a = arena_new();
    ReadQuery q = {.columns = arena_many(a, const Column *, n + 1),
                   .n = n,
                   .without_ours = without_ours,
                   .after_id = after_id,
                   .limit = limit};
    if (!find_columns(t, &q, table, columns, id_column, err))
        return false;
    AUTO(lite_finish_at) LiteStmt *s = prepare_read(t, &q, err);
    if (!s)
        return false;
    Str *values = arena_many(a, Str, n + 1);
    Buf *texts = arena_many(a, Buf, n + 1);
    bool ok = true;
    LiteStep step;
    while (ok && (step = lite_step(s, err)) == LITE_ROW) {
        for (size_t i = 0; i < n; i++)
            values[i] = sqlite_canonical(q.columns[i], s, (int)i, &texts[i]);
        ok = row(arg, values, err);
    }
    for (size_t i = 0; i < n; i++)
        buf_free(&texts[i]);
    return ok && step == LITE_DONE;
}
