// validate: each record of an entity becomes a row of out_*, a skip or a reject, with its issues.
#include "map/evaluation.h"
#include "map/link_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "base/uuid.h"
#include "cache/sample.h"
#include "map/value.h"
#include "map/work_tables.h"

enum { PROGRESS_ROWS = 512 };

// The deterministic id: uuid5(clinic, system|entity|key|table|part|extra), as row_id() computes it.
static void make_id(Evaluation *v, char id[UUID_TEXT + 1])
{
    const Mapping *map = v->r->mapping;
    char name[512];
    AUTO(buf_free) Buf text = {0};
    int n = snprintf(name, sizeof name, "%s|%s|%s|%s|%s|%s", v->m->o.source_system, map->entity,
                     buf_text(&v->key), map->table, map->part ? map->part : "", buf_text(&v->extra));
    Str whole = {name, (size_t)n};
    if ((size_t)n >= sizeof name) {
        buf_addf(&text, "%s|%s|%s|%s|%s|%s", v->m->o.source_system, map->entity, buf_text(&v->key),
                 map->table, map->part ? map->part : "", buf_text(&v->extra));
        whole = buf_str(&text);
    }
    if (!uuid5(str_of(v->m->o.clinic_id), whole, id))
        id[0] = 0;
}

// With its length in front, so that no text can pass for two, or for NULL.
static void add_value(Sha256 *digest, Str value)
{
    uint64_t len = value.at ? value.len : UINT64_MAX;
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(len >> (8 * i));
    sha256_add(digest, (Str){(const char *)bytes, sizeof bytes});
    sha256_add(digest, value);
}

static bool keep_row(Evaluation *v, Str link, Err *err)
{
    char id_text[UUID_TEXT + 1];
    Str id = link;
    if (!link.at && v->r->mapping->id_of_main) {
        id = lite_text(v->select, COMPOSED_MAIN_ID);
    } else if (!link.at) {
        make_id(v, id_text);
        id = str_of(id_text);
    }
    bool empty = link.at || !v->r->table;
    Str key = buf_str(&v->key), extra = buf_str(&v->extra);
    lite_bind_text(v->insert, OUT_KEY, key);
    lite_bind_text(v->insert, OUT_PART, extra);
    lite_bind_text(v->insert, OUT_ID, id);
    lite_bind_text(v->insert, OUT_LINK, link);
    const Str fixed[OUT_FIRST] = {key, extra, id, link};
    for (size_t i = 0; i < OUT_FIRST; i++)
        add_value(v->column_digests[i], fixed[i]);
    add_value(v->row_digest, id);
    for (size_t i = 0; i < v->r->n_filled; i++) {
        Str value = empty || v->nulls[i] ? (Str){NULL, 0} : buf_str(&v->values[i]);
        value_bind(v->r->filled[i].column, v->insert, OUT_FIRST + (int)i, value);
        add_value(v->column_digests[OUT_FIRST + i], value);
        if (!v->r->filled[i].owned)
            add_value(v->row_digest, value);
    }
    unsigned char hash[SHA256_BYTES];
    sha256_finish(v->row_digest, hash);
    lite_bind_blob(v->insert, OUT_FIRST + (int)v->r->n_filled, (Str){(const char *)hash, 16});
    LiteStep step = lite_step(v->insert, err);
    lite_reset(v->insert);
    return step == LITE_DONE;
}

// The row under way, which must be another one than the row before: rows come in the order of their keys.
static bool take_keys(Evaluation *v, Err *err)
{
    const char *file = v->r->mapping->file;
    Buf key = v->last_key, extra = v->last_extra;
    v->last_key = v->key;
    v->last_extra = v->extra;
    v->key = key;
    v->extra = extra;
    buf_clear(&v->key);
    buf_clear(&v->extra);
    buf_add(&v->key, lite_text(v->select, COMPOSED_KEY));
    buf_add(&v->extra, lite_text(v->select, COMPOSED_EXTRA));
    if (!v->key.len)
        return err_set(err, ERR_CONFIG, _("%s: the mapping makes a row without a record"), file);
    if (str_eq(buf_str(&v->key), buf_str(&v->last_key)) &&
        str_eq(buf_str(&v->extra), buf_str(&v->last_extra)))
        return err_set(err, ERR_CONFIG, _("%s: the mapping makes two rows for the record %s"), file,
                       buf_text(&v->key));
    return true;
}

