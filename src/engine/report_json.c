#include "base/json_out.h"
#include "engine/report_text.h"
#include "engine/report_trouble.h"
#include "engine/report_verified.h"

// Numbers of an account, as the JSON report and the CSV name them.
typedef struct {
    const char *name;
    size_t at;
} Column;
static const Column columns[] = {
    {"source", offsetof(Account, source)},     {"inserted", offsetof(Account, inserted)},
    {"updated", offsetof(Account, updated)},   {"unchanged", offsetof(Account, unchanged)},
    {"linked", offsetof(Account, linked)},     {"skipped", offsetof(Account, skipped)},
    {"rejected", offsetof(Account, rejected)}, {"lost", offsetof(Account, lost)},
    {"pending", offsetof(Account, pending)},   {"raw", offsetof(Account, raw)},
    {"absent", offsetof(Account, absent)},
};

static int64_t cell(const Account *one, const Column *c)
{
    return *(const int64_t *)(const void *)((const char *)one + c->at);
}

static void identity(const Report *r, JsonOut *j)
{
    const Clinic *c = r->clinic;
    const RunRecord *run = &r->run;
    json_text(j, "clinic", c->name);
    json_text(j, "clinic_name", run->clinic_name);
    json_text(j, "env", c->env);
    json_text(j, "profile", c->profile);
    json_text(j, "source", c->source_path);
    json_text(j, "target", r->target);
    json_text(j, "target_type", c->target_type == TARGET_SQLITE ? "sqlite" : "postgres");
    json_int(j, "run", run->run);
    if (r->job)
        json_raw(j, "job", str_of(r->job));
    else
        json_null(j, "job");
    json_text(j, "mode", run->mode);
    json_int(j, "resumes", run->resumes);
    json_text(j, "started_at", run->started_at);
    json_text(j, "ended_at", run->ended_at);
    if (r->killed)
        json_text(j, "seen_at", r->seen_at);
    if (r->took_s < 0)
        json_null(j, "took_s");
    else
        json_num(j, "took_s", r->took_s, 3);
    json_text(j, "by", run->by);
    json_text(j, "host", run->host);
    json_text(j, "note", run->note);
    if (run->undone_by)
        json_int(j, "undone_by", run->undone_by);
    if (r->is_rollback)
        json_raw(j, "rollback", str_of(r->rollback.json));
    json_text(j, "version", run->version);
}

static void account(const char *key, const char *entity, const Account *one, JsonOut *j)
{
    json_open(j, key);
    if (entity)
        json_text(j, "entity", entity);
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        json_int(j, columns[i].name, cell(one, &columns[i]));
    json_close(j);
}

static void accounts(const Report *r, JsonOut *j)
{
    json_open_list(j, "accounts");
    for (size_t i = 0; i < r->n_accounts; i++)
        account(NULL, r->accounts[i].entity, &r->accounts[i], j);
    json_close_list(j);
    account("total", NULL, &r->total, j);
}

static void issues(const Report *r, JsonOut *j)
{
    json_int(j, "causes", (int64_t)r->n_causes);
    json_open_list(j, "rejects");
    for (size_t i = 0; i < MIN(r->n_causes, (size_t)REPORT_CAUSES); i++) {
        json_open(j, NULL);
        json_text(j, "entity", r->causes[i].entity);
        json_text(j, "code", r->causes[i].code);
        json_int(j, "rows", r->causes[i].rows);
        json_open_list(j, "positions");
        for (size_t k = 0; k < MIN(r->places[i].n, (size_t)REPORT_PLACES); k++)
            json_int(j, NULL, r->places[i].at[k]);
        json_close_list(j);
        json_close(j);
    }
    json_close_list(j);
    json_bool(j, "issues_changed_since", !r->newest);
    json_open_list(j, "issues");
    for (size_t i = 0; i < r->n_issues; i++) {
        json_open(j, NULL);
        json_text(j, "severity", r->issues[i].severity);
        json_text(j, "code", r->issues[i].code);
        json_int(j, "rows", r->issues[i].rows);
        json_int(j, "new", r->issues[i].fresh);
        json_int(j, "ignored", r->issues[i].ignored);
        json_close(j);
    }
    json_close_list(j);
}

