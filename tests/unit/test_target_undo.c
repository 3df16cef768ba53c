#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/target_place.h"

static UndoPlan plan(Place *p, int64_t job)
{
    UndoPlan out;
    Err err = {0};
    int64_t *jobs = arena_one(p->arena, int64_t);
    *jobs = job;
    cr_assert(p->t->kind->undo_plan(p->t, p->arena, &(UndoWhat){jobs, 1, NULL, 0}, &out, &err), "%s", err.text);
    return out;
}

// stop: after so many batches, as a request to stop would; 0: to the end.
typedef struct {
    int stop, batches;
} Stop;

static bool undone(void *arg, const char *step, int64_t rows, Err *err)
{
    Stop *s = arg;
    cr_expect_str_eq(step, "person/insert");
    cr_expect_geq(rows, 0);
    s->batches++;
    return s->batches != s->stop || err_set(err, ERR_STOPPED, "stop");
}

static bool undo(Place *p, int64_t job, int stop)
{
    Err err = {0};
    Stop s = {stop, 0};
    UndoWatch watch = {undone, &s};
    bool ok = p->t->kind->undo(p->t, &(UndoWhat){&job, 1, NULL, 99}, &watch, &err);
    cr_assert(ok || err.kind == ERR_STOPPED, "%s", err.text);
    return ok;
}

static const UndoTable *line(const UndoPlan *p, const char *table)
{
    for (size_t i = 0; i < p->n_tables; i++)
        if (strcmp(p->tables[i].table, table) == 0)
            return &p->tables[i];
    static const UndoTable none = {0};
    return &none;
}

static const char all_rows[] =
    "SELECT group_concat(line, ';') FROM (SELECT 'p' || substr(CAST(id AS TEXT), 30) || name || coalesce(email, '-')"
    " || coalesce(CAST(age AS TEXT), '-') AS line FROM people UNION ALL SELECT 'v' || substr(CAST(id AS TEXT), 30)"
    " || substr(CAST(person AS TEXT), 30) || what FROM visits ORDER BY 1) AS lines";

static bool in_postgres(const TargetKind *kind)
{
    return kind == &target_postgres;
}

BOTH(target_undo, a_run_goes_without_a_trace_in_the_rows)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    place_run(&p, "INSERT INTO people VALUES ('11111111-0000-4000-8000-000000000000', 'Here before', NULL, 1)");
    const char *before = place_text(&p, all_rows);
    place_write(&p, place_items(&p, 1, 20, true), 20, false);
    PlaceItem *items = place_items(&p, 21, 20, true);
    items[3].item.link = STR("11111111-0000-4000-8000-000000000000");
    items[3].item.n_rows = 0;
    place_write(&p, items, 20, true);
    UndoPlan left = plan(&p, 1);
    cr_expect_str_eq(left.clinic_id, "clinic");
    cr_expect_eq(line(&left, "people")->removed, 39);
    cr_expect_eq(line(&left, "visits")->removed, 39);
    cr_expect_eq(left.links, 1);
    cr_expect_eq(left.rows, 78);
    cr_expect_eq(left.n_kept, 0);
    cr_expect_eq(left.n_steps, 1);
    cr_expect_not(left.nothing);
    cr_expect(undo(&p, 1, 0));
    cr_expect_str_eq(place_text(&p, all_rows), before);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_entity_mappings"), 0);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_checkpoints"), 0);
    cr_expect_eq(place_int(&p, in_postgres(kind) ? "SELECT count(*) FROM mudanza_batches WHERE undone = 99"
                                                 : "SELECT count(*) FROM mudanza_journal WHERE undone = 99"),
                 in_postgres(kind) ? 2 : 6);
    cr_expect(plan(&p, 1).nothing);
    UndoPlan was;
    Err err = {0};
    cr_assert(p.t->kind->undone(p.t, p.arena, &(UndoWhat){&p.job, 1, NULL, 0}, &was, &err));
    cr_expect_eq(line(&was, "people")->removed, 39);
    cr_expect_eq(was.links, 1);
    cr_expect_eq(was.rows, 78);
}

