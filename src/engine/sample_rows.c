// The rows of a page of samples: their values, masked, and what became of them.
#include <string.h>

#include "base/text.h"
#include "cache/sample.h"
#include "engine/inspect_inner.h"
#include "engine/sample_inner.h"

bool sample_trace(Sampling *x, SampleFound *found, size_t n, Err *err)
{
    Str *keys = arena_many(x->a, Str, n + 1);
    TargetTrace *traces = arena_many(x->a, TargetTrace, n + 1);
    for (size_t i = 0; i < n; i++)
        keys[i] = str_of(found[i].at.key);
    if (!x->s.target->kind->traces(x->s.target, x->a, x->wish->entity, keys, n, traces, err))
        return false;
    for (size_t i = 0; i < n; i++)
        found[i].trace = traces[i];
    return true;
}

static InspectOutcome by_ledger(const TargetTrace *trace)
{
    InspectOutcome o = {0};
    outcome_by_ledger("", trace, &o);
    return o;
}

bool sample_is_changed(const TargetTrace *t)
{
    const char *word = by_ledger(t).word;
    return word && (strcmp(word, "inserted") == 0 || strcmp(word, "updated") == 0);
}

// An account that has only one kind of written rows tells the kind of each.
static const char *one_kind(const Account *list, size_t n, const char *entity)
{
    for (size_t i = 0; i < n; i++) {
        const Account *a = &list[i];
        if (strcmp(a->entity, entity) != 0)
            continue;
        if (!a->updated && !a->unchanged && !a->raw)
            return "inserted";
        if (!a->inserted && !a->unchanged && !a->raw)
            return "updated";
        if (!a->inserted && !a->updated && !a->raw)
            return "unchanged";
    }
    return "written";
}

bool sample_look_at_steps(Sampling *x, Err *err)
{
    StepRecord insert = {0}, before = {0};
    bool found, had;
    size_t n;
    const char *entity = x->wish->entity, *made = x->has_made ? "validate" : "extract";
    x->otherwise = "pending";
    if (!x->s.control)
        return true;
    if (!control_step(x->s.control, x->a, arena_text(x->a, "%s/insert", entity), &insert, &found, err) ||
        !control_step(x->s.control, x->a, arena_text(x->a, "%s/%s", entity, made), &before, &had, err))
        return false;
    // what was made anew since has not been written
    if (!found || (strcmp(insert.status, "done") != 0 && strcmp(insert.status, "partial") != 0) ||
        insert.run < before.run)
        return true;
    const Account *accounts = control_accounts(x->s.control, x->a, insert.run, &n, err);
    if (!accounts)
        return false;
    x->otherwise = x->has_made ? one_kind(accounts, n, entity) : "raw";
    return true;
}

// ---- One row ------------------------------------------------------------------------------------

static bool read_values(Sampling *x, LiteStmt *s, int first, size_t n, const char ***out, Err *err)
{
    LiteStep step = s ? lite_step(s, err) : LITE_FAILED;
    if (step == LITE_ROW) {
        *out = arena_many(x->a, const char *, n + 1);
        for (size_t i = 0; i < n; i++) {
            AUTO(buf_free) Buf text = {0};
            Str value = lite_text(s, first + (int)i);
            if (value.at && x->wish->unmask)
                text_clean(&text, value);
            (*out)[i] = !value.at         ? NULL
                        : x->wish->unmask ? str_keep(x->a, buf_str(&text))
                                          : sample_masked(x->a, value);
        }
    }
    return step == LITE_ROW || step == LITE_DONE;
}

static void add_columns(Buf *sql, const char **columns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_addf(sql, ", \"%s\"", columns[i]);
}

static bool read_source(Sampling *x, SampleRow *row, Err *err)
{
    AUTO(buf_free) Buf columns = {0};
    if (!x->has_entity)
        return true;
    add_columns(&columns, x->out->source, x->out->n_source);
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(cache_db(x->s.cache), err,
                                "SELECT source_id, origin%s FROM \"%w\" WHERE canonical_uuid = %Q",
                                buf_text(&columns), x->wish->entity, row->at.key);
    if (!read_values(x, s, 2, x->out->n_source, &row->source, err))
        return false;
    if (row->source) {
        row->source_id = str_keep(x->a, lite_text(s, 0));
        row->origin = lite_int(s, 1);
    }
    return true;
}

