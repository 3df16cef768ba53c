#include "engine/report_verified.h"

#include <string.h>

#include "base/intl.h"
#include "base/json_read.h"

enum { MONEY_LINES = 200, MONEY_COLUMNS = 6, ROW_COLUMNS = 6 };

static int64_t number_at(Str object, const char *key)
{
    return json_as_int(json_member(object, key), 0);
}

void report_verified_take(Arena *a, Str event, Buf *list)
{
    const char *step = json_as_text(a, json_member(event, "step"));
    const char *slash = step ? strchr(step, '/') : NULL;
    Verified one = {
        .entity = slash ? str_keep(a, (Str){step, (size_t)(slash - step)}) : "?",
        .rows = number_at(event, "rows"),
        .missing = number_at(event, "missing"),
        .different = number_at(event, "different"),
        .edited = number_at(event, "edited"),
        .foreign_keys = number_at(event, "foreign_keys"),
        .orphans = str_copy(a, json_member(event, "orphans")),
        .money = str_copy(a, json_member(event, "money")),
    };
    buf_add(list, (Str){(const char *)&one, sizeof one});
}

static const char *number(Arena *a, int64_t n)
{
    AUTO(buf_free) Buf text = {0};
    number_shown(n, &text);
    return str_keep(a, buf_str(&text));
}

static int64_t orphans_of(const Verified *v)
{
    int64_t rows = 0;
    Str one;
    for (size_t i = 0; (one = json_element(v->orphans, i)).at; i++)
        rows += number_at(one, "rows");
    return rows;
}

static void rows_table(Arena *a, const Report *r, Page *p)
{
    const char **cells = arena_many(a, const char *, ROW_COLUMNS *(r->n_verified + 1));
    const char *const names[ROW_COLUMNS] = {_("entity"),    _("rows"),   _("missing"),
                                            _("different"), _("edited"), _("orphans")};
    memcpy(cells, names, sizeof names);
    for (size_t i = 0; i < r->n_verified; i++) {
        const Verified *v = &r->verified[i];
        const char **row = &cells[(i + 1) * ROW_COLUMNS];
        row[0] = v->entity;
        row[1] = number(a, v->rows);
        row[2] = number(a, v->missing);
        row[3] = number(a, v->different);
        row[4] = number(a, v->edited);
        row[5] = number(a, orphans_of(v));
    }
    page_heading(p, _("What verify found"));
    page_table(p, cells, r->n_verified + 1, ROW_COLUMNS, 1);
    page_end_block(p);
}

static const char *text_at(Arena *a, Str object, const char *key)
{
    const char *text = json_as_text(a, json_member(object, key));
    return text && *text ? text : "-";
}

static void money_row(Arena *a, Str one, const char **row)
{
    row[0] = arena_text(a, "%s.%s", text_at(a, one, "table"), text_at(a, one, "column"));
    row[1] = text_at(a, one, "year");
    row[2] = json_as_bool(json_member(one, "balances")) ? "" : _("differs");
    row[3] = text_at(a, one, "made");
    row[4] = text_at(a, one, "refused");
    row[5] = text_at(a, one, "there");
}

// Those that differ come first: the page has an end.
static size_t money_rows(Arena *a, const Report *r, bool balances, const char **cells, size_t n,
                         size_t *left_out)
{
    Str one;
    for (size_t i = 0; i < r->n_verified; i++)
        for (size_t k = 0; (one = json_element(r->verified[i].money, k)).at; k++) {
            if (json_as_bool(json_member(one, "balances")) != balances)
                continue;
            if (n < MONEY_LINES)
                money_row(a, one, &cells[++n * MONEY_COLUMNS]);
            else
                ++*left_out;
        }
    return n;
}

static void money_table(Arena *a, const Report *r, Page *p)
{
    const char **cells = arena_many(a, const char *, MONEY_COLUMNS *(MONEY_LINES + 1));
    const char *const names[MONEY_COLUMNS] = {_("sum of"), _("year"),    _("state"),
                                              _("made"),   _("refused"), _("in the target")};
    size_t left_out = 0;
    memcpy(cells, names, sizeof names);
    size_t n = money_rows(a, r, false, cells, 0, &left_out);
    n = money_rows(a, r, true, cells, n, &left_out);
    if (!n)
        return;
    page_heading(p, _("Money per year"));
    page_table(p, cells, n + 1, MONEY_COLUMNS, 3);
    if (left_out)
        page_line(p, _("further sums, not shown: %zu"), left_out);
    page_end_block(p);
}

void report_verified(Arena *a, const Report *r, Page *p)
{
    if (!r->n_verified)
        return;
    rows_table(a, r, p);
    money_table(a, r, p);
}

void report_verified_json(const Report *r, JsonOut *j)
{
    json_open_list(j, "verified");
    for (size_t i = 0; i < r->n_verified; i++) {
        const Verified *v = &r->verified[i];
        json_open(j, NULL);
        json_text(j, "entity", v->entity);
        json_int(j, "rows", v->rows);
        json_int(j, "missing", v->missing);
        json_int(j, "different", v->different);
        json_int(j, "edited", v->edited);
        json_int(j, "foreign_keys", v->foreign_keys);
        json_raw(j, "orphans", v->orphans.at ? v->orphans : STR("[]"));
        json_raw(j, "money", v->money.at ? v->money : STR("[]"));
        json_close(j);
    }
    json_close_list(j);
}
