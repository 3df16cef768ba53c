#include <criterion/criterion.h>
#include <string.h>

#include "base/json_canonical.h"
#include "map/value.h"
#include "target/target_postgres.h"
#include "tests/unit/postgres_place.h"

static const char shapes[] =
    "CREATE TYPE mood AS ENUM ('sad', 'happy');"
    "CREATE TABLE shapes (id uuid PRIMARY KEY, title varchar(30), active boolean, seats bigint, price numeric(10,2),"
    " loose numeric, weight double precision, light real, born date, seen timestamptz, local timestamp, extra jsonb,"
    " plain json, notes text, tags text[], mood mood, fixed char(3))";

#define ID "00000000-0000-4000-8000-000000000001"

static const char *read_shape(PostgresPlace *p, const char *name, const char *literal)
{
    Err err = {0};
    PlaceRows rows = {.n = 1};
    postgres_place_run(p, arena_text(p->arena, "DELETE FROM shapes; INSERT INTO shapes (id, %s) VALUES ('" ID "', %s)",
                                     name, literal));
    cr_assert(p->t->kind->read(p->t, "shapes", &name, 1, false, "id", NULL, 0, place_rows_take, &rows, &err), "%s",
              err.text);
    const char *text = str_keep(p->arena, (Str){buf_text(&rows.text), rows.text.len - 1});
    buf_free(&rows.text);
    return text;
}

Test(postgres_read, every_kind_comes_back_in_its_canonical_form)
{
    static const struct {
        const char *name, *literal, *want;
    } cases[] = {
        {"title", "'  Ñandú '", "  Ñandú "},
        {"title", "E'a\\tb\\nc\\\\d\\b'", "a\tb\nc\\d\b"},
        {"title", "''", ""},
        {"title", "'\\N'", "\\N"},
        {"notes", "NULL", "null"},
        {"active", "true", "1"},
        {"active", "false", "0"},
        {"seats", "-9007199254740993", "-9007199254740993"},
        {"price", "12.5", "12.50"},
        {"price", "-0.004", "0.00"},
        {"loose", "100.10", "100.1"},
        {"loose", "1e20", "1e+20"},
        {"loose", "'NaN'", "NaN"},
        {"weight", "0.1", "0.1"},
        {"weight", "100", "100"},
        {"weight", "1e300", "1e+300"},
        {"weight", "1234567890123456", "1234567890123456"},
        {"weight", "0.1::float8 + 0.2", "0.30000000000000004"},
        {"light", "0.1", "0.1"},
        {"born", "'1980-02-29'", "1980-02-29"},
        {"seen", "'2026-01-02 09:00:00+00:00'", "2026-01-02 09:00:00+00:00"},
        {"seen", "'2026-01-02T10:00:00.25+01:00'", "2026-01-02 09:00:00.250000+00:00"},
        {"seen", "'infinity'", "infinity"},
        {"local", "'2026-01-02 09:00:00.000001'", "2026-01-02 09:00:00.000001+00:00"},
        {"extra", "'{ \"bb\" : [ 1e1, \"x \\\" \\u00e9\" ], \"a\": null }'", "{\"a\":null,\"bb\":[10,\"x \\\" é\"]}"},
        {"plain", "'{ \"bb\" : 1.50, \"a\": 2, \"a\": -0 }'", "{\"a\":0,\"bb\":1.50}"},
        {"tags", "ARRAY['a', 'b']", "{a,b}"},
        {"mood", "'happy'", "happy"},
        {"fixed", "'ab'", "ab"},
    };
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(shapes);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        cr_expect_str_eq(read_shape(&p, cases[i].name, cases[i].literal), cases[i].want, "%s: %s", cases[i].name,
                         cases[i].literal);
}

Test(postgres_read, a_document_comes_back_as_it_was_sent)
{
    static const char *const documents[] = {
        "{\"b\":1,\"aa\":2,\"a\":{\"z\":1,\"y\":[]}}", "{\"k\":1,\"k\":2}", "[1.50,1e2,-0,-0.0,1.5e-3,12.34e-1,0e5,1E+30]",
        "\"\\u0041\\/\\u001f\\u007f\\u0080\\ud83d\\ude00\\\\\"", "{\"\":0,\"\\t\":1,\"\\\"\":2,\"é\":3,\"zz\":4}",
        "{\"n\":123456789012345678901234567890.123}", "null", "true", "{\"a\":[{\"b\":{}},{}]}", "1e400", "-1.25e-400",
    };
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(shapes);
    for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
        AUTO(buf_free) Buf sent = {0}, literal = {0};
        cr_assert(json_canonical(str_of(documents[i]), &sent), "%s", documents[i]);
        pg_literal(&literal, buf_str(&sent));
        cr_expect_str_eq(read_shape(&p, "extra", buf_text(&literal)), buf_text(&sent), "%s", documents[i]);
        cr_expect_str_eq(read_shape(&p, "plain", buf_text(&literal)), buf_text(&sent), "%s", documents[i]);
    }
}

