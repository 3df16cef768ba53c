#include "engine/rollback.h"

#include <string.h>

#include "base/file.h"
#include "base/intl.h"
#include "engine/worker.h"

// Rows a second, from a machine at ease to a busy one with a slow disk.
enum { FAST_ROWS = 60000, SLOW_ROWS = 10000 };

static bool holds(const int64_t *list, size_t n, int64_t one)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == one)
            return true;
    return false;
}

// A run and its resumes: each names the one it went on with.
static bool find_chain(Control *c, Arena *a, int64_t run, Rollback *out, Err *err)
{
    size_t n;
    const RunRecord *all = control_runs(c, a, &n, err);
    if (!all)
        return false;
    int64_t *runs = arena_many(a, int64_t, n + 1), *jobs = arena_many(a, int64_t, n + 1), root = run;
    for (size_t i = 0; i < n; i++) // newest first: each is met before the one it went on with
        if (all[i].run == root && all[i].resumes && strcmp(all[i].mode, "rollback") != 0)
            root = all[i].resumes;
    for (size_t i = n; i-- > 0;) {
        if (strcmp(all[i].mode, "rollback") == 0 ||
            (all[i].run != root && !holds(runs + n - out->n_runs, out->n_runs, all[i].resumes)))
            continue;
        runs[n - ++out->n_runs] = all[i].run;
        if (all[i].job && !holds(jobs, out->n_jobs, all[i].job))
            jobs[out->n_jobs++] = all[i].job;
    }
    out->runs = runs + n - out->n_runs;
    out->jobs = jobs;
    return true;
}