// A row that a check skips: that is all there is to say of it.
static bool leave_out(Evaluation *v, const Check *why, Err *err)
{
    Str key = buf_str(&v->key);
    int cell = v->r->layout.checks + (int)(why - v->r->mapping->checks);
    if (!issues_drop(v->issues, key, err) ||
        !issues_add(v->issues, key, cell, why->code, why->severity, NULL, err))
        return false;
    v->result->skipped += v->main;
    return !v->main || issues_skip(v->issues, key, why->code, err);
}

// One row of the composed SELECT: its outcome and its issues.
static bool evaluate_row(Evaluation *v, Err *err)
{
    if (!take_keys(v, err))
        return false;
    v->result->read += v->main;
    Str key = buf_str(&v->key);
    if (lite_int(v->select, COMPOSED_FILTERED)) {
        v->result->skipped++;
        return issues_drop(v->issues, key, err) &&
               issues_skip(v->issues, key, v->r->mapping->otherwise_raw ? "raw" : "filter", err);
    }
    Refusal why = {0};
    Str link = lite_text(v->select, COMPOSED_LINK);
    const Mapping *map = v->r->mapping;
    bool by_reference =
        map->link.sql && map->n_references && strcmp(map->link.sql, map->references[0].column) == 0;
    if (by_reference)
        link = lite_text(v->select, v->r->layout.references + 1);
    for (size_t i = 0; i < map->n_references; i++)
        if (!judge_reference(v, i, &why, err))
            return false;
    if (!judge_checks(v, &why, err))
        return false;
    if (why.skip)
        return leave_out(v, why.skip, err);
    if (!link.at && v->r->table && !fill_columns(v, &why, err))
        return false;
    const char *function_code = NULL;
    if (!why.code && !issues_error_code(v->issues, key, &function_code, err))
        return false;
    if (function_code)
        refuse(&why, function_code, false);
    if (!why.code && !link.at && !v->r->table)
        refuse(&why, v->code_unmapped, false);
    if (!why.code) {
        v->result->kept += v->main;
        v->result->linked += v->main && link.at;
        return keep_row(v, link, err);
    }
    if (!v->main)
        return true; // the part's row is left out; its issue says why
    v->result->rejected++;
    v->result->rejected_by_parent += why.by_parent;
    return issues_reject(v->issues, key, why.code, why.by_parent, err);
}

static bool prepare(Evaluation *v, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    buf_addf(&sql, "INSERT INTO \"%s\" VALUES(?,?,?,?", v->r->mapping->out);
    for (size_t i = 0; i < v->r->n_filled + 1; i++)
        buf_add_text(&sql, ",?");
    buf_add_char(&sql, ')');
    if (!lite_execf(v->m->db, err, "DELETE FROM \"%w\"", v->r->mapping->out))
        return false;
    v->select = lite_prepare(v->m->db, v->r->composed.sql, err);
    v->insert = v->select ? lite_prepare(v->m->db, buf_text(&sql), err) : NULL;
    v->find_reject =
        v->insert ? lite_prepare(v->m->db, "SELECT 1 FROM _rejects WHERE entity = ? AND key = ?", err) : NULL;
    v->row_digest = sha256_new();
    v->code_unmapped = arena_text(v->m->arena, "%s.unmapped", v->r->mapping->entity);
    v->n_digests = OUT_FIRST + v->r->n_filled;
    v->column_digests = arena_many(v->m->arena, Sha256 *, v->n_digests);
    for (size_t i = 0; i < v->n_digests; i++)
        v->column_digests[i] = sha256_new();
    v->values = calloc(v->r->n_filled + 1, sizeof *v->values);
    v->nulls = calloc(v->r->n_filled + 1, sizeof *v->nulls);
    if (!v->values || !v->nulls)
        abort();
    return v->find_reject;
}

static void release(Evaluation *v)
{
    lite_finish(v->select);
    lite_finish(v->insert);
    lite_finish(v->find_reject);
    sha256_free(v->row_digest);
    for (size_t i = 0; i < v->n_digests; i++)
        sha256_free(v->column_digests[i]);
    for (size_t i = 0; v->values && i < v->r->n_filled; i++)
        buf_free(&v->values[i]);
    free(v->values);
    free(v->nulls);
    buf_free(&v->key);
    buf_free(&v->extra);
    buf_free(&v->last_key);
    buf_free(&v->last_extra);
}

