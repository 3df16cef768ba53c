// Which record an ENTITY:ID names.
#include <stdlib.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "engine/inspect_inner.h"

enum { MOST_SHOWN = 6 };

// A record that fits; kept_back: a row that extract kept back, at its place.
typedef struct {
    const char *key, *source_id;
    int64_t reject, origin; // reject 0: not kept back
    const char *matched;
} Match;

typedef struct {
    Inspecting *x;
    Buf list;
    size_t n;
} Matches;

static bool add(Matches *m, const Match *one)
{
    const Match *known = (const Match *)(const void *)m->list.at;
    for (size_t i = 0; i < m->n; i++)
        if (known[i].reject == one->reject && strcmp(known[i].key, one->key) == 0)
            return true;
    buf_add(&m->list, (Str){(const char *)one, sizeof *one});
    m->n++;
    return true;
}

// Rows of one entity table whose column is exactly this.
static bool look_in_table(Matches *m, const char *column, const char *id, const char *matched, Err *err)
{
    Lite *db = cache_db(m->x->s.cache);
    bool exists;
    if (!lite_table_exists(db, m->x->entity, &exists, err) || !exists)
        return err->kind == ERR_NONE;
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(db, err, "SELECT canonical_uuid, source_id FROM \"%w\" WHERE \"%w\" = ? LIMIT %d",
                      m->x->entity, column, MOST_SHOWN + 1);
    if (!s)
        return false;
    lite_bind_text(s, 0, str_of(id));
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW)
        add(m,
            &(Match){str_keep(m->x->a, lite_text(s, 0)), str_keep(m->x->a, lite_text(s, 1)), 0, 0, matched});
    return step == LITE_DONE;
}

static bool look_in_kept_back(Matches *m, const char *id, Err *err)
{
    bool by_row = *id == '#';
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(cache_db(m->x->s.cache), err,
                      "SELECT rowid, key, source_id, origin, key = ?2 FROM _rejects WHERE entity = ?1"
                      " AND step = ?1 || '/extract' AND %s LIMIT %d",
                      by_row ? "origin = ?2" : "(key = ?2 OR source_id = ?2)", MOST_SHOWN + 1);
    if (!s)
        return false;
    lite_bind_text(s, 0, str_of(m->x->entity));
    if (by_row)
        lite_bind_int(s, 1, strtoll(id + 1, NULL, 10));
    else
        lite_bind_text(s, 1, str_of(id));
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW)
        add(m, &(Match){str_keep(m->x->a, lite_text(s, 1)), str_keep(m->x->a, lite_text(s, 2)),
                        lite_int(s, 0), lite_int(s, 3),
                        by_row           ? "row"
                        : lite_int(s, 4) ? "uuid"
                                         : "source_id"});
    return step == LITE_DONE;
}

static bool note_key(void *arg, Str key, Err *err)
{
    Matches *m = arg;
    (void)err;
    return add(m, &(Match){.key = str_keep(m->x->a, key), .matched = "target_id"});
}

static bool look_in_target(Matches *m, const char *id, Err *err)
{
    Target *t = m->x->s.target;
    TargetTrace trace;
    if (!t->kind->keys_of(t, m->x->entity, id, MOST_SHOWN + 1, note_key, m, err) ||
        (!m->n && !t->kind->trace(t, m->x->a, m->x->entity, str_of(id), &trace, err)))
        return false;
    // without a cache the ledger still knows the keys
    return m->n || !(trace.mapped || trace.raw || trace.code || trace.n_touches) ||
           add(m, &(Match){.key = id, .matched = "uuid"});
}

// The last resort: what control.db remembers of rows that had an issue.
static bool look_in_issues(Matches *m, const char *id, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(control_db(m->x->s.control),
                               "SELECT DISTINCT key, source_id, key = ?2 FROM issues WHERE entity = ?1"
                               " AND (key = ?2 OR source_id = ?2) AND key <> '' LIMIT 7",
                               err);
    if (!s)
        return false;
    lite_bind_text(s, 0, str_of(m->x->entity));
    lite_bind_text(s, 1, str_of(id));
    LiteStep step;
    while ((step = lite_step(s, err)) == LITE_ROW)
        add(m, &(Match){str_keep(m->x->a, lite_text(s, 0)), str_keep(m->x->a, lite_text(s, 1)), 0, 0,
                        lite_int(s, 2) ? "uuid" : "source_id"});
    return step == LITE_DONE;
}