static bool find_later(Control *c, Arena *a, Rollback *out, Err *err)
{
    size_t n;
    const RunRecord *all = control_runs(c, a, &n, err);
    if (!all)
        return false;
    int64_t *later = arena_many(a, int64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        if (all[i].job && strcmp(all[i].mode, "rollback") != 0 &&
            holds(out->left.later, out->left.n_later, all[i].job))
            later[out->n_later++] = all[i].run;
    out->later = later;
    return true;
}

bool rollback_is_of(Control *c, Arena *a, int64_t rollback, int64_t run, const char *step, bool *same,
                    Err *err)
{
    const char *of, *in;
    if (!control_run_option(c, a, rollback, "$.rollback", &of, err) ||
        !control_run_option(c, a, rollback, "$.step", &in, err))
        return false;
    *same = of && strcmp(of, arena_text(a, "%lld", (long long)run)) == 0 && str_eq(str_of(in), str_of(step));
    return true;
}

static bool find_cut_short(Session *s, int64_t run, Rollback *out, Err *err)
{
    RunRecord last;
    const char *typed;
    if (!control_unfinished(s->control, s->arena, &last, err))
        return err->kind == ERR_NONE;
    if (strcmp(last.mode, "rollback") != 0)
        return true;
    if (!rollback_is_of(s->control, s->arena, last.run, run, out->step, &out->cut_short, err) ||
        !control_run_option(s->control, s->arena, last.run, "$.confirm", &typed, err))
        return false;
    if (out->cut_short && typed)
        out->confirm = typed;
    return true;
}

static const char *step_named(Arena *a, const char *typed)
{
    return !typed || strchr(typed, '/') ? typed : arena_text(a, "%s/insert", typed);
}

static bool check_run(Session *s, int64_t run, Err *err)
{
    RunRecord record;
    if (!control_run(s->control, s->arena, run, &record, err))
        return err->kind != ERR_NONE
                   ? false
                   : err_set(err, ERR_USAGE, _("%s has no run %lld"), s->clinic->name, (long long)run);
    if (strcmp(record.mode, "rollback") != 0)
        return true;
    err_set(err, ERR_USAGE, _("run %lld is a rollback: it cannot be undone"), (long long)run);
    return err_hint(err, "mudanza autopilot %s", s->clinic->typed);
}

bool rollback_find(Session *s, int64_t run, const char *step, Rollback *out, Err *err)
{
    *out = (Rollback){
        .clinic_id = s->clinic_id, .clinic_name = s->clinic_name, .step = step_named(s->arena, step)};
    if (!check_run(s, run, err) || !find_chain(s->control, s->arena, run, out, err))
        return false;
    UndoWhat what = {out->jobs, out->n_jobs, out->step, 0};
    if (!s->target->kind->undo_plan(s->target, s->arena, &what, &out->left, err) ||
        !find_later(s->control, s->arena, out, err))
        return false;
    if (out->step && !out->left.n_steps)
        return err_set(err, ERR_USAGE, _("run %lld wrote nothing in a step %s"), (long long)run, out->step);
    // Its configuration may name another clinic of the same target by now.
    if (out->left.clinic_id && strcmp(out->left.clinic_id, s->clinic_id) != 0)
        return err_set(err, ERR_CONFIG, _("run %lld wrote for the clinic %s, and config.yaml names %s"),
                       (long long)run, out->left.clinic_id, s->clinic_id);
    out->confirm = arena_text(s->arena, "%s %lld", s->clinic->name, (long long)out->left.rows);
    out->low_s = (double)out->left.rows / FAST_ROWS;
    out->high_s = (double)out->left.rows / SLOW_ROWS + 1;
    return find_cut_short(s, run, out, err);
}

// write: for a worker, whose session has its control already.
bool rollback_open(Session *s, bool write, Problems *problems, Err *err)
{
    if (!session_profile(s, problems, err))
        return err->kind != ERR_NONE
                   ? false
                   : err_set(err, ERR_CONFIG, "%s", _("the profile or the model has mistakes"));
    if (s->clinic->target_type == TARGET_SQLITE && !file_exists(s->clinic->target_path))
        return err_set(err, ERR_TARGET, _("%s: no such database"), s->clinic->target_path);
    return session_target(s, write, err) && session_which_clinic(s, err) &&
           (!write || s->target->kind->lock(s->target, s->clinic_id, err));
}

bool rollback_look(Arena *a, const Clinic *clinic, int64_t run, const char *step, Rollback *out,
                   Problems *problems, Err *err)
{
    Session s = {.arena = a, .clinic = clinic};
    err->kind = ERR_NONE;
    s.control = control_open(clinic->state_folder, false, err);
    if (!s.control && err->kind == ERR_NONE)
        err_set(err, ERR_USAGE, _("%s has had no run yet"), clinic->name);
    bool ok = s.control && rollback_open(&s, false, problems, err) && rollback_find(&s, run, step, out, err);
    session_close(&s);
    return ok;
}

bool rollback_may_begin(const Clinic *clinic, const Rollback *r, Err *err)
{
    if (!r->n_later)
        return true;
    AUTO(buf_free) Buf runs = {0};
    for (size_t i = 0; i < r->n_later; i++)
        buf_addf(&runs, "%s%lld", i ? ", " : "", (long long)r->later[i]);
    err_set(err, ERR_DECISION, _("later runs wrote to the same rows: undo them first, the newest first (%s)"),
            buf_text(&runs));
    return err_hint(err, "mudanza rollback %s %lld --plan", clinic->typed, (long long)r->later[0]);
}

void rollback_kept_json(JsonOut *j, const UndoKept *k)
{
    json_text(j, "table", k->table);
    json_text(j, "id", k->id);
    json_text(j, "reason", k->reason);
    json_open_list(j, "built");
    for (size_t b = 0; b < k->n_built; b++) {
        json_open(j, NULL);
        json_text(j, "table", k->built[b].table);
        json_int(j, "rows", k->built[b].rows);
        json_close(j);
    }
    json_close_list(j);
}

void rollback_json(JsonOut *j, const UndoPlan *plan)
{
    json_open_list(j, "tables");
    for (size_t i = 0; i < plan->n_tables; i++) {
        json_open(j, NULL);
        json_text(j, "table", plan->tables[i].table);
        json_int(j, "removed", plan->tables[i].removed);
        json_int(j, "restored", plan->tables[i].restored);
        json_int(j, "kept", plan->tables[i].kept);
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "kept");
    for (size_t i = 0; i < plan->n_kept; i++) {
        json_open(j, NULL);
        rollback_kept_json(j, &plan->kept[i]);
        json_close(j);
    }
    json_close_list(j);
    json_int(j, "rows", plan->rows);
    json_int(j, "links", plan->links);
    json_int(j, "raw", plan->raw);
}
