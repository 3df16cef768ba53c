// Rows that were changed in the source and, since they were written, in the target.
#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/target_place.h"

// Three people on record; of these the source changes the first two, and somebody the second and third in the target.
static Place changed_on_both_sides(const TargetKind *kind, PlaceItem **items, const char *change)
{
    Place p = place_of(kind, NULL);
    PlaceItem *before = place_items(&p, 1, 3, true);
    place_write(&p, before, 3, true);
    place_run(&p, change);
    place_again(&p, 0);
    Err err = {0};
    cr_assert(p.t->kind->restart(p.t, "person/insert", &err));
    *items = place_items(&p, 1, 3, true);
    for (int i = 0; i < 2; i++) {
        (*items)[i].person[1] = STR("New name");
        (*items)[i].item.hash = STR("new");
    }
    return p;
}
#define BY_HAND "UPDATE people SET name = 'By hand' WHERE CAST(id AS TEXT) LIKE '%2' OR CAST(id AS TEXT) LIKE '%3'"
#define NAMES "SELECT group_concat(name, ', ') FROM (SELECT name FROM people ORDER BY id) p"

static TargetCounts counts(const Place *p)
{
    TargetCounts c;
    Err err = {0};
    cr_assert(p->t->kind->counts(p->t, "person", &c, &err), "%s", err.text);
    return c;
}

BOTH(target_conflict, a_person_is_asked)
{
    PlaceItem *items;
    AUTO(place_free_at) Place p = changed_on_both_sides(kind, &items, BY_HAND);
    place_write(&p, items, 3, true);
    cr_expect_eq(items[0].item.outcome, ROW_UPDATED);
    cr_expect_eq(items[1].item.outcome, ROW_REJECTED);
    cr_expect_str_eq(items[1].item.code, "target.conflict");
    cr_expect_str_eq(items[1].item.detail, "people");
    cr_expect_eq(items[2].item.outcome, ROW_UNCHANGED);
    cr_expect_str_eq(place_text(&p, NAMES), "New name, By hand, By hand");
    TargetCounts c = counts(&p);
    cr_expect(c.updated == 1 && c.unchanged == 1 && c.rejected == 1, "%d %d %d", (int)c.updated, (int)c.unchanged,
              (int)c.rejected);
}

BOTH(target_conflict, the_source_wins)
{
    PlaceItem *items;
    AUTO(place_free_at) Place p = changed_on_both_sides(kind, &items, BY_HAND);
    place_conflicts = CONFLICT_SOURCE_WINS;
    place_write(&p, items, 3, true);
    cr_expect_eq(items[1].item.outcome, ROW_UPDATED);
    cr_expect_str_eq(place_text(&p, NAMES), "New name, New name, By hand");
    cr_expect_eq(counts(&p).rejected, 0);
}

BOTH(target_conflict, the_target_wins_for_good)
{
    PlaceItem *items;
    AUTO(place_free_at) Place p = changed_on_both_sides(kind, &items, BY_HAND);
    place_conflicts = CONFLICT_TARGET_WINS;
    place_write(&p, items, 3, true);
    cr_expect_eq(items[1].item.outcome, ROW_UNCHANGED);
    cr_expect_str_eq(place_text(&p, NAMES), "New name, By hand, By hand");
    TargetCounts c = counts(&p);
    cr_expect(c.updated == 1 && c.unchanged == 2 && c.rejected == 0, "%d %d %d", (int)c.updated, (int)c.unchanged,
              (int)c.rejected);
    // Asked of again, with the same source: it is settled, and stays on record.
    place_conflicts = CONFLICT_ASK;
    place_again(&p, 0);
    Err err = {0};
    cr_assert(p.t->kind->restart(p.t, "person/insert", &err));
    place_write(&p, items, 3, true);
    cr_expect_eq(items[1].item.outcome, ROW_UNCHANGED);
    cr_expect_str_eq(place_text(&p, "SELECT code FROM mudanza_warnings"), "target.kept");
    cr_expect_eq(counts(&p).rejected, 0);
}

