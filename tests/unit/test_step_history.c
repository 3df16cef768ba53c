#include "cache/step_history.h"

#include <criterion/criterion.h>

#include "cache/control_inputs.h"
#include "cache/pipeline_note.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static const char *folder;
static Control *control;
static Err err;

static void must(bool ok)
{
    cr_assert(ok, "%s", err.text);
}

static void set_up(void)
{
    arena = arena_new();
    folder = temp_folder(arena);
    control = control_open(folder, true, &err);
    must(control);
}

static void tear_down(void)
{
    control_close(control);
    arena_free(arena);
}

TestSuite(step_history, .init = set_up, .fini = tear_down);

static void end_step(int64_t run, const char *status)
{
    must(control_step_save(control,
                           &(StepRecord){.step = "patient/insert",
                                         .status = status,
                                         .why = "because",
                                         .rows = 10 * run,
                                         .done = run,
                                         .rejected = 1,
                                         .run = run,
                                         .took_s = 2.5},
                           &err));
}

Test(step_history, runs_of_a_step_come_newest_first)
{
    size_t n;
    bool more;
    RunRecord r = {.mode = "autopilot", .by = "ana", .options = "{}"};
    must(control_run_begin(control, &r, &err));
    end_step(1, "failed");
    end_step(2, "running");
    end_step(2, "partial");
    end_step(4, "done");
    StepRun *list = step_history(control, arena, "patient/insert", 0, 2, &n, &more, &err);
    must(list);
    cr_assert(n == 2 && more && list[0].run == 4 && list[1].run == 2);
    cr_assert_str_eq(list[1].status, "partial");
    cr_assert_null(list[0].mode); // such a run is not known
    list = step_history(control, arena, "patient/insert", list[1].run, 2, &n, &more, &err);
    cr_assert(n == 1 && !more && list[0].rows == 10 && list[0].done == 1 && list[0].rejected == 1);
    cr_assert_str_eq(list[0].mode, "autopilot");
    cr_assert_str_eq(list[0].by, "ana");
    cr_assert_str_eq(list[0].why, "because");
    cr_assert_not_null(list[0].at);
}

Test(step_history, what_is_old_is_forgotten)
{
    size_t n;
    bool more;
    for (int64_t run = 1; run <= STEP_HISTORY_MOST + 5; run++)
        end_step(run, "done");
    StepRun *list = step_history(control, arena, "patient/insert", 0, 1000, &n, &more, &err);
    cr_assert(n == STEP_HISTORY_MOST && list[n - 1].run == 6);
}

// As version 5 wrote it.
Test(step_history, an_older_file_gives_what_it_has)
{
    size_t n;
    bool more;
    end_step(3, "failed");
    must(control_time_add(control, "patient/insert", 2, 20, 1.5, &err) &&
         lite_exec(
             control_db(control),
             "DROP TABLE step_runs; DROP INDEX issues_order; DROP INDEX issues_gone; DROP INDEX issues_back;"
             "PRAGMA user_version=5",
             &err));
    control_close(control);
    control = control_open(folder, false, &err);
    must(control);
    StepRun *list = step_history(control, arena, "patient/insert", 0, 10, &n, &more, &err);
    must(list);
    cr_assert(n == 2 && list[0].run == 3 && list[1].run == 2 && list[1].done == -1 && list[1].took_s == 1.5);
    cr_assert_str_eq(list[0].status, "failed");
    cr_assert_null(list[1].status);
}

Test(step_history, the_pipeline_is_noted_as_it_is)
{
    static const PipelineStep steps[] = {{"patient/extract", "People & friends", false, false},
                                         {"patient/insert", "", true, true},
                                         {"odd/extract", "a\tb\nc", false, true}};
    PipelineStep *noted;
    size_t n;
    must(pipeline_noted(control, arena, &noted, &n, &err));
    cr_assert_eq(n, 0);
    must(pipeline_note(control, steps, ARRAY_LEN(steps), &err) &&
         pipeline_noted(control, arena, &noted, &n, &err));
    cr_assert_eq(n, 3);
    cr_assert_str_eq(noted[0].step, "patient/extract");
    cr_assert_str_eq(noted[0].category, "People & friends");
    cr_assert(!noted[0].untracked && !noted[0].off && noted[1].untracked && noted[1].off && noted[2].off);
    cr_assert_str_eq(noted[2].category, "a b c");
}
