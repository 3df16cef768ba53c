#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/target_place.h"

// Writes the persons of the list, one batch for each group: "1 2|3||" ends with an empty batch. other: their
// content is not what it was.
static void pass(Place *p, const char *groups, bool other)
{
    PlaceItem *all = place_items(p, 1, 9, false);
    for (const char *at = groups; *at; at++) {
        PlaceItem batch[9];
        int n = 0;
        for (; *at != '|'; at++)
            if (*at != ' ') {
                batch[n] = all[*at - '1'];
                batch[n].item.rows = batch[n].rows;
                batch[n].rows[0].values = batch[n].person;
                if (other)
                    batch[n].item.hash = STR("other");
                n++;
            }
        place_write(p, batch, n, at[1] == 0);
    }
}

static bool add_key(void *arg, const TargetAbsent *row, Err *err)
{
    (void)err;
    buf_addf(arg, "%.*s%.*s ", STR_ARG(row->table), 1, row->key.at + row->key.len - 1);
    return true;
}

// "unchanged updated absent: keys"
static const char *state(Target *t, Arena *a, const char *entity, bool raw)
{
    Err err = {0};
    TargetCounts c;
    AUTO(buf_free) Buf text = {0};
    cr_assert((raw ? t->kind->raw_counts : t->kind->counts)(t, entity, &c, &err), "%s", err.text);
    buf_addf(&text, "%lld %lld %lld: ", (long long)c.unchanged, (long long)c.updated, (long long)c.absent);
    cr_assert(t->kind->absent(t, entity, add_key, &text, &err), "%s", err.text);
    return str_keep(a, buf_str(&text));
}

static const char *persons(Place *p)
{
    return state(p->t, p->arena, "person", false);
}

BOTH(target_absent, rows_that_are_not_given_any_more_stay_and_are_counted_apart)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    pass(&p, "1 2 3|4 5||", false);
    place_again(&p, 0);
    pass(&p, "1 3|5||", false);
    cr_expect_str_eq(persons(&p), "3 0 2: 2 4 ");
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 5);
    int64_t lines = place_int(&p, "SELECT count(*) FROM mudanza_journal");
    place_again(&p, 0);
    pass(&p, "1 3|5||", false);
    cr_expect_str_eq(persons(&p), "3 0 2: 2 4 ");
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_journal"), lines);
}

BOTH(target_absent, each_batch_answers_for_the_keys_behind_the_one_before_it)
{
    static const struct {
        const char *groups, *want;
    } cases[] = {
        {"2|", "1 0 5: 1 3 4 5 6 "}, {"6|", "1 0 5: 1 2 3 4 5 "}, {"|", "0 0 6: 1 2 3 4 5 6 "},
        {"1|6|", "2 0 4: 2 3 4 5 "}, {"2 4|5||", "3 0 3: 1 3 6 "}, {"1 2|3 4|5 6||", "6 0 0: "},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(place_free_at) Place p = place_of(kind, NULL);
        pass(&p, "1 2 3 4 5 6||", false);
        place_again(&p, 0);
        pass(&p, cases[i].groups, false);
        cr_expect_str_eq(persons(&p), cases[i].want, "%s: %s", cases[i].groups, persons(&p));
    }
}

BOTH(target_absent, a_pass_that_goes_on_finds_the_same)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    pass(&p, "1 2 3 4 5 6||", false);
    place_again(&p, 0);
    PlaceItem *items = place_items(&p, 1, 6, false);
    cr_expect(p.t->kind->restart(p.t, "person/insert", &(Err){0}));
    place_write(&p, items + 1, 1, false);
    cr_expect_str_eq(persons(&p), "5 0 1: 1 ");
    place_again(&p, p.job);
    place_write(&p, items + 4, 1, false);
    place_again(&p, p.job);
    place_write(&p, NULL, 0, true);
    cr_expect_str_eq(persons(&p), "2 0 4: 1 3 4 6 ");
}

