#include "ui/record_list.h"

#include <string.h>

#include "base/intl.h"

enum { PAGE_RECORDS = 120 };

RecordPlace record_of_sample(Arena *a, const char *entity, const SampleRow *row)
{
    return (RecordPlace){
        .id = row->at.reject && row->origin ? arena_text(a, "%s:#%lld", entity, (long long)row->origin)
                                            : arena_text(a, "%s:%s", entity, row->at.key ? row->at.key : ""),
        .sample = {str_keep(a, str_of(row->at.key)), row->at.reject},
    };
}

// A row that was kept back before it had an id is known by its place.
static const char *issue_record(Arena *a, const IssueItem *i)
{
    if (i->key && *i->key)
        return arena_text(a, "%s:%s", i->entity, i->key);
    return i->origin ? arena_text(a, "%s:#%lld", i->entity, (long long)i->origin) : NULL;
}

RecordPlace record_of_issue(Arena *a, const IssueItem *issue)
{
    RecordPlace place = {.id = issue_record(a, issue)};
    const char *const texts[] = {issue->severity, issue->code, issue->entity,
                                 issue->step,     issue->key,  issue->field};
    const char **to[] = {&place.issue.severity, &place.issue.code, &place.issue.entity,
                         &place.issue.step,     &place.issue.key,  &place.issue.field};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *to[i] = str_keep(a, str_of(texts[i]));
    return place;
}

RecordPlace *records_of_issues(Arena *a, const IssueItem *items, size_t n_items, size_t *at, size_t *n)
{
    RecordPlace *places = arena_many(a, RecordPlace, n_items + 1);
    size_t here = 0;
    *n = 0;
    for (size_t i = 0; i < n_items; i++) {
        const RecordPlace one = record_of_issue(a, &items[i]);
        if (one.id && *n && strcmp(places[*n - 1].id, one.id) == 0)
            places[*n - 1].issue = one.issue; // the last of them is where the list goes on
        else if (one.id)
            places[(*n)++] = one;
        if (i == *at && *n)
            here = *n - 1;
    }
    *at = here;
    return places;
}

static bool read_samples(Arena *a, const Clinic *clinic, const RecordListWish *w, RecordPage *out, Err *err)
{
    const SampleWish wish = {.entity = w->list.entity,
                             .text = w->list.text,
                             .which = w->list.which,
                             .with_target = w->list.which == SAMPLE_CHANGED,
                             .most = PAGE_RECORDS};
    SampleAt from = w->from.sample;
    SamplePage page;
    do { // it stops looking after a while
        if (!sample_page(a, clinic, &wish, w->way, &from, &page, err))
            return false;
        from = page.reached;
    } while (!page.n && page.stopped);
    out->places = arena_many(a, RecordPlace, page.n + 1);
    for (; out->n < page.n; out->n++)
        out->places[out->n] = record_of_sample(a, w->list.entity, &page.rows[out->n]);
    const bool back = page_goes_back(w->way);
    out->more_before = page.more_before || (page.stopped && back);
    out->more_after = page.more_after || (page.stopped && !back);
    return true;
}

// A record with more issues than a page has is passed over as a whole.
static bool read_issues(Arena *a, const Clinic *clinic, const RecordListWish *w, RecordPage *out, Err *err)
{
    const bool back = page_goes_back(w->way);
    IssueItem from = w->from.issue;
    IssuePage page = {0};
    Control *c = control_open(clinic->state_folder, false, err);
    bool ok = c;
    do {
        ok = ok && issue_page(c, a, &w->list.filter, w->way, &from, PAGE_RECORDS, &page, err);
        if (!ok || !page.n)
            break;
        out->places = records_of_issues(a, page.items, page.n, &(size_t){0}, &out->n);
        const size_t same = back ? out->n - 1 : 0;
        if (out->n && strcmp(out->places[same].id, w->from.id) == 0) {
            out->n--;
            out->places += !back;
        }
        from = page.items[back ? 0 : page.n - 1];
    } while (!out->n && (back ? page.more_before : page.more_after));
    control_close(c);
    out->more_before = page.more_before;
    out->more_after = page.more_after;
    return ok || err->kind == ERR_NONE;
}

void *record_list_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const RecordListWish *w = wish;
    RecordPage *page = arena_one(a, RecordPage);
    (void)o;
    return (w->list.issues ? read_issues : read_samples)(a, clinic, w, page, err) ? page : NULL;
}
