#include "cache/issue_store.h"
#include "engine/engine.h"
#include "engine/lock.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/intl.h"
#include "engine/reason_shown.h"
#include "engine/words_shown.h"
#include "tests/support/golden.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static Clinic clinic;
static Control *control;

static void must(bool ok, const Err *err)
{
    cr_assert(ok, "%s", err->text);
}

static void set_up(void)
{
    Err err = {0};
    arena = arena_new();
    const char *folder = temp_folder(arena);
    clinic = (Clinic){
        .name = "sonrisa",
        .typed = "sonrisa",
        .state_folder = folder,
        .source_path = "/srv/sonrisa/export.dpm",
        .profile = "dentalpin",
        .env = "DEV",
        .target_type = TARGET_SQLITE,
        .target_path = arena_text(arena, "%s/target.db", folder),
    };
    control = control_open(folder, true, &err);
    must(control, &err);
}

static void tear_down(void)
{
    control_close(control);
    arena_free(arena);
}

TestSuite(report, .init = set_up, .fini = tear_down);

static void fix_clock(void)
{
    Err err = {0};
    must(lite_exec(control_db(control),
                   "UPDATE runs SET started_at = '2026-03-01T10:00:00.000Z', version = '1.2.3',"
                   " ended_at = CASE WHEN ended_at IS NOT NULL THEN '2026-03-01T11:02:03.500Z' END",
                   &err),
         &err);
}

static int64_t begin(const char *mode, int64_t resumes)
{
    Err err = {0};
    RunRecord r = {
        .mode = mode, .host = "srv1", .by = "ana", .note = "night run", .resumes = resumes, .options = "{}"};
    must(control_run_begin(control, &r, &err), &err);
    must(control_run_job(control, r.run, 7, "Cl\xC3\xADnica Sonrisa | <b>Madrid</b>\nLOST 99", &err), &err);
    return r.run;
}

static void end(int64_t run, const char *status, int exit_code, const char *reason)
{
    Err err = {0};
    must(control_run_end(control, run, status, exit_code, reason, 61.5, &err), &err);
    fix_clock();
}

static void issue(const char *entity, const char *key, const char *code, const char *severity, int64_t run)
{
    Err err = {0};
    must(control_issue_add(control, arena_text(arena, "%s/validate", entity), entity, str_of(key), "", code,
                           severity, STR("Mar\xC3\xAD\x61 Secreta"), run, &err),
         &err);
}

static void step(const char *name, const char *status, int64_t rows, int64_t rejected, int64_t run,
                 double took_s)
{
    Err err = {0};
    StepRecord s = {.step = name,
                    .status = status,
                    .why = "Mar\xC3\xAD\x61 Secreta",
                    .rows = rows,
                    .done = rows - rejected,
                    .rejected = rejected,
                    .run = run,
                    .took_s = took_s};
    must(control_step_save(control, &s, &err), &err);
}

// A run with everything a report can tell.
static int64_t partial_run(void)
{
    Err err = {0};
    int64_t run = begin("autopilot", begin("autopilot", 0));
    const Account accounts[] = {
        {.entity = "professional", .source = 6, .linked = 2, .inserted = 4},
        {.entity = "patient",
         .source = 1200,
         .inserted = 1100,
         .updated = 20,
         .unchanged = 70,
         .skipped = 2,
         .rejected = 7,
         .pending = 1,
         .absent = 3},
        {.entity = "recall", .source = 50, .inserted = 50, .raw = 50},
    };
    for (size_t i = 0; i < ARRAY_LEN(accounts); i++)
        must(control_account_save(control, run, &accounts[i], &err), &err);
    for (int i = 0; i < 4; i++)
        issue("patient", arena_text(arena, "key-%d", i), "patient.birth_date.future", "error", i ? run : 1);
    for (int i = 0; i < 3; i++)
        issue("patient", arena_text(arena, "other-%d", i), "patient.no_name", "error", run);
    issue("patient", "key-9", "email.invalid", "warning", run);
    issue("professional", "key-9", "email.invalid", "warning", run);
    issue("patient", "key-9", "dpmf.|odd|", "information", run);
    step("patient/extract", "done", 1200, 0, run, 0.5);
    step("professional/extract", "done", 6, 0, run, 0);
    step("patient/validate", "partial", 1200, 7, run, 2);
    step("patient/insert", "partial", 1193, 0, run, 4);
    step("recall/insert", "blocked", 50, 0, run, 0);
    step("recall/extract", "done", 50, 0, 1, 9); // of the run before
    temp_file(arena, clinic.state_folder, "cache.db", STR("12345"));
    temp_file(arena, clinic.state_folder, "cache.db-wal", STR("67"));
    temp_file(arena, clinic.state_folder, "target.db", STR("123"));
    end(1, "stopped", 11, "asked to stop");
    end(run, "partial", 3, "7 of 1256 rows were rejected, within the limits");
    return run;
}

