#include "engine/report_data.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/json_read.h"
#include "engine/job_noted.h"
#include "engine/lock.h"
#include "engine/report_next.h"
#include "engine/report_trouble.h"
#include "engine/worker.h"

// Looked at once more, for it may have ended between the two looks.
bool report_note_death(Arena *a, Control *c, const Clinic *clinic, RunRecord *run, Err *err)
{
    const char *owner;
    if (strcmp(run->status, "running") != 0 || lock_owner(a, clinic->state_folder, &owner))
        return true;
    if (!control_run(c, a, run->run, run, err))
        return false;
    if (strcmp(run->status, "running") == 0)
        run->status = "interrupted";
    return true;
}

static bool find_run(Arena *a, Control *c, const Clinic *clinic, int64_t run, Report *r, Err *err)
{
    RunRecord newest;
    if (!control_run(c, a, 0, &newest, err))
        return err->kind == ERR_NONE ? err_set(err, ERR_USAGE, _("%s has not run yet"), clinic->name) : false;
    if (!control_run(c, a, run, &r->run, err))
        return err->kind == ERR_NONE
                   ? err_set(err, ERR_USAGE, _("%s has no run %lld"), clinic->name, (long long)run)
                   : false;
    if (!report_note_death(a, c, clinic, &r->run, err))
        return false;
    r->newest = r->run.run == newest.run;
    r->killed = strcmp(r->run.status, "interrupted") == 0;
    if (r->killed && !r->run.reason)
        r->run.reason = _("it was killed, or the machine stopped, before it could tell how it ended");
    r->ended = r->run.exit_code >= 0 && r->run.ended_at;
    return true;
}

static double seconds_between(const char *from, const char *to)
{
    Instant begin, end;
    bool has_offset;
    if (!from || !to || !instant_parse(str_of(from), &begin, &has_offset) ||
        !instant_parse(str_of(to), &end, &has_offset))
        return -1;
    return MAX((double)(end - begin) / 1e6, 0.0); // the clock may have been set back
}

static void add_up(Report *r)
{
    for (size_t i = 0; i < r->n_accounts; i++) {
        const Account *one = &r->accounts[i];
        r->total.source += one->source;
        r->total.inserted += one->inserted;
        r->total.updated += one->updated;
        r->total.unchanged += one->unchanged;
        r->total.linked += one->linked;
        r->total.skipped += one->skipped;
        r->total.rejected += one->rejected;
        r->total.raw += one->raw;
        r->total.pending += one->pending;
        r->total.absent += one->absent;
        r->total.lost += one->lost;
    }
}

static void add_up_stages(Report *r)
{
    for (size_t i = 0; i < STAGES; i++) {
        StageTotal *total = &r->stages[i];
        total->stage = stage_words[i];
        for (size_t k = 0; k < r->n_steps; k++) {
            const StepRecord *s = &r->steps[k];
            const char *slash = strrchr(s->step, '/');
            if (!slash || strcmp(slash + 1, stage_words[i]) != 0)
                continue;
            total->steps++;
            total->rows += s->rows;
            total->done += s->done;
            total->rejected += s->rejected;
            total->took_s += s->took_s;
        }
    }
}

// What its WAL holds is the file's content too.
static void look_at(Arena *a, Report *r, const char *what, const char *path)
{
    struct stat st;
    if (!path || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return;
    FileOnDisk file = {what, path, st.st_size};
    if (stat(arena_text(a, "%s-wal", path), &st) == 0)
        file.bytes += st.st_size;
    r->files[r->n_files++] = file;
}

// Rejected rows as they were read.
static void look_at_rejects(Arena *a, Report *r)
{
    const char *runs = file_join(a, r->clinic->state_folder, "runs");
    FileOnDisk all = {"rejects", runs, 0};
    struct stat st;
    for (char **name = file_list(a, runs); *name; name++)
        if (stat(arena_text(a, "%s/%s/rejects.ndjson", runs, *name), &st) == 0 && S_ISREG(st.st_mode))
            all.bytes += st.st_size;
    if (all.bytes)
        r->files[r->n_files++] = all;
}

static bool find_places(Arena *a, Control *c, Report *r, Err *err)
{
    for (size_t i = 0; i < MIN(r->n_causes, ARRAY_LEN(r->places)); i++)
        if (!(r->places[i].at = control_reject_places(c, a, &r->causes[i], r->run.run, REPORT_PLACES + 1,
                                                      &r->places[i].n, err)))
            return false;
    return true;
}

// Of a killed run nothing was saved; what it left is its own as long as no other run has begun.
static bool find_accounts(Arena *a, Control *c, Report *r, Err *err)
{
    if (!(r->accounts = control_accounts(c, a, r->run.run, &r->n_accounts, err)))
        return false;
    if (r->killed && r->newest && !r->n_accounts)
        r->accounts = accounts_found(a, r->clinic, c, &r->run, &r->n_accounts);
    return true;
}

static void find_job(Arena *a, Control *c, Report *out)
{
    int64_t job = out->run.job;
    Str noted = str_of(job_noted(a, c));
    if (!job)
        return;
    bool newest = noted.at && json_as_int(json_member(noted, "job"), 0) == job;
    out->job = newest ? noted.at : arena_text(a, "{\"job\": %lld}", (long long)job);
    out->job_status = newest ? json_as_text(a, json_member(noted, "status")) : NULL;
}

bool report_collect(Arena *a, const Clinic *clinic, int64_t run, Report *out, Err *err)
{
    *out = (Report){.clinic = clinic};
    Control *c = control_open(clinic->state_folder, false, err);
    if (!c)
        return err->kind == ERR_NONE ? err_set(err, ERR_USAGE, _("%s has not run yet"), clinic->name) : false;
    bool ok = find_run(a, c, clinic, run, out, err) &&
              find_accounts(a, c, out, err) &&
              (out->causes = control_reject_causes(c, a, out->run.run, &out->n_causes, err)) &&
              find_places(a, c, out, err) && control_issue_delta(c, out->run.run, &out->delta, err) &&
              (out->issues = control_issue_counts(c, a, out->run.run, &out->n_issues, err)) &&
              (out->steps = control_run_steps(c, a, out->run.run, &out->n_steps, err)) &&
              control_rollback(c, a, out->run.run, &out->rollback, &out->is_rollback, err);
    if (ok)
        find_job(a, c, out);
    control_close(c);
    if (!ok)
        return false;
    out->took_s = seconds_between(out->run.started_at, out->run.ended_at);
    out->target = clinic->target_type == TARGET_SQLITE ? clinic->target_path : clinic->target_conninfo;
    report_trouble_collect(
        a, arena_text(a, "%s/runs/%06lld/events.ndjson", clinic->state_folder, (long long)out->run.run), out);
    add_up(out);
    add_up_stages(out);
    look_at(a, out, "cache", file_join(a, clinic->state_folder, "cache.db"));
    look_at(a, out, "target", clinic->target_type == TARGET_SQLITE ? clinic->target_path : NULL);
    look_at_rejects(a, out);
    report_next(a, out);
    return true;
}

double report_rate(const StageTotal *s)
{
    return s->took_s > 0 ? (double)s->rows / s->took_s : 0;
}