static void delta(const Report *r, JsonOut *j)
{
    json_open(j, "delta");
    json_int(j, "new", r->delta.fresh);
    json_int(j, "fixed", r->delta.fixed);
    json_int(j, "back", r->delta.back);
    json_int(j, "open", r->delta.open);
    json_int(j, "asked", r->delta.asked);
    json_int(j, "ignored", r->delta.ignored);
    json_close(j);
}

static void stages(const Report *r, JsonOut *j)
{
    json_open_list(j, "stages");
    for (size_t i = 0; i < ARRAY_LEN(r->stages); i++) {
        const StageTotal *s = &r->stages[i];
        if (!s->steps)
            continue;
        json_open(j, NULL);
        json_text(j, "stage", s->stage);
        json_int(j, "steps", s->steps);
        json_int(j, "rows", s->rows);
        json_int(j, "done", s->done);
        json_int(j, "rejected", s->rejected);
        json_num(j, "took_s", s->took_s, 3);
        json_num(j, "rate", report_rate(s), 1);
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "steps");
    for (size_t i = 0; i < r->n_steps; i++) {
        const StepRecord *s = &r->steps[i];
        json_open(j, NULL);
        json_text(j, "step", s->step);
        json_text(j, "status", s->status);
        json_int(j, "rows", s->rows);
        json_int(j, "done", s->done);
        json_int(j, "rejected", s->rejected);
        json_num(j, "took_s", s->took_s, 3);
        json_close(j);
    }
    json_close_list(j);
}

static void advice(const Report *r, JsonOut *j)
{
    json_open_list(j, "on_disk");
    for (size_t i = 0; i < r->n_files; i++) {
        json_open(j, NULL);
        json_text(j, "what", r->files[i].what);
        json_text(j, "path", r->files[i].path);
        json_int(j, "bytes", r->files[i].bytes);
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "next");
    for (size_t i = 0; i < r->n_next; i++) {
        json_open(j, NULL);
        json_text(j, "command", r->next[i].command);
        json_text(j, "why", r->next[i].why);
        json_close(j);
    }
    json_close_list(j);
    json_text(j, "resume", r->resume);
}

void report_json(const Report *r, Buf *out)
{
    JsonOut j = {.out = out};
    json_open(&j, NULL);
    json_int(&j, "v", 1);
    json_text(&j, "type", "report");
    if (r->ended)
        json_int(&j, "exit_code", r->run.exit_code);
    else
        json_null(&j, "exit_code");
    json_text(&j, "status", r->run.status);
    json_text(&j, "reason", r->run.reason);
    identity(r, &j);
    accounts(r, &j);
    issues(r, &j);
    delta(r, &j);
    report_verified_json(r, &j);
    report_trouble_json(r, &j);
    stages(r, &j);
    advice(r, &j);
    json_close(&j);
    buf_add_char(out, '\n');
}

// Whether the outcomes add up to the source, and all are known.
static const char *sum_check(const Account *one)
{
    int64_t sum = one->inserted + one->updated + one->unchanged + one->linked + one->skipped + one->rejected +
                  one->pending + one->lost;
    return sum != one->source ? "wrong" : one->lost ? "lost" : one->pending ? "pending" : "ok";
}

void report_csv(const Report *r, Buf *out)
{
    buf_add_text(out, "entity");
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        buf_addf(out, ",%s", columns[i].name);
    buf_add_text(out, ",check\r\n");
    for (size_t k = 0; k < r->n_accounts; k++) {
        buf_add_text(out, r->accounts[k].entity); // [a-z0-9_]: never needs quotes
        for (size_t i = 0; i < ARRAY_LEN(columns); i++)
            buf_addf(out, ",%lld", (long long)cell(&r->accounts[k], &columns[i]));
        buf_addf(out, ",%s\r\n", sum_check(&r->accounts[k]));
    }
}