BOTH(target_undo, changed_rows_come_back_as_they_were)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    place_write(&p, place_items(&p, 1, 6, true), 6, true);
    const char *before = place_text(&p, all_rows);
    const char *mappings =
        in_postgres(kind) ? "SELECT group_concat(key || encode(source_hash, 'hex') || batch ||"
                            " coalesce(CAST(updated_batch AS TEXT), '-') || encode(written_hash, 'hex')) FROM"
                            " (SELECT * FROM mudanza_entity_mappings ORDER BY key) m"
                          : "SELECT group_concat(key || hex(source_hash) || job || coalesce(updated_job, '-')) FROM"
                            " mudanza_entity_mappings";
    const char *mapped = place_text(&p, mappings);
    place_again(&p, 0);
    cr_expect_eq(p.job, 2);
    PlaceItem *items = place_items(&p, 1, 8, true); // two new ones
    for (int i = 0; i < 6; i++) {
        items[i].item.hash = STR("other");
        items[i].person[1] = STR("Otherwise");
        items[i].person[3] = (Str){NULL, 0};
        items[i].visit[2] = (Str){NULL, 0};
    }
    items[0].person[2] = STR("free");            // its address goes to a new row
    items[6].person[2] = STR("p1@example.org");
    items[2].visit[1] = items[7].person[0];      // and a visit to a new person: written when that is there
    items[7].item.key = STR("j");
    WriteItem first = items[7].item;
    for (int i = 7; i > 0; i--)
        items[i].item = items[i - 1].item;
    items[0].item = first;
    place_write(&p, items, 7, false);
    place_write(&p, items + 7, 1, true);
    for (int i = 0; i < 8; i++)
        cr_expect_neq(items[i].item.outcome, ROW_REJECTED, "%d %s", i, items[i].item.detail);
    UndoPlan left = plan(&p, 2);
    cr_expect_eq(line(&left, "people")->restored, 6);
    cr_expect_eq(line(&left, "people")->removed, 2);
    cr_expect_eq(left.n_kept, 0);
    UndoPlan earlier = plan(&p, 1); // changed since by the later run
    cr_expect_eq(earlier.n_later, 1);
    cr_expect_eq(earlier.later[0], 2);
    cr_expect(undo(&p, 2, 0));
    cr_expect_str_eq(place_text(&p, all_rows), before);
    cr_expect_str_eq(place_text(&p, mappings), mapped);
    cr_expect_eq(plan(&p, 1).n_later, 0);
    cr_expect(undo(&p, 1, 0));
    cr_expect_eq(place_int(&p, "SELECT (SELECT count(*) FROM people) + (SELECT count(*) FROM visits)"), 0);
}

