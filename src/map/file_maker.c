// Evaluates the expressions of a file rule, in a database of its own.
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "db/lite_guard.h"
#include "map/file_rule.h"
#include "map/functions.h"
#include "map/snapshot.h"
#include "map/value.h"

// The columns of f, in the order in which they are bound.
static const char *const facts[] = {"clinic_id", "canonical_uuid", "parent_uuid", "parent_id",  "relative_path",
                                    "name",      "extension",      "sha256",      "mime",       "mime_hint",
                                    "matched_by", "staged_at",     "received_at", "size",       "job"};

struct FileMaker {
    const FileRule *rule;
    FileMakerOptions o;
    Lite *db;
    LiteStmt *select;
    FunctionHost host;
    LiteGuard guard;
    Cell cell;
    const Table *table;
    const Column **columns;
};

static const char *setting_of(void *arg, const char *name)
{
    const FileMaker *m = arg;
    if (strcmp(name, "clinic_id") == 0)
        return m->o.clinic_id;
    if (strcmp(name, "source_system") == 0)
        return m->o.source_system;
    const char *own = clinic_setting(m->o.clinic, name);
    return own ? own : profile_default(m->o.profile, name);
}

// What is wrong with a value shows in the value.
static void leave_issue(void *arg, const char *code, const char *detail)
{
    (void)arg;
    (void)code;
    (void)detail;
}

static bool may_call(void *arg, const char *function)
{
    (void)arg;
    return functions_allowed(function);
}

// Only the small tables that an expression names.
static bool attach(Arena *a, FileMaker *m, Problems *problems, Err *err)
{
    const Profile *all = m->o.profile;
    Profile some = *all;
    const char **digests;
    some.snapshots = arena_many(a, Snapshot, all->n_snapshots);
    some.n_snapshots = 0;
    for (size_t i = 0; i < all->n_snapshots; i++) {
        const char *name = arena_text(a, "target.%s", all->snapshots[i].table);
        bool read = false;
        for (size_t k = 0; k < m->rule->n; k++)
            read = read || strstr(m->rule->expressions[k], name);
        if (read)
            some.snapshots[some.n_snapshots++] = all->snapshots[i];
    }
    return snapshot_attach(a, m->db, m->o.target, &some, problems, &digests, err);
}

static bool find_columns(Arena *a, FileMaker *m, Problems *problems, Err *err)
{
    const FileRule *r = m->rule;
    err->kind = ERR_NONE;
    m->table = m->o.target->kind->table(m->o.target, r->table, err);
    if (!m->table) {
        if (err->kind == ERR_NONE)
            problems_add(problems, PROBLEM_ERROR, r->file, 0, 0, _("files: the target has no table '%s'"), r->table);
        return false;
    }
    m->columns = arena_many(a, const Column *, r->n);
    bool ok = true;
    for (size_t i = 0; i < r->n; i++) {
        for (size_t k = 0; k < m->table->n; k++)
            if (strcmp(m->table->columns[k].name, r->columns[i]) == 0)
                m->columns[i] = &m->table->columns[k];
        ok = ok && m->columns[i];
        if (!m->columns[i])
            problems_add(problems, PROBLEM_ERROR, r->file, 0, 0, _("files: table %s has no column '%s'"), r->table,
                         r->columns[i]);
    }
    return ok;
}

static bool prepare(FileMaker *m, Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    buf_add_text(&sql, "SELECT ");
    for (size_t i = 0; i < m->rule->n; i++)
        buf_addf(&sql, "%s(%s\n)", i ? ", " : "", m->rule->expressions[i]);
    buf_add_text(&sql, " FROM (SELECT ");
    for (size_t i = 0; i < ARRAY_LEN(facts); i++)
        buf_addf(&sql, "%s?%zu AS %s", i ? ", " : "", i + 1, facts[i]);
    buf_add_text(&sql, ") f");
    m->select = lite_prepare(m->db, buf_text(&sql), err);
    if (m->select && lite_columns(m->select) != (int)m->rule->n) {
        lite_finish(m->select);
        m->select = NULL;
        err_set(err, ERR_CONFIG, "%s", _("each column takes one expression"));
    }
    if (!m->select)
        err_wrap(err, "%s: files", m->rule->file);
    return m->select;
}

