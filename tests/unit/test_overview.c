#include "engine/overview.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cache/pipeline_note.h"
#include "engine/beat.h"
#include "engine/lock.h"
#include "tests/support/statement_watch.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static const char *workspace;
static Clinic clinic;
static Control *control;
static Err err;

static void must(bool ok)
{
    cr_assert(ok, "%s", err.text);
}

static void set_up(void)
{
    arena = arena_new();
    statements_watch();
    workspace = temp_folder(arena);
    const char *state = temp_folder(arena);
    clinic = (Clinic){.name = "north",
                      .typed = "north",
                      .state_folder = state,
                      .config_path = file_join(arena, state, "config.yaml"),
                      .commands_path = file_join(arena, state, "commands.yaml"),
                      .source_path = "/nowhere/export.dpm"};
    control = control_open(state, true, &err);
    must(control);
}

static void tear_down(void)
{
    control_close(control);
    arena_free(arena);
}

TestSuite(overview, .init = set_up, .fini = tear_down);

static void step(const char *name, const char *status, int64_t rows, int64_t rejected, int64_t run)
{
    must(control_step_save(control,
                           &(StepRecord){.step = name,
                                         .status = status,
                                         .rows = rows,
                                         .done = rows - rejected,
                                         .rejected = rejected,
                                         .run = run,
                                         .took_s = 1.5},
                           &err));
}

static int64_t begin(const char *mode)
{
    RunRecord r = {.mode = mode, .options = "{}"};
    must(control_run_begin(control, &r, &err));
    return r.run;
}

static void issue(const char *entity, int i, const char *code, const char *severity)
{
    must(lite_execf(control_db(control), &err,
                    "INSERT OR IGNORE INTO issues(step, entity, key, field, code, severity, first_run, last_run)"
                    " VALUES('%q/validate', %Q, 'k%d', '', %Q, %Q, 1, 1)",
                    entity, entity, i, code, severity));
}

// Run 1: patients with a reject, budgets failed; files are switched off.
static void first_run(int exit_code, const char *status)
{
    static const PipelineStep pipeline[] = {
        {"patient/extract", "People", false, false},  {"budget/extract", "Money", false, false},
        {"patient/validate", "People", false, false}, {"budget/validate", "Money", false, false},
        {"patient/insert", "People", false, false},   {"budget/insert", "Money", false, false},
        {"patient/verify", "People", true, false},    {"budget/verify", "Money", false, true},
    };
    int64_t run = begin("autopilot");
    must(pipeline_note(control, pipeline, ARRAY_LEN(pipeline), &err));
    step("patient/extract", "partial", 103, 3, run);
    step("budget/extract", "done", 50, 0, run);
    step("patient/validate", "partial", 100, 1, run);
    step("budget/validate", "done", 50, 0, run);
    step("patient/insert", "done", 99, 0, run);
    step("budget/insert", "failed", 50, 0, run);
    must(control_account_save(
        control, run,
        &(Account){.entity = "patient", .source = 103, .inserted = 90, .linked = 9, .rejected = 4}, &err));
    issue("patient", 1, "patient.bad", "error");
    issue("patient", 2, "patient.odd", "warning");
    issue("budget", 1, "dpmf.budget.odd", "error");
    must(control_run_end(control, run, status, exit_code, "it ended", 60, &err));
}

static ClinicOverview look(void)
{
    ClinicOverview o;
    overview_clinic(arena, "north", &clinic, problems_new(arena), &o);
    cr_assert_null(o.trouble, "%s", o.trouble);
    return o;
}

Test(overview, a_clinic_tells_what_its_last_run_left)
{
    first_run(3, "partial");
    ClinicOverview o = look();
    cr_assert(o.run.run == 1 && o.steps_total == 6 && o.steps_done == 5 && o.steps_failed == 1 &&
              o.steps_partial == 2);
    cr_assert(o.source_rows == 153 && o.cache_rows == 150 && o.read_at && o.rejected == 4);
    cr_assert(o.issues.open == 3 && o.issues.rejecting == 1 && !o.running && !o.source_there);
    cr_assert_str_eq(o.next.command, "mudanza warnings list north --severity error");
    cr_assert_eq(o.next.key, 'W');
}

Test(overview, the_next_step_fits_how_it_ended)
{
    ClinicOverview o = look();
    cr_assert(o.next.key == 'A' && o.run.run == 0 && o.steps_total == 0 && o.source_rows == -1);
    cr_assert_str_eq(o.next.command, "mudanza autopilot north");
    first_run(ERR_TARGET, "failed");
    o = look();
    cr_assert_str_eq(o.next.command, "mudanza doctor north");
    int attention = o.attention;
    first_run(0, "done");
    must(lite_exec(control_db(control), "DELETE FROM issues; UPDATE steps SET status = 'done'", &err));
    o = look();
    cr_assert_str_eq(o.next.command, "mudanza report north");
    cr_assert(o.next.key == 'R' && o.attention > attention);
    begin("run"); // of a worker that is gone
    o = look();
    cr_assert_str_eq(o.run.status, "interrupted");
    cr_assert_str_eq(o.next.command, "mudanza resume north");
    cr_assert_eq(o.next.key, 'A');
}

Test(overview, a_clinic_at_work_says_who_is_at_it)
{
    first_run(0, "done");
    Lock *lock = lock_take(&clinic, &err);
    must(lock);
    lock_run(lock, 1);
    ClinicOverview o = look();
    cr_assert(o.running && !o.told && o.owner_user && !overview_is_current(&o));
    cr_assert_str_eq(o.next.command, "mudanza monitor north");
    lock_drop(lock);
    cr_assert_not(look().running);
}

