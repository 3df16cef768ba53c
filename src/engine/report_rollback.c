// What a report tells of a rollback.
#include <string.h>

#include "base/intl.h"
#include "engine/report_text.h"
#include "engine/rollback.h"

enum { SHOWN_KEPT = 100 };

const char *rollback_reason(Arena *a, const char *reason, const char *built)
{
    if (strcmp(reason, "built_upon") == 0)
        return arena_text(a, _("rows were built upon it: %s"), built ? built : "?");
    if (strcmp(reason, "conflict") == 0)
        return _("its earlier state does not fit what is there now");
    return _("changed since");
}

static void tables(Arena *a, const RollbackRecord *r, Page *p)
{
    const char **cells = arena_many(a, const char *, 4 * (r->n_tables + 1));
    const char *const names[] = {_("table"), _("removed"), _("restored"), _("kept")};
    memcpy(cells, names, sizeof names);
    for (size_t i = 0; i < r->n_tables; i++) {
        const int64_t numbers[] = {r->tables[i].removed, r->tables[i].restored, r->tables[i].kept};
        cells[4 * i + 4] = r->tables[i].table;
        for (size_t k = 0; k < ARRAY_LEN(numbers); k++)
            cells[4 * i + 5 + k] = arena_text(a, "%lld", (long long)numbers[k]);
    }
    page_heading(p, _("Undone"));
    page_facts(p, (const Fact[]){{_("run"), r->undid}, {_("step"), r->step}}, 2);
    if (r->n_tables)
        page_table(p, cells, r->n_tables + 1, 4, 1);
    if (r->raw)
        page_line(p, _("and rows kept raw: %lld"), (long long)r->raw);
    if (r->links)
        page_line(p, _("and links to rows that were there before: %lld"), (long long)r->links);
    page_end_block(p);
}

static void kept(Arena *a, const RollbackRecord *r, Page *p)
{
    size_t shown = MIN(r->n_kept, (size_t)SHOWN_KEPT);
    if (!shown)
        return;
    const char **cells = arena_many(a, const char *, 3 * (shown + 1));
    const char *const names[] = {_("table"), _("id"), _("why it stays")};
    memcpy(cells, names, sizeof names);
    for (size_t i = 0; i < shown; i++) {
        const RollbackKept *k = &r->kept[i];
        cells[3 * i + 3] = k->table;
        cells[3 * i + 4] = k->id;
        cells[3 * i + 5] = rollback_reason(a, k->reason, k->built);
    }
    page_heading(p, _("Rows that stay"));
    page_table(p, cells, shown + 1, 3, 3);
    if (shown < r->n_kept)
        page_line(p, _("more that stay, in the JSON form: %zu"), r->n_kept - shown);
    page_end_block(p);
}

void report_rollback(Arena *a, const RollbackRecord *r, Page *p)
{
    tables(a, r, p);
    kept(a, r, p);
}