BOTH(target_conflict, a_part_and_a_removed_row_count_too)
{
    static const char *const changes[] = {"UPDATE visits SET what = 'x' WHERE CAST(person AS TEXT) LIKE '%2'",
                                          "DELETE FROM visits WHERE CAST(person AS TEXT) LIKE '%2'; DELETE FROM people WHERE CAST(id AS TEXT) LIKE '%2'"};
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        PlaceItem *items;
        AUTO(place_free_at) Place p = changed_on_both_sides(kind, &items, changes[i]);
        place_write(&p, items, 3, true);
        cr_expect_eq(items[0].item.outcome, ROW_UPDATED);
        cr_expect_eq(items[1].item.outcome, ROW_REJECTED);
    }
}

BOTH(target_conflict, what_the_application_owns_is_no_conflict)
{
    static const bool kept[] = {false, false, false, true};
    PlaceItem *items;
    place_kept = kept;
    AUTO(place_free_at) Place p = changed_on_both_sides(kind, &items, "UPDATE people SET age = 7");
    place_write(&p, items, 3, true);
    cr_expect_eq(items[1].item.outcome, ROW_UPDATED);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people WHERE age = 7"), 3);
    place_run(&p, "UPDATE people SET name = 'By hand'");
    place_again(&p, 0);
    items[1].item.hash = STR("newer");
    place_write(&p, items, 3, true);
    cr_expect_eq(items[1].item.outcome, ROW_REJECTED);
}

BOTH(target_conflict, a_second_change_is_judged_by_the_first)
{
    PlaceItem *items;
    AUTO(place_free_at) Place p = changed_on_both_sides(kind, &items, "SELECT 1");
    place_write(&p, items, 3, true);
    place_again(&p, 0);
    for (int i = 0; i < 2; i++)
        items[i].item.hash = STR("newer");
    place_write(&p, items, 3, true);
    cr_expect_eq(items[0].item.outcome, ROW_UPDATED);
    cr_expect_eq(items[1].item.outcome, ROW_UPDATED);
}

BOTH(target_conflict, looking_says_what_writing_would_do)
{
    PlaceItem *items;
    AUTO(place_free_at) Place p = changed_on_both_sides(kind, &items, BY_HAND);
    const char *everything = "SELECT (SELECT group_concat(name || email) FROM people) || (SELECT count(*) FROM mudanza_journal)"
                             " || (SELECT group_concat(key || CAST(source_hash AS TEXT)) FROM mudanza_entity_mappings)"
                             " || (SELECT count(*) FROM mudanza_warnings) || (SELECT count(*) FROM mudanza_checkpoints)";
    const char *before = place_text(&p, everything);
    place_looks = true;
    place_write(&p, items, 2, true); // the third is not given any more
    cr_expect_eq(items[0].item.outcome, ROW_UPDATED);
    cr_expect_eq(items[1].item.outcome, ROW_REJECTED);
    cr_expect_str_eq(items[1].item.code, "target.conflict");
    cr_expect_eq(place_marked, 1);
    PlaceItem *more = place_items(&p, 3, 2, true);
    place_write(&p, more, 2, true);
    cr_expect_eq(more[0].item.outcome, ROW_UNCHANGED);
    cr_expect_eq(more[1].item.outcome, ROW_NEW);
    cr_expect_str_eq(place_text(&p, everything), before);
}

BOTH(target_conflict, in_doubt_what_was_written_since_counts)
{
    PlaceItem *items;
    AUTO(place_free_at) Place p = changed_on_both_sides(kind, &items, BY_HAND);
    place_write(&p, items, 3, false); // looks at what was written before
    PlaceItem *later = place_items(&p, 4, 1, true);
    place_write(&p, later, 1, true);
    WriteBatch batch = {.step = "person/verify",
                        .entity = "person",
                        .parts = place_parts,
                        .n_parts = ARRAY_LEN(place_parts),
                        .items = &later[0].item,
                        .n = 1,
                        .last_key = str_keep(p.arena, later[0].item.key),
                        .some = true,
                        .doubt = true};
    Err err = {0};
    later[0].item.hash = STR("newer");
    cr_assert(p.t->kind->look(p.t, &batch, "", &err), "%s", err.text);
    cr_expect_eq(later[0].item.outcome, ROW_UPDATED);
    place_run(&p, "UPDATE people SET name = 'Edited' WHERE CAST(id AS varchar(36)) LIKE '%4'");
    cr_assert(p.t->kind->look(p.t, &batch, "", &err), "%s", err.text);
    cr_expect_eq(later[0].item.outcome, ROW_REJECTED);
}
