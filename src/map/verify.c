#include "map/verify.h"

#include <string.h>

#include "base/cancel.h"
#include "map/mapper_state.h"
#include "map/value.h"
#include "map/verify_edited.h"

enum { PROGRESS_ROWS = 4096, MOST_DIFFERENT = 10000 }; // beyond these nobody asks who changed a row
enum { EXPECTED_ID, EXPECTED_KEY, EXPECTED_REFUSED, EXPECTED_FIRST };

// Two streams in the order of the id, merged: what should be there, and what is.
typedef struct {
    Mapper *m;
    Arena *arena;
    const Ready *r;
    LiteStmt *expected; // id, key, whether it was refused, then the filled columns
    Money *money;       // NULL: nothing to add up
    bool ended;
    const MapperWatch *watch;
    VerifyResult *result;
    Buf different; // DifferentRow
} Merge;

static bool remember_refused(void *arg, const TargetReject *reject, Err *err)
{
    LiteStmt *insert = arg;
    lite_bind_text(insert, 0, reject->key);
    return lite_run(insert, err);
}

// Keys the database refused, as its ledger tells.
static bool load_refused(Mapper *m, const char *entity, Err *err)
{
    if (!lite_exec(m->db,
                   "CREATE TEMP TABLE IF NOT EXISTS refused(key TEXT PRIMARY KEY) WITHOUT ROWID; DELETE FROM "
                   "refused",
                   err))
        return false;
    AUTO(lite_finish_at)
    LiteStmt *insert = lite_prepare(m->db, "INSERT OR IGNORE INTO refused VALUES(?)", err);
    return insert && m->o.target->kind->rejects(m->o.target, entity, remember_refused, insert, err);
}

static Str made_value(void *arg, size_t column)
{
    return lite_text(((Merge *)arg)->expected, EXPECTED_FIRST + (int)column);
}

static Str read_value(void *arg, size_t column)
{
    return ((const Str *)arg)[column + 1];
}

// To the next row that the target took.
static bool advance(Merge *g, Err *err)
{
    LiteStep step;
    while ((step = lite_step(g->expected, err)) == LITE_ROW) {
        bool refused = lite_int(g->expected, EXPECTED_REFUSED) != 0;
        if (g->money)
            money_add(g->money, MONEY_MADE, made_value, g);
        if (!refused)
            return true;
        if (g->money)
            money_add(g->money, MONEY_REFUSED, made_value, g);
    }
    g->ended = step == LITE_DONE;
    return g->ended;
}

// Of the first row only.
static void note(Merge *g, Str key, const char *column)
{
    if (g->result->where)
        return;
    g->result->where = g->r->mapping->name;
    g->result->key = str_keep(g->arena, key);
    g->result->column = column;
}

static void note_different(Merge *g, const char *column)
{
    g->result->different++;
    if (g->different.len >= MOST_DIFFERENT * sizeof(DifferentRow)) {
        note(g, lite_text(g->expected, EXPECTED_KEY), column);
        return;
    }
    const DifferentRow row = {.key = str_copy(g->arena, lite_text(g->expected, EXPECTED_KEY)),
                              .id = str_copy(g->arena, lite_text(g->expected, EXPECTED_ID)),
                              .column = column};
    buf_add(&g->different, (Str){(const char *)&row, sizeof row});
}

// As read gives them: texts bytewise, numbers by value.
static int compare(const Merge *g, Str b)
{
    Str a = lite_text(g->expected, EXPECTED_ID);
    Decimal x, y;
    if (g->r->id->kind == COLUMN_INT && decimal_parse(a, &x) && decimal_parse(b, &y))
        return decimal_cmp(x, y);
    int order = memcmp(a.at, b.at, MIN(a.len, b.len));
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static bool missing_up_to(Merge *g, Str id, Err *err)
{
    while (!g->ended && (!id.at || compare(g, id) < 0)) {
        g->result->rows++;
        g->result->missing++;
        note(g, lite_text(g->expected, EXPECTED_KEY), NULL);
        if (!advance(g, err))
            return false;
    }
    return true;
}

static bool compare_row(void *arg, const Str *values, Err *err)
{
    Merge *g = arg;
    if (!missing_up_to(g, values[0], err))
        return false;
    if (g->ended || compare(g, values[0]) != 0)
        return true; // a row of others
    if (g->money)
        money_add(g->money, MONEY_THERE, read_value, (void *)(uintptr_t)values);
    const char *differs = NULL;
    for (size_t i = 0; i < g->r->n_filled; i++) {
        const Column *c = g->r->filled[i].column;
        if (g->r->filled[i].owned ||
            value_same(c, lite_text(g->expected, EXPECTED_FIRST + (int)i), values[i + 1]))
            continue;
        differs = differs ? differs : c->name;
    }
    g->result->rows++;
    if (differs)
        note_different(g, differs);
    if (g->result->rows % PROGRESS_ROWS == 0) {
        if (!cancel_check(err))
            return false;
        if (g->watch->progress)
            g->watch->progress(g->watch->arg, g->result->rows);
    }
    return advance(g, err);
}

static LiteStmt *prepare_expected(Mapper *m, const Ready *r, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "SELECT id, key, key IN (SELECT key FROM refused)");
    for (size_t i = 0; i < r->n_filled; i++)
        buf_addf(&sql, ", \"%s\"", r->filled[i].out);
    buf_addf(&sql, " FROM \"%s\" WHERE link IS NULL ORDER BY %s", r->mapping->out,
             r->id->kind == COLUMN_INT ? "CAST(id AS INTEGER)" : "id");
    return lite_prepare(m->db, buf_text(&sql), err);
}

