// Jobs as the ledger shows them: which moves there are, what becomes of one that nobody is at, old ledgers.
#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/target_place.h"

static const TargetScope scope = {"clinic", "source"};

static void tell(Str about[JOB_FIELDS], const char *rows)
{
    memset(about, 0, JOB_FIELDS * sizeof *about);
    about[JOB_LABEL] = STR("clinic run 1");
    about[JOB_ORIGINAL_FILENAME] = STR("a'b.dpm");
    about[JOB_FILE_SIZE] = STR("5000000000");
    about[JOB_HASH_COMPUTED] = STR("abc");
    about[JOB_TOTAL_ENTITIES] = str_of(rows);
    about[JOB_EXECUTE_OPTIONS] = STR("{\"a\": 1}");
}

static int64_t opened(Place *p, int64_t job)
{
    Str about[JOB_FIELDS];
    Err err = {0};
    tell(about, "100");
    cr_assert(p->kind->job_open(p->t, about, &job, &err), "%s", err.text);
    return job;
}

static JobSeen seen(Place *p, int64_t job)
{
    JobSeen out;
    Err err = {0};
    cr_assert(p->kind->job_seen(p->t, p->arena, job, &out, &err), "%s", err.text);
    return out;
}

static void move(Place *p, int64_t job, JobState to, const char *error, int64_t processed)
{
    Err err = {0};
    cr_assert(p->kind->job_move(p->t, job, to, error, processed, -1, &err), "%s", err.text);
}

BOTH(target_jobs, a_file_is_taken_through_its_states)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    static const JobState way[] = {JOB_VALIDATING, JOB_VALIDATED, JOB_PREVIEWING, JOB_EXECUTING};
    int64_t job = opened(&p, 0);
    cr_expect_eq(seen(&p, job).state, JOB_UPLOADED);
    for (size_t i = 0; i < ARRAY_LEN(way); i++) {
        cr_expect_not(seen(&p, job).executed);
        move(&p, job, way[i], NULL, -1);
        cr_expect_eq(seen(&p, 0).state, way[i]);
    }
    cr_expect(seen(&p, job).executed);
    move(&p, job, JOB_COMPLETED, NULL, 99);
    JobSeen got = seen(&p, 0);
    cr_expect_eq(got.job, job);
    cr_expect_eq(got.total, 100);
    cr_expect_eq(got.processed, 99);
    cr_expect_eq(got.moves, 5);
    cr_expect_str_eq(got.hash, "abc");
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_jobs WHERE status = 'completed' AND completed_at IS NOT NULL"
                               " AND original_filename = 'a''b.dpm' AND file_size = 5000000000 AND clinic_id = 'clinic'"
                               " AND source_system = 'source' AND length(CAST(id AS text)) = 36 AND kind = 'import'"),
                 1);
}

BOTH(target_jobs, no_other_way_is_there)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    int64_t job = opened(&p, 0);
    Err err = {0};
    cr_expect_not(p.kind->job_move(p.t, job, JOB_EXECUTING, NULL, -1, -1, &err));
    cr_expect_not(p.kind->job_move(p.t, job, JOB_COMPLETED, NULL, -1, -1, &err));
    cr_expect_not(p.kind->job_move(p.t, job, JOB_UPLOADED, NULL, -1, -1, &err));
    cr_expect_not(p.kind->job_move(p.t, 77, JOB_FAILED, NULL, -1, -1, &err));
    cr_expect_eq(seen(&p, job).state, JOB_UPLOADED);
    move(&p, job, JOB_VALIDATING, NULL, -1);
    move(&p, job, JOB_VALIDATED, NULL, -1);
    move(&p, job, JOB_EXECUTING, NULL, -1);
    cr_expect_not(p.kind->job_move(p.t, job, JOB_VALIDATING, NULL, -1, -1, &err));
    move(&p, job, JOB_FAILED, "it's over", -1);
    cr_expect_str_eq(seen(&p, job).error, "it's over");
    move(&p, job, JOB_EXECUTING, NULL, -1);
    cr_expect_null(seen(&p, job).error);
}

