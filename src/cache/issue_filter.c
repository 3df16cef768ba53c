#include "cache/issue_filter.h"

#include <string.h>

// What only looks back (verify) finds nothing new. A preview reads and checks like the run after it; a run
// that goes on with another one belongs to it.
#define SINCE                                                                                                \
    "WITH RECURSIVE last(run, mode, resumes) AS (SELECT run, mode, resumes FROM runs WHERE run ="            \
    " (SELECT max(run) FROM runs WHERE mode <> 'verify') UNION ALL SELECT r.run, r.mode, r.resumes"          \
    " FROM runs r JOIN last l ON r.run = l.resumes)"                                                         \
    " SELECT coalesce(max(run), 0) FROM runs WHERE mode NOT IN ('verify', 'preview', 'rehearse')"            \
    " AND run < (SELECT min(run) FROM last)"

bool issue_since(Control *c, int64_t *run, Err *err)
{
    return lite_one_int(control_db(c), run, NULL, err, SINCE);
}

void sql_quote(Buf *sql, const char *text)
{
    buf_add_char(sql, '\'');
    for (const char *p = text ? text : ""; *p; p++) {
        if (*p == '\'')
            buf_add_char(sql, '\'');
        buf_add_char(sql, *p);
    }
    buf_add_char(sql, '\'');
}

static void add_match(Buf *sql, const char *column, const char *text)
{
    if (!text || !*text)
        return;
    buf_addf(sql, " AND %s %s ", column, strpbrk(text, "*?") ? "GLOB" : "=");
    sql_quote(sql, text);
}

// GLOB also knows [...], which is not ours: a word without * and ? is compared as it is.
static void add_equal(Buf *sql, const char *column, const char *text)
{
    if (!text || !*text)
        return;
    buf_addf(sql, " AND %s = ", column);
    sql_quote(sql, text);
}

// Something open is there; what is decided may have gone meanwhile.
static void add_state(Buf *sql, const char *state)
{
    if (!state || !*state)
        return;
    add_equal(sql, ISSUE_STATE, state);
    if (strcmp(state, "open") == 0)
        buf_add_text(sql, " AND present");
}

static void add_decided(Buf *sql)
{
    buf_add_text(sql,
                 " AND (state IN ('ignored', 'asked') OR (state = 'resolved' AND by IS NOT NULL)"
                 " OR owner IS NOT NULL"
                 " OR EXISTS (SELECT 1 FROM issue_history h WHERE h.fp = issues.fp AND h.action = 'note'))");
}

static void add_owner(Buf *sql, const char *owner)
{
    if (!owner || !*owner)
        return;
    buf_add_text(sql, " AND (owner GLOB ");
    sql_quote(sql, owner);
    buf_add_text(sql, strcmp(owner, "nobody") == 0 ? " OR coalesce(owner, '') = '')" : ")");
}

// A word that has to be in one of these, or (without) in none.
static void add_word(Buf *sql, Str word, bool without)
{
    static const char *const columns[] = {"code", "entity", "key", "field", "detail", "source_id"};
    AUTO(buf_free) Buf pattern = {0};
    buf_add_char(&pattern, '%');
    for (size_t i = 0; i < word.len; i++) {
        if (strchr("%_\\", word.at[i]))
            buf_add_char(&pattern, '\\');
        buf_add_char(&pattern, word.at[i]);
    }
    buf_add_char(&pattern, '%');
    buf_add_text(sql, without ? " AND NOT (" : " AND (");
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        buf_addf(sql, "%scoalesce(%s, '') LIKE ", i ? " OR " : "", columns[i]);
        sql_quote(sql, buf_text(&pattern));
        buf_add_text(sql, " ESCAPE '\\'");
    }
    buf_add_char(sql, ')');
}

static void add_words(Buf *sql, const char *words, bool without)
{
    Str rest = str_of(words), word;
    while (str_cut(&rest, ' ', &word))
        if (word.len)
            add_word(sql, word, without);
}

static bool add_age(Control *c, const IssueFilter *f, Buf *sql, Err *err)
{
    int64_t since = 0;
    if (!f->fresh && !f->old)
        return true;
    if (!issue_since(c, &since, err))
        return false;
    buf_addf(sql, " AND first_run %s %lld", f->fresh ? ">" : "<=", (long long)since);
    return true;
}

bool issue_where(Control *c, const IssueFilter *f, Buf *sql, Err *err)
{
    buf_add_text(sql, " WHERE true");
    add_match(sql, "code", f->code);
    add_equal(sql, "severity", f->severity);
    add_match(sql, "entity", f->entity);
    add_match(sql, "step", f->step);
    add_equal(sql, "key", f->key);
    add_state(sql, f->state);
    if (f->run)
        buf_addf(sql, " AND %lld BETWEEN first_run AND last_run", (long long)f->run);
    if (f->decided)
        add_decided(sql);
    add_owner(sql, f->owner);
    if (f->cause) {
        buf_add_text(sql, " AND field = ");
        sql_quote(sql, f->field);
        buf_add_text(sql, " AND coalesce(detail, '') = ");
        sql_quote(sql, f->detail);
    }
    add_words(sql, f->text, false);
    add_words(sql, f->without, true);
    return add_age(c, f, sql, err);
}

IssueItem issue_item(LiteStmt *s, Arena *a)
{
    IssueItem item = {
        .origin = lite_int(s, 10),
        .present = lite_int(s, 11),
        .first_run = lite_int(s, 12),
        .last_run = lite_int(s, 13),
        .gone_run = lite_int(s, 14),
        .back_run = lite_int(s, 15),
        .revision = lite_int(s, 16),
    };
    const struct {
        const char **to;
        int column;
    } texts[] = {
        {&item.fp, 0},        {&item.code, 1},      {&item.severity, 2}, {&item.entity, 3},
        {&item.step, 4},      {&item.key, 5},       {&item.field, 6},    {&item.detail, 7},
        {&item.state, 8},     {&item.source_id, 9}, {&item.by, 17},      {&item.at, 18},
        {&item.reason, 19},   {&item.until, 20},    {&item.note, 21},    {&item.owner, 22},
        {&item.owner_by, 23}, {&item.owner_at, 24},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i].to = str_keep(a, lite_text(s, texts[i].column));
    return item;
}
