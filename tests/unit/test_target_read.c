#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tests/unit/target_place.h"

static const char shapes[] =
    "CREATE TABLE shapes (id UUID NOT NULL CHECK (length(id) = 36), title VARCHAR(30) NOT NULL DEFAULT '',"
    " active BOOLEAN, seats BIGINT, price NUMERIC(10,2), rate TEXT_DECIMAL(5,3), loose NUMERIC, weight DOUBLE PRECISION,"
    " born DATE, seen TIMESTAMPTZ, extra TEXT CHECK (extra IS NULL OR json_valid (\"extra\")), notes TEXT,"
    " parent UUID REFERENCES shapes (id), a TEXT, b TEXT, PRIMARY KEY (id), FOREIGN KEY (a, b) REFERENCES pairs (a, b));"
    "CREATE TABLE pairs (a TEXT, b TEXT, n INTEGER PRIMARY KEY, g INTEGER GENERATED ALWAYS AS (n + 1), UNIQUE (a, b));";

static const Column *column(const Table *table, const char *name)
{
    const Column *found = NULL;
    for (size_t i = 0; i < table->n; i++) {
        if (strcmp(table->columns[i].name, name) == 0)
            found = &table->columns[i];
    }
    cr_assert(found, "no column %s", name);
    return found;
}

Test(target_read, the_catalogue_tells_kinds_lengths_and_keys)
{
    static const struct {
        const char *name;
        ColumnKind kind;
        int length, precision, scale;
    } want[] = {
        {"id", COLUMN_UUID, 0, 0, 0},          {"title", COLUMN_TEXT, 30, 0, 0},    {"active", COLUMN_BOOL, 0, 0, 0},
        {"seats", COLUMN_INT, 8, 0, 0},        {"price", COLUMN_DECIMAL, 0, 10, 2}, {"rate", COLUMN_DECIMAL, 0, 5, 3},
        {"loose", COLUMN_DOUBLE, 0, 0, 0},     {"weight", COLUMN_DOUBLE, 0, 0, 0},  {"born", COLUMN_DATE, 0, 0, 0},
        {"seen", COLUMN_INSTANT, 0, 0, 0},     {"extra", COLUMN_JSON, 0, 0, 0},     {"notes", COLUMN_TEXT, 0, 0, 0},
    };
    AUTO(place_free_at) Place p = place_new(shapes);
    Err err = {0};
    const Table *table = p.t->kind->table(p.t, "shapes", &err);
    cr_assert(table, "%s", err.text);
    cr_expect_eq(table->n, 15);
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        const Column *c = column(table, want[i].name);
        cr_expect_eq(c->kind, want[i].kind, "%s", c->name);
        cr_expect_eq(c->length, want[i].length, "%s", c->name);
        cr_expect_eq(c->precision, want[i].precision, "%s", c->name);
        cr_expect_eq(c->scale, want[i].scale, "%s", c->name);
    }
    cr_expect(column(table, "id")->primary_key && column(table, "id")->not_null && !column(table, "id")->has_default);
    cr_expect(column(table, "title")->not_null && column(table, "title")->has_default);
    cr_expect_str_eq(column(table, "parent")->refers, "shapes");
    cr_expect_null(column(table, "a")->refers);
    table = p.t->kind->table(p.t, "pairs", &err);
    cr_expect(column(table, "n")->has_default && column(table, "n")->numbered && !column(table, "n")->computed);
    cr_expect(column(table, "g")->has_default && column(table, "g")->computed && !column(table, "g")->numbered);
    cr_expect_null(p.t->kind->table(p.t, "nothing", &err));
    cr_expect_eq(err.kind, ERR_NONE);
}

