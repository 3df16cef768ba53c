#include "engine/overview.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/intl.h"
#include "base/json_read.h"
#include "cache/issue_list.h"
#include "cache/pipeline_note.h"
#include "engine/lock.h"
#include "engine/overview_inner.h"
#include "engine/report_next.h"

// Smaller ones first.
enum {
    ATTENTION_SILENT, // a worker that does not tell any more
    ATTENTION_DECIDE, // a person has to give something
    ATTENTION_FAILED,
    ATTENTION_INVALID, // configuration
    ATTENTION_RUNNING,
    ATTENTION_PARTIAL,
    ATTENTION_REJECTS,
    ATTENTION_NEW,
    ATTENTION_DONE,
};

static const char *const files[] = {"control.db", "control.db-wal", "status.json", "lock", "cache.db"};

// ---- Counts of control.db -----------------------------------------------------------------------

bool overview_issues(Control *c, Arena *a, IssueKind **out, size_t *n, Err *err)
{
    AUTO(buf_free) Buf list = {0};
    *n = 0;
    // by severity first: so the index that has all of this stands
    AUTO(lite_finish_at)
    LiteStmt *s = lite_prepare(control_db(c),
                               "SELECT severity, code, entity, sum(present AND " ISSUE_STATE " = 'open'),"
                               " sum(state = 'asked'), sum(" ISSUE_STATE " = 'ignored'), sum(present)"
                               " FROM issues GROUP BY severity, code, entity",
                               err);
    LiteStep step = LITE_FAILED;
    while (s && (step = lite_step(s, err)) == LITE_ROW) {
        const char *severity = str_keep(a, lite_text(s, 0));
        const IssueKind one = {
            .entity = str_keep(a, lite_text(s, 2)),
            .rejecting = (strcmp(severity, "error") == 0 || strcmp(severity, "fatal") == 0) &&
                         !str_starts(lite_text(s, 1), "dpmf."),
            .warning = strcmp(severity, "warning") == 0,
            .open = lite_int(s, 3),
            .asked = lite_int(s, 4),
            .ignored = lite_int(s, 5),
            .present = lite_int(s, 6),
        };
        buf_add(&list, (Str){(const char *)&one, sizeof one});
        (*n)++;
    }
    *out = arena_copy(a, buf_text(&list), list.len);
    return step == LITE_DONE;
}

static bool sum_issues(Control *c, Arena *a, ClinicOverview *o, Report *r, Err *err)
{
    IssueKind *kinds;
    size_t n;
    if (!overview_issues(c, a, &kinds, &n, err))
        return false;
    r->issues = arena_one(a, IssueCount);
    for (size_t i = 0; i < n; i++) {
        const IssueKind *k = &kinds[i];
        o->issues.open += k->open;
        o->issues.asked += k->asked;
        o->issues.ignored += k->ignored;
        o->issues.rejecting += k->rejecting ? k->open : 0;
        r->n_causes += k->rejecting && k->present;
        if (k->warning && k->present) {
            r->issues[0] = (IssueCount){.severity = "warning"};
            r->n_issues = 1;
        }
    }
    return true;
}

static void count_step(ClinicOverview *o, const StepRecord *s)
{
    bool partial = strcmp(s->status, "partial") == 0;
    o->steps_done += partial || strcmp(s->status, "done") == 0;
    o->steps_partial += partial;
    o->steps_failed += strcmp(s->status, "failed") == 0;
}

// Steps that commands.yaml wants no status of are not counted.
static void count_steps(ClinicOverview *o, const PipelineStep *pipeline, size_t n_pipeline,
                        const StepRecord *steps, size_t n)
{
    o->steps_total = n_pipeline ? 0 : (int64_t)n;
    for (size_t i = 0; i < n && !n_pipeline; i++)
        count_step(o, &steps[i]);
    for (size_t k = 0; k < n_pipeline; k++) {
        if (pipeline[k].untracked || pipeline[k].off)
            continue;
        o->steps_total++;
        for (size_t i = 0; i < n; i++)
            if (strcmp(steps[i].step, pipeline[k].step) == 0)
                count_step(o, &steps[i]);
    }
}