// The report with the temporary folder named /state.
static Str printed(int64_t run, const char *format)
{
    Err err = {0};
    AUTO(buf_free) Buf out = {0};
    AUTO(buf_free) Buf fixed = {0};
    must(report_print(arena, &clinic, run, format, &out, &err), &err);
    const char *at = buf_text(&out), *next;
    for (; (next = strstr(at, clinic.state_folder)); at = next + strlen(clinic.state_folder)) {
        buf_add(&fixed, (Str){at, (size_t)(next - at)});
        buf_add_text(&fixed, "/state");
    }
    buf_add_text(&fixed, at);
    return str_copy(arena, buf_str(&fixed));
}

static bool has(Str text, const char *part)
{
    return memmem(text.at, text.len, part, strlen(part));
}

Test(report, looks_as_approved)
{
    int64_t run = partial_run();
    golden_check(arena, "report.txt", printed(run, "text"));
    golden_check(arena, "report.md", printed(run, "md"));
    golden_check(arena, "report.json", printed(run, "json"));
    golden_check(arena, "report.html", printed(run, "html"));
    cr_assert(str_eq(printed(run, "text"), printed(0, "text")), "0 is the newest run");
}

Test(report, of_a_worker_that_vanished_looks_as_approved)
{
    Err err = {0};
    int64_t gone;
    begin("run", 0);
    fix_clock();
    must(control_recover(control, &gone, &err), &err);
    golden_check(arena, "report_interrupted.txt", printed(gone, "text"));
    cr_assert(has(printed(gone, "json"), "\"exit_code\":null,\"status\":\"interrupted\""));
}

Test(report, begins_with_exit_code_status_and_reason)
{
    int64_t run = partial_run();
    cr_assert(str_starts(printed(run, "text"),
                         "exit code 3, partial: 7 of 1256 rows were rejected, within the limits\n"));
    cr_assert(str_starts(printed(run, "md"),
                         "# exit code 3, partial: 7 of 1256 rows were rejected, within the limits\n"));
}

Test(report, says_lost_on_a_line_of_its_own_once)
{
    int64_t run = partial_run();
    Str forms[] = {printed(run, "text"), printed(run, "md")};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        cr_assert(has(forms[i], "\nLOST 0\n"));
        cr_assert_not(has(forms[i], "\nLOST 99"), "a clinic's name forged the line");
    }
    Err err = {0};
    must(control_account_save(control, run,
                              &(Account){.entity = "budget", .source = 3, .inserted = 1, .lost = 2}, &err),
         &err);
    Str text = printed(run, "text");
    cr_assert(has(text, "\nLOST 2\n"));
    cr_assert(has(text, "  1  mudanza verify sonrisa\n"));
}

Test(report, holds_no_value_and_no_key_of_a_row)
{
    int64_t run = partial_run();
    static const char *const formats[] = {"text", "md", "json", "html", "csv"};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        Str text = printed(run, formats[i]);
        cr_assert_not(has(text, "Secreta"), "%s", formats[i]);
        cr_assert_not(has(text, "key-"), "%s", formats[i]);
    }
}

Test(report, shows_twenty_causes_and_says_how_many_are_left)
{
    int64_t run = begin("run", 0);
    for (int i = 0; i < 23; i++)
        for (int k = 0; k <= i; k++)
            issue("patient", arena_text(arena, "%d", k), arena_text(arena, "patient.c%02d", i), "error", run);
    end(run, "failed", 4, "too many rejects");
    Str text = printed(run, "text");
    cr_assert(has(text, "patient.c22    23\n"));
    cr_assert(has(text, "patient.c03     4\nless frequent causes, not shown: 3\n"));
    cr_assert(
        has(printed(run, "json"),
            "\"causes\":23,\"rejects\":[{\"entity\":\"patient\",\"code\":\"patient.c22\",\"rows\":23,"));
}