// Whoever closes a dead worker's job leaves alone what has moved on meanwhile.
BOTH(target_jobs, a_move_may_be_of_one_state_only)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    int64_t job = opened(&p, 0);
    Err err = {0};
    move(&p, job, JOB_VALIDATING, NULL, -1);
    cr_expect(p.kind->job_move(p.t, job, JOB_FAILED, "dead", -1, 0, &err));
    cr_expect_eq(seen(&p, job).state, JOB_VALIDATING);
    cr_expect(p.kind->job_move(p.t, job, JOB_FAILED, "dead", -1, 1, &err));
    cr_expect_eq(seen(&p, job).state, JOB_FAILED);
}

BOTH(target_jobs, one_that_was_never_executed_is_taken_up_again)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    int64_t job = opened(&p, 0);
    move(&p, job, JOB_VALIDATING, NULL, -1);
    move(&p, job, JOB_FAILED, "damaged", -1);
    cr_expect_eq(opened(&p, 0), job);
    move(&p, job, JOB_VALIDATING, NULL, -1);
    move(&p, job, JOB_VALIDATED, NULL, -1);
    move(&p, job, JOB_EXECUTING, NULL, -1);
    cr_expect_eq(opened(&p, job), job);
    cr_expect_neq(opened(&p, 0), job);
    cr_expect_eq(opened(&p, 60), 60);
    cr_expect_eq(seen(&p, 60).state, JOB_UPLOADED);
}

BOTH(target_jobs, rows_count_with_their_batch)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    int64_t job = opened(&p, 0);
    Err err = {0};
    cr_assert(p.kind->job_begin(p.t, &job, "", &err), "%s", err.text);
    place_write(&p, place_items(&p, 1, 40, false), 40, false);
    cr_expect_eq(seen(&p, job).processed, 40);
    place_write(&p, place_items(&p, 41, 90, false), 90, true); // more than was told of
    cr_expect_eq(seen(&p, job).processed, 100);
}

// As the version before made the table.
static const char before[] =
    "DROP TABLE mudanza_jobs; CREATE TABLE mudanza_jobs (job INTEGER PRIMARY KEY, scope INTEGER NOT NULL, label TEXT,"
    " started_at TEXT NOT NULL, version TEXT NOT NULL);"
    "INSERT INTO mudanza_jobs VALUES (1, 1, 'clinic run 1', '2026-01-01 00:00:00', '0'),"
    " (2, 1, 'clinic run 2: rollback of run 1', '2026-01-02 00:00:00', '0');"
    "UPDATE mudanza_meta SET value = 4 WHERE name = 'version'";
static const char before_postgres[] =
    "DROP TABLE mudanza.jobs; CREATE TABLE mudanza.jobs (job bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " scope smallint NOT NULL, label text, started_at timestamptz NOT NULL DEFAULT clock_timestamp(), version text NOT NULL);"
    "INSERT INTO mudanza.jobs (scope, label, version) VALUES (1, 'clinic run 1', '0'),"
    " (1, 'clinic run 2: rollback of run 1', '0'); UPDATE mudanza.meta SET value = 1 WHERE name = 'version'";

BOTH(target_jobs, a_ledger_that_knew_no_states_learns_them)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    Err err = {0};
    p.kind->close(p.t);
    place_run(&p, kind == &target_sqlite ? before : before_postgres);
    p.t = kind->open(p.arena, p.path, NULL, true, &err);
    cr_assert(p.t && kind->prepare(p.t, scope, &err), "%s", err.text);
    cr_expect_eq(seen(&p, 0).job, 0); // a reader changes nothing, and sees none
    p.kind->close(p.t);
    p.t = kind->open(p.arena, p.path, NULL, false, &err);
    cr_assert(p.t && kind->prepare(p.t, scope, &err), "%s", err.text);
    cr_expect(seen(&p, 2).rollback);
    cr_expect_not(seen(&p, 1).rollback);
    cr_expect_eq(seen(&p, 1).state, JOB_COMPLETED);
    cr_expect_eq(opened(&p, 0), 3);
}
