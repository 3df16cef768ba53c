// Rows go to the server in binary where they can: what stands there is what the same texts would have made.
#include <criterion/criterion.h>
#include <string.h>

#include "map/value.h"
#include "target/postgres_writer.h"
#include "tests/unit/target_place.h"

#define KINDS                                                                                                  \
    "(id integer PRIMARY KEY, a text, b varchar(40), c char(40), d boolean, e smallint, f bigint, g numeric(30,2),"  \
    " h numeric(8,4), i real, j double precision, k date, l timestamptz, m timestamptz(3), n timestamp(0), o timestamp," \
    " p uuid, q jsonb, r json, s mood, t numeric(20,0))"

static const char schema[] = "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE kinds " KINDS
                             "; CREATE TABLE given " KINDS ";";

static const char *const words[] = {
    "", " ", "ab ", "x\\t\\n'\t\n\"", "\xC3\xA1rbol", "\\N", "good", "bad", "true", "false", "0", "1", "-1", "7", "100", "9999",
    "10000", "32767", "-32768", "123456789012", "9223372036854775807", "-9223372036854775808", "0.1", "0.01", "-0.001", "-0.00",
    "0.00005", "12.345", "1000.0001", "9999.9999", "20000.00", "10000000000000000000000000.01", "-99999999999999999999.99", "0.123456789",
    "1e20", "1e-30", "16777217", "-0.0000012345678", "1.7976931348623157e308", "0001-01-01", "1582-10-10", "1999-12-31",
    "2000-01-01", "2024-02-29", "9999-12-31", "2026-01-02T10:00:00.123456+01:00", "1999-12-31 23:59:59.9995",
    "1999-12-31 23:59:59.0005", "0001-01-02 00:00:00+00:00", "9999-12-30 23:59:59.999999Z",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "{\"b\": 1.50, \"a\": [1e2, \"\\u00e9\"]}", "[]", "null", "\"\"",
};

enum { MOST = 1200 };

typedef struct {
    const char *names[32];
    WritePart part;
    WriteItem items[MOST];
    WriteRow rows[MOST];
    size_t n;
    Buf given; // statements
} Rows;

static Rows *rows_of(Place *p, const Table *table)
{
    Rows *r = arena_one(p->arena, Rows);
    for (size_t i = 0; i < table->n; i++)
        r->names[i] = table->columns[i].name;
    r->part = (WritePart){"kind", "kinds", r->names, table->n, 0, NULL};
    return r;
}

// A row with one value, here and in the table beside it, where the server reads the text.
static void add(Place *p, Rows *r, const Table *table, size_t column, Str value)
{
    static const int main_part[] = {0};
    AUTO(buf_free) Buf literal = {0};
    Str *values = arena_many(p->arena, Str, table->n);
    const char *id = arena_text(p->arena, "%zu", r->n);
    values[0] = str_of(id);
    values[column] = value;
    r->rows[r->n].values = values;
    r->items[r->n] = (WriteItem){.key = str_of(arena_text(p->arena, "k%08zu", r->n)), .hash = STR("h"), .rows = &r->rows[r->n],
                                 .parts = main_part, .n_rows = 1};
    pg_literal(&literal, value);
    buf_addf(&r->given, "INSERT INTO given (id, %s) VALUES (%s, %s);", table->columns[column].name, id, buf_text(&literal));
    r->n++;
}

static void write_rows(Place *p, Rows *r)
{
    Err err = {0};
    WriteBatch batch = {.step = "kind/insert", .entity = "kind", .parts = &r->part, .n_parts = 1, .items = r->items, .n = r->n,
                        .last_key = r->items[r->n - 1].key.at, .last = true, .fingerprint = "print"};
    place_run(p, buf_text(&r->given));
    buf_free(&r->given);
    cr_assert(p->t->kind->write(p->t, &batch, &err), "%s", err.text);
    for (size_t i = 0; i < r->n; i++)
        cr_expect_eq(r->items[i].outcome, ROW_NEW, "%zu: %s", i, r->items[i].detail);
}

static void expect_same(Place *p, size_t rows)
{
    cr_expect_eq(place_int(p, "SELECT count(*) FROM kinds mine JOIN given ON mine::text = given::text"), (int64_t)rows);
    cr_expect_str_eq(place_text(p, "SELECT coalesce(string_agg(given::text || ' is ' || mine::text, ' '), '') FROM kinds mine"
                                   " JOIN given USING (id) WHERE mine::text <> given::text"), "");
}

static bool in_binary(Place *p)
{
    return postgres_writer(postgres_of(p->t))->parts->binary;
}

Test(postgres_binary, is_what_the_text_would_have_been)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    Err err = {0};
    const Table *table = p.t->kind->table(p.t, "kinds", &err);
    cr_assert(table, "%s", err.text);
    Rows *r = rows_of(&p, table);
    for (size_t i = 1; i < table->n; i++) {
        add(&p, r, table, i, (Str){NULL, 0});
        for (size_t k = 0; k < ARRAY_LEN(words); k++) {
            AUTO(buf_free) Buf text = {0};
            if (!value_of_word(&table->columns[i], words[k], &text))
                add(&p, r, table, i, str_of(arena_text(p.arena, "%s", buf_text(&text))));
        }
    }
    cr_assert_gt(r->n, 300, "%zu", r->n);
    write_rows(&p, r);
    cr_expect(in_binary(&p));
    expect_same(&p, r->n);
}

// It is no value of ours, but the server may know what to make of it.
Test(postgres_binary, what_has_no_such_form_goes_as_text)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, schema);
    Err err = {0};
    const Table *table = p.t->kind->table(p.t, "kinds", &err);
    cr_assert(table, "%s", err.text);
    Rows *r = rows_of(&p, table);
    static const char *const odd[][2] = {{"p", "A0EEBC999C0B4EF8BB6D6BB9BD380A11"}, {"g", "1e3"}, {"l", "infinity"}, {"d", "yes"}};
    for (size_t i = 0; i < ARRAY_LEN(odd); i++)
        for (size_t c = 1; c < table->n; c++)
            if (strcmp(table->columns[c].name, odd[i][0]) == 0)
                add(&p, r, table, c, str_of(odd[i][1]));
    write_rows(&p, r);
    expect_same(&p, ARRAY_LEN(odd));
}

Test(postgres_binary, a_number_without_a_scale_goes_as_text)
{
    AUTO(place_free_at) Place p = place_of(&target_postgres, "CREATE TABLE kinds (id integer PRIMARY KEY, a numeric);"
                                                             "CREATE TABLE given (id integer PRIMARY KEY, a numeric)");
    Err err = {0};
    const Table *table = p.t->kind->table(p.t, "kinds", &err);
    cr_assert(table, "%s", err.text);
    Rows *r = rows_of(&p, table);
    add(&p, r, table, 1, STR("0.1"));
    write_rows(&p, r);
    cr_expect_not(in_binary(&p));
    expect_same(&p, 1);
}