// Who changed the rows that differ: only what nobody else can have changed is our fault.
static bool ask_who(Merge *g, size_t part, Err *err)
{
    DifferentRow *rows = (DifferentRow *)(void *)g->different.at;
    size_t n = g->different.len / sizeof *rows;
    if (!verify_edited(g->m, g->arena, g->r->mapping->entity, part, rows, n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        g->result->edited += rows[i].edited;
        g->result->different -= rows[i].edited;
        if (!rows[i].edited)
            note(g, rows[i].key, rows[i].column);
    }
    if (n)
        note(g, rows[0].key, rows[0].column);
    return true;
}

static bool verify_mapping(Mapper *m, Arena *a, const ReadyEntity *e, size_t part, const MapperWatch *watch,
                           VerifyResult *out, Buf *money, Err *err)
{
    const Ready *r = &e->parts[part];
    const char **columns = arena_many(a, const char *, r->n_filled + 1);
    const Column **filled = arena_many(a, const Column *, r->n_filled + 1);
    columns[0] = r->id->name;
    for (size_t i = 0; i < r->n_filled; i++) {
        filled[i] = r->filled[i].owned ? NULL : r->filled[i].column;
        columns[i + 1] = r->filled[i].column->name;
    }
    AUTO(lite_finish_at) LiteStmt *expected = prepare_expected(m, r, err);
    if (!expected)
        return false;
    Merge g = {.m = m,
               .arena = a,
               .r = r,
               .expected = expected,
               .money = money_new(a, r->table->name, filled, r->n_filled),
               .watch = watch,
               .result = out};
    Target *t = m->o.target;
    bool ok = advance(&g, err) &&
              (g.ended || t->kind->read(t, r->table->name, columns, r->n_filled + 1, false, columns[0], NULL,
                                        -1, compare_row, &g, err)) &&
              missing_up_to(&g, (Str){NULL, 0}, err) && ask_who(&g, part, err);
    buf_free(&g.different);
    if (ok && g.money)
        out->n_money += money_list(g.money, money);
    return ok;
}

// Of each table once.
static bool find_orphans(Mapper *m, Arena *a, const ReadyEntity *e, size_t part, VerifyResult *out, Buf *list,
                         Err *err)
{
    const char *table = e->parts[part].table->name;
    for (size_t i = 0; i < part; i++)
        if (e->parts[i].table && strcmp(e->parts[i].table->name, table) == 0)
            return true;
    TargetOrphans *found;
    int64_t keys;
    size_t n;
    if (!m->o.target->kind->orphans(m->o.target, a, table, &keys, &found, &n, err))
        return false;
    out->keys += keys;
    out->n_orphans += n;
    for (size_t i = 0; i < n; i++)
        out->our_orphans += found[i].ours;
    if (n)
        buf_add(list, (Str){(const char *)found, n * sizeof *found});
    return true;
}

bool mapper_verify(Mapper *m, Arena *a, const char *entity, const MapperWatch *watch, VerifyResult *out,
                   Err *err)
{
    *out = (VerifyResult){0};
    const ReadyEntity *e = mapper_entity(m, entity);
    AUTO(buf_free) Buf money = {0}, orphans = {0};
    if (!load_refused(m, entity, err))
        return false;
    for (size_t i = 0; i < e->n; i++)
        if (e->parts[i].table && (!verify_mapping(m, a, e, i, watch, out, &money, err) ||
                                  !find_orphans(m, a, e, i, out, &orphans, err)))
            return false;
    out->money = arena_copy(a, buf_text(&money), money.len);
    out->orphans = arena_copy(a, buf_text(&orphans), orphans.len);
    return true;
}

static void sum_json(JsonOut *j, const char *key, Decimal sum)
{
    AUTO(buf_free) Buf text = {0};
    decimal_format(sum, &text);
    json_str(j, key, buf_str(&text));
}

void verify_json(const VerifyResult *r, JsonOut *j)
{
    json_int(j, "rows", r->rows);
    json_int(j, "missing", r->missing);
    json_int(j, "different", r->different);
    json_int(j, "edited", r->edited);
    json_int(j, "foreign_keys", r->keys);
    json_open_list(j, "orphans");
    for (size_t i = 0; i < r->n_orphans; i++) {
        json_open(j, NULL);
        json_text(j, "table", r->orphans[i].table);
        json_text(j, "key", r->orphans[i].key);
        json_text(j, "parent", r->orphans[i].parent);
        json_int(j, "rows", r->orphans[i].rows);
        json_int(j, "ours", r->orphans[i].ours);
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "money");
    for (size_t i = 0; i < r->n_money; i++) {
        const MoneyYear *y = &r->money[i];
        json_open(j, NULL);
        json_text(j, "table", y->table);
        json_text(j, "column", y->column);
        json_text(j, "by", y->by);
        json_text(j, "year", y->year);
        sum_json(j, "made", y->sums[MONEY_MADE]);
        sum_json(j, "refused", y->sums[MONEY_REFUSED]);
        sum_json(j, "there", y->sums[MONEY_THERE]);
        json_bool(j, "balances", money_balances(y));
        json_close(j);
    }
    json_close_list(j);
}
