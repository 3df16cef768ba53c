#include "cache/issue_page.h"

#include <string.h>

#include "cache/issue_filter.h"

// In the order of the list. An index goes through them one by one: words do not sort by weight.
static const char *const severities[] = {"fatal", "error", "warning", "information"};
enum { SEVERITIES = ARRAY_LEN(severities) };

static int rank(const char *severity)
{
    for (int i = 0; i < SEVERITIES; i++)
        if (strcmp(severities[i], severity) == 0)
            return i;
    return SEVERITIES - 1;
}

typedef struct {
    Control *control;
    Arena *arena;
    const IssueFilter *filter;
    const char *where; // of it
    IssueItem *items;
    size_t n;
} Reader;

static bool reader_open(Reader *r, Control *c, Arena *a, const IssueFilter *f, Err *err)
{
    AUTO(buf_free) Buf where = {0};
    *r = (Reader){.control = c, .arena = a, .filter = f};
    if (!issue_where(c, f, &where, err))
        return false;
    r->where = str_keep(a, buf_str(&where));
    return true;
}

static bool is_fixed(const char *filter, const char *value)
{
    return filter && strcmp(filter, value) == 0 && !strpbrk(filter, "*?");
}

// " AND (...) < (...)": how is <, >, or >=. from is of the same severity. What the filter fixes is left to
// it: with both, the index would be read from the first of that kind.
static void add_place(Buf *sql, const IssueFilter *f, const IssueItem *from, const char *how)
{
    static const char *const columns[] = {"code", "entity", "step", "field", "key"};
    const char *const texts[] = {from->code, from->entity, from->step, from->field, from->key};
    size_t first = !is_fixed(f->code, from->code) ? 0 : !is_fixed(f->entity, from->entity) ? 1 : 2;
    for (size_t i = first; i < ARRAY_LEN(columns); i++)
        buf_addf(sql, "%s%s", i > first ? ", " : " AND (", columns[i]);
    buf_addf(sql, ") %s ", how);
    for (size_t i = first; i < ARRAY_LEN(texts); i++) {
        buf_add_text(sql, i > first ? ", " : "(");
        sql_quote(sql, texts[i]);
    }
    buf_add_char(sql, ')');
}

// Those of one severity: first their keys, by the index alone, then the issues.
static bool read_some(Reader *r, int severity, const IssueItem *from, const char *how, bool back, size_t most,
                      Err *err)
{
    AUTO(buf_free) Buf sql = {0};
    const char *down = back ? " DESC" : "";
    buf_addf(&sql,
             "SELECT " ITEM_COLUMNS " FROM (SELECT step AS s, key AS k, field AS f, code AS c FROM issues%s"
             " AND severity = '%s'",
             r->where, severities[severity]);
    if (from)
        add_place(&sql, r->filter, from, how);
    buf_addf(&sql,
             " ORDER BY code%s, entity%s, step%s, field%s, key%s LIMIT %zu) CROSS JOIN issues"
             " ON step = s AND key = k AND field = f AND code = c"
             " ORDER BY code%s, entity%s, step%s, field%s, key%s",
             down, down, down, down, down, most, down, down, down, down, down);
    AUTO(lite_finish_at) LiteStmt *s = lite_prepare(control_db(r->control), buf_text(&sql), err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW)
        r->items[r->n++] = issue_item(s, r->arena);
    return step == LITE_DONE;
}

// At most `most` behind from, or before it; from NULL: of all. Before it the nearest comes first.
static bool read_towards(Reader *r, const IssueItem *from, const char *how, bool back, size_t most, Err *err)
{
    int begin = from ? rank(from->severity) : back ? SEVERITIES - 1 : 0, step = back ? -1 : 1;
    r->items = arena_many(r->arena, IssueItem, most + 1);
    r->n = 0;
    for (int i = begin; i >= 0 && i < SEVERITIES && r->n < most; i += step)
        if (!read_some(r, i, i == begin ? from : NULL, how, back, most - r->n, err))
            return false;
    return true;
}

static bool any(Reader *r, const IssueItem *from, const char *how, bool back, bool *yes, Err *err)
{
    Reader other = *r;
    bool ok = read_towards(&other, from, how, back, 1, err);
    *yes = other.n > 0;
    return ok;
}

static void turn_round(IssuePage *p)
{
    for (size_t i = 0; i < p->n / 2; i++) {
        IssueItem item = p->items[i];
        p->items[i] = p->items[p->n - 1 - i];
        p->items[p->n - 1 - i] = item;
    }
}

bool issue_page(Control *c, Arena *a, const IssueFilter *f, PageWay way, const IssueItem *from, size_t most,
                IssuePage *out, Err *err)
{
    Reader r;
    bool back = page_goes_back(way), whole = way == PAGE_FIRST || way == PAGE_LAST, more, others = false;
    *out = (IssuePage){0};
    if (!reader_open(&r, c, a, f, err) || !read_towards(&r, whole ? NULL : from,
                                                        way == PAGE_FROM ? ">="
                                                        : back           ? "<"
                                                                         : ">",
                                                        back, most + 1, err))
        return false;
    *out = (IssuePage){.items = r.items, .n = MIN(r.n, most)};
    more = r.n > most;
    if (back)
        turn_round(out);
    const IssueItem *edge = !out->n ? from : back ? &out->items[out->n - 1] : &out->items[0];
    if (!whole && !any(&r, edge, back ? (out->n ? ">" : ">=") : (out->n || way == PAGE_FROM ? "<" : "<="),
                       !back, &others, err))
        return false;
    out->more_before = back ? more : others;
    out->more_after = back ? others : more;
    return true;
}

bool issue_count(Control *c, const IssueFilter *f, int64_t *n, Err *err)
{
    AUTO(buf_free) Buf where = {0};
    return issue_where(c, f, &where, err) &&
           lite_one_int(control_db(c), n, NULL, err, "SELECT count(*) FROM issues%s", buf_text(&where));
}

bool issue_place(Control *c, const IssueFilter *f, const IssueItem *item, int64_t *before, Err *err)
{
    AUTO(buf_free) Buf where = {0};
    *before = 0;
    if (!issue_where(c, f, &where, err))
        return false;
    int own = rank(item->severity);
    for (int i = 0; i <= own; i++) {
        AUTO(buf_free) Buf place = {0};
        int64_t n = 0;
        if (i == own)
            add_place(&place, f, item, "<");
        if (!lite_one_int(control_db(c), &n, NULL, err, "SELECT count(*) FROM issues%s AND severity = %Q%s",
                          buf_text(&where), severities[i], buf_text(&place)))
            return false;
        *before += n;
    }
    return true;
}