BOTH(target_undo, what_people_changed_or_built_upon_stays)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    place_write(&p, place_items(&p, 1, 10, true), 10, false);
    place_write(&p, place_items(&p, 11, 10, true), 10, true);
    place_run(&p, "UPDATE people SET age = 43 WHERE name = 'Person 2';"
                  "UPDATE visits SET what = 'not seen' WHERE CAST(id AS TEXT) LIKE '%1000005';"
                  "INSERT INTO visits SELECT '22222222-0000-4000-8000-000000000001', id, 'by hand' FROM people"
                  " WHERE name = 'Person 7';"
                  "INSERT INTO visits SELECT '22222222-0000-4000-8000-000000000002', id, 'by hand' FROM people"
                  " WHERE name = 'Person 7';"
                  "DELETE FROM visits WHERE CAST(id AS TEXT) LIKE '%1000009'");
    UndoPlan left = plan(&p, 1);
    static const struct {
        const char *table;
        int person;
        const char *reason;
        int64_t rows;
    } want[] = {{"people", 2, "changed", 0},
                {"people", 5, "built_upon", 2}, // by its foreign key, and as a part of the record
                {"people", 7, "built_upon", 2},
                {"visits", 1000005, "changed", 0}};
    for (int round = 0; round < 2; round++) {
        cr_assert_eq(left.n_kept, ARRAY_LEN(want));
        for (size_t i = 0; i < left.n_kept; i++) {
            cr_expect_str_eq(left.kept[i].table, want[i].table);
            cr_expect_str_eq(left.kept[i].id, place_id(&p, want[i].person));
            cr_expect_str_eq(left.kept[i].reason, want[i].reason);
            cr_expect_eq(left.kept[i].n_built, want[i].rows ? 1 : 0);
            if (want[i].rows)
                cr_expect_eq(left.kept[i].built[0].rows, want[i].rows);
        }
        cr_expect_eq(line(&left, "people")->kept, 3);
        cr_expect_eq(line(&left, "people")->removed, 17);
        cr_expect_eq(line(&left, "visits")->removed, 18);
        Err err = {0};
        if (round == 0)
            cr_expect(undo(&p, 1, 0));
        cr_assert(p.t->kind->undone(p.t, p.arena, &(UndoWhat){&p.job, 1, NULL, 0}, &left, &err));
    }
    cr_expect_str_eq(place_text(&p, "SELECT group_concat(name) FROM (SELECT name FROM people ORDER BY id) AS x"),
                     "Person 2,Person 5,Person 7");
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM visits"), 3);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_entity_mappings WHERE length(source_hash) = 0"), 3);
    // The next run adds what is missing, and leaves what stayed as it is.
    place_again(&p, 0);
    PlaceItem *items = place_items(&p, 1, 20, true);
    place_write(&p, items, 20, true);
    for (int i = 0; i < 20; i++)
        cr_expect_neq(items[i].item.outcome, ROW_REJECTED, "%d %s", i, items[i].item.detail);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 20);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM visits"), 22);
    cr_expect_eq(place_int(&p, "SELECT age FROM people WHERE name = 'Person 2'"), 43);
    place_again(&p, 0);
    items = place_items(&p, 1, 20, true);
    place_write(&p, items, 20, true);
    for (int i = 0; i < 20; i++)
        cr_expect_eq(items[i].item.outcome, ROW_UNCHANGED);
}

BOTH(target_undo, cut_short_after_any_batch_it_goes_on)
{
    // PostgreSQL does it in one transaction, which tells of visits, people and the rest.
    for (int stop = 1; stop <= (in_postgres(kind) ? 3 : 5); stop++) {
        AUTO(place_free_at) Place p = place_of(kind, NULL);
        for (int i = 0; i < 5; i++)
            place_write(&p, place_items(&p, 1 + i * 3, 3, true), 3, i == 4);
        place_run(&p, "UPDATE visits SET what = 'by hand' WHERE CAST(id AS TEXT) LIKE '%1000004'");
        const char *before = place_text(&p, all_rows);
        cr_expect_not(undo(&p, 1, stop));
        bool complete;
        const char *key, *print;
        Err err = {0};
        cr_assert(p.t->kind->checkpoint(p.t, p.arena, "person/insert", &key, &print, &complete, &err));
        cr_expect_eq(complete, in_postgres(kind));
        if (in_postgres(kind))
            cr_expect_str_eq(place_text(&p, all_rows), before);
        place_again(&p, 1);
        cr_expect(undo(&p, 1, 0));
        cr_expect_str_eq(place_text(&p, "SELECT group_concat(name) FROM people"), "Person 4");
        cr_expect_eq(place_int(&p, "SELECT count(*) FROM visits"), 1);
        UndoPlan was;
        cr_assert(p.t->kind->undone(p.t, p.arena, &(UndoWhat){&p.job, 1, NULL, 0}, &was, &err));
        cr_expect_eq(was.n_kept, 2);
        cr_expect_eq(was.rows, 28);
    }
}

