// Which rows a page of samples may show: candidates by key, from the entity's table or from what was kept
// back.
#include <string.h>

#include "engine/sample_inner.h"

// ---- Columns ------------------------------------------------------------------------------------

static bool list_columns(Cache *c, Arena *a, const char *table, const char *where, const char ***names,
                         bool *has, Err *err)
{
    size_t n = 0, most = 0;
    int64_t count = 0;
    if (!lite_table_exists(cache_db(c), table, has, err) ||
        !lite_one_int(cache_db(c), &count, NULL, err, "SELECT count(*) FROM pragma_table_xinfo(%Q)", table))
        return false;
    most = (size_t)count;
    *names = arena_many(a, const char *, most + 1);
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        cache_db(c), err, "SELECT name FROM pragma_table_xinfo(%Q) WHERE %s ORDER BY cid", table, where);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW && n < most)
        (*names)[n++] = str_keep(a, lite_text(s, 0));
    return step == LITE_DONE;
}

bool sample_fields(Cache *c, Arena *a, const char *entity, const char ***fields, bool *has, Err *err)
{
    *has = false;
    *fields = arena_many(a, const char *, 2);
    if (!entity_name_valid(str_of(entity)))
        return true;
    if (!list_columns(c, a, entity, "hidden = 2", fields, has, err)) // fields are computed from the payload
        return false;
    if (*has && !(*fields)[0])
        (*fields)[0] = "payload";
    return true;
}

bool sample_made(Cache *c, Arena *a, const char *entity, const char ***made, bool *has, Err *err)
{
    return list_columns(c, a, arena_text(a, "out_%s", entity),
                        "name NOT IN ('key', 'part', 'id', 'link', 'hash')", made, has, err);
}

// ---- Text ---------------------------------------------------------------------------------------

static void add_quoted(Buf *sql, const char *text)
{
    buf_add_char(sql, '\'');
    for (const char *p = text ? text : ""; *p; p++) { // a row that was kept back may have no key
        if (*p == '\'')
            buf_add_char(sql, '\'');
        buf_add_char(sql, *p);
    }
    buf_add_char(sql, '\'');
}

static void add_like(Buf *sql, const char *column, const char *pattern)
{
    buf_addf(sql, "%s LIKE ", column);
    add_quoted(sql, pattern);
    buf_add_text(sql, " ESCAPE '\\'");
}

// Whether JSON writes it as it is: then a payload without it needs no closer look.
static bool is_plain(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-@_+";
    return !text[strspn(text, plain)];
}

void sample_make_matcher(Sampling *x)
{
    AUTO(buf_free) Buf pattern = {0}, sql = {0};
    const char *text = x->wish->text;
    if (!text || !*text)
        return;
    buf_add_char(&pattern, '%');
    for (const char *p = text; *p; p++) {
        if (strchr("%_\\", *p))
            buf_add_char(&pattern, '\\');
        buf_add_char(&pattern, *p);
    }
    buf_add_char(&pattern, '%');
    x->pattern = str_keep(x->a, buf_str(&pattern));
    add_like(&sql, "(canonical_uuid", x->pattern);
    add_like(&sql, " OR source_id", x->pattern);
    buf_add_text(&sql, " OR (");
    add_like(&sql, is_plain(text) ? "payload" : "'x'", is_plain(text) ? x->pattern : "x");
    buf_add_text(&sql, " AND (false");
    for (size_t i = 0; i < x->out->n_source; i++)
        add_like(&sql, arena_text(x->a, " OR \"%s\"", x->out->source[i]), x->pattern);
    buf_add_text(&sql, ")))");
    x->matcher = str_keep(x->a, buf_str(&sql));
}

// ---- Candidates ---------------------------------------------------------------------------------

typedef struct {
    SampleFound *list;
    size_t n;
} Found;

static bool take(Sampling *x, LiteStmt *s, Found *found, size_t most, Err *err)
{
    LiteStep step = LITE_FAILED;
    found->list = arena_many(x->a, SampleFound, most + 1);
    found->n = 0;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        found->list[found->n++] = (SampleFound){.at = {str_keep(x->a, lite_text(s, 0)), lite_int(s, 1)},
                                                .matches = lite_int(s, 2) != 0};
    return step == LITE_DONE;
}

static bool find_rows(Sampling *x, const SampleAt *from, const char *how, bool back, size_t most,
                      Found *found, Err *err)
{
    AUTO(buf_free) Buf where = {0};
    if (from) {
        buf_addf(&where, " WHERE canonical_uuid %s ", how);
        add_quoted(&where, from->key);
    }
    AUTO(lite_finish_at)
    LiteStmt *s =
        lite_preparef(cache_db(x->s.cache), err,
                      "SELECT canonical_uuid, 0, %s FROM \"%w\"%s ORDER BY canonical_uuid%s LIMIT %lld",
                      x->matcher ? x->matcher : "1", x->wish->entity, buf_text(&where), back ? " DESC" : "",
                      (long long)most);
    return take(x, s, found, most, err);
}

