#include "ui/report_model.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/fresh_file.h"
#include "base/intl.h"
#include "base/json_read.h"
#include "engine/rejects.h"
#include "ui/when.h"

static void close_later(void *control)
{
    control_close(control);
}

// ---- Reading --------------------------------------------------------------------------------------------

static int64_t orphans_of(const Verified *v)
{
    int64_t rows = 0;
    Str one;
    for (size_t i = 0; (one = json_element(v->orphans, i)).at; i++)
        rows += json_as_int(json_member(one, "rows"), 0);
    return rows;
}

static const char *text_at(Arena *a, Str object, const char *key)
{
    const char *text = json_as_text(a, json_member(object, key));
    return text && *text ? text : "-";
}

static void take_money(Arena *a, const Verified *v, bool balances, Buf *list)
{
    Str one;
    for (size_t i = 0; (one = json_element(v->money, i)).at; i++) {
        if (json_as_bool(json_member(one, "balances")) != balances)
            continue;
        const char *state = text_at(a, one, "state");
        ReportMoney m = {.entity = v->entity,
                         .year = text_at(a, one, "year"),
                         .made = text_at(a, one, "made"),
                         .there = text_at(a, one, "there"),
                         .balances = balances};
        m.sum = arena_text(a, "%s.%s%s%s", text_at(a, one, "table"), text_at(a, one, "column"),
                           *state == '-' ? "" : " ", *state == '-' ? "" : state);
        buf_add(list, (Str){(const char *)&m, sizeof m});
    }
}

static void take_verified(Arena *a, ReportShown *s)
{
    const Report *r = &s->report;
    AUTO(buf_free) Buf list = {0};
    s->orphans = arena_many(a, int64_t, r->n_verified + 1);
    for (int balances = 0; balances < 2; balances++)
        for (size_t i = 0; i < r->n_verified; i++) {
            s->orphans[i] = orphans_of(&r->verified[i]);
            take_money(a, &r->verified[i], balances, &list);
        }
    s->money = arena_copy(a, buf_text(&list), list.len);
    s->n_money = list.len / sizeof(ReportMoney);
}

static const char *when(Arena *a, const Report *r)
{
    const char *began = when_whole(a, r->run.started_at), *ended = when_whole(a, r->run.ended_at);
    size_t day = strcspn(began, " ");
    if (!*ended)
        return arena_text(a, _("began %s"), began);
    bool same_day = strncmp(began, ended, day) == 0;
    return arena_text(a, _("%s to %s (%s)"), began, same_day ? ended + MIN(day + 1, strlen(ended)) : ended,
                      took_short(a, r->took_s));
}

void *report_read(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    ReportShown *s = arena_one(a, ReportShown);
    AUTO(arena_free_at) Arena *scratch = arena_new();
    Control *c = control_open(clinic->state_folder, false, err);
    if (c)
        arena_defer(scratch, close_later, c);
    s->no_run = !c && err->kind == ERR_NONE;
    if (!c)
        return s->no_run ? s : NULL;
    if (!o->read_only)
        report_catch_up(a, clinic);
    s->runs = control_runs(c, a, &s->n_runs, err);
    s->no_run = s->runs && !s->n_runs;
    if (!s->runs || s->no_run)
        return s->no_run ? s : NULL;
    if (!report_collect(a, clinic, *(const int64_t *)wish, &s->report, err))
        return NULL;
    s->when = when(a, &s->report);
    const char *folder = arena_text(a, "%s/runs/%06lld", clinic->state_folder, (long long)s->report.run.run);
    s->folder = file_exists(file_join(a, folder, "report.json")) ? folder : NULL;
    take_verified(a, s);
    report_lay_out(a, s);
    return s;
}

typedef struct {
    Arena *arena;
    const char **ids;
    size_t n;
} Taking;

static bool take_reject(void *arg, const Reject *r, Err *err)
{
    Taking *x = arg;
    (void)err;
    if (x->n == REPORT_RECORDS_MOST || (!*r->key && !r->origin))
        return true;
    const char *id = *r->key ? arena_text(x->arena, "%s:%s", r->entity, r->key)
                             : arena_text(x->arena, "%s:#%lld", r->entity, (long long)r->origin);
    if (!x->n || strcmp(x->ids[x->n - 1], id) != 0)
        x->ids[x->n++] = id;
    return true;
}

void *report_read_records(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const ReportRecordsWish *w = wish;
    const RejectFilter filter = {.code = w->code, .entity = w->entity};
    ReportRecords *records = arena_one(a, ReportRecords);
    Taking x = {.arena = a, .ids = arena_many(a, const char *, REPORT_RECORDS_MOST)};
    (void)o;
    Control *c = control_open(clinic->state_folder, false, err);
    bool ok = c && rejects_each(clinic, c, &filter, false, take_reject, &x, err);
    control_close(c);
    *records = (ReportRecords){w->entity, x.ids, x.n};
    return ok ? records : NULL;
}

void *report_write_file(Arena *a, const AppOptions *o, const Clinic *clinic, const void *wish, Err *err)
{
    const ReportFileWish *w = wish;
    AUTO(buf_free) Buf text = {0};
    FreshFile file = {.fd = -1};
    (void)o;
    bool ok = report_print(a, clinic, w->run, w->format, &text, err) && fresh_begin(&file, w->path, err) &&
              fresh_write(&file, buf_str(&text), err) && fresh_finish(&file, err);
    fresh_end(&file);
    return ok ? arena_text(a, "%s", w->path) : NULL;
}