Test(report, offers_to_go_on_only_where_that_helps)
{
    static const struct {
        int code;
        const char *status, *resume, *first;
    } cases[] = {
        {0, "done", "null", "mudanza verify sonrisa"},
        {1, "failed", "\"mudanza resume sonrisa\"", "mudanza logs sonrisa 1"},
        {4, "failed", "\"mudanza resume sonrisa\"", "mudanza logs sonrisa 1"},
        {5, "failed", "null", "mudanza config validate sonrisa"},
        {6, "failed", "\"mudanza resume sonrisa\"", "mudanza doctor sonrisa"},
        {7, "failed", "\"mudanza resume sonrisa\"", "mudanza doctor sonrisa"},
        {8, "blocked", "\"mudanza resume sonrisa\"", "mudanza plan sonrisa"},
        {11, "stopped", "\"mudanza resume sonrisa\"", "mudanza resume sonrisa"},
        {12, "unbalanced", "\"mudanza resume sonrisa\"", "mudanza verify sonrisa"},
        {130, "stopped", "\"mudanza resume sonrisa\"", "mudanza resume sonrisa"},
    };
    int64_t run = begin("run", 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        end(run, cases[i].status, cases[i].code, NULL);
        Str json = printed(run, "json");
        cr_assert(has(json, arena_text(arena, "\"resume\":%s}", cases[i].resume)), "%d: %.*s", cases[i].code,
                  STR_ARG(json));
        cr_assert(has(json, arena_text(arena, "\"next\":[{\"command\":\"%s\"", cases[i].first)), "%d",
                  cases[i].code);
    }
}

Test(report, says_what_a_person_has_to_give)
{
    Err err = {0};
    int64_t run = begin("autopilot", 0);
    must(control_run_needs(control, run, NEED_PASSPHRASE, &err), &err);
    end(run, "failed", 8, NULL);
    const char *given = "mudanza resume sonrisa --passphrase-file FILE";
    cr_assert(has(printed(run, "json"), arena_text(arena, "\"next\":[{\"command\":\"%s\"", given)));
    cr_assert(has(printed(run, "json"), arena_text(arena, "\"resume\":\"%s\"", given)));
    must(control_run_needs(control, run, "patient.no_name", &err), &err);
    cr_assert(has(printed(run, "json"),
                  "\"next\":[{\"command\":\"mudanza warnings list sonrisa --code patient.no_name\""));
    cr_assert(has(printed(run, "json"), "\"resume\":\"mudanza resume sonrisa\""));
}

// A step that left rejects is not done again by a resume.
Test(report, goes_on_with_a_partial_run_by_trying_the_rejects_again)
{
    int64_t run = partial_run();
    cr_assert(has(printed(run, "json"), "\"resume\":\"mudanza rejects retry sonrisa\""));
    cr_assert(!has(printed(run, "text"), "mudanza resume"));
}

Test(report, commands_can_be_typed_whatever_the_clinic_is_called)
{
    clinic.typed = clinic_typed(arena, NULL, "Dr. O'Hara; rm", NULL);
    end(begin("run", 0), "stopped", 11, NULL);
    cr_assert(has(printed(0, "text"), "mudanza resume 'Dr. O'\\''Hara; rm'\n"));
    clinic.typed = clinic_typed(arena, "/srv/all clinics", "sol", "/srv/state"); // not where it would be found
    cr_assert(has(printed(0, "text"), "mudanza resume sol -C '/srv/all clinics' --state-dir /srv/state\n"));
}

Test(report, of_an_older_run_says_that_issues_changed)
{
    partial_run();
    cr_assert(has(printed(1, "text"), "\nIssues, as later runs left them\n"));
    cr_assert(has(printed(1, "json"), "\"issues_changed_since\":true"));
    cr_assert(has(printed(2, "text"), "\nIssues\n"));
}