// Tables that refer to themselves and to each other in a circle, with keys that would take rows along.
BOTH(target_undo, circles_and_cascades)
{
    AUTO(place_free_at) Place p = place_of(
        kind, in_postgres(kind)
                  ? "CREATE TABLE people (id UUID PRIMARY KEY, name TEXT, email UUID,"
                    " age UUID REFERENCES people (id) ON DELETE CASCADE);"
                    "CREATE TABLE visits (id UUID PRIMARY KEY, person UUID REFERENCES people (id) ON DELETE CASCADE,"
                    " what TEXT);"
                    "ALTER TABLE people ADD FOREIGN KEY (email) REFERENCES visits (id) DEFERRABLE INITIALLY DEFERRED"
                  : "CREATE TABLE people (id UUID PRIMARY KEY, name TEXT, email TEXT REFERENCES visits (id) DEFERRABLE"
                    " INITIALLY DEFERRED, age UUID REFERENCES people (id) ON DELETE CASCADE);"
                    "CREATE TABLE visits (id UUID PRIMARY KEY, person UUID REFERENCES people (id) ON DELETE CASCADE,"
                    " what TEXT);");
    for (int n = 1; n <= 3; n++) {
        PlaceItem *items = place_items(&p, n * 2 - 1, 2, true);
        for (int i = 0; i < 2; i++) {
            items[i].person[2] = items[1 - i].visit[0]; // each person names the other's visit
            items[i].person[3] = n > 1 ? str_of(place_id(&p, n * 2 - 3 + i)) : items[i].person[0];
        }
        place_write(&p, items, 2, n == 3);
        cr_assert_eq(items[0].item.outcome, ROW_NEW, "%s", items[0].item.detail);
    }
    place_run(&p, "INSERT INTO visits SELECT '22222222-0000-4000-8000-000000000001', id, 'kept' FROM people WHERE name = 'Person 3'");
    UndoPlan left = plan(&p, 1);
    // 3 needs 1 and the visit of 4, and so 4 and 2; 2 and 1 need each other's visits
    cr_expect_eq(left.n_kept, 8);
    cr_expect(undo(&p, 1, 0));
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 4);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM visits"), 5);
    if (!in_postgres(kind))
        cr_expect_eq(place_int(&p, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

BOTH(target_undo, an_earlier_state_that_does_not_fit_any_more_is_left)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    place_run(&p, "INSERT INTO people VALUES ('11111111-0000-4000-8000-000000000000', 'Here before', NULL, 1)");
    PlaceItem *items = place_items(&p, 1, 3, true);
    items[2].visit[1] = STR("11111111-0000-4000-8000-000000000000");
    place_write(&p, items, 3, true);
    place_again(&p, 0);
    items = place_items(&p, 1, 3, true);
    for (int i = 0; i < 3; i++) {
        items[i].item.hash = STR("other");
        items[i].person[2] = str_of(arena_text(p.arena, "new%d", i));
    }
    place_write(&p, items, 3, true);
    place_run(&p, "UPDATE people SET email = 'p2@example.org' WHERE name = 'Here before'"); // taken by hand
    cr_expect_eq(plan(&p, 2).n_kept, 0);
    cr_expect(undo(&p, 2, 0));
    UndoPlan was;
    Err err = {0};
    int64_t job = 2;
    cr_assert(p.t->kind->undone(p.t, p.arena, &(UndoWhat){&job, 1, NULL, 0}, &was, &err));
    cr_assert_eq(was.n_kept, 1);
    cr_expect_str_eq(was.kept[0].reason, "conflict");
    cr_expect_str_eq(place_text(&p, "SELECT group_concat(email) FROM (SELECT email FROM people ORDER BY id) AS x"),
                     "p1@example.org,new1,p3@example.org,p2@example.org");
}

// What comes back may refer to what would go: people had made it so before it was written over.
BOTH(target_undo, an_earlier_state_holds_what_it_refers_to)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    place_write(&p, place_items(&p, 1, 3, true), 3, true);
    place_again(&p, 0);
    PlaceItem *late = place_items(&p, 7, 1, false), *items = place_items(&p, 1, 3, true);
    late->item.key = STR("a");
    place_write(&p, late, 1, false);
    place_run(&p, "UPDATE visits SET person = (SELECT id FROM people WHERE name = 'Person 7') WHERE person ="
                  " (SELECT id FROM people WHERE name = 'Person 1')");
    for (int i = 0; i < 3; i++)
        items[i].item.hash = STR("other");
    place_conflicts = CONFLICT_SOURCE_WINS;
    place_write(&p, items, 3, true);
    place_conflicts = CONFLICT_ASK;
    UndoPlan left = plan(&p, 2);
    cr_assert_eq(left.n_kept, 1);
    cr_expect_str_eq(left.kept[0].id, place_id(&p, 7));
    cr_expect(undo(&p, 2, 0));
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM visits v JOIN people p ON p.id = v.person WHERE p.name ="
                               " 'Person 7'"),
                 1);
}

