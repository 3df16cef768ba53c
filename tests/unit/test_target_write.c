#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/target_place.h"

// What is asked of an embedded target, and of one in PostgreSQL.
#define ASK(sqlite, postgres) (kind == &target_sqlite ? (sqlite) : (postgres))
#define IDS ASK("SELECT sum(json_array_length(ids)) FROM mudanza_journal", "SELECT sum(cardinality(ids)) FROM mudanza_journal")

BOTH(target_write, new_rows_come_with_mapping_journal_and_checkpoint)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    PlaceItem *items = place_items(&p, 1, 3, true);
    items[1].person[2] = (Str){NULL, 0};
    place_write(&p, items, 3, true);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(items[i].item.outcome, ROW_NEW);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 3);
    cr_expect_eq(place_int(&p, ASK("SELECT count(*) FROM people WHERE email IS NULL AND typeof(age) = 'integer'",
                                   "SELECT count(*) FROM people WHERE email IS NULL AND age = 42")), 1);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM visits"), 3);
    cr_expect_eq(place_int(&p, ASK("SELECT count(*) FROM mudanza_entity_mappings m JOIN people p USING (id)"
                                   " WHERE m.source_hash = x'010002' AND m.job = 1 AND NOT linked",
                                   "SELECT count(*) FROM mudanza_entity_mappings m JOIN people p ON p.id = m.id::uuid"
                                   " JOIN mudanza.batches b USING (batch) WHERE m.source_hash = '\\x010002' AND b.job = 1"
                                   " AND NOT linked AND p.xmin::text = b.xid::text")), 3);
    // Rows of new mappings are noted with these in PostgreSQL.
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_journal WHERE operation <> 'mapping'"), ASK(2, 1));
    cr_expect_eq(place_int(&p, ASK("SELECT count(*) FROM mudanza_journal j JOIN mudanza_tables t ON t.id = j.table_id"
                                   " JOIN json_each(j.ids) e JOIN visits v ON v.id = e.value WHERE t.name = 'visits'",
                                   "SELECT count(*) FROM mudanza_journal j JOIN mudanza_tables t ON t.id = j.table_id"
                                   " CROSS JOIN unnest(j.ids) e (id) JOIN visits v ON v.id = e.id::uuid"
                                   " WHERE t.name = 'visits' AND t.id_column = 'id'")), 3);
    cr_expect_str_eq(place_text(&p, ASK("SELECT first_key || last_key || rows || complete || fingerprint FROM mudanza_checkpoints",
                                        "SELECT first_key || b.last_key || rows || complete::int || fingerprint"
                                        " FROM mudanza_checkpoints c JOIN mudanza.batches b USING (batch)")),
                     "k000001k00000331print");
}

typedef struct {
    const char *name, *email, *id;
    const char *code, *words; // words: in the detail
} Refusal;

BOTH(target_write, a_refused_row_is_told_and_costs_no_neighbour)
{
    const Refusal cases[] = {
        {NULL, "x@example.org", NULL, "target.not_null", "people.name"},
        {"A name of far more than twenty characters", "x@example.org", NULL, ASK("target.check", "target.refused"),
         "people"},
        {"Twice", "p1@example.org", NULL, "target.unique", "people.email"},
        {"Same id", "x@example.org", "00000000-0000-4000-8000-000000000001", "target.unique", "people.id"},
    };
    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        AUTO(place_free_at) Place p = place_of(kind, NULL);
        PlaceItem *items = place_items(&p, 1, 3, false);
        items[1].person[1] = str_of(cases[c].name);
        items[1].person[2] = str_of(cases[c].email);
        if (cases[c].id)
            items[1].person[0] = str_of(cases[c].id);
        place_write(&p, items, 3, false);
        cr_expect_eq(items[0].item.outcome, ROW_NEW);
        cr_expect_eq(items[2].item.outcome, ROW_NEW);
        cr_expect_eq(items[1].item.outcome, ROW_REJECTED);
        cr_expect_str_eq(items[1].item.code, cases[c].code);
        cr_expect(strstr(items[1].item.detail, cases[c].words), "%s", items[1].item.detail);
        cr_expect(!cases[c].name || !strstr(items[1].item.detail, cases[c].name));
        cr_expect(!strstr(items[1].item.detail, cases[c].email));
        cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 2);
        cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_entity_mappings"), 2);
        if (kind == &target_sqlite)
            cr_expect_eq(place_int(&p, IDS), 2);
        cr_expect_str_eq(place_text(&p, "SELECT key || code FROM mudanza_warnings"),
                         arena_text(p.arena, "k000002%s", cases[c].code));
    }
}