BOTH(target_absent, a_row_that_comes_back_is_what_it_would_have_been)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    pass(&p, "1 2 3||", false);
    place_again(&p, 0);
    pass(&p, "2||", false);
    place_again(&p, 0);
    pass(&p, "1 2 3||", false);
    cr_expect_str_eq(persons(&p), "3 0 0: ");
    place_again(&p, 0);
    pass(&p, "|", false);
    place_again(&p, 0);
    pass(&p, "1 3||", true);
    cr_expect_str_eq(persons(&p), "0 2 1: 2 ");
}

BOTH(target_absent, a_refused_row_is_rejected_and_nothing_else)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    pass(&p, "1 2 3||", false);
    place_again(&p, 0);
    pass(&p, "1 2||", false);
    place_again(&p, 0);
    PlaceItem *items = place_items(&p, 1, 3, false);
    for (int i = 1; i < 3; i++) {
        items[i].item.hash = STR("other");
        items[i].person[1] = (Str){NULL, 0};
    }
    place_write(&p, items, 3, true);
    cr_expect_str_eq(persons(&p), "1 0 0: ");
    cr_expect_eq(items[1].item.outcome, ROW_REJECTED);
    cr_expect_eq(items[2].item.outcome, ROW_REJECTED);
}

static int64_t write_raw(Place *p, const char *entity, int first, int n)
{
    RawRow rows[9];
    Err err = {0};
    int64_t changed;
    for (int i = 0; i < n; i++)
        rows[i] = (RawRow){str_of(arena_text(p->arena, "k%06d", first + i)), STR("1"), STR("{}"), {NULL, 0}};
    cr_assert(p->t->kind->write_raw(p->t, "note/insert", entity, rows, (size_t)n, "k", true, "print", &changed, &err),
              "%s", err.text);
    return changed;
}

BOTH(target_absent, raw_rows_too)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    cr_expect_eq(write_raw(&p, "note", 1, 4), 4);
    place_again(&p, 0);
    cr_expect_eq(write_raw(&p, "note", 2, 2), 2);
    cr_expect_str_eq(state(p.t, p.arena, "note", true), "2 0 2: 1 4 ");
    cr_expect_eq(write_raw(&p, "note", 2, 2), 0);
    place_again(&p, 0);
    cr_expect_eq(write_raw(&p, "note", 1, 3), 1);
    cr_expect_str_eq(state(p.t, p.arena, "note", true), "3 0 1: 4 ");
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_raw_entities"), 4);
    const char **names;
    size_t n;
    cr_assert(p.t->kind->raw_entities(p.t, p.arena, &names, &n, &(Err){0}));
    cr_assert_eq(n, 1);
    cr_expect_str_eq(names[0], "note");
}

BOTH(target_absent, a_row_that_is_mapped_now_is_not_missed_among_the_raw_ones)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    write_raw(&p, "person", 1, 3);
    place_again(&p, 0);
    pass(&p, "1 2||", false);
    write_raw(&p, "person", 1, 0);
    cr_expect_str_eq(state(p.t, p.arena, "person", true), "0 0 1: 3 ");
}

static bool undone(void *arg, const char *step, int64_t rows, Err *err)
{
    (void)step;
    (void)err;
    *(int64_t *)arg += rows;
    return true;
}

// Gives how many rows were undone.
static int64_t undo(Place *p, int64_t job)
{
    Err err = {0};
    int64_t rows = 0;
    cr_assert(p->t->kind->undo(p->t, &(UndoWhat){&job, 1, NULL, 99}, &(UndoWatch){undone, &rows}, &err), "%s",
              err.text);
    return rows;
}

BOTH(target_absent, undo_takes_the_marks_back)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    pass(&p, "1 2 3 4||", false);
    place_again(&p, 0);
    pass(&p, "1 2||", false);
    place_again(&p, 0);
    pass(&p, "1 3||", false);
    pass(&p, "4|", true);
    cr_expect_str_eq(persons(&p), "0 1 3: 1 2 3 ");
    cr_expect_eq(undo(&p, 3), 1);
    cr_expect_str_eq(persons(&p), "2 0 2: 3 4 ");
    cr_expect_eq(undo(&p, 2), 0);
    cr_expect_str_eq(persons(&p), "4 0 0: ");
    cr_expect_eq(undo(&p, 1), 4);
    cr_expect_str_eq(persons(&p), "0 0 0: ");
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 0);
}