Test(report, is_written_beside_the_events_for_nobody_else)
{
    Err err = {0};
    int64_t run = partial_run();
    must(report_write(arena, &clinic, run, &err), &err);
    static const char *const names[] = {"report.json", "report.txt", "report.md", "report.html",
                                        "balance.csv"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct stat st;
        cr_assert_eq(stat(arena_text(arena, "%s/runs/000002/%s", clinic.state_folder, names[i]), &st), 0,
                     "%s", names[i]);
        cr_assert_eq(st.st_mode & 0777, 0600, "%s", names[i]);
    }
    Str csv;
    must(file_read(arena, arena_text(arena, "%s/runs/000002/balance.csv", clinic.state_folder), 1000, &csv,
                   &err),
         &err);
    cr_assert(str_is(csv,
                     "entity,source,inserted,updated,unchanged,linked,skipped,rejected,lost,pending,raw,absent,check\r\n"
                     "professional,6,4,0,0,2,0,0,0,0,0,0,ok\r\n"
                     "patient,1200,1100,20,70,0,2,7,0,1,0,3,pending\r\n"
                     "recall,50,50,0,0,0,0,0,0,0,50,0,ok\r\n"));
}

Test(report, names_positions_of_rejected_rows_and_never_more_than_five)
{
    Err err = {0};
    int64_t run = partial_run();
    must(lite_exec(control_db(control),
                   "UPDATE issues SET origin = 40 - substr(key, -1) WHERE code = 'patient.birth_date.future'", &err),
         &err);
    cr_assert(has(printed(run, "json"), "\"rows\":4,\"positions\":[37,38,39,40]}"));
    cr_assert(has(printed(run, "text"), "  37, 38, 39, 40\n"));
    for (int i = 4; i < 8; i++)
        issue("patient", arena_text(arena, "key-%d", i), "patient.birth_date.future", "error", run);
    must(lite_exec(control_db(control), "UPDATE issues SET origin = 40 + substr(key, -1)", &err), &err);
    cr_assert(has(printed(run, "text"), " 40, 41, 42, 43, 44, ...\n"));
}

Test(report, tells_what_is_new_gone_and_back)
{
    Err err = {0};
    int64_t run = partial_run();
    must(lite_execf(control_db(control), &err,
                    "UPDATE issues SET present = 0, gone_run = %lld, state = 'resolved' WHERE key = 'key-0';"
                    "UPDATE issues SET back_run = %lld WHERE key = 'key-1'",
                    (long long)run, (long long)run),
         &err);
    cr_assert(has(printed(run, "json"), "\"delta\":{\"new\":9,\"fixed\":1,\"back\":1,\"open\":9,"));
    cr_assert(has(printed(1, "json"), "\"delta\":{\"new\":1,\"fixed\":0,\"back\":0,\"open\":0,"));
}

Test(report, of_a_run_whose_worker_died_is_written_by_who_looks_next)
{
    int64_t run = begin("run", 0);
    const char *path = arena_text(arena, "%s/runs/%06lld/report.json", clinic.state_folder, (long long)run);
    Err err = {0};
    Lock *lock = lock_take(&clinic, &err);
    must(lock, &err);
    report_catch_up(arena, &clinic);
    cr_assert_not(file_exists(path), "it is at work");
    cr_assert(has(printed(run, "json"), "\"status\":\"running\""));
    lock_drop(lock);
    report_catch_up(arena, &clinic);
    cr_assert(file_exists(path));
    cr_assert(has(printed(run, "json"), "\"exit_code\":null,\"status\":\"interrupted\""));
}