BOTH(target_write, a_missing_parent_is_named_and_the_whole_item_undone)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    PlaceItem *items = place_items(&p, 1, 3, true);
    items[1].visit[1] = str_of(place_id(&p, 77));
    place_write(&p, items, 3, false);
    cr_expect_eq(items[1].item.outcome, ROW_REJECTED);
    cr_expect_str_eq(items[1].item.code, "target.foreign_key");
    cr_expect(strstr(items[1].item.detail, "visits.person -> people.id"), "%s", items[1].item.detail);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 2);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM visits"), 2);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_entity_mappings"), 2);
    cr_expect_eq(place_int(&p, IDS), ASK(4, 2));
}

BOTH(target_write, a_deferred_key_costs_only_the_row_without_parent)
{
    AUTO(place_free_at) Place p = place_of(
        kind,
        "CREATE TABLE people (id UUID PRIMARY KEY, name TEXT, email TEXT, age INTEGER);"
        "CREATE TABLE visits (id UUID PRIMARY KEY,"
        " person UUID REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED, what TEXT);");
    PlaceItem *items = place_items(&p, 1, 3, true);
    items[1].visit[1] = str_of(place_id(&p, 77));
    place_write(&p, items, 3, false);
    cr_expect_eq(items[0].item.outcome, ROW_NEW);
    cr_expect_str_eq(items[1].item.code, "target.foreign_key");
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 2);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_checkpoints"), 1);
}

BOTH(target_write, a_key_that_comes_twice_keeps_the_first)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    PlaceItem *items = place_items(&p, 1, 2, false);
    items[1].item.key = items[0].item.key;
    place_write(&p, items, 2, false);
    cr_expect_eq(items[0].item.outcome, ROW_NEW);
    cr_expect_eq(items[1].item.outcome, ROW_REJECTED);
    cr_expect_str_eq(items[1].item.code, "target.unique");
    cr_expect_str_eq(place_text(&p, "SELECT group_concat(m.id) FROM mudanza_entity_mappings m JOIN people p ON CAST(p.id AS TEXT) = m.id"),
                     place_id(&p, 1));
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 1);
}

BOTH(target_write, the_same_again_writes_nothing)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    place_write(&p, place_items(&p, 1, 3, true), 3, true);
    place_again(&p, 0);
    place_run(&p, "UPDATE people SET name = 'By hand'");
    PlaceItem *items = place_items(&p, 1, 3, true);
    place_write(&p, items, 3, true);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(items[i].item.outcome, ROW_UNCHANGED);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM people WHERE name = 'By hand'"), 3);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_journal WHERE operation <> 'mapping'"), ASK(2, 1));
}

BOTH(target_write, another_hash_updates_and_keeps_what_was_there)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    place_write(&p, place_items(&p, 1, 3, false), 3, true);
    place_again(&p, 0);
    PlaceItem *items = place_items(&p, 1, 3, true); // the visits are new
    items[1].item.hash = STR("other");
    items[1].person[1] = STR("New name");
    place_write(&p, items, 3, true);
    cr_expect_eq(items[0].item.outcome, ROW_UNCHANGED);
    cr_expect_eq(items[1].item.outcome, ROW_UPDATED);
    cr_expect_str_eq(place_text(&p, "SELECT group_concat(name) FROM (SELECT name FROM people ORDER BY id) p"),
                     "Person 1,New name,Person 3");
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM visits"), 1);
    cr_expect_str_eq(place_text(&p, ASK("SELECT ids || before FROM mudanza_journal WHERE operation = 'update'",
                                        "SELECT array_to_json(ids)::text || jsonb_build_array(before[1] ->> 'id', before[1]"
                                        " ->> 'name', before[1] ->> 'age') FROM mudanza_journal WHERE operation = 'update'")),
                     ASK("[\"00000000-0000-4000-8000-000000000002\"][{\"id\":\"00000000-0000-4000-8000-000000000002\","
                         "\"name\":\"Person 2\",\"email\":\"p2@example.org\",\"age\":42}]",
                         "[\"00000000-0000-4000-8000-000000000002\"][\"00000000-0000-4000-8000-000000000002\","
                         " \"Person 2\", \"42\"]"));
    cr_expect_eq(place_int(&p, ASK("SELECT updated_job FROM mudanza_entity_mappings WHERE source_hash = CAST('other' AS BLOB)",
                                   "SELECT b.job FROM mudanza_entity_mappings m JOIN mudanza.batches b"
                                   " ON b.batch = m.updated_batch WHERE m.source_hash = 'other'::bytea")), 2);
}