static bool read_made(Sampling *x, SampleRow *row, bool *linked, Err *err)
{
    AUTO(buf_free) Buf columns = {0};
    *linked = false;
    if (!x->has_made)
        return true;
    add_columns(&columns, x->out->made, x->out->n_made);
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(cache_db(x->s.cache), err,
                      "SELECT link IS NOT NULL%s FROM \"out_%w\" WHERE key = %Q ORDER BY part LIMIT 1",
                      buf_text(&columns), x->wish->entity, row->at.key);
    if (!read_values(x, s, 1, x->out->n_made, &row->made, err))
        return false;
    *linked = row->made && lite_int(s, 0);
    return true;
}

// Of a row that extract kept back nothing else is shown: one of the same key may be another.
static bool read_reject(Sampling *x, SampleRow *row, bool *of_extract, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(cache_db(x->s.cache), err,
                                "SELECT code, source_id, origin, step GLOB '*/extract' FROM _rejects"
                                " WHERE (%lld AND rowid = %lld) OR (NOT %lld AND entity = %Q AND key = %Q"
                                " AND step GLOB '*/validate') LIMIT 1",
                                (long long)row->at.reject, (long long)row->at.reject,
                                (long long)row->at.reject, x->wish->entity, row->at.key);
    LiteStep step = s ? lite_step(s, err) : LITE_FAILED;
    if (step == LITE_ROW) {
        row->outcome = "rejected";
        row->reason = str_keep(x->a, lite_text(s, 0));
        *of_extract = lite_int(s, 3) != 0;
        if (*of_extract) {
            row->source_id = str_keep(x->a, lite_text(s, 1));
            row->origin = lite_int(s, 2);
        }
    }
    return step == LITE_ROW || step == LITE_DONE;
}

static bool by_control(Sampling *x, SampleRow *row, bool linked, Err *err)
{
    const char *skipped, *refused = NULL;
    if (!lite_one_text(cache_db(x->s.cache), x->a, &skipped, err,
                       "SELECT reason FROM _skips WHERE step = '%q/validate' AND key = %Q", x->wish->entity,
                       row->at.key) ||
        (x->s.control &&
         !lite_one_text(control_db(x->s.control), x->a, &refused, err,
                        "SELECT code FROM issues WHERE step = '%q/insert' AND key = %Q AND present"
                        " AND severity IN ('fatal', 'error') LIMIT 1",
                        x->wish->entity, row->at.key)))
        return false;
    bool raw = skipped && strcmp(skipped, "raw") == 0;
    if (skipped && !raw) {
        row->outcome = "skipped";
        row->reason = skipped;
    } else if (refused) {
        row->outcome = "rejected";
        row->reason = refused;
    } else if (strcmp(x->otherwise, "pending") == 0) {
        row->outcome = x->otherwise;
    } else {
        row->outcome = raw ? "raw" : linked ? "linked" : x->otherwise;
    }
    return true;
}

bool sample_fill(Sampling *x, const SampleFound *found, SampleRow *row, Err *err)
{
    bool of_extract = false, linked = false;
    *row = (SampleRow){.at = found->at};
    if (!read_reject(x, row, &of_extract, err))
        return false;
    if (of_extract)
        return true;
    if (!read_source(x, row, err) || !read_made(x, row, &linked, err) ||
        (!row->outcome && !by_control(x, row, linked, err)))
        return false;
    bool decided = strcmp(row->outcome, "rejected") == 0 || strcmp(row->outcome, "skipped") == 0;
    InspectOutcome exact = by_ledger(&found->trace);
    if (x->s.target && !decided) {
        row->outcome = exact.word ? exact.word : "pending";
        row->reason = exact.reason;
    }
    return true;
}