static void count_rows(ClinicOverview *o, const StepRecord *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const StepRecord *s = &steps[i];
        if (!str_ends(str_of(s->step), "/extract") || !s->run || s->rows < 0)
            continue;
        o->source_rows = MAX(o->source_rows, 0) + s->rows;
        o->cache_rows = MAX(o->cache_rows, 0) + s->rows - s->rejected;
        if (!o->read_at || (s->ended_at && strcmp(s->ended_at, o->read_at) > 0))
            o->read_at = s->ended_at;
    }
}

static bool read_control(Control *c, Arena *a, ClinicOverview *o, Report *r, Err *err)
{
    PipelineStep *pipeline;
    StepRecord *steps;
    size_t n_pipeline, n;
    if (!control_run(c, a, 0, &o->run, err) && err->kind != ERR_NONE)
        return false;
    if (o->run.run && !report_note_death(a, c, o->clinic, &o->run, err))
        return false;
    if (!pipeline_noted(c, a, &pipeline, &n_pipeline, err) || !(steps = control_steps(c, a, &n, err)) ||
        !sum_issues(c, a, o, r, err) ||
        !lite_one_int(
            control_db(c), &o->rejected, NULL, err,
            "SELECT coalesce(sum(rejected), 0) FROM accounts WHERE run = (SELECT max(run) FROM accounts)") ||
        !lite_one_int(control_db(c), &r->total.lost, NULL, err,
                      "SELECT coalesce(sum(lost), 0) FROM accounts WHERE run = %lld", (long long)o->run.run))
        return false;
    count_steps(o, pipeline, n_pipeline, steps, n);
    count_rows(o, steps, n);
    r->steps = steps;
    for (size_t i = 0; i < n; i++) // report_next wants those of the last run
        if (steps[i].run == o->run.run)
            steps[r->n_steps++] = steps[i];
    return true;
}

// ---- What to do ---------------------------------------------------------------------------------

static char key_of(const char *command)
{
    static const struct {
        const char *verb;
        char key;
    } keys[] = {{"warnings", 'W'}, {"rejects list", 'W'}, {"config", 'E'}, {"doctor", 'E'},
                {"logs", 'o'},     {"report", 'R'},       {"plan", 'B'},   {"verify", 'B'}};
    const Str verb = str_of(command + strlen("mudanza "));
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (str_starts(verb, keys[i].verb))
            return keys[i].key;
    return 'A';
}

static void advise(ClinicOverview *o, const char *command, const char *why)
{
    o->next = (NextStep){key_of(command), command, why};
}

// What keeps rows out is looked at before they are tried again, and the report of a run is worth more than a
// second verify.
static void choose_next(Arena *a, ClinicOverview *o, Report *r)
{
    const char *typed = o->clinic->typed;
    if (o->running) {
        advise(o, arena_text(a, "mudanza monitor %s", typed), _("see what the run is at"));
    } else if (!o->run.run) {
        advise(o, arena_text(a, "mudanza autopilot %s", typed), _("read, check and write everything"));
    } else {
        r->clinic = o->clinic;
        r->run = o->run;
        r->ended = o->run.exit_code >= 0 && o->run.ended_at;
        r->is_rollback = strcmp(o->run.mode, "rollback") == 0;
        report_next(a, r);
        if (o->issues.rejecting && o->run.exit_code == 3)
            advise(o, arena_text(a, "mudanza warnings list %s --severity error", typed),
                   _("see which rows were rejected and why"));
        else if (r->n_next && !str_starts(str_of(r->next[0].command), "mudanza verify"))
            advise(o, r->next[0].command, r->next[0].why);
        else
            advise(o, arena_text(a, "mudanza report %s", typed), _("read what became of every row"));
    }
}

static int attention_of(const ClinicOverview *o)
{
    const char *status = o->run.run ? o->run.status : "";
    if (!o->clinic)
        return ATTENTION_INVALID;
    if (o->running)
        return o->told && (worker_pulse(&o->seen) != WORKER_ALIVE || o->seen.still_s > 0) ? ATTENTION_SILENT
                                                                                          : ATTENTION_RUNNING;
    if (o->trouble)
        return ATTENTION_FAILED;
    if (!o->run.run)
        return ATTENTION_NEW;
    if (o->run.needs || o->run.exit_code == ERR_DECISION)
        return ATTENTION_DECIDE;
    if (strcmp(status, "partial") == 0 || strcmp(status, "blocked") == 0 || strcmp(status, "stopped") == 0)
        return ATTENTION_PARTIAL;
    if (strcmp(status, "done") != 0)
        return ATTENTION_FAILED;
    return o->issues.rejecting ? ATTENTION_REJECTS : ATTENTION_DONE;
}