Test(overview, what_has_not_changed_need_not_be_read)
{
    first_run(0, "done");
    ClinicOverview o = look();
    cr_assert(overview_is_current(&o));
    begin("run");
    cr_assert_not(overview_is_current(&o));
}

Test(overview, the_board_has_each_entity_with_its_stages)
{
    size_t n;
    first_run(3, "partial");
    EntityOverview *board = overview_board(arena, &clinic, &n, &err);
    must(board);
    cr_assert_eq(n, 2);
    const EntityOverview *patient = &board[0], *budget = &board[1];
    cr_assert_str_eq(patient->entity, "patient");
    cr_assert_str_eq(patient->category, "People");
    cr_assert(patient->source == 103 && patient->cache == 100 && patient->target == 99 &&
              patient->rejected == 4);
    cr_assert(patient->open == 2 && patient->rejecting == 1 && patient->run == 1 && patient->took_s == 4.5);
    cr_assert(patient->stages[STAGE_VALIDATE].status == STEP_PARTIAL &&
              patient->stages[STAGE_VERIFY].untracked &&
              patient->stages[STAGE_VERIFY].status == STEP_PENDING);
    cr_assert(budget->stages[STAGE_INSERT].status == STEP_FAILED &&
              budget->stages[STAGE_VERIFY].status == STEP_SKIPPED && budget->target == -1 &&
              budget->open == 1 && budget->rejecting == 0);
}

static int running_steps(void)
{
    size_t n;
    int running = 0;
    EntityOverview *board = overview_board(arena, &clinic, &n, &err);
    must(board);
    for (size_t i = 0; i < n; i++)
        for (int stage = 0; stage < STAGES; stage++)
            running += board[i].stages[stage].status == STEP_RUNNING;
    return running;
}

// All entities are read in one pass, so their steps end together; a worker may pause right after that.
Test(overview, a_step_that_has_ended_runs_no_more)
{
    first_run(0, "done");
    int64_t run = begin("run");
    Lock *lock = lock_take(&clinic, &err);
    must(lock);
    lock_run(lock, run);
    EventLog *events = events_open(clinic.state_folder, "north", run, (Listener){0}, &err);
    must(events);
    Beat *beat = beat_start(&(BeatOptions){.state_folder = clinic.state_folder,
                                           .clinic = "north",
                                           .run = run,
                                           .events = events,
                                           .stall_after_s = 1000},
                            &err);
    must(beat);
    beat_tick(beat, "extract", "source/extract", 7, 153, 0);
    beat_pause(beat, "amartin", NULL); // it is written down
    cr_expect_eq(running_steps(), 2);
    step("patient/extract", "done", 103, 0, run);
    cr_expect_eq(running_steps(), 1, "what this run has ended is over, though the worker has not told");
    beat_left(beat, "patient/validate"); // it is not at that one
    beat_pause(beat, "amartin", NULL);
    cr_expect_eq(running_steps(), 1);
    beat_left(beat, "source/extract");
    beat_pause(beat, "amartin", NULL);
    cr_expect_eq(running_steps(), 0);
    beat_stop(beat, "done");
    events_close(events);
    lock_drop(lock);
}

Test(overview, a_clinic_that_never_ran_has_an_empty_board)
{
    size_t n;
    cr_assert_not_null(overview_board(arena, &clinic, &n, &err));
    cr_assert_eq(n, 0);
}

// What is wrong with one of them keeps none of the others from being shown.
Test(overview, all_clinics_of_a_workspace_with_those_that_need_attention_first)
{
    size_t n;
    setenv("MUDANZA_DATA_DIR", file_join(arena, getenv("TOP_SRCDIR"), "clinics"), 1);
    temp_file(arena, workspace, "b/config.yaml", STR("profile: dentalpin\nsource: {path: x.dpm}\n"));
    temp_file(arena, workspace, "c/config.yaml", STR("profil: dentalpin\n"));
    temp_file(arena, workspace, "a/config.yaml", STR("profile: dentalpin\nsource: {path: x.dpm}\n"));
    temp_file(arena, workspace, "a/state/control.db",
              STR("this is no database, but it is long enough to be looked at"));
    for (const char *name = "abc"; *name; name++)
        temp_file(arena, workspace, arena_text(arena, "%c/commands.yaml", *name), STR("pipeline: auto\n"));
    ClinicOverview *list = overview_clinics(arena, workspace, NULL, &n);
    cr_assert_eq(n, 3);
    qsort(list, n, sizeof *list, overview_by_attention);
    cr_assert_str_eq(list[0].name, "a");
    cr_assert_not_null(list[0].trouble);
    cr_assert(!strcmp(list[1].name, "c") && !list[1].clinic && list[1].problems->errors &&
              list[1].next.key == 'E');
    cr_assert(!strcmp(list[2].name, "b") && list[2].clinic && !list[2].run.run);
}

// Sums of issues come from the index alone, in its order.
Test(overview, issues_are_counted_without_sorting_them)
{
    for (int i = 0; i < 500; i++)
        issue("patient", i, arena_text(arena, "patient.c%d", i % 10), "warning");
    statements_forget();
    cr_assert_eq(look().issues.open, 500);
    cr_assert_lt(statements_seen().steps, 500 * 40);
}
