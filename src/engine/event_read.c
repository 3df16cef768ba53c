#include "engine/event_read.h"

#include "base/intl.h"
#include "base/json_read.h"

static const char *text_at(Arena *a, Str line, const char *key)
{
    return json_as_text(a, json_member(line, key));
}

// error patient.no_name patient:88213
static const char *issue_words(Arena *a, Str line)
{
    const char *severity = text_at(a, line, "severity"), *code = text_at(a, line, "code");
    const char *entity = text_at(a, line, "entity"), *id = text_at(a, line, "id");
    return arena_text(a, "%s %s %s%s%s", severity ? severity : "?", code ? code : "?", entity ? entity : "",
                      id ? ":" : "", id ? id : "");
}

static const char *more_words(Arena *a, Str line)
{
    static const char *const severities[] = {"fatal", "error", "warning", "information"};
    int64_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(severities); i++)
        n += json_as_int(json_member(line, severities[i]), 0) & INT32_MAX;
    return arena_text(a, ngettext("%lld more issue", "%lld more issues", (unsigned long)n), (long long)n);
}

// What the worker's own terminal said of it.
static const char *words(Arena *a, Str line, const Event *e)
{
    static const char *const keys[] = {"message", "reason"};
    if (e->current)
        return NULL;
    if (str_is(str_of(e->type), "warning"))
        return issue_words(a, line);
    if (str_is(str_of(e->type), "issues"))
        return more_words(a, line);
    if (str_is(str_of(e->type), "step.progress"))
        return text_at(a, line, "phase");
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const char *text = text_at(a, line, keys[i]);
        if (text)
            return text;
    }
    return NULL;
}

bool event_read(Arena *a, Str line, Event *out)
{
    if (!json_is_object(line))
        return false;
    const char *reason = text_at(a, line, "reason"), *unit = text_at(a, line, "unit");
    Str eta = json_member(line, "eta_s");
    *out = (Event){
        .type = text_at(a, line, "type"),
        .at = text_at(a, line, "t"),
        .step = text_at(a, line, "step"),
        .status = text_at(a, line, "status"),
        .done = json_as_int(json_member(line, "done"), 0),
        .rows = json_as_int(json_member(line, "rows"), -1),
        .bytes = unit && str_is(str_of(unit), "bytes"),
        .rate = json_as_num(json_member(line, "rate"), 0),
        .eta_low_s = json_as_num(json_element(eta, 0), -1),
        .eta_high_s = json_as_num(json_element(eta, 1), -1),
        .took_s = json_as_num(json_member(line, "took_s"), 0),
        .current = reason && str_is(str_of(reason), "current"),
        .hint = text_at(a, line, "hint"),
        .json = line,
    };
    Str rejected = json_member(line, "rejected");
    out->rejected = json_as_int(rejected.at ? rejected : json_member(line, "rejects"), 0);
    if (!out->type || !out->at)
        return false;
    if (str_is(str_of(out->type), "step.end") && out->status && str_is(str_of(out->status), "skipped"))
        return true;
    out->text = words(a, line, out);
    return true;
}