Test(target_read, the_schema_hash_tells_one_catalogue_from_another)
{
    char first[65], again[65], other[65];
    Err err = {0};
    AUTO(place_free_at) Place p = place_new(shapes);
    AUTO(place_free_at) Place q = place_new(shapes);
    p.t->kind->table(p.t, "shapes", &err), p.t->kind->table(p.t, "pairs", &err);
    q.t->kind->table(q.t, "pairs", &err), q.t->kind->table(q.t, "shapes", &err);
    cr_assert(p.t->kind->schema_hash(p.t, first, &err) && q.t->kind->schema_hash(q.t, again, &err));
    cr_expect_str_eq(first, again);
    place_run(&q, "ALTER TABLE pairs ADD COLUMN more TEXT");
    place_again(&q, 0);
    q.t->kind->table(q.t, "pairs", &err), q.t->kind->table(q.t, "shapes", &err);
    cr_assert(q.t->kind->schema_hash(q.t, other, &err));
    cr_expect_str_neq(first, other);
}

static bool same(Place *p, const char *table)
{
    Err err = {0};
    bool yes = false;
    cr_assert(p->t->kind->table_same(p->t, table, &yes, &err), "%s", err.text);
    return yes;
}

Test(target_read, a_table_that_was_changed_is_told_at_once)
{
    AUTO(place_free_at) Place p = place_new(shapes);
    cr_expect(same(&p, "pairs") && same(&p, "shapes") && same(&p, "nowhere"));
    place_run(&p, "ALTER TABLE pairs ADD COLUMN more TEXT");
    cr_expect(!same(&p, "pairs") && !same(&p, "pairs") && same(&p, "shapes"));
    place_run(&p, "DROP TABLE shapes; CREATE TABLE nowhere (id INTEGER)");
    cr_expect(!same(&p, "shapes") && same(&p, "nowhere"));
}

typedef struct {
    size_t n;
    Buf text;
} Rows;

static bool take(void *arg, const Str *values, Err *err)
{
    Rows *rows = arg;
    (void)err;
    for (size_t i = 0; i < rows->n; i++)
        buf_addf(&rows->text, "%s%.*s", i ? "|" : "", values[i].at ? (int)values[i].len : 4, values[i].at ? values[i].at : "null");
    buf_add_char(&rows->text, '\n');
    return true;
}

static const char *read_shape(Place *p, const char *name, const char *literal)
{
    Err err = {0};
    Rows rows = {.n = 1};
    place_run(p, arena_text(p->arena, "DELETE FROM shapes; INSERT INTO shapes (id, \"%s\") VALUES"
                            " ('00000000-0000-4000-8000-000000000001', %s)", name, literal));
    cr_assert(p->t->kind->read(p->t, "shapes", &name, 1, false, "id", NULL, 0, take, &rows, &err), "%s", err.text);
    const char *text = str_keep(p->arena, (Str){buf_text(&rows.text), rows.text.len - 1});
    buf_free(&rows.text);
    return text;
}

Test(target_read, every_kind_comes_back_in_its_canonical_form)
{
    static const struct {
        const char *name, *literal, *want;
    } cases[] = {
        {"title", "'  Ñandú '", "  Ñandú "},
        {"title", "12", "12"},
        {"parent", "'00000000-0000-4000-8000-000000000001'", "00000000-0000-4000-8000-000000000001"},
        {"notes", "NULL", "null"},
        {"active", "1", "1"},
        {"active", "0", "0"},
        {"active", "7", "1"},
        {"seats", "-9007199254740993", "-9007199254740993"},
        {"price", "12.5", "12.50"},
        {"price", "'12.50'", "12.50"},
        {"price", "12", "12.00"},
        {"price", "-0.004", "0.00"},
        {"price", "12345678.9", "12345678.90"},
        {"rate", "'1.500'", "1.500"},
        {"rate", "'1.5'", "1.500"},
        {"weight", "0.1", "0.1"},
        {"weight", "1", "1"},
        {"weight", "100", "100"},
        {"weight", "1e300", "1e+300"},
        {"weight", "0.1 + 0.2", "0.30000000000000004"},
        {"born", "'1980-02-29'", "1980-02-29"},
        {"seen", "'2026-01-02 09:00:00+00:00'", "2026-01-02 09:00:00+00:00"},
        {"seen", "'2026-01-02T10:00:00.25+01:00'", "2026-01-02 09:00:00.250000+00:00"},
        {"seen", "'soon'", "soon"},
        {"extra", "'{ \"a\" : [ 1, \"x \\\" y\" ] }'", "{\"a\":[1,\"x \\\" y\"]}"},
        {"extra", "'{\"bb\":1e1,\"a\":\"\\u00e9\"}'", "{\"a\":\"é\",\"bb\":10}"},
    };
    AUTO(place_free_at) Place p = place_new(shapes);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        cr_expect_str_eq(read_shape(&p, cases[i].name, cases[i].literal), cases[i].want, "%s: %s", cases[i].name,
                         cases[i].literal);
}