FileMaker *file_maker_new(Arena *a, const FileMakerOptions *o, Problems *problems, Err *err)
{
    FileMaker *m = calloc(1, sizeof *m);
    if (!m)
        abort();
    *m = (FileMaker){.rule = o->profile->files, .o = *o, .cell = {.column = -1}};
    m->host = (FunctionHost){.arg = m, .setting = setting_of, .as_of = instant_now(), .issue = leave_issue};
    m->guard = (LiteGuard){.may_call = may_call};
    m->db = lite_open("", LITE_MEMORY, ERR_CONFIG, err);
    bool ok = m->db && find_columns(a, m, problems, err) && functions_register(m->db, &m->host, &m->cell, err) &&
              attach(a, m, problems, err) && !problems->errors && lite_lower_limits(m->db, err);
    if (ok) {
        lite_guard(m->db, &m->guard);
        ok = prepare(m, err);
    }
    if (ok)
        return m;
    file_maker_free(m);
    return NULL;
}

void file_maker_free(FileMaker *m)
{
    if (!m)
        return;
    lite_finish(m->select);
    lite_close(m->db);
    free(m);
}

const Table *file_maker_table(const FileMaker *m)
{
    return m->table;
}

// ".pdf" of a name that ends like that: letters and digits, lower case, ten at most. Without value: none.
static Str extension_of(Str name, Buf *out)
{
    size_t dot = name.len;
    while (dot > 0 && name.at[dot - 1] != '.')
        dot--;
    size_t n = name.len - dot;
    buf_clear(out);
    if (dot < 2 || !n || n > 10)
        return STR("");
    buf_add_char(out, '.');
    for (size_t i = dot; i < name.len; i++) {
        char c = name.at[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            return STR("");
        buf_add_char(out, c);
    }
    return buf_str(out);
}

static Str name_of(Str path)
{
    size_t at = path.len;
    while (at > 0 && path.at[at - 1] != '/')
        at--;
    return (Str){path.at + at, path.len - at};
}

bool file_maker_row(FileMaker *m, Arena *a, const FileFacts *f, Str *values, const char **why, Err *err)
{
    AUTO(buf_free) Buf extension = {0};
    AUTO(buf_free) Buf text = {0};
    Str name = name_of(f->relative_path);
    const Str bound[] = {str_of(m->o.clinic_id), f->canonical_uuid, f->parent_uuid, f->parent_id,   f->relative_path,
                         name,  extension_of(name, &extension), f->sha256,  f->mime,      f->mime_hint,
                         f->matched_by,          f->staged_at,      f->received_at};
    *why = NULL;
    lite_reset(m->select);
    for (size_t i = 0; i < ARRAY_LEN(bound); i++)
        lite_bind_text(m->select, (int)i, bound[i].at ? bound[i] : (Str){NULL, 0});
    lite_bind_int(m->select, (int)ARRAY_LEN(bound), f->size);
    lite_bind_int(m->select, (int)ARRAY_LEN(bound) + 1, f->job);
    if (lite_step(m->select, err) != LITE_ROW)
        return err_wrap(err, "%s: files", m->rule->file);
    for (size_t i = 0; i < m->rule->n; i++) {
        const char *code;
        bool is_null = false;
        if (value_canonical(m->columns[i], false, m->select, (int)i, &text, &is_null, &code) != VALUE_OK ||
            (is_null && m->columns[i]->not_null))
            *why = m->rule->columns[i];
        values[i] = is_null ? (Str){NULL, 0} : str_copy(a, buf_str(&text));
        if (!is_null && !values[i].at)
            values[i] = STR("");
    }
    lite_reset(m->select);
    const char *path = str_keep(a, values[m->rule->path]);
    if (!path || !file_inside(a, "", path))
        *why = m->rule->columns[m->rule->path];
    return true;
}