// Of those that extract or validate kept back.
static bool find_rejects(Sampling *x, const SampleAt *from, const char *how, bool back, size_t most,
                         Found *found, Err *err)
{
    AUTO(buf_free) Buf where = {0}, match = {0};
    if (from) {
        buf_addf(&where, " AND (key, rowid) %s (", how);
        add_quoted(&where, from->key);
        buf_addf(&where, ", %lld)", (long long)from->reject);
    }
    if (x->pattern) {
        add_like(&match, "coalesce(key", x->pattern);
        add_like(&match, " OR source_id", x->pattern);
        if (x->has_entity)
            buf_addf(&match, " OR (SELECT %s FROM \"%s\" WHERE canonical_uuid = _rejects.key)", x->matcher,
                     x->wish->entity);
        buf_add_text(&match, ", false)");
    }
    const char *down = back ? " DESC" : "";
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(
        cache_db(x->s.cache), err,
        "SELECT key, rowid, %s FROM _rejects WHERE entity = %Q%s ORDER BY key%s, rowid%s"
        " LIMIT %lld",
        x->pattern ? buf_text(&match) : "1", x->wish->entity, buf_text(&where), down, down, (long long)most);
    return take(x, s, found, most, err);
}

static bool match_refused(Sampling *x, Found *found, Err *err)
{
    AUTO(lite_finish_at)
    LiteStmt *s =
        x->matcher && x->has_entity
            ? lite_preparef(cache_db(x->s.cache), err, "SELECT %s FROM \"%w\" WHERE canonical_uuid = ?",
                            x->matcher, x->wish->entity)
            : NULL;
    for (size_t i = 0; s && i < found->n; i++) {
        lite_bind_text(s, 0, str_of(found->list[i].at.key));
        LiteStep step = lite_step(s, err);
        if (step == LITE_FAILED)
            return false;
        found->list[i].matches |= step == LITE_ROW && lite_int(s, 0);
        lite_reset(s);
    }
    return s || !x->matcher || !x->has_entity;
}

// Of those that the target refused, by what control.db has noted of it.
static bool find_refused(Sampling *x, const SampleAt *from, const char *how, bool back, size_t most,
                         Found *found, Err *err)
{
    AUTO(buf_free) Buf where = {0}, match = {0};
    *found = (Found){0};
    if (!x->s.control)
        return true;
    if (from) { // the row itself stands before its rejects
        bool itself = from->reject ? back : strlen(how) > 1;
        buf_addf(&where, " AND key %c%s ", back ? '<' : '>', itself ? "=" : "");
        add_quoted(&where, from->key);
    }
    add_like(&match, "coalesce(key", x->pattern ? x->pattern : "%");
    add_like(&match, " OR source_id", x->pattern ? x->pattern : "%");
    buf_add_text(&match, ", false)");
    AUTO(lite_finish_at)
    LiteStmt *s = lite_preparef(control_db(x->s.control), err,
                                "SELECT DISTINCT key, 0, %s FROM issues WHERE step = '%q/insert' AND present"
                                " AND severity IN ('fatal', 'error')%s ORDER BY key%s LIMIT %lld",
                                buf_text(&match), x->wish->entity, buf_text(&where), back ? " DESC" : "",
                                (long long)most);
    return take(x, s, found, most, err) && match_refused(x, found, err);
}

static int compare_places(const SampleAt *x, const SampleAt *y)
{
    int by_key = strcmp(x->key, y->key);
    return by_key ? by_key : (x->reject > y->reject) - (x->reject < y->reject);
}

bool sample_window(Sampling *x, const SampleAt *from, const char *how, bool back, size_t most,
                   SampleFound **out, size_t *n, Err *err)
{
    Found one, other;
    *n = 0;
    *out = NULL;
    if (x->wish->which != SAMPLE_REJECTED) {
        if (!x->has_entity)
            return true;
        bool ok = find_rows(x, from, how, back, most, &one, err);
        *out = one.list;
        *n = one.n;
        return ok;
    }
    if (!find_rejects(x, from, how, back, most, &one, err) ||
        !find_refused(x, from, how, back, most, &other, err))
        return false;
    *out = arena_many(x->a, SampleFound, most + 1);
    for (size_t i = 0, k = 0; *n < most && (i < one.n || k < other.n);) {
        int order = i < one.n && k < other.n ? compare_places(&one.list[i].at, &other.list[k].at) : 0;
        bool first = k == other.n || (i < one.n && (back ? order > 0 : order < 0));
        (*out)[(*n)++] = first ? one.list[i++] : other.list[k++];
    }
    return true;
}
