// Rows on record that the source does not give any more.
#include "target/target_sqlite.h"

#include <string.h>

// The newest checkpoint says where the step stands; a step that was complete begins anew.
bool sqlite_range(SqliteTarget *t, const Batch *head, KeyRange *out, Err *err)
{
    const char *before, *fingerprint;
    bool complete;
    if (!sqlite_checkpoint(&t->base, t->scratch, head->step, &before, &fingerprint, &complete, err))
        return false;
    out->after = str_of(before && !complete ? before : "");
    out->last = head->last ? (Str){NULL, 0} : str_of(head->last_key);
    return true;
}

static void bind_range(const SqliteTarget *t, LiteStmt *s, int64_t entity, KeyRange range)
{
    lite_bind_int(s, 0, t->scope);
    lite_bind_int(s, 1, entity);
    lite_bind_text(s, 2, range.after);
    if (range.last.at)
        lite_bind_text(s, 3, range.last);
    else
        lite_bind_blob(s, 3, STR("")); // any blob comes after all texts
}

// Is any row of the range on record?
bool sqlite_any_known(SqliteTarget *t, LedgerStatement which, int64_t entity, KeyRange range, bool *found,
                      Err *err)
{
    LiteStmt *s = sqlite_ledger(t, which, err);
    if (!s)
        return false;
    bind_range(t, s, entity, range);
    LiteStep step = lite_step(s, err);
    lite_reset(s);
    *found = step == LITE_ROW;
    return step == LITE_ROW || step == LITE_DONE;
}

bool sqlite_mark(SqliteTarget *t, LedgerStatement mark, int64_t entity, Str key, int64_t job, Err *err)
{
    LiteStmt *s = sqlite_ledger(t, mark, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, t->scope);
    lite_bind_int(s, 1, entity);
    lite_bind_text(s, 2, key);
    if (job)
        lite_bind_int(s, 3, job);
    else
        lite_bind_null(s, 3);
    return lite_run(s, err);
}

int sqlite_key_order(Str a, Str b)
{
    int order = memcmp(a.at, b.at, MIN(a.len, b.len));
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

// Both lists are in order: one walk along them.
bool sqlite_each_missing(SqliteTarget *t, LedgerStatement select, int64_t entity, KeyRange range,
                         const Str *present, size_t n, bool (*each)(void *arg, Str key, Err *err), void *arg,
                         Err *err)
{
    LiteStmt *s = sqlite_ledger(t, select, err);
    if (!s)
        return false;
    bind_range(t, s, entity, range);
    LiteStep step;
    bool ok = true;
    size_t i = 0;
    while (ok && (step = lite_step(s, err)) == LITE_ROW) {
        Str key = lite_text(s, 0);
        while (i < n && sqlite_key_order(present[i], key) < 0)
            i++;
        ok = (i < n && str_eq(present[i], key)) || each(arg, key, err);
    }
    lite_reset(s);
    return ok && step == LITE_DONE;
}

typedef struct {
    SqliteTarget *t;
    const Absence *a;
    Buf keys;
    int64_t *marked;
} Marking;

static bool mark_one(void *arg, Str key, Err *err)
{
    Marking *m = arg;
    sqlite_list(&m->keys, key);
    ++*m->marked;
    return sqlite_mark(m->t, m->a->mark, m->a->entity, key, m->t->job, err);
}

bool sqlite_mark_absent(SqliteTarget *t, const Absence *a, int64_t *marked, Err *err)
{
    Marking m = {.t = t, .a = a, .marked = marked};
    bool ok = sqlite_each_missing(t, a->select, a->entity, a->range, a->present, a->n, mark_one, &m, err);
    JournalLine line = {
        .step = a->step, .operation = a->operation, .batch = a->batch, .entity = a->entity, .keys = &m.keys};
    ok = ok && (!m.keys.len || sqlite_journal(t, &line, err));
    buf_free(&m.keys);
    return ok;
}

bool sqlite_absent(Target *base, const char *entity,
                   bool (*each)(void *arg, const TargetAbsent *row, Err *err), void *arg, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    int64_t id;
    if (!t->scope)
        return true;
    LiteStmt *s = sqlite_ledger(t, LEDGER_ABSENT, err);
    if (!s || !sqlite_name_id(t, "mudanza_entities", entity, false, &id, err))
        return false;
    lite_bind_int(s, 0, t->scope);
    lite_bind_int(s, 1, id);
    LiteStep step = LITE_DONE;
    bool ok = true;
    while (ok && (step = lite_step(s, err)) == LITE_ROW)
        ok = each(arg, &(TargetAbsent){lite_text(s, 0), lite_text(s, 1)}, err);
    lite_reset(s);
    return ok && step == LITE_DONE;
}

bool sqlite_raw_entities(Target *base, Arena *a, const char ***names, size_t *n, Err *err)
{
    SqliteTarget *t = sqlite_of(base);
    *names = NULL;
    *n = 0;
    if (!t->scope)
        return true;
    LiteStmt *s = sqlite_ledger(t, LEDGER_RAW_ENTITIES, err);
    if (!s)
        return false;
    lite_bind_int(s, 0, t->scope);
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW) {
        if (!*names)
            *names = arena_many(a, const char *, (size_t)lite_int(s, 1));
        (*names)[(*n)++] = str_keep(a, lite_text(s, 0));
    }
    lite_reset(s);
    return step == LITE_DONE;
}
