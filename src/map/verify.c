#include "map/verify.h"

#include <string.h>

#include "base/cancel.h"
#include "map/mapper_state.h"
#include "map/value.h"

enum { PROGRESS_ROWS = 4096 };

// Two streams in the order of the id, merged: what should be there, and what is.
typedef struct {
    Mapper *m;
    Arena *arena;
    const Ready *r;
    LiteStmt *expected; // id, key, then the filled columns
    bool ended;
    const MapperWatch *watch;
    VerifyResult *result;
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

static bool advance(Merge *g, Err *err)
{
    LiteStep step = lite_step(g->expected, err);
    g->ended = step == LITE_DONE;
    return step == LITE_ROW || step == LITE_DONE;
}

static void note(Merge *g, const char *column)
{
    if (g->result->where)
        return;
    g->result->where = g->r->mapping->name;
    g->result->key = str_keep(g->arena, lite_text(g->expected, 1));
    g->result->column = column;
}

static int compare(Str a, Str b)
{
    int order = memcmp(a.at, b.at, MIN(a.len, b.len));
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static bool missing_up_to(Merge *g, Str id, Err *err)
{
    while (!g->ended && (!id.at || compare(lite_text(g->expected, 0), id) < 0)) {
        g->result->rows++;
        g->result->missing++;
        note(g, NULL);
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
    if (g->ended || compare(lite_text(g->expected, 0), values[0]) != 0)
        return true; // a row of others
    bool differs = false;
    for (size_t i = 0; i < g->r->n_filled; i++) {
        const Column *c = g->r->filled[i].column;
        if (g->r->filled[i].owned || value_same(c, lite_text(g->expected, 2 + (int)i), values[i + 1]))
            continue;
        differs = true;
        note(g, c->name);
    }
    g->result->rows++;
    g->result->different += differs;
    if (g->result->rows % PROGRESS_ROWS == 0) {
        if (!cancel_check(err))
            return false;
        if (g->watch->progress)
            g->watch->progress(g->watch->arg, g->result->rows);
    }
    return advance(g, err);
}

static bool verify_mapping(Mapper *m, Arena *a, const Ready *r, const MapperWatch *watch, VerifyResult *out,
                           Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    const char **columns = arena_many(a, const char *, r->n_filled + 1);
    columns[0] = r->id->name;
    buf_add_text(&sql, "SELECT id, key");
    for (size_t i = 0; i < r->n_filled; i++) {
        columns[i + 1] = r->filled[i].column->name;
        buf_addf(&sql, ", \"%s\"", r->filled[i].out);
    }
    buf_addf(&sql, " FROM \"%s\" WHERE link IS NULL AND key NOT IN (SELECT key FROM refused) ORDER BY id",
             r->mapping->out);
    AUTO(lite_finish_at) LiteStmt *expected = lite_prepare(m->db, buf_text(&sql), err);
    if (!expected)
        return false;
    Merge g = {m, a, r, expected, false, watch, out};
    Target *t = m->o.target;
    return advance(&g, err) &&
           (g.ended || t->kind->read(t, r->table->name, columns, r->n_filled + 1, false, columns[0], NULL, -1,
                                     compare_row, &g, err)) &&
           missing_up_to(&g, (Str){NULL, 0}, err);
}

bool mapper_verify(Mapper *m, Arena *a, const char *entity, const MapperWatch *watch, VerifyResult *out,
                   Err *err)
{
    *out = (VerifyResult){0};
    const ReadyEntity *e = mapper_entity(m, entity);
    if (!load_refused(m, entity, err))
        return false;
    for (size_t i = 0; i < e->n; i++)
        if (e->parts[i].table && !verify_mapping(m, a, &e->parts[i], watch, out, err))
            return false;
    return true;
}
