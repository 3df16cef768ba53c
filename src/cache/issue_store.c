#include "cache/issue_store.h"

#include <string.h>

#include "base/digest.h"

void issue_fingerprint(Str step, Str key, Str field, Str code, char out[ISSUE_FP + 1])
{
    const Str parts[] = {step, key, field, code};
    char hex[SHA256_HEX + 1];
    AUTO(buf_free) Buf text = {0};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        buf_addf(&text, "%zu:%.*s", parts[i].len, STR_ARG(parts[i]));
    sha256_hex_of(buf_str(&text), hex);
    memcpy(out, hex, ISSUE_FP);
    out[ISSUE_FP] = 0;
}

// Statements for the issues of one step. place and kept_back find a row in the cache; NULL: no cache.
typedef struct {
    LiteStmt *again, *put, *place, *kept_back;
} Writer;

static void writer_close(Writer *w)
{
    lite_finish_at(&w->again);
    lite_finish_at(&w->put);
    lite_finish_at(&w->place);
    lite_finish_at(&w->kept_back);
}

static bool has_table(Lite *db, const char *table, bool *yes, Err *err)
{
    int64_t n = 0;
    bool ok =
        lite_one_int(db, &n, NULL, err,
                     "SELECT count(*) FROM made.sqlite_master WHERE type = 'table' AND name = %Q", table);
    *yes = n > 0;
    return ok;
}

static bool is_attached(Lite *db, bool *yes, Err *err)
{
    int64_t n = 0;
    bool ok =
        lite_one_int(db, &n, NULL, err, "SELECT count(*) FROM pragma_database_list WHERE name = 'made'");
    *yes = n > 0;
    return ok;
}

// Most issues are met again as they were: no index has what changes of them then.
static const char met_again[] =
    "UPDATE issues SET last_run = ?8, source_id = ?10, origin = ?11 WHERE step = ?1 AND key = ?3 AND field = ?4"
    " AND code = ?5 AND severity = ?6 AND detail IS ?7 AND present AND state <> 'resolved' AND first_run > 0";

// A state of 'resolved', whoever set it, does not hold against the issue being there.
static const char put_issue[] =
    "INSERT INTO issues(step, entity, key, field, code, severity, detail, first_run, last_run, fp, source_id,"
    " origin) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11)"
    " ON CONFLICT(step, key, field, code) DO UPDATE SET severity = excluded.severity,"
    " detail = excluded.detail, last_run = excluded.last_run, source_id = excluded.source_id,"
    " origin = excluded.origin, present = 1,"
    " first_run = iif(first_run, first_run, excluded.first_run),"
    " back_run = iif(state = 'resolved', excluded.last_run, back_run),"
    " revision = revision + (state = 'resolved'), state = iif(state = 'resolved', 'open', state)";

static bool writer_open(Writer *w, Lite *db, const char *entity, Err *err)
{
    bool cached, table = false, rejects = false;
    *w = (Writer){.put = lite_prepare(db, put_issue, err), .again = lite_prepare(db, met_again, err)};
    if (!w->put || !w->again || !is_attached(db, &cached, err) ||
        (cached && (!has_table(db, entity, &table, err) || !has_table(db, "_rejects", &rejects, err))))
        return false;
    if (table &&
        !(w->place = lite_preparef(
              db, err,
              *entity == '_' ? "SELECT NULL, rowid FROM made.\"%w\" WHERE canonical_uuid = ?" // a list of the source's own
                             : "SELECT source_id, origin FROM made.\"%w\" WHERE canonical_uuid = ?",
              entity)))
        return false;
    return !rejects || (w->kept_back = lite_preparef(db, err,
                                                     "SELECT source_id, origin FROM made._rejects WHERE "
                                                     "entity = %Q AND key = ? AND origin IS NOT NULL",
                                                     entity));
}

// Of a row in the source; the text is valid until the next one is looked for.
typedef struct {
    Str source_id;
    bool has_origin;
    int64_t origin;
} Place;

// A row kept back by extract is in no table of its own; its key may be that of another row.
static bool find_place(Writer *w, Str of_step, Str key, Place *place, Err *err)
{
    *place = (Place){0};
    bool extract = str_ends(of_step, "/extract");
    LiteStmt *const where[] = {extract ? w->kept_back : w->place, extract ? w->place : w->kept_back};
    for (size_t i = 0; i < ARRAY_LEN(where); i++) {
        if (!where[i])
            continue;
        lite_reset(where[i]);
        lite_bind_text(where[i], 0, key);
        LiteStep step = lite_step(where[i], err);
        if (step == LITE_ROW) {
            *place = (Place){lite_text(where[i], 0), lite_type(where[i], 1) == LITE_INTEGER, lite_int(where[i], 1)};
            return true;
        }
        if (step != LITE_DONE)
            return false;
    }
    return true;
}

static bool write(LiteStmt *s, const Str texts[7], const char *fp, const Place *place, int64_t run, Err *err)
{
    for (int i = 0; i < 7; i++)
        lite_bind_text(s, i, texts[i]);
    lite_bind_int(s, 7, run);
    lite_bind_text(s, 8, str_of(fp));
    lite_bind_text(s, 9, place->source_id);
    if (place->has_origin)
        lite_bind_int(s, 10, place->origin);
    return lite_run(s, err);
}