static const char *read_people(Place *p, bool without_ours, const char *after, int64_t limit)
{
    static const char *const names[] = {"name"};
    Err err = {0};
    Rows rows = {.n = 1};
    cr_assert(p->t->kind->read(p->t, "people", names, 1, without_ours, "id", after, limit, take, &rows, &err), "%s", err.text);
    const char *text = str_keep(p->arena, buf_str(&rows.text));
    buf_free(&rows.text);
    return text;
}

Test(target_read, pages_go_on_behind_an_id)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    place_write(&p, place_items(&p, 1, 5, false), 5, true);
    cr_expect_str_eq(read_people(&p, false, NULL, 2), "Person 1\nPerson 2\n");
    cr_expect_str_eq(read_people(&p, false, place_id(&p, 2), 2), "Person 3\nPerson 4\n");
    cr_expect_str_eq(read_people(&p, false, place_id(&p, 4), 0), "Person 5\n");
}

Test(target_read, a_snapshot_leaves_out_the_rows_we_wrote)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    place_run(&p, "INSERT INTO people VALUES ('11111111-0000-4000-8000-000000000000', 'Here before', NULL, 1)");
    cr_expect_str_eq(read_people(&p, true, NULL, 0), "Here before\n");
    PlaceItem *items = place_items(&p, 1, 3, true);
    place_write(&p, items, 3, true);
    items[0].item.hash = STR("other");
    place_write(&p, items, 3, true);
    cr_expect_str_eq(read_people(&p, true, NULL, 0), "Here before\n");
}

Test(target_read, numbers_as_ids_are_told_apart_too)
{
    static const char *const columns[] = {"id", "name"};
    static const int parts[] = {0};
    AUTO(place_free_at) Place p = place_new("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);"
                                            "INSERT INTO people VALUES (1, 'Here before'), (2, 'And this');");
    Str values[] = {STR("12"), STR("Ours")};
    WriteRow row = {values};
    WriteItem item = {.key = STR("k"), .hash = STR("h"), .rows = &row, .parts = parts, .n_rows = 1};
    WritePart part = {"person", "people", columns, 2, 0, NULL};
    WriteBatch batch = {"person/insert", "person", &part, 1, &item, 1, "k", true, "print", CONFLICT_ASK, false, false, 0};
    Err err = {0};
    cr_assert(p.t->kind->write(p.t, &batch, &err), "%s", err.text);
    cr_expect_str_eq(read_people(&p, true, NULL, 0), "Here before\nAnd this\n");
    cr_expect_str_eq(read_people(&p, false, "2", 0), "Ours\n");
}

static bool stop(void *arg, const Str *values, Err *err)
{
    (void)values;
    ++*(int *)arg;
    return err_set(err, ERR_STOPPED, "enough");
}