BOTH(target_write, a_refused_update_leaves_the_row_and_its_mapping)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    place_write(&p, place_items(&p, 1, 2, false), 2, true);
    PlaceItem *items = place_items(&p, 1, 2, false);
    items[0].item.hash = STR("other");
    items[0].person[2] = STR("p2@example.org");
    place_write(&p, items, 2, true);
    cr_expect_eq(items[0].item.outcome, ROW_REJECTED);
    cr_expect_str_eq(place_text(&p, "SELECT email FROM people WHERE name = 'Person 1'"), "p1@example.org");
    cr_expect_eq(place_int(&p, ASK("SELECT count(*) FROM mudanza_entity_mappings WHERE source_hash = x'010002'",
                                   "SELECT count(*) FROM mudanza_entity_mappings WHERE source_hash = '\\x010002'")), 2);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_journal WHERE operation = 'update'"), 0);
}

BOTH(target_write, a_linked_item_maps_to_what_is_there_and_adds_its_parts)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    place_run(&p, "INSERT INTO people VALUES ('11111111-0000-4000-8000-000000000000', 'Here before', NULL, 1)");
    for (int round = 0; round < 2; round++) {
        PlaceItem *item = place_items(&p, 1, 1, true);
        item->visit[1] = STR("11111111-0000-4000-8000-000000000000");
        item->item.link = item->visit[1];
        item->item.rows++;
        item->item.parts++;
        item->item.n_rows = 1;
        place_write(&p, item, 1, true);
        cr_expect_eq(item->item.outcome, ROW_LINKED);
        cr_expect_eq(place_int(&p, "SELECT count(*) FROM people"), 1);
        cr_expect_eq(place_int(&p, "SELECT count(*) FROM visits"), 1);
        cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_journal WHERE operation <> 'mapping'"), 1);
    }
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_entity_mappings WHERE linked"
                               " AND id = '11111111-0000-4000-8000-000000000000'"), 1);
}

BOTH(target_write, a_mapping_without_columns_only_links)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    WritePart part = {.name = "chair", .table = "people"};
    WriteItem items[] = {{.key = STR("k1"), .hash = STR("h"), .link = STR("there")}, {.key = STR("k2"), .hash = STR("h")}};
    WriteBatch batch = {"chair/insert", "chair", &part, 1, items, 2, "k2", true, "print", CONFLICT_ASK, false, false, 0};
    Err err = {0};
    cr_assert(p.t->kind->write(p.t, &batch, &err), "%s", err.text);
    cr_expect_eq(items[0].outcome, ROW_LINKED);
    cr_expect_eq(items[1].outcome, ROW_REJECTED); // a mapping to nothing
    cr_expect_str_eq(place_text(&p, "SELECT group_concat(id) FROM mudanza_entity_mappings"), "there");
}

BOTH(target_write, a_row_accepted_later_is_no_longer_on_the_list)
{
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    PlaceItem *items = place_items(&p, 1, 2, false);
    items[1].person[1] = (Str){NULL, 0};
    place_write(&p, items, 2, false);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_warnings"), 1);
    items[1].person[1] = STR("Mended");
    place_write(&p, &items[1], 1, true);
    cr_expect_eq(items[1].item.outcome, ROW_NEW);
    cr_expect_eq(place_int(&p, "SELECT count(*) FROM mudanza_warnings"), 0);
}

BOTH(target_write, an_unknown_table_or_column_is_named)
{
    static const char *const columns[] = {"id", "surname"};
    AUTO(place_free_at) Place p = place_of(kind, NULL);
    WritePart parts[] = {{"person", "people", columns, 2, 0, NULL}, {"person.note", "notes", columns, 2, 0, NULL}};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        Err err = {0};
        WriteBatch batch = {.step = "s", .entity = "person", .parts = &parts[i], .n_parts = 1, .last = true};
        cr_expect_not(p.t->kind->write(p.t, &batch, &err));
        cr_expect_eq(err.kind, ERR_TARGET);
        cr_expect(strstr(err.text, i ? "notes" : "surname"), "%s", err.text);
    }
}