// Rows of others that name what they build upon by another column than its id, or by several.
BOTH(target_undo, keys_to_other_columns_hold_as_well)
{
    AUTO(place_free_at) Place p = place_of(
        kind, "CREATE TABLE people (id UUID PRIMARY KEY, name TEXT, email TEXT UNIQUE, age INTEGER, UNIQUE (age, name));"
              "CREATE TABLE visits (id UUID PRIMARY KEY, person UUID NOT NULL REFERENCES people (id), what TEXT);"
              "CREATE TABLE letters (to_whom TEXT REFERENCES people (email) ON DELETE SET NULL);"
              "CREATE TABLE cards (who TEXT, old INTEGER,"
              " FOREIGN KEY (old, who) REFERENCES people (age, name) ON DELETE CASCADE)");
    place_write(&p, place_items(&p, 1, 5, true), 5, true);
    place_run(&p, "INSERT INTO letters VALUES ('p2@example.org'), (NULL); INSERT INTO cards VALUES ('Person 4', 42),"
                  " ('Person 4', 42), ('Person 1', NULL)");
    UndoPlan left = plan(&p, 1);
    cr_assert_eq(left.n_kept, 2);
    cr_expect_str_eq(left.kept[0].built[0].table, "letters");
    cr_expect_str_eq(left.kept[1].built[0].table, "cards");
    cr_expect_eq(left.kept[1].built[0].rows, 2);
    cr_expect(undo(&p, 1, 0));
    cr_expect_str_eq(place_text(&p, "SELECT group_concat(name) FROM (SELECT name FROM people ORDER BY id) AS x"),
                     "Person 2,Person 4");
    cr_expect_eq(place_int(&p, "SELECT count(to_whom) FROM letters"), 1);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM cards"), 3);
}

// Somebody writes to these rows while they are being taken back.
static bool interfere(void *arg, const char *step, int64_t rows, Err *err)
{
    Place *p = arg;
    (void)step, (void)rows, (void)err;
    if (place_int(p, "SELECT count(*) FROM visits WHERE what = 'just now'") == 0)
        place_run(p, "INSERT INTO visits SELECT '22222222-0000-4000-8000-000000000001', id, 'just now' FROM people"
                     " WHERE name = 'Person 2'; UPDATE people SET age = 43 WHERE name = 'Person 3'");
    return true;
}

Test(target_undo, what_is_built_upon_meanwhile_stays_in_postgres)
{
    AUTO(place_free_at) Place p = place_of(
        &target_postgres,
        "CREATE TABLE people (id uuid PRIMARY KEY, name text, email text, age integer);"
        "CREATE TABLE visits (id uuid PRIMARY KEY, person uuid NOT NULL REFERENCES people (id) ON DELETE CASCADE,"
        " what text)");
    place_write(&p, place_items(&p, 1, 4, true), 4, true);
    Err err = {0};
    UndoWatch watch = {interfere, &p};
    UndoWhat what = {&p.job, 1, NULL, 99};
    cr_assert(p.t->kind->undo(p.t, &what, &watch, &err), "%s", err.text);
    cr_expect_str_eq(place_text(&p, "SELECT group_concat(name) FROM (SELECT name FROM people ORDER BY id) AS x"),
                     "Person 2,Person 3");
    cr_expect_str_eq(place_text(&p, "SELECT group_concat(what) FROM visits"), "just now");
    UndoPlan was;
    cr_assert(p.t->kind->undone(p.t, p.arena, &what, &was, &err));
    cr_assert_eq(was.n_kept, 2);
    cr_expect_str_eq(was.kept[0].reason, "built_upon");
    cr_expect_str_eq(was.kept[1].reason, "changed");
    cr_expect_eq(line(&was, "visits")->removed, 4);
}