static bool save_digests(Evaluation *v, Sha256 *content, Err *err)
{
    static const char *const fixed[OUT_FIRST] = {"key", "part", "id", "link"};
    const char *out = v->r->mapping->out;
    if (!lite_execf(v->m->db, err, "DELETE FROM _columns WHERE made = %Q", out))
        return false;
    for (size_t i = 0; i < v->n_digests; i++) {
        char hex[SHA256_HEX + 1];
        sha256_finish_hex(v->column_digests[i], hex);
        const char *name = i < OUT_FIRST ? fixed[i] : v->r->filled[i - OUT_FIRST].out;
        sha256_add(content, str_of(name));
        sha256_add(content, str_of(hex));
        if (!lite_execf(v->m->db, err, "INSERT INTO _columns VALUES(%Q, %Q, %Q)", out, name, hex))
            return false;
    }
    return true;
}

static bool over_limit(const MapperResult *r, const MapperWatch *watch)
{
    int64_t own = r->rejected - r->rejected_by_parent;
    return watch->max_rejects >= 0 && own > watch->max_rejects &&
           (double)own > watch->max_ratio * (double)r->read;
}

static bool run(Evaluation *v, const MapperWatch *watch, Err *err)
{
    for (int64_t n = 0;; n++) {
        LiteStep step = lite_step(v->select, err);
        if (step == LITE_DONE)
            break;
        if (step != LITE_ROW)
            return err_wrap(err, "%s", v->r->mapping->file);
        if (v->m->cell.outside)
            return err_set(err, ERR_CONFIG,
                           _("%s: a function that raises issues stands inside a window or an aggregate"),
                           v->r->mapping->file);
        if (!evaluate_row(v, err))
            return false;
        if (n % PROGRESS_ROWS == 0) {
            if (!cancel_check(err))
                return false;
            if (watch->progress && v->main)
                watch->progress(watch->arg, v->result->read);
        }
    }
    return true;
}

static bool evaluate_mapping(Mapper *m, const Ready *r, IssueLog *issues, const MapperWatch *watch,
                             Sha256 *content, MapperResult *out, Err *err)
{
    Evaluation v = {.m = m, .r = r, .issues = issues, .main = !r->mapping->part, .result = out};
    issues_of_mapping(issues, r->mapping);
    m->cell.outside = false;
    m->cell.column = -1; // a statement that failed may have left it in a cell
    bool ok = works_fill(m, r, err) && prepare(&v, err) && run(&v, watch, err) && save_digests(&v, content, err);
    release(&v);
    return ok;
}

static bool evaluate_entity(Mapper *m, const ReadyEntity *e, const char *step, const char *fingerprint,
                            const MapperWatch *watch, MapperResult *out, Err *err)
{
    IssueLog *issues = issues_begin(m, step, err);
    if (!issues)
        return false;
    Sha256 *content = sha256_new();
    bool ok = true;
    for (size_t i = 0; ok && i < e->n; i++)
        ok = evaluate_mapping(m, &e->parts[i], issues, watch, content, out, err);
    char hex[SHA256_HEX + 1];
    sha256_finish_hex(content, hex);
    sha256_free(content);
    out->issues = issues_end(issues);
    if (!ok)
        return false;
    out->too_many = over_limit(out, watch);
    // Over the limit the step failed: its rows can be looked at, but nothing says that it is done.
    CacheStep done = {step, out->too_many ? "" : fingerprint, hex, out->read, out->skipped, out->rejected};
    const char *entity = e->n ? e->parts[0].mapping->entity : NULL;
    return (!entity || cache_note_linked(m->o.cache, entity, out->linked, err)) &&
           cache_step_save(m->o.cache, &done, err);
}

bool mapper_validate(Mapper *m, const char *entity, const char *fingerprint, const MapperWatch *watch,
                     MapperResult *out, Err *err)
{
    *out = (MapperResult){0};
    const ReadyEntity *e = mapper_entity(m, entity);
    const char *step = arena_text(m->arena, "%s/validate", entity);
    lite_watch(m->db, 0);
    if (!links_fill(m, err) || !lite_begin(m->db, err))
        return false;
    bool ok = evaluate_entity(m, e, step, fingerprint, watch, out, err) && lite_commit(m->db, err);
    if (!ok)
        lite_rollback(m->db);
    return ok;
}
