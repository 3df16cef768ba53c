#include "engine/sample_page.h"

#include <string.h>

#include "base/intl.h"
#include "engine/sample_inner.h"

enum {
    LIMIT_MS = 150,
    WINDOW = 500, // rows looked at between two looks at the clock
};

// ---- Opening ------------------------------------------------------------------------------------

static void lacks(Sampling *x, const char *sentence)
{
    if (!x->out->lack)
        x->out->lack = sentence;
}

static void open_target(Sampling *x)
{
    Session *s = &x->s;
    Err err = {0};
    Problems *problems = problems_new(x->a);
    if (!session_profile(s, problems, &err)) {
        lacks(x, err.kind ? arena_text(x->a, "%s", err.text) : _("the profile or the model has mistakes"));
        return;
    }
    if (session_target(s, false, &err) && !s->target) {
        lacks(x, arena_text(x->a, _("there is no target yet: %s"), s->clinic->target_path));
        return;
    }
    if (s->target && session_which_clinic(s, &err) &&
        s->target->kind->prepare(s->target, (TargetScope){s->clinic_id, s->source_system}, &err))
        return;
    lacks(x, arena_text(x->a, _("the target cannot be looked at: %s"), err.text));
    if (s->target)
        s->target->kind->close(s->target);
    s->target = NULL;
}

// false with ERR_NONE: there is no cache.
static bool open_all(Sampling *x, Err *err)
{
    Session *s = &x->s;
    Err ignored = {0};
    s->cache = cache_open(s->clinic->state_folder, false, err);
    if (!s->cache || !cache_about(s->cache, x->a, "source_system", &s->source_system, err))
        return false;
    s->control = control_open(s->clinic->state_folder, false, &ignored);
    if (s->clinic->source_system)
        s->source_system = s->clinic->source_system;
    else if (!s->source_system)
        s->source_system = "unknown"; // as a run calls it
    if (x->wish->with_target)
        open_target(x);
    return true;
}

// ---- Columns ------------------------------------------------------------------------------------

// Those asked for that are there; all of them when none are named.
static const char **chosen(Arena *a, const char *const *asked, const char **there, size_t *n)
{
    size_t n_asked = 0, n_there = 0;
    while (asked && asked[n_asked])
        n_asked++;
    while (there[n_there])
        n_there++;
    *n = 0;
    if (!asked) {
        *n = n_there;
        return there;
    }
    const char **list = arena_many(a, const char *, n_asked + 1);
    for (size_t i = 0; i < n_asked; i++)
        for (size_t k = 0; k < n_there; k++)
            if (strcmp(asked[i], there[k]) == 0)
                list[(*n)++] = there[k];
    return list;
}

static bool choose_columns(Sampling *x, Err *err)
{
    const char **fields, **made;
    const SampleWish *w = x->wish;
    SamplePage *out = x->out;
    if (!sample_fields(x->s.cache, x->a, w->entity, &fields, &x->has_entity, err) ||
        !sample_made(x->s.cache, x->a, w->entity, &made, &x->has_made, err))
        return false;
    out->source = chosen(x->a, w->source, fields, &out->n_source);
    out->made = chosen(x->a, w->made, made, &out->n_made);
    return true;
}

// ---- The page -----------------------------------------------------------------------------------

static bool is_wanted(const Sampling *x, const SampleFound *f)
{
    return f->matches && (x->wish->which != SAMPLE_CHANGED || sample_is_changed(&f->trace));
}

// Looks on until there are enough, the time is up or the rows are at their end. What was asked for by nothing
// but its place is found with the first look.
static bool collect(Sampling *x, const SampleAt *from, const char *how, bool back, size_t most,
                    SampleFound *list, size_t *n, Err *err)
{
    bool picks = x->matcher || x->wish->which == SAMPLE_CHANGED;
    size_t window = picks ? WINDOW : most, got = window;
    SampleAt at = from ? *from : (SampleAt){0};
    *n = 0;
    while (*n < most && got == window) {
        SampleFound *some;
        if (picks && steady_now() > x->until) {
            x->out->stopped = true;
            x->out->reached = at;
            break;
        }
        if (!sample_window(x, from ? &at : NULL, how, back, window, &some, &got, err) ||
            (x->s.target && !sample_trace(x, some, got, err)))
            return false;
        for (size_t i = 0; i < got && *n < most; i++)
            if (is_wanted(x, &some[i]))
                list[(*n)++] = some[i];
        if (got)
            at = some[got - 1].at;
        from = &at;
        how = back ? "<" : ">";
    }
    return true;
}