// Values that lose something on their way through JSON, in columns that no mapping fills.
Test(target_undo, rows_come_back_exactly_in_postgres)
{
    AUTO(place_free_at) Place p = place_of(
        &target_postgres,
        "CREATE TABLE people (id uuid PRIMARY KEY, name text, email text UNIQUE, age integer, \"q\"\"x\" json DEFAULT"
        " '{\"b\":  1, \"b\": 2}', nothing jsonb DEFAULT 'null', list text[] DEFAULT '{a,NULL,\"x y\"}', blank char(5)"
        " DEFAULT 'a', bytes bytea DEFAULT '\\x00ff', exact numeric DEFAULT 1.50, more double precision DEFAULT 0.1,"
        " twice integer GENERATED ALWAYS AS (age * 2) STORED, n bigint GENERATED ALWAYS AS IDENTITY);"
        "CREATE TABLE visits (id uuid PRIMARY KEY, person uuid NOT NULL REFERENCES people (id), what text)");
    const char *rows = "SELECT group_concat(line, ';') FROM (SELECT CAST(x AS TEXT) AS line FROM people x ORDER BY 1) y";
    place_write(&p, place_items(&p, 1, 3, true), 3, true);
    const char *before = place_text(&p, rows);
    place_again(&p, 0);
    PlaceItem *items = place_items(&p, 1, 3, true);
    for (int i = 0; i < 3; i++) {
        items[i].item.hash = STR("other");
        items[i].person[3] = STR("7");
    }
    place_write(&p, items, 3, true);
    cr_expect_str_neq(place_text(&p, rows), before);
    cr_expect(undo(&p, p.job, 0));
    cr_expect_str_eq(place_text(&p, rows), before);
    cr_expect(undo(&p, 1, 0));
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 0);
}

// What another transaction wrote last is judged by what it says.
Test(target_undo, rewritten_rows_are_not_changed_ones_in_postgres)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, NULL);
    place_write(&p, place_items(&p, 1, 5, true), 5, true);
    place_run(&p, "UPDATE people SET age = age; UPDATE visits SET what = what; UPDATE people SET age = 1 WHERE name ="
                  " 'Person 4'");
    UndoPlan left = plan(&p, 1);
    cr_assert_eq(left.n_kept, 1);
    cr_expect_str_eq(left.kept[0].reason, "changed");
    cr_expect_eq(left.rows, 9);
}

// Notes refer to people by a key without an index: the server would read them all for each person.
static const char with_notes[] =
    "CREATE TABLE people (id uuid PRIMARY KEY, name text, email text, age integer);"
    "CREATE TABLE visits (id uuid PRIMARY KEY, person uuid NOT NULL REFERENCES people (id), what text);"
    "CREATE TABLE notes (id integer PRIMARY KEY, person uuid REFERENCES people (id) ON DELETE CASCADE, text text);"
    "INSERT INTO notes SELECT n, NULL, repeat('x', 100) FROM generate_series(1, 20000) n";