// The ids that stand on both sides of where this one would, in the order of one column.
static bool neighbours(Inspecting *x, const char *column, const char *id, const char **names, size_t *n,
                       Err *err)
{
    for (int side = 0; side < 2; side++) {
        AUTO(lite_finish_at)
        LiteStmt *s = lite_preparef(cache_db(x->s.cache), err,
                                    "SELECT \"%w\" FROM \"%w\" WHERE \"%w\" %s ? ORDER BY 1 %s LIMIT 4",
                                    column, x->entity, column, side ? ">" : "<", side ? "ASC" : "DESC");
        if (!s)
            return false;
        lite_bind_text(s, 0, str_of(id));
        LiteStep step;
        while ((step = lite_step(s, err)) == LITE_ROW)
            names[(*n)++] = str_keep(x->a, lite_text(s, 0));
        if (step != LITE_DONE)
            return false;
    }
    return true;
}

static bool none(Inspecting *x, const char *id, Err *err)
{
    const char *names[16];
    size_t n = 0;
    bool exists = false;
    if (x->s.cache && !lite_table_exists(cache_db(x->s.cache), x->entity, &exists, err))
        return false;
    if (exists && (!neighbours(x, "source_id", id, names, &n, err) ||
                   !neighbours(x, "canonical_uuid", id, names, &n, err)))
        return false;
    err_set(err, ERR_USAGE, _("no record of %s has the id %s"), x->entity, id);
    const char *near = text_nearest(id, names, n);
    if (near)
        return err_hint(err, _("did you mean %s:%s?"), x->entity, near);
    if (!exists)
        return err_hint(err, _("The source has not been extracted yet: mudanza run %s --stage X"),
                        x->s.clinic->typed);
    return err_hint(err, "%s", _("An id is a canonical uuid, the source's own id, or an id of the target."));
}

static bool several(const Inspecting *x, const Match *all, size_t n, const char *id, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    for (size_t i = 0; i < n && i < MOST_SHOWN; i++) {
        buf_add_text(&list, i ? ", " : "");
        if (all[i].reject)
            buf_addf(&list, "%s:#%lld", x->entity, (long long)all[i].origin);
        else
            buf_addf(&list, "%s:%s", x->entity, all[i].key);
    }
    buf_add_text(&list, n > MOST_SHOWN ? ", ..." : "");
    return err_set(err, ERR_USAGE, _("%s is the id of several records: ask for one of %s"), id,
                   buf_text(&list));
}

static bool look(Matches *m, const char *id, Err *err)
{
    const Session *s = &m->x->s;
    if (s->cache && *id != '#' && !look_in_table(m, "canonical_uuid", id, "uuid", err))
        return false;
    if (m->n) // a key names one row, whatever else it may be the id of
        return true;
    if (s->cache && ((*id != '#' && !look_in_table(m, "source_id", id, "source_id", err)) ||
                     !look_in_kept_back(m, id, err)))
        return false;
    return (!s->target || look_in_target(m, id, err)) && (m->n || !s->control || look_in_issues(m, id, err));
}

bool inspect_find(Inspecting *x, Err *err)
{
    const char *id = strchr(x->wish->record, ':') + 1;
    Matches m = {.x = x};
    err->kind = ERR_NONE;
    bool ok = look(&m, id, err);
    const Match *found = (const Match *)(const void *)m.list.at;
    if (ok && m.n == 1) {
        x->out->key = found->key;
        x->out->source_id = found->source_id;
        x->out->matched = found->matched;
        x->kept_back = found->reject != 0;
        x->reject = found->reject;
    } else if (ok) {
        ok = m.n ? several(x, found, m.n, id, err) : none(x, id, err);
    }
    buf_free(&m.list);
    return ok;
}
