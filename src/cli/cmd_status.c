// mudanza status CLINIC: is somebody at work, how did the last run end, what is done.
#include "base/intl.h"
#include "base/json_read.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/plan_steps.h"
#include "cli/run_call.h"
#include "cli/run_records.h"
#include "engine/job_noted.h"
#include "engine/lock.h"
#include "engine/words_shown.h"
#include "engine/worker_words.h"

typedef struct {
    const Clinic *clinic;
    bool running;
    const char *owner; // JSON; NULL: none
    bool told;         // the worker tells of itself
    WorkerSeen seen;
    RunRecord run;    // run 0: none yet
    Str job;          // JSON; no value: none
    const Plan *plan; // NULL: could not be made
} Status;

// One line per entity, one column per stage, the last run that worked on it and what to type next.
static void print_board(Cli *cli, const Clinic *clinic, const Plan *plan)
{
    const GridColumn columns[] = {
        {_("Entity"), false, 0}, {_("Extract"), false, 0}, {_("Validate"), false, 0}, {_("Insert"), false, 0},
        {_("Verify"), false, 0}, {_("Rejected"), true, 0}, {_("Last run"), true, 0},  {_("Next"), false, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    bool *told = arena_many(cli->arena, bool, plan->n + 1);
    for (size_t i = 0; i < plan->n; i++) {
        const char *cells[STAGES] = {NULL}, *entity = plan->steps[i].entity;
        int64_t rejected = 0, run = 0;
        if (told[i])
            continue;
        for (size_t k = i; k < plan->n; k++) {
            const PlannedStep *s = &plan->steps[k];
            if (!str_is(str_of(s->entity), entity))
                continue;
            told[k] = true;
            cells[s->stage] = status_shown(cli->arena, s);
            rejected = MAX(rejected, s->rejected);
            run = MAX(run, s->run);
        }
        const char *next = next_command(cli->arena, clinic, plan, entity);
        grid_text(grid, entity);
        for (int stage = 0; stage < STAGES; stage++)
            grid_text(grid, cells[stage]);
        grid_int(grid, rejected);
        if (run)
            grid_int(grid, run);
        else
            grid_text(grid, NULL);
        grid_text(grid, next ? next : "");
    }
    grid_print(grid, &cli->out);
    print_plan_count(&cli->out, plan);
}

static void print_worker(Cli *cli, const Status *s)
{
    AUTO(buf_free) Buf where = {0}, trouble = {0};
    Str owner = str_of(s->owner);
    if (!s->told) {
        out_line(&cli->out, _("%s: a worker is at work and has not told yet how far it is"), s->clinic->name);
        return;
    }
    const char *user = json_as_text(cli->arena, json_member(owner, "user")),
               *since = json_as_text(cli->arena, json_member(owner, "since"));
    out_line(&cli->out, _("%s: a worker is at work: run %lld by %s on %s, process %lld, since %s"),
             s->clinic->name, (long long)s->seen.run, user ? user : "?", s->seen.host, (long long)s->seen.pid,
             since ? since : "?");
    worker_progress_words(&s->seen, &where);
    worker_trouble_words(&s->seen, &trouble);
    out_line(&cli->out, "%s", buf_text(&where));
    if (trouble.len)
        out_styled(&cli->out, STYLE_WARN, "", "%s", buf_text(&trouble));
}

static void print_job(Cli *cli, Str job)
{
    const char *status = json_as_text(cli->arena, json_member(job, "status")),
               *error = json_as_text(cli->arena, json_member(job, "error"));
    out_line(&cli->out, _("job in the target: %lld, %s%s%s"), (long long)json_as_int(json_member(job, "job"), 0),
             status ? word_shown(status) : "?", error ? ": " : "", error ? error : "");
}

static void print(Cli *cli, const Status *s)
{
    if (s->running)
        print_worker(cli, s);
    else
        out_line(&cli->out, _("%s: nobody is at work"), s->clinic->name);
    if (s->run.run)
        out_line(&cli->out, _("last run: %lld (%s), %s, began %s"), (long long)s->run.run, word_shown(s->run.mode),
                 run_word(s->run.status), s->run.started_at);
    else
        out_line(&cli->out, "%s", _("no run yet"));
    if (s->job.at)
        print_job(cli, s->job);
    if (s->plan)
        print_board(cli, s->clinic, s->plan);
}

static void write_document(Cli *cli, const Status *s)
{
    JsonOut *j = out_document(&cli->out, "status");
    json_text(j, "clinic", s->clinic->name);
    json_bool(j, "running", s->running);
    if (s->told) {
        json_text(j, "pulse", worker_pulse_word(&s->seen));
        json_raw(j, "worker", s->seen.json);
    } else {
        json_null(j, "pulse");
        json_null(j, "worker");
    }
    if (s->run.run)
        json_run(j, "last_run", &s->run);
    else
        json_null(j, "last_run");
    if (s->job.at)
        json_raw(j, "job", s->job);
    else
        json_null(j, "job");
    if (s->plan) {
        json_plan_sum(j, s->plan);
        json_planned_steps(j, "steps", s->plan);
    } else {
        json_null(j, "steps");
    }
    out_document_end(&cli->out);
}

int cmd_status(Cli *cli, Err *err)
{
    RunCall call;
    Status s = {0};
    Control *control;
    Err ignored = {0};
    if (!run_call_begin(&call, cli, "run", err) || !records_open(cli, &s.clinic, &control, err))
        return (int)err->kind;
    s.running = lock_owner(cli->arena, s.clinic->state_folder, &s.owner);
    s.told = s.running && beat_read(cli->arena, s.clinic->state_folder, &s.seen);
    if (control && !control_run(control, cli->arena, 0, &s.run, err) && err->kind != ERR_NONE)
        return (int)err->kind;
    s.job = str_of(job_noted(cli->arena, control));
    s.plan = engine_plan(cli->arena, &call.options, call.problems, &ignored);
    if (!s.plan)
        out_note(&cli->out, _("what is to do is not known: %s"),
                 ignored.kind ? ignored.text : _("the mapping files have mistakes (mudanza mapping check)"));
    if (cli->out.json)
        write_document(cli, &s);
    else
        print(cli, &s);
    return EXIT_OK;
}