Test(target_undo, a_key_without_an_index_is_lent_one_in_postgres)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, with_notes);
    place_write(&p, place_items(&p, 1, 1000, false), 1000, true);
    place_run(&p, "UPDATE notes SET person = (SELECT id FROM people WHERE name = 'Person 7') WHERE id = 7");
    cr_expect(undo(&p, 1, 0));
    place_again(&p, 1); // a session that ends has told what it did
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 1);
    cr_expect_eq(place_int(&p, "SELECT count(person) FROM notes"), 1);
    cr_expect_lt(place_int(&p, "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'notes'"), 100);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM pg_indexes WHERE tablename = 'notes'"), 1);
}

Test(target_undo, who_does_not_own_the_tables_goes_without_in_postgres)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, with_notes);
    place_write(&p, place_items(&p, 1, 200, true), 200, true);
    place_run(&p, "DROP ROLE IF EXISTS lodger; CREATE ROLE lodger;"
                  "GRANT USAGE ON SCHEMA public, mudanza TO lodger;"
                  "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, mudanza TO lodger;"
                  "GRANT USAGE ON ALL SEQUENCES IN SCHEMA mudanza TO lodger;"
                  "INSERT INTO notes SELECT n, NULL, repeat('x', 100) FROM generate_series(20001, 60000) n");
    const char *own = p.path;
    p.path = arena_text(p.arena, "%s options='-c role=lodger'", own);
    place_again(&p, 1);
    cr_expect(undo(&p, 1, 0));
    p.path = own;
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 0);
    place_run(&p, "DROP OWNED BY lodger; DROP ROLE lodger");
}

Test(target_undo, what_an_earlier_version_wrote_is_refused)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    place_write(&p, place_items(&p, 1, 3, true), 3, true);
    place_run(&p, "UPDATE mudanza_journal SET batch = NULL");
    UndoPlan out;
    Err err = {0};
    cr_expect_not(p.t->kind->undo_plan(p.t, p.arena, &(UndoWhat){&p.job, 1, NULL, 0}, &out, &err));
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 3);
}

// A target as version 1 left it.
static void make_old(Place *p)
{
    static const char *const columns[] = {"batch", "entity", "keys", "columns", "written", "undone", "undone_rows"};
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        place_run(p, arena_text(p->arena, "ALTER TABLE mudanza_journal DROP COLUMN %s", columns[i]));
    place_run(p, "DELETE FROM mudanza_journal WHERE operation = 'mapping'; DROP TABLE mudanza_mapping_images;"
                 "DROP TABLE mudanza_raw_images; DROP TABLE mudanza_kept;"
                 "ALTER TABLE mudanza_entity_mappings DROP COLUMN absent;"
                 "ALTER TABLE mudanza_raw_entities DROP COLUMN absent; DROP TABLE mudanza_absent_parts;"
                 "ALTER TABLE mudanza_journal DROP COLUMN ours; UPDATE mudanza_meta SET value = 1 WHERE name = 'version'");
}

Test(target_undo, an_older_target_is_brought_up_to_date_by_the_next_run)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    place_write(&p, place_items(&p, 1, 3, true), 3, true);
    const char *before = place_text(&p, all_rows);
    make_old(&p);
    UndoPlan out;
    Err err = {0};
    Target *reader = target_sqlite.open(p.arena, p.path, NULL, true, &err);
    cr_assert(reader, "%s", err.text);
    cr_expect_not(reader->kind->undo_plan(reader, p.arena, &(UndoWhat){&p.job, 1, NULL, 0}, &out, &err));
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect(reader->kind->prepare(reader, (TargetScope){"clinic", "source"}, &err), "%s", err.text);
    target_sqlite.close(reader);
    cr_expect_eq(place_int(&p, "SELECT value FROM mudanza_meta WHERE name = 'version'"), 1);
    place_again(&p, 0);
    cr_expect_eq(place_int(&p, "SELECT value FROM mudanza_meta WHERE name = 'version'"), 5);
    PlaceItem *items = place_items(&p, 1, 5, true);
    items[0].item.hash = STR("other");
    items[0].person[1] = STR("Otherwise");
    place_write(&p, items, 5, true);
    cr_expect(undo(&p, 2, 0));
    cr_expect_str_eq(place_text(&p, all_rows), before);
}