BOTH(target_absent, undo_of_raw_marks)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    write_raw(&p, "note", 1, 3);
    place_again(&p, 0);
    write_raw(&p, "note", 2, 1);
    place_again(&p, 0);
    write_raw(&p, "note", 3, 1);
    cr_expect_str_eq(state(p.t, p.arena, "note", true), "1 0 2: 1 2 ");
    undo(&p, 3);
    cr_expect_str_eq(state(p.t, p.arena, "note", true), "1 0 2: 1 3 ");
    cr_expect_eq(undo(&p, 2), 0);
    cr_expect_str_eq(state(p.t, p.arena, "note", true), "3 0 0: ");
}

// Writes the persons 1 to 5 with their visits, those named in `without` with none and a hash of their own.
static void pass_visits(Place *p, const char *without)
{
    PlaceItem *items = place_items(p, 1, 5, true);
    for (const char *at = without; *at; at++) {
        items[*at - '1'].item.hash = STR("without");
        items[*at - '1'].item.n_rows = 1;
    }
    place_write(p, items, 5, true);
}

BOTH(target_absent, parts_that_are_not_made_any_more)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    pass_visits(&p, "2");
    cr_expect_str_eq(persons(&p), "0 0 0: ");
    place_again(&p, 0);
    pass_visits(&p, "135");
    cr_expect_str_eq(persons(&p), "1 4 0: visits1 visits3 visits5 ");
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM visits"), 5);
    place_again(&p, 0);
    pass_visits(&p, "135");
    cr_expect_str_eq(persons(&p), "5 0 0: visits1 visits3 visits5 ");
    pass_visits(&p, "23");
    cr_expect_str_eq(persons(&p), "2 3 0: visits2 visits3 ");
    place_again(&p, 0);
    place_write(&p, place_items(&p, 3, 3, false), 3, true); // the first two are gone as a whole
    cr_expect_str_eq(persons(&p), "2 1 2: 1 2 visits3 ");
    undo(&p, 4);
    undo(&p, 3);
    cr_expect_str_eq(persons(&p), "5 0 0: visits1 visits3 visits5 ");
    undo(&p, 2);
    cr_expect_str_eq(persons(&p), "5 0 0: ");
    undo(&p, 1);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM visits"), 0);
}

// A target as version 2 left it.
static void make_old(const Place *p)
{
    static const char *const tables[] = {"entity_mappings", "raw_entities", "mapping_images", "raw_images"};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        place_run(p, arena_text(p->arena, "ALTER TABLE mudanza_%s DROP COLUMN absent", tables[i]));
    place_run(p, "DROP TABLE mudanza_absent_parts; ALTER TABLE mudanza_journal DROP COLUMN ours; UPDATE mudanza_meta SET value = 2 WHERE name = 'version'");
}

Test(target_absent, a_target_of_before_is_read_and_brought_up_to_date)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    Err err = {0};
    pass(&p, "1 2 3||", false);
    write_raw(&p, "note", 1, 2);
    make_old(&p);
    Target *reader = target_sqlite.open(p.arena, p.path, NULL, true, &err);
    cr_assert(reader && reader->kind->prepare(reader, (TargetScope){"clinic", "source"}, &err), "%s", err.text);
    cr_expect_str_eq(state(reader, p.arena, "person", false), "3 0 0: ");
    cr_expect_str_eq(state(reader, p.arena, "note", true), "2 0 0: ");
    target_sqlite.close(reader);
    place_again(&p, 0);
    pass(&p, "2||", false);
    cr_expect_str_eq(persons(&p), "1 0 2: 1 3 ");
}

Test(target_absent, what_the_version_before_wrote_can_be_undone)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    Err err = {0};
    pass(&p, "1 2 3||", false);
    make_old(&p);
    target_sqlite.close(p.t);
    p.t = target_sqlite.open(p.arena, p.path, NULL, false, &err);
    cr_expect_eq(undo(&p, 1), 3);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 0);
    cr_expect_eq(place_int(&p, "SELECT value FROM mudanza_meta WHERE name = 'version'"), 5);
}