Test(report, tells_stalls_and_what_was_tried_again)
{
    Err err = {0};
    int64_t run = partial_run();
    const char *folder = arena_text(arena, "%s/runs/%06lld", clinic.state_folder, (long long)run);
    must(file_make_folder(folder, 0700, &err), &err);
    static const char retry[] = "{\"t\":\"2026-03-01T10:00:02.000Z\",\"type\":\"retry\",\"step\":\"patient/insert\","
                                "\"attempt\":2,\"reason\":\"connection lost\"}\n";
    temp_file(arena, folder, "events.ndjson",
              str_of(arena_text(arena,
                                "{\"t\":\"2026-03-01T10:00:01.000Z\",\"type\":\"stall\",\"step\":\"patient/insert\","
                                "\"since_s\":94,\"cause\":\"no progress\",\"message\":\"\"}\n%s%s"
                                "{\"t\":\"2026-03-01T10:00:03.000Z\",\"type\":\"retry\",\"step\":\"pat",
                                retry, retry)));
    Str text = printed(run, "text");
    cr_assert(has(text, "\nWhat hindered it\n  2026-03-01T10:00:01.000Z  patient/insert: nothing had moved for 94 s\n"
                        "  patient/insert            tried again 2 times: connection lost\n"),
              "%.*s", STR_ARG(text));
    cr_assert(has(printed(run, "html"), "<h2>What hindered it</h2>"));
    cr_assert(has(printed(run, "md"), "## What hindered it\n"));
    cr_assert(has(printed(run, "json"),
                  "\"stalls\":[{\"at\":\"2026-03-01T10:00:01.000Z\",\"step\":\"patient/insert\",\"cause\":\"no progress\","
                  "\"since_s\":94}],\"retries\":[{\"step\":\"patient/insert\",\"reason\":\"connection lost\",\"times\":2}]"));
}

Test(report, needs_a_run_and_a_known_format)
{
    Err err = {0};
    AUTO(buf_free) Buf out = {0};
    cr_assert_not(report_print(arena, &clinic, 0, "text", &out, &err));
    cr_assert_str_eq(err.text, "sonrisa has not run yet");
    cr_assert_eq(err.kind, ERR_USAGE);
    begin("run", 0);
    cr_assert_not(report_print(arena, &clinic, 9, "text", &out, &err));
    cr_assert_str_eq(err.text, "sonrisa has no run 9");
    cr_assert_not(report_print(arena, &clinic, 1, "pdf", &out, &err));
    cr_assert_eq(err.kind, ERR_USAGE);
    clinic.state_folder = arena_text(arena, "%s/none", clinic.state_folder);
    cr_assert_not(report_write(arena, &clinic, 0, &err));
    cr_assert_eq(err.kind, ERR_USAGE);
    cr_assert_eq(out.len, 0);
}

static void speak_spanish(Arena *a)
{
    unsetenv("LANGUAGE");
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("MUDANZA_LOCALE_DIR", file_join(a, getenv("TOP_BUILDDIR"), "po/locale"), 1);
    intl_start("es");
}

Test(words, a_reason_is_told_in_the_language_of_who_reads)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    static const char *const reasons[][2] = {
        {"everything is done and balances", "todo está hecho y cuadra"},
        {"finished; 1 row was rejected, see the report", "terminado; se rechazó 1 fila, véase el informe"},
        {"finished; 66 rows were rejected, see the report", "terminado; se rechazaron 66 filas, véase el informe"},
        {"patient/insert: the target refused 12 of 4000 rows: more than the limit",
         "patient/insert: el destino rechazó 12 de 4000 filas: más del límite"},
        {"waits for patient/insert", "espera a patient/insert"},
        {"stopped by ana: maria after the running batch", "detenida por ana: maria tras el lote en curso"},
        {"12 of 4000 things", "12 of 4000 things"},
        {"x of 4000 rows rejected: more than the limit", "x of 4000 rows rejected: more than the limit"},
    };
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        cr_expect_str_eq(reason_shown(a, reasons[i][0]), reasons[i][0], "in English it stays as it is");
    speak_spanish(a);
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        cr_expect_str_eq(reason_shown(a, reasons[i][0]), reasons[i][1]);
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        cr_expect_str_eq(reason_kept(a, reasons[i][1]), reasons[i][0], "kept in English");
    cr_expect_null(reason_shown(a, NULL));
}

Test(words, a_status_is_told_as_what_has_it_wants)
{
    AUTO(arena_free_at) Arena *a = arena_new();
    cr_expect_str_eq(run_word("failed"), "failed");
    speak_spanish(a);
    cr_expect_str_eq(run_word("failed"), "fallida");
    cr_expect_str_eq(step_word("failed"), "fallido");
    cr_expect_str_eq(row_word("skipped"), "omitida");
    cr_expect_str_eq(step_word("skipped"), "omitido");
    cr_expect_str_eq(step_word("unheard"), "unheard");
    cr_expect_null(run_word(NULL));
}
