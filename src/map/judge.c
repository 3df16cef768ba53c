// Whether a row may pass: its references, its checks, its values.
#include "map/evaluation.h"

#include <string.h>

#include "base/intl.h"
#include "map/value.h"

void refuse(Refusal *why, const char *code, bool by_parent)
{
    if (!why->code) {
        why->code = code;
        why->by_parent = by_parent;
    }
}

static bool parent_was_rejected(Evaluation *v, const char *entity, Str key, bool *yes, Err *err)
{
    lite_bind_text(v->find_reject, 0, str_of(entity));
    lite_bind_text(v->find_reject, 1, key);
    LiteStep step = lite_step(v->find_reject, err);
    *yes = step == LITE_ROW;
    lite_reset(v->find_reject);
    return step == LITE_ROW || step == LITE_DONE;
}

// A reference that leads nowhere: what the mapping says is to be done.
bool judge_reference(Evaluation *v, size_t i, Refusal *why, Err *err)
{
    const Reference *ref = &v->r->mapping->references[i];
    int at = v->r->layout.references + 3 * (int)i;
    Str key = lite_text(v->select, at);
    if (lite_type(v->select, at + 1) != LITE_NULL)
        return true;
    bool none = !key.at || !key.len;
    if (none && !ref->required)
        return true;
    const char *code = none ? ref->code_none : ref->code_unmapped;
    bool by_parent = false;
    if (!none && !parent_was_rejected(v, ref->entity, key, &by_parent, err))
        return false;
    if (ref->missing == MISSING_IGNORE)
        return true;
    bool reject = ref->missing == MISSING_REJECT;
    if (reject)
        refuse(why, code, by_parent);
    return issues_add(v->issues, buf_str(&v->key), at, code, reject ? "error" : NULL,
                      by_parent ? "parent rejected" : NULL, err);
}

bool judge_checks(Evaluation *v, Refusal *why, Err *err)
{
    const Mapping *map = v->r->mapping;
    for (size_t i = 0; i < map->n_checks; i++) {
        const Check *c = &map->checks[i];
        int at = v->r->layout.checks + (int)i;
        if (lite_type(v->select, at) == LITE_NULL || lite_double(v->select, at) == 0)
            continue;
        if (strcmp(c->severity, "fatal") == 0)
            return err_set(err, ERR_STEP, _("%s: %s (record %s)"), c->code, c->message ? c->message : "",
                           buf_text(&v->key));
        if (c->skip && !why->skip)
            why->skip = c;
        if (strcmp(c->severity, "error") == 0)
            refuse(why, c->code, false);
        if (!issues_add(v->issues, buf_str(&v->key), at, c->code, c->severity, NULL, err) ||
            !issues_keep_data(v->issues, buf_str(&v->key), at, c->code,
                              lite_text(v->select, v->r->layout.data + (int)i), err))
            return false;
    }
    return true;
}

// The value of a values: map into out; a text that is not in the map raises its issue.
static bool mapped_value(Evaluation *v, size_t i, Buf *out, bool *is_null, Err *err)
{
    const ValueMap *map = &v->r->mapping->values[i];
    int at = v->r->layout.values + (int)i;
    Str of = lite_text(v->select, at);
    const char *value = map->when_null;
    if (of.at) {
        value = map->other;
        size_t k = 0;
        while (k < map->n && !str_is(of, map->pairs[k].from))
            k++;
        if (k < map->n)
            value = map->pairs[k].to;
        else if (map->other_issue &&
                 !issues_add(v->issues, buf_str(&v->key), at, map->other_issue, NULL, NULL, err))
            return false;
    }
    buf_clear(out);
    *is_null = !value;
    if (value)
        buf_add_text(out, value);
    return true;
}

// Which column of the composed SELECT holds the value of a filled column.
static int cell_of(const Evaluation *v, const Filled *f)
{
    const ComposedLayout *l = &v->r->layout;
    if (f->origin == FROM_COLUMN)
        return l->columns + (int)f->index;
    if (f->origin == FROM_VALUES)
        return l->values + (int)f->index;
    int at = l->references + 3 * (int)f->index + 1; // the id found, else the fallback
    return lite_type(v->select, at) != LITE_NULL ? at : at + 1;
}

bool fill_columns(Evaluation *v, Refusal *why, Err *err)
{
    for (size_t i = 0; i < v->r->n_filled; i++) {
        const Filled *f = &v->r->filled[i];
        int cell = cell_of(v, f);
        const char *code = NULL;
        ValueState state = VALUE_OK;
        if (f->origin == FROM_VALUES) {
            if (!mapped_value(v, f->index, &v->values[i], &v->nulls[i], err))
                return false;
            if (v->nulls[i] && f->column->not_null) {
                state = VALUE_WRONG;
                code = "value.missing";
            }
        } else {
            bool cut = f->origin == FROM_COLUMN && v->r->mapping->columns[f->index].cut;
            state = value_canonical(f->column, cut, v->select, cell, &v->values[i], &v->nulls[i], &code);
        }
        if (state == VALUE_WRONG && why->code && strcmp(code, "value.missing") == 0)
            continue; // it is missing for the reason already told
        if (state == VALUE_WRONG)
            refuse(why, code, false);
        if (code && !issues_add(v->issues, buf_str(&v->key), cell, code,
                                state == VALUE_WRONG ? "error" : "warning", NULL, err))
            return false;
    }
    return true;
}
