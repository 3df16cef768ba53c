#include "engine/rejects.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "cache/cache.h"
#include "cache/issue_list.h"

// The target's refusals are in its ledger and, as issues, in control.db. Parameters 1 to 3: the filter.
#define REJECTED                                                                                             \
    "WITH r AS (SELECT step, entity, key, code, by_parent, origin, source_id, as_read FROM made._rejects"    \
    " UNION ALL SELECT step, entity, key, code, 0, origin, source_id, NULL FROM issues WHERE present"        \
    " AND step GLOB '*/insert' AND severity IN ('fatal', 'error'))"
#define CHOSEN                                                                                               \
    " WHERE (?1 = '' OR code GLOB ?1) AND (?2 = '' OR entity GLOB ?2) AND (?3 = '' OR step GLOB ?3)"
#define OF_ISSUE(what)                                                                                       \
    "(SELECT " what " FROM issues i WHERE i.step = r.step AND i.key = r.key AND i.code = r.code LIMIT 1)"

static bool attach(const Clinic *clinic, Control *c, Err *err)
{
    err->kind = ERR_NONE;
    Cache *cache = cache_open(clinic->state_folder, false, err); // of this version
    if (!cache && err->kind != ERR_NONE)
        return false;
    if (!cache) {
        err_set(err, ERR_USAGE, _("the cache of %s, which holds its rows, is gone"), clinic->name);
        return err_hint(err, _("`mudanza autopilot %s` reads the source again"), clinic->typed);
    }
    cache_close(cache);
    AUTO(arena_free_at) Arena *a = arena_new();
    return lite_execf(control_db(c), err, "ATTACH %Q AS made",
                      file_join(a, clinic->state_folder, "cache.db"));
}

static bool detach(Control *c, bool ok, Err *err)
{
    Err ignored;
    return lite_exec(control_db(c), "DETACH made", ok ? err : &ignored) && ok;
}

static LiteStmt *ask(Control *c, const char *sql, const RejectFilter *f, Err *err)
{
    LiteStmt *s = lite_prepare(control_db(c), sql, err);
    const char *texts[] = {f->code, f->entity, f->step};
    for (int i = 0; s && i < (int)ARRAY_LEN(texts); i++)
        lite_bind_text(s, i, str_of(texts[i] ? texts[i] : ""));
    return s;
}

// What the cache has of a row that was read well; the statement stays for the next row of the entity.
typedef struct {
    Lite *db;
    LiteStmt *row;
    char *entity;
} Rows;

static bool find_row(Rows *rows, Arena *a, Reject *r, bool values, Err *err)
{
    if (!rows->entity || strcmp(rows->entity, r->entity) != 0) {
        lite_finish_at(&rows->row);
        free(rows->entity);
        rows->entity = strdup(r->entity);
        rows->row =
            lite_preparef(rows->db, err,
                          "SELECT source_id, origin, coalesce(payload_as_read, payload), raw_source_data"
                          " FROM made.\"%w\" WHERE canonical_uuid = ?",
                          r->entity);
        if (!rows->row)
            return false;
    }
    lite_reset(rows->row);
    lite_bind_text(rows->row, 0, str_of(r->key));
    LiteStep step = lite_step(rows->row, err);
    if (step == LITE_ROW) {
        r->source_id = str_keep(a, lite_text(rows->row, 0));
        r->origin = lite_int(rows->row, 1);
        r->payload = values ? lite_text(rows->row, 2) : r->payload;
        r->raw = values ? lite_text(rows->row, 3) : r->raw;
    }
    return step == LITE_ROW || step == LITE_DONE;
}

static bool visit(Control *c, const RejectFilter *f, bool values, bool (*each)(void *, const Reject *, Err *),
                  void *arg, Err *err)
{
    Rows rows = {.db = control_db(c)};
    AUTO(arena_free_at) Arena *a = arena_new();
    AUTO(lite_finish_at)
    LiteStmt *s = ask(c,
                      REJECTED " SELECT step, entity, key, code, by_parent, origin, source_id, "
                               "as_read, " OF_ISSUE("fp") ", " OF_ISSUE(ISSUE_STATE) ", " OF_ISSUE(
                                   "detail") " FROM r" CHOSEN " ORDER BY entity, step, code, origin, key",
                      f, err);
    LiteStep step = LITE_FAILED;
    bool ok = s;
    while (ok && (step = lite_step(s, err)) == LITE_ROW) {
        arena_reset(a);
        Reject r = {
            .step = str_keep(a, lite_text(s, 0)),
            .entity = str_keep(a, lite_text(s, 1)),
            .key = str_keep(a, lite_text(s, 2)),
            .code = str_keep(a, lite_text(s, 3)),
            .by_parent = lite_int(s, 4),
            .origin = lite_int(s, 5),
            .source_id = str_keep(a, lite_text(s, 6)),
            .payload = values ? lite_text(s, 7) : (Str){NULL, 0},
            .fp = str_keep(a, lite_text(s, 8)),
            .state = str_keep(a, lite_text(s, 9)),
            .detail = str_keep(a, lite_text(s, 10)),
        };
        bool of_extract = str_ends(str_of(r.step), "/extract"); // kept back with its bytes, in no table
        ok = (of_extract || find_row(&rows, a, &r, values, err)) && each(arg, &r, err);
    }
    lite_finish(rows.row);
    free(rows.entity);
    return ok && step == LITE_DONE;
}

bool rejects_each(const Clinic *clinic, Control *c, const RejectFilter *f, bool values,
                  bool (*each)(void *arg, const Reject *r, Err *err), void *arg, Err *err)
{
    return attach(clinic, c, err) && detach(c, visit(c, f, values, each, arg, err), err);
}

static RejectCause *count(Arena *a, Control *c, const RejectFilter *f, size_t *n, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    AUTO(lite_finish_at)
    LiteStmt *s =
        ask(c,
            REJECTED " SELECT entity, step, code, by_parent, count(*), total(" OF_ISSUE(
                ISSUE_STATE) " = 'ignored') FROM r" CHOSEN
                             " GROUP BY entity, step, code, by_parent ORDER BY 5 DESC, entity, step, code",
            f, err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const RejectCause one = {
            .entity = str_keep(a, lite_text(s, 0)),
            .step = str_keep(a, lite_text(s, 1)),
            .code = str_keep(a, lite_text(s, 2)),
            .by_parent = lite_int(s, 3),
            .rows = lite_int(s, 4),
            .ignored = lite_int(s, 5),
        };
        buf_add(&list, (Str){(const char *)&one, sizeof one});
        (*n)++;
    }
    return step == LITE_DONE ? arena_copy(a, buf_text(&list), list.len) : NULL;
}

RejectCause *reject_causes(Arena *a, const Clinic *clinic, Control *c, const RejectFilter *f, size_t *n,
                           Err *err)
{
    *n = 0;
    if (!attach(clinic, c, err))
        return NULL;
    RejectCause *causes = count(a, c, f, n, err);
    return detach(c, causes, err) ? causes : NULL;
}