// What a mapping gives is sent in the form in which it is read back, whatever the server makes of it in between.
Test(postgres_read, every_value_comes_back_as_it_was_sent)
{
    static const char *const values[] = {
        "0.123456789", "1e20", "-0.0000012345678", "16777217", "100", "2026-01-02T10:00:00.123456+01:00", "1999-12-31 23:59:59.9995",
        "1999-12-31 23:59:59.0005", "2026-01-02", "ab ", " ", "x\\t\\n'", "12.345", "-0.001", "true", "1", "7",
        "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "{\"b\": 1.50, \"a\": [1e2, \"\\u00e9\"]}",
    };
    static const char kinds[] =
        "CREATE TABLE kinds (id int PRIMARY KEY, a text, b varchar(40), c char(40), d boolean, e smallint, f bigint,"
        " g numeric(30,2), h numeric, i real, j double precision, k date, l timestamptz, m timestamptz(3), n timestamp(0),"
        " o timestamp, p uuid, q jsonb, r json, s timestamptz(6))";
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(kinds);
    const Table *table = postgres_place_table(&p, "kinds");
    size_t sent = 0;
    for (size_t i = 1; i < table->n; i++) {
        const Column *c = &table->columns[i];
        for (size_t k = 0; k < ARRAY_LEN(values); k++) {
            AUTO(buf_free) Buf text = {0}, literal = {0};
            PlaceRows rows = {.n = 1};
            Err err = {0};
            if (value_of_word(c, values[k], &text))
                continue;
            pg_literal(&literal, (Str){buf_text(&text), text.len});
            postgres_place_run(&p, arena_text(p.arena, "DELETE FROM kinds; INSERT INTO kinds (id, %s) VALUES (1, %s)", c->name,
                                              buf_text(&literal)));
            cr_assert(p.t->kind->read(p.t, "kinds", &c->name, 1, false, "id", NULL, 0, place_rows_take, &rows, &err), "%s",
                      err.text);
            cr_expect_str_eq(buf_text(&rows.text), arena_text(p.arena, "%s\n", buf_text(&text)), "%s of %s", values[k], c->name);
            buf_free(&rows.text);
            sent++;
        }
    }
    cr_expect_gt(sent, 80, "%zu", sent);
}

static const char people[] = "CREATE TABLE people (id text PRIMARY KEY, name text, number int UNIQUE)";

static const char *read_people(PostgresPlace *p, bool without_ours, const char *id, const char *after, int64_t limit)
{
    static const char *const names[] = {"name"};
    Err err = {0};
    PlaceRows rows = {.n = 1};
    cr_assert(p->t->kind->read(p->t, "people", names, 1, without_ours, id, after, limit, place_rows_take, &rows, &err),
              "%s", err.text);
    const char *text = str_keep(p->arena, buf_str(&rows.text));
    buf_free(&rows.text);
    return text;
}

Test(postgres_read, texts_are_ordered_bytewise_and_numbers_by_value)
{
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(people);
    postgres_place_run(&p, "INSERT INTO people VALUES ('a', 'a2', 2), ('B', 'B10', 10), ('é', 'é1', 1), ('o''x', 'o33', 33)");
    cr_expect_str_eq(read_people(&p, false, NULL, NULL, 0), "B10\na2\no33\né1\n");
    cr_expect_str_eq(read_people(&p, false, "number", NULL, -1), "é1\na2\nB10\no33\n");
    cr_expect_str_eq(read_people(&p, false, "number", "2", 1), "B10\n");
    cr_expect_str_eq(read_people(&p, false, "id", "o'x", 0), "é1\n");
}

Test(postgres_read, a_snapshot_leaves_out_the_rows_we_wrote)
{
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(people);
    postgres_place_run(&p, "INSERT INTO people VALUES ('1', 'main', 10), ('2', 'linked', 20), ('3', 'part', 30),"
                           " ('4', 'changed', 40), ('5', 'kept', 50), ('6', 'other', 60)");
    cr_expect_str_eq(read_people(&p, true, NULL, NULL, 2), "main\nlinked\n"); // without any ledger
    postgres_place_run(&p, "CREATE SCHEMA mudanza");
    postgres_place_run(&p, postgres_ledger_schema);
    postgres_place_run(
        &p, "INSERT INTO mudanza.tables (id, name, id_column) VALUES (1, 'people', 'id'), (2, 'visits', 'id');"
            "INSERT INTO mudanza.entity_mappings (scope, entity, table_id, linked, batch, key, id) VALUES"
            " (1, 1, 1, false, 1, 'k1', '1'), (1, 1, 1, true, 1, 'k2', '2'), (1, 1, 2, false, 1, 'k3', '6');"
            "INSERT INTO mudanza.journal (batch, table_id, operation, ids) VALUES (1, 1, 'insert', '{3,33}'),"
            " (1, 1, 'update', '{4}');"
            "INSERT INTO mudanza.kept VALUES (1, '5', 1, 'changed')");
    cr_expect_str_eq(read_people(&p, true, NULL, NULL, 0), "linked\nchanged\nother\n");
    cr_expect_str_eq(read_people(&p, true, "number", NULL, 0), "main\nlinked\npart\nchanged\nkept\nother\n");
}

static bool stop(void *arg, const Str *values, Err *err)
{
    (void)values;
    ++*(int *)arg;
    return err_set(err, ERR_STOPPED, "enough");
}

Test(postgres_read, the_caller_can_stop_and_mistakes_are_named)
{
    static const char *const names[] = {"surname"}, *const good[] = {"name"};
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(people);
    Err err = {0};
    int rows = 0;
    postgres_place_run(&p, "INSERT INTO people SELECT i, repeat('x', 1000), i FROM generate_series(1, 5000) i");
    cr_expect_not(p.t->kind->read(p.t, "people", good, 1, false, "id", NULL, 0, stop, &rows, &err));
    cr_expect_eq(rows, 1);
    cr_expect_eq(err.kind, ERR_STOPPED);
    cr_expect_eq(strlen(read_people(&p, false, "number", "4999", 0)), 1001); // and goes on
    cr_expect_not(p.t->kind->read(p.t, "people", names, 1, false, "id", NULL, 0, stop, &rows, &err));
    cr_expect(strstr(err.text, "surname"), "%s", err.text);
    err = (Err){0};
    cr_expect_not(p.t->kind->read(p.t, "nobody", good, 1, false, "id", NULL, 0, stop, &rows, &err));
    cr_expect_eq(err.kind, ERR_TARGET);
    cr_expect(strstr(err.text, "nobody"), "%s", err.text);
}

static const char *find(PostgresPlace *p, const char *column, const char *value)
{
    Err err = {0};
    PlaceRows rows = {.n = 1};
    Str values[] = {str_of(value)};
    cr_assert(p->t->kind->find(p->t, "shapes", &column, values, 1, 2, place_rows_take, &rows, &err), "%s: %s", column,
              err.text);
    const char *text = str_keep(p->arena, buf_str(&rows.text));
    buf_free(&rows.text);
    return text ? text : "";
}

Test(postgres_read, rows_are_found_by_their_values)
{
    AUTO(postgres_place_free) PostgresPlace p = postgres_place(shapes);
    postgres_place_run(&p, "INSERT INTO shapes (id, title, active, seats, price, extra, plain, mood, seen)"
                           " VALUES ('" ID "', 'it''s', true, 7, 12.50, '{\"b\":1,\"a\":2}', '{\"b\":1}', 'happy',"
                           " '2026-01-02 09:00:00+00')");
    static const char *const there[][2] = {
        {"id", ID}, {"title", "it's"}, {"active", "1"}, {"seats", "7"}, {"price", "12.5"}, {"extra", "{\"a\":2,\"b\":1}"},
        {"plain", "{\"b\":1}"}, {"mood", "happy"}, {"seen", "2026-01-02 09:00:00+00:00"},
    };
    static const char *const nowhere[][2] = {
        {"id", "nonsense"}, {"id", NULL}, {"title", "it"}, {"seats", "99999999999999999999"}, {"mood", "angry"},
        {"born", "someday"}, {"nothing", "1"}, {"plain", "{"},
    };
    for (size_t i = 0; i < ARRAY_LEN(there); i++)
        cr_expect_str_eq(find(&p, there[i][0], there[i][1]), ID "\n", "%s", there[i][0]);
    for (size_t i = 0; i < ARRAY_LEN(nowhere); i++)
        cr_expect_str_eq(find(&p, nowhere[i][0], nowhere[i][1]), "", "%s", nowhere[i][0]);
    Err err = {0};
    Str id = STR(ID);
    const char *column = "id";
    int rows = 0;
    cr_expect(p.t->kind->find(p.t, "nobody", &column, &id, 1, 1, stop, &rows, &err));
    cr_expect_not(p.t->kind->find(p.t, "shapes", &column, &id, 1, 1, stop, &rows, &err));
    cr_expect_eq(err.kind, ERR_STOPPED);
}

Test(postgres_read, the_digest_tells_rows_apart)
{
    AUTO(postgres_place_free) PostgresPlace p = postgres_place("CREATE TABLE pairs (a text, b text)");
    const PgTable *live = (const PgTable *)postgres_place_table(&p, "pairs");
    const Str rows[][2] = {{STR("ab"), STR("c")}, {STR("a"), STR("bc")}, {STR("abc"), STR("")}, {STR("abc"), {NULL, 0}}};
    unsigned char digests[ARRAY_LEN(rows)][PG_WRITTEN_BYTES], again[PG_WRITTEN_BYTES];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        postgres_written((PostgresTarget *)p.t, live, rows[i], digests[i]);
        postgres_written((PostgresTarget *)p.t, live, rows[i], again);
        cr_expect_arr_eq(digests[i], again, PG_WRITTEN_BYTES);
        for (size_t k = 0; k < i; k++)
            cr_expect_arr_neq(digests[i], digests[k], PG_WRITTEN_BYTES);
    }
}