Test(target_read, the_caller_can_stop_and_mistakes_are_named)
{
    static const char *const names[] = {"surname"}, *const good[] = {"name"};
    AUTO(place_free_at) Place p = place_new(place_schema);
    Err err = {0};
    int rows = 0;
    place_write(&p, place_items(&p, 1, 5, false), 5, true);
    cr_expect_not(p.t->kind->read(p.t, "people", good, 1, false, "id", NULL, 0, stop, &rows, &err));
    cr_expect_eq(rows, 1);
    cr_expect_eq(err.kind, ERR_STOPPED);
    cr_expect_not(p.t->kind->read(p.t, "people", names, 1, false, "id", NULL, 0, stop, &rows, &err));
    cr_expect(strstr(err.text, "surname"), "%s", err.text);
    err = (Err){0};
    cr_expect_not(p.t->kind->read(p.t, "nobody", good, 1, false, "id", NULL, 0, stop, &rows, &err));
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect(strstr(err.text, "nobody"), "%s", err.text);
}

Test(target_read, the_dental_profile_is_understood)
{
    Err err = {0};
    AUTO(arena_free_at) Arena *a = arena_new();
    Str schema;
    const char *folder = file_join(a, getenv("MUDANZA_DATA_DIR"), "profiles/dentalpin");
    cr_assert(file_read(a, file_join(a, folder, "schema.sqlite.sql"), 1 << 20, &schema, &err), "%s", err.text);
    AUTO(place_free_at) Place p = place_new(schema.at);
    const Table *table = p.t->kind->table(p.t, "budgets", &err);
    cr_assert(table, "%s", err.text);
    cr_expect_eq(column(table, "total")->kind, COLUMN_DECIMAL);
    cr_expect_eq(column(table, "total")->scale, 2);
    cr_expect_str_eq(column(table, "patient_id")->refers, "patients");
    table = p.t->kind->table(p.t, "clinics", &err);
    cr_expect_eq(column(table, "settings")->kind, COLUMN_JSON);
    cr_expect_eq(column(table, "created_at")->kind, COLUMN_INSTANT);
    cr_expect_eq(column(table, "tax_id")->length, 20);
}

Test(target_read, orphans_are_counted_by_every_foreign_key)
{
    AUTO(place_free_at) Place p = place_new(
        "CREATE TABLE visits (id TEXT PRIMARY KEY, person TEXT, what TEXT); CREATE TABLE pairs (a INTEGER, b INTEGER,"
        " PRIMARY KEY (a, b)); CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT,"
        " email TEXT, age INTEGER, a INTEGER, b INTEGER, boss TEXT REFERENCES people, FOREIGN KEY (a, b) REFERENCES pairs (a, b))");
    Err err = {0};
    place_write(&p, place_items(&p, 1, 1, false), 1, true);
    place_run(&p, "PRAGMA foreign_keys = OFF; UPDATE people SET boss = 'nobody', a = 1, b = NULL;"
                  "INSERT INTO people (id, a, b, boss) VALUES ('x', 1, 2, 'y'), ('y', 3, 4, NULL)");
    TargetOrphans *found;
    int64_t keys;
    size_t n;
    cr_assert(p.t->kind->orphans(p.t, p.arena, "people", &keys, &found, &n, &err), "%s", err.text);
    cr_expect_eq(keys, 2);
    cr_assert_eq(n, 2);
    for (size_t i = 0; i < n; i++) {
        bool pair = strcmp(found[i].key, "a, b") == 0;
        cr_expect_str_eq(found[i].parent, pair ? "pairs" : "people");
        cr_expect_eq(found[i].rows, pair ? 2 : 1);
        cr_expect_eq(found[i].ours, pair ? 0 : 1);
    }
    cr_expect(p.t->kind->orphans(p.t, p.arena, "nothing", &keys, &found, &n, &err) && !keys && !n);
}

Test(target_read, validation_reports_are_kept)
{
    AUTO(place_free_at) Place p = place_new(place_schema);
    Err err = {0};
    cr_assert(p.t->kind->keep_report(p.t, STR("{\"v\":1}"), &err) && p.t->kind->keep_report(p.t, STR("{\"v\":2}"), &err),
              "%s", err.text);
    cr_expect_eq(place_int(&p, "SELECT sum(content ->> 'v') FROM mudanza_validation_reports WHERE job = 1 AND scope = 1"), 3);
}
