#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "engine/engine.h"
#include "engine/job_noted.h"
#include "engine/report_text.h"

// Of each form the file it goes to; NULL: to none.
static const struct {
    const char *format, *file;
} forms[] = {{"json", "report.json"}, {"text", "report.txt"}, {"md", "report.md"},
             {"html", "report.html"}, {"csv", "balance.csv"}, {"summary", NULL}};

static void render(Arena *a, const Report *r, const char *format, Buf *out)
{
    if (strcmp(format, "json") == 0)
        report_json(r, out);
    else if (strcmp(format, "html") == 0)
        report_html(a, r, out);
    else if (strcmp(format, "csv") == 0)
        report_csv(r, out);
    else if (strcmp(format, "summary") == 0)
        report_summary(a, r, out);
    else
        report_text(a, r, strcmp(format, "md") == 0, out);
}

static const char *run_folder(Arena *a, const Clinic *clinic, int64_t run)
{
    return arena_text(a, "%s/runs/%06lld", clinic->state_folder, (long long)run);
}

// report.json comes last: where it is, the others are.
bool report_write(Arena *a, const Clinic *clinic, int64_t run, Err *err)
{
    Report r;
    if (!report_collect(a, clinic, run, &r, err))
        return false;
    const char *folder = run_folder(a, clinic, r.run.run);
    bool ok = file_make_folder(folder, 0700, err);
    for (size_t i = ARRAY_LEN(forms); ok && i-- > 0;) {
        AUTO(buf_free) Buf content = {0};
        if (!forms[i].file)
            continue;
        render(a, &r, forms[i].format, &content);
        ok = file_write(file_join(a, folder, forms[i].file), buf_str(&content), 0600, err);
    }
    return ok;
}

// They are true only until the next run begins.
static bool save_accounts(const Clinic *clinic, const Report *r, Err *err)
{
    Control *c = control_open(clinic->state_folder, true, err);
    bool ok = c;
    for (size_t i = 0; ok && i < r->n_accounts; i++)
        ok = control_account_save(c, r->run.run, &r->accounts[i], err);
    control_close(c);
    return ok;
}

void report_catch_up(Arena *a, const Clinic *clinic)
{
    Err ignored = {0};
    RunRecord run;
    Report r;
    job_catch_up(a, clinic);
    Control *c = control_open(clinic->state_folder, false, &ignored);
    bool found = c && control_run(c, a, 0, &run, &ignored);
    control_close(c);
    if (!found || file_exists(file_join(a, run_folder(a, clinic, run.run), "report.json")))
        return;
    // Who may only read leaves it to somebody else.
    if (!report_collect(a, clinic, run.run, &r, &ignored) || strcmp(r.run.status, "running") == 0 ||
        (r.killed && !save_accounts(clinic, &r, &ignored)) || !report_write(a, clinic, run.run, &ignored))
        ignored.kind = ERR_NONE;
}

bool report_print(Arena *a, const Clinic *clinic, int64_t run, const char *format, Buf *out, Err *err)
{
    bool known = false;
    Report r;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        known = known || strcmp(forms[i].format, format) == 0;
    if (!known)
        return err_set(err, ERR_USAGE, _("unknown format of a report: %s (text, md, html, json or csv)"), format);
    if (!report_collect(a, clinic, run, &r, err))
        return false;
    render(a, &r, format, out);
    return true;
}