static bool any(Sampling *x, const SampleAt *from, const char *how, bool back, bool *yes, Err *err)
{
    SampleFound *some;
    size_t n;
    bool ok = sample_window(x, from, how, back, 1, &some, &n, err);
    *yes = n > 0; // without looking on for one that matches: there are rows to look at
    return ok;
}

static bool fill(Sampling *x, PageWay way, const SampleAt *from, Err *err)
{
    SamplePage *out = x->out;
    bool back = page_goes_back(way), whole = way == PAGE_FIRST || way == PAGE_LAST, more, others = false;
    size_t most = x->wish->most, n;
    SampleFound *list = arena_many(x->a, SampleFound, most + 2);
    if (!collect(x, whole ? NULL : from,
                 way == PAGE_FROM ? ">="
                 : back           ? "<"
                                  : ">",
                 back, most + 1, list, &n, err))
        return false;
    more = n > most || out->stopped;
    n = MIN(n, most);
    out->rows = arena_many(x->a, SampleRow, n + 1);
    for (out->n = 0; out->n < n; out->n++)
        if (!sample_fill(x, &list[back ? n - 1 - out->n : out->n], &out->rows[out->n], err))
            return false;
    const SampleAt *edge = !n ? from : back ? &out->rows[n - 1].at : &out->rows[0].at;
    if (!whole && !any(x, edge, back ? ">" : "<", !back, &others, err))
        return false;
    out->more_before = back ? more : others;
    out->more_after = back ? others : more;
    return true;
}

static bool count(Sampling *x, Err *err)
{
    CacheSource source;
    SamplePage *out = x->out;
    int64_t validated = 0, refused = 0;
    const char *entity = x->wish->entity;
    if (!cache_source(x->s.cache, entity, &source, err) ||
        !lite_one_int(cache_db(x->s.cache), &validated, NULL, err,
                      "SELECT count(*) FROM _rejects WHERE entity = %Q AND step = '%q/validate'", entity,
                      entity))
        return false;
    if (!source.rows && !x->has_entity)
        return err_set(err, ERR_USAGE, _("the clinic has no entity '%s'"), entity);
    if (x->s.control &&
        !lite_one_int(control_db(x->s.control), &refused, NULL, err,
                      "SELECT count(DISTINCT key) FROM issues WHERE step = '%q/insert' AND present"
                      " AND severity IN ('fatal', 'error')",
                      entity))
        return false;
    if (x->wish->which == SAMPLE_ALL)
        out->total = source.rows - source.rejected;
    else
        out->total = x->wish->which == SAMPLE_REJECTED ? source.rejected + validated + refused : -1;
    return true;
}

bool sample_page(Arena *a, const Clinic *clinic, const SampleWish *wish, PageWay way, const SampleAt *from,
                 SamplePage *out, Err *err)
{
    Sampling x = {.s = {.arena = a, .clinic = clinic}, .a = a, .wish = wish, .out = out};
    *out = (SamplePage){.total = -1};
    err->kind = ERR_NONE;
    if (from && !from->key && !from->reject) // time was up before the first row
        from = NULL;
    x.until = steady_now() + (Instant)(wish->limit_ms ? wish->limit_ms : LIMIT_MS) * 1000;
    bool ok = open_all(&x, err);
    if (!ok && err->kind == ERR_NONE) {
        out->lack = _("there is no cache: the source has not been read, or the cache was removed");
        session_close(&x.s);
        return true;
    }
    ok = ok && choose_columns(&x, err) && count(&x, err) && sample_look_at_steps(&x, err);
    if (ok && (wish->which != SAMPLE_CHANGED || x.s.target)) {
        sample_make_matcher(&x);
        ok = fill(&x, way, from, err);
    } else if (ok) {
        lacks(&x, _("what was changed is known by the target alone"));
    }
    session_close(&x.s);
    return ok;
}