// texts: step, entity, key, field, code, severity, detail.
static bool put(Writer *w, Lite *db, const Str texts[7], int64_t run, Err *err)
{
    char fp[ISSUE_FP + 1];
    Place place;
    issue_fingerprint(texts[0], texts[2], texts[3], texts[4], fp);
    return find_place(w, texts[0], texts[2], &place, err) && write(w->again, texts, fp, &place, run, err) &&
           (lite_changes(db) > 0 || write(w->put, texts, fp, &place, run, err));
}

bool control_issue_add(Control *c, const char *step, const char *entity, Str key, const char *field,
                       const char *code, const char *severity, Str detail, int64_t run, Err *err)
{
    const Str texts[] = {str_of(step), str_of(entity),   key,   str_of(field),
                         str_of(code), str_of(severity), detail};
    Writer w;
    bool ok = writer_open(&w, control_db(c), entity, err) && put(&w, control_db(c), texts, run, err);
    writer_close(&w);
    return ok;
}

bool control_issues_begin(Control *c, const char *cache_path, Err *err)
{
    if (cache_path && !lite_execf(control_db(c), err, "ATTACH %Q AS made", cache_path))
        return false;
    if (lite_begin(control_db(c), err))
        return true;
    Err ignored;
    return cache_path && lite_exec(control_db(c), "DETACH made", &ignored) && false;
}

// What the run did not meet has gone; what it met again is told in the history once.
static bool settle(Lite *db, const char *step, int64_t run, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    const char *now = control_now(a);
    return lite_execf(db, err,
                      "INSERT INTO issue_history(fp, at, by, action, before, after, run)"
                      " SELECT fp, %Q, 'mudanza', 'gone', state, 'resolved', %lld FROM issues"
                      " WHERE step = %Q AND present AND last_run <> %lld AND state IN ('open', 'asked')",
                      now, (long long)run, step, (long long)run) &&
           lite_execf(db, err,
                      "UPDATE issues SET present = 0, gone_run = %lld,"
                      " revision = revision + (state IN ('open', 'asked')),"
                      " by = iif(state IN ('open', 'asked'), NULL, by),"
                      " state = iif(state IN ('open', 'asked'), 'resolved', state)"
                      " WHERE step = %Q AND present AND last_run <> %lld",
                      (long long)run, step, (long long)run) &&
           lite_execf(db, err,
                      "INSERT INTO issue_history(fp, at, by, action, before, after, run)"
                      " SELECT fp, %Q, 'mudanza', 'back', 'resolved', 'open', %lld FROM issues i"
                      " WHERE step = %Q AND back_run = %lld AND NOT EXISTS (SELECT 1 FROM issue_history h"
                      " WHERE h.fp = i.fp AND h.action = 'back' AND h.run = %lld)",
                      now, (long long)run, step, (long long)run, (long long)run) &&
           lite_execf(db, err,
                      "UPDATE issues SET by = NULL, at = NULL, reason = NULL, until = NULL"
                      " WHERE step = %Q AND back_run = %lld AND state = 'open'",
                      step, (long long)run);
}

bool control_issues_end(Control *c, const char *step, int64_t run, bool ok, Err *err)
{
    Lite *db = control_db(c);
    bool attached = false;
    Err ignored;
    ok = ok && settle(db, step, run, err) && lite_commit(db, err);
    if (!ok)
        lite_rollback(db);
    return is_attached(db, &attached, ok ? err : &ignored) &&
           (!attached || lite_exec(db, "DETACH made", ok ? err : &ignored)) && ok;
}

// What an issue does not have any more stays on record with it.
static bool take_data(Lite *db, const char *step, Err *err)
{
    bool there;
    return has_table(db, "_issue_data", &there, err) &&
           (!there || lite_execf(db, err,
                                 "INSERT OR REPLACE INTO issue_data SELECT i.fp, d.data FROM made._issue_data d"
                                 " JOIN issues i ON i.step = d.step AND i.key = d.key AND i.field = d.field AND i.code = d.code"
                                 " LEFT JOIN issue_data o ON o.fp = i.fp WHERE d.step = %Q AND o.data IS NOT d.data",
                                 step));
}

static bool take_from_cache(Lite *db, const char *step, int64_t run, Err *err)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    Writer w;
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        db, err, "SELECT step, entity, key, field, code, severity, detail FROM made._issues WHERE step = %Q",
        step);
    bool ok = s && writer_open(&w, db, arena_text(a, "%.*s", (int)strcspn(step, "/"), step), err);
    LiteStep got = LITE_FAILED;
    while (ok && (got = lite_step(s, err)) == LITE_ROW) {
        Str texts[7];
        for (int i = 0; i < 7; i++)
            texts[i] = lite_text(s, i);
        ok = put(&w, db, texts, run, err);
    }
    if (s)
        writer_close(&w);
    return ok && got == LITE_DONE && take_data(db, step, err);
}

bool control_issues_sync(Control *c, const char *cache_path, const char *step, int64_t run, Err *err)
{
    if (!control_issues_begin(c, cache_path, err))
        return false;
    bool ok = take_from_cache(control_db(c), step, run, err);
    return control_issues_end(c, step, run, ok, err);
}