// ---- One clinic, and all of them ----------------------------------------------------------------

static void look_at_files(Arena *a, const Clinic *c, struct timespec *times, int64_t *cache_bytes)
{
    const char *paths[OVERVIEW_FILES] = {c->config_path, c->commands_path};
    struct stat st;
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        paths[2 + i] = file_join(a, c->state_folder, files[i]);
    for (size_t i = 0; i < OVERVIEW_FILES; i++) {
        bool there = stat(paths[i], &st) == 0;
        times[i] = there ? st.st_mtim : (struct timespec){0};
        if (there && i == OVERVIEW_FILES - 1 && cache_bytes)
            *cache_bytes = st.st_size;
    }
    if (cache_bytes && *cache_bytes && stat(file_join(a, c->state_folder, "cache.db-wal"), &st) == 0)
        *cache_bytes += st.st_size;
}

bool overview_is_current(const ClinicOverview *o)
{
    struct timespec now[OVERVIEW_FILES];
    AUTO(arena_free_at) Arena *a = arena_new();
    if (!o->clinic || o->running || o->trouble)
        return false;
    look_at_files(a, o->clinic, now, NULL);
    for (size_t i = 0; i < OVERVIEW_FILES; i++)
        if (now[i].tv_sec != o->looked[i].tv_sec || now[i].tv_nsec != o->looked[i].tv_nsec)
            return false;
    return true;
}

static void look_at_lock(Arena *a, ClinicOverview *o)
{
    const char *state = o->clinic->state_folder;
    o->running = lock_owner(a, state, &o->owner);
    if (!o->running || !o->owner || !json_is_object(str_of(o->owner)))
        return;
    o->owner_user = json_as_text(a, json_member(str_of(o->owner), "user"));
    o->owner_host = json_as_text(a, json_member(str_of(o->owner), "host"));
    o->told = beat_read(a, state, &o->seen);
}

void overview_clinic(Arena *a, const char *name, const Clinic *clinic, const Problems *problems,
                     ClinicOverview *out)
{
    *out = (ClinicOverview){
        .name = name, .clinic = clinic, .problems = problems, .source_rows = -1, .cache_rows = -1};
    if (!clinic) {
        out->attention = ATTENTION_INVALID;
        advise(out, arena_text(a, "mudanza config validate %s", shell_word(a, name)),
               _("see every problem of the configuration at once"));
        return;
    }
    Report report = {0};
    Err err = {0};
    look_at_files(a, clinic, out->looked,
                  &out->cache_bytes); // first: what changes from here on is seen next time
    out->source_there = clinic->source_path && file_exists(clinic->source_path);
    look_at_lock(a, out);
    Control *control = control_open(clinic->state_folder, false, &err);
    if ((control && !read_control(control, a, out, &report, &err)) || (!control && err.kind != ERR_NONE))
        out->trouble = arena_text(a, "%s", err.text);
    control_close(control);
    if (out->told && out->seen.steps_total) {
        out->steps_done = out->seen.steps_done;
        out->steps_total = out->seen.steps_total;
    }
    out->attention = attention_of(out);
    choose_next(a, out, &report);
}

ClinicOverview *overview_clinics(Arena *a, const char *workspace, const char *state_dir, size_t *n)
{
    char **names = workspace_clinics(a, workspace);
    for (*n = 0; names[*n]; (*n)++)
        ;
    ClinicOverview *list = arena_many(a, ClinicOverview, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        Problems *problems = problems_new(a);
        const Clinic *clinic = clinic_load(a, workspace, names[i], state_dir, problems);
        overview_clinic(a, names[i], clinic, problems, &list[i]);
    }
    return list;
}

int overview_by_attention(const void *left, const void *right)
{
    const ClinicOverview *x = left, *y = right;
    return x->attention != y->attention ? x->attention - y->attention : strcmp(x->name, y->name);
}
