#include "map/eval_expr.h"

#include <string.h>

#include "base/digest.h"
#include "base/intl.h"
#include "db/lite_guard.h"
#include "map/functions.h"

enum { LIMIT_MS = 5000 };

typedef struct {
    Arena *arena;
    const ExprWorld *world;
    ExprResult *out;
    size_t cap;
    bool framed; // val(at(...), ...) stands around the expression, which has been looked at alone
} Evaluation;

static const char *setting_of(void *arg, const char *name)
{
    Evaluation *e = arg;
    return e->world->setting ? e->world->setting(e->world->arg, name) : NULL;
}

static void keep_issue(void *arg, const char *code, const char *detail)
{
    Evaluation *e = arg;
    ExprResult *out = e->out;
    if (out->n_issues == e->cap) {
        size_t cap = e->cap ? e->cap * 2 : 8;
        ExprIssue *more = arena_many(e->arena, ExprIssue, cap);
        if (out->n_issues)
            memcpy(more, out->issues, out->n_issues * sizeof *more);
        out->issues = more;
        e->cap = cap;
    }
    out->issues[out->n_issues++] =
        (ExprIssue){str_keep(e->arena, str_of(code)), str_keep(e->arena, str_of(detail))};
}

// What an expression may call; the frame around it is ours.
static bool may_call(void *arg, const char *function)
{
    const Evaluation *e = arg;
    return functions_allowed(function) ||
           (e->framed && (!strcmp(function, "at") || !strcmp(function, "val")));
}

static const char *type_name(LiteType type)
{
    switch (type) {
    case LITE_NULL: return "null";
    case LITE_INTEGER: return "integer";
    case LITE_REAL: return "real";
    case LITE_TEXT: return "text";
    case LITE_BLOB: return "blob";
    }
    return "";
}

// As SQL writes it: x'00ff'.
static Str blob_text(Arena *a, Str bytes)
{
    char *hex = arena_many(a, char, bytes.len * 2 + 1);
    if (bytes.len)
        hex_of((const unsigned char *)bytes.at, bytes.len, hex);
    return str_of(arena_text(a, "x'%s'", hex));
}

// Alone first: what is no single expression ("1, 2", "1) FROM (SELECT 2") fails here or has other columns.
static LiteStmt *prepare(Evaluation *e, Lite *db, const char *expression, Err *err)
{
    AUTO(lite_finish_at) LiteStmt *alone = lite_preparef(db, err, "SELECT (%s\n)", expression);
    if (!alone)
        return NULL;
    e->framed = true;
    LiteStmt *framed = lite_preparef(db, err, "SELECT val(at(0, 'row'), (%s\n))", expression);
    if (framed && lite_columns(framed) == 1 && lite_columns(alone) == 1)
        return framed;
    if (framed)
        err_set(err, ERR_USAGE, _("that is not one expression: %s"), expression);
    lite_finish(framed);
    return NULL;
}

bool map_eval(Arena *a, const char *expression, const ExprWorld *world, ExprResult *out, Err *err)
{
    Evaluation e = {.arena = a, .world = world, .out = out};
    FunctionHost host = {.arg = &e, .setting = setting_of, .as_of = world->as_of, .issue = keep_issue};
    LiteGuard guard = {.may_call = may_call, .arg = &e};
    Cell cell = {.column = -1};
    *out = (ExprResult){0};
    AUTO(lite_close_at) Lite *db = lite_open("", LITE_MEMORY, ERR_USAGE, err);
    if (!db || !functions_register(db, &host, &cell, err) || !lite_lower_limits(db, err))
        return false;
    lite_watch(db, LIMIT_MS);
    lite_guard(db, &guard);
    AUTO(lite_finish_at) LiteStmt *s = prepare(&e, db, expression, err);
    if (!s && guard.refused)
        err_hint(err, _("%s may not be used in a mapping"), guard.refused);
    if (!s || lite_step(s, err) != LITE_ROW)
        return false;
    out->type = type_name(lite_type(s, 0));
    out->value = lite_type(s, 0) == LITE_BLOB ? blob_text(a, lite_blob(s, 0)) : str_copy(a, lite_text(s, 0));
    return true;
}
