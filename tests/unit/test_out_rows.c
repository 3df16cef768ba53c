// Fingerprints, the rows that go to the target, and what is found there afterwards.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "map/out_rows.h"
#include "map/verify.h"
#include "tests/support/mapping_bench.h"

TestSuite(out_rows, .init = bench_open, .fini = bench_close);

static void two_people(void)
{
    bench_record("person", BENCH_KEY("01"), "{\"name\":\"Ana\",\"age\":1}");
    bench_record("person", BENCH_KEY("02"), "{\"name\":\"Bea\",\"age\":2}");
    bench_record("visit", BENCH_KEY("11"), "{\"person_uuid\":\"" BENCH_KEY("01") "\",\"price\":\"2.5\"}");
}

static void start(void)
{
    cr_assert(bench_start(), "%s", bench_told());
}

static const char *print_of(const char *mapping)
{
    bench_file("person.yaml", mapping);
    start();
    return bench_fingerprint("person");
}

Test(out_rows, a_fingerprint_is_of_the_meaning)
{
    two_people();
    const char *first = print_of("entity: person\ntable: people\ncolumns: {name: person.name, age: person.age}\n");
    cr_assert_str_eq(print_of("# people\ntable: 'people'\nentity: person\ncolumns:\n  name: \"person.name\" # a name\n  age: person.age\n"), first);
    cr_assert_str_neq(print_of("entity: person\ntable: people\ncolumns: {name: person.name, age: person.age + 1}\n"), first);
    const char *again = print_of("entity: person\ntable: people\ncolumns: {name: person.name, age: person.age}\n");
    cr_assert_str_eq(again, first);
    bench.as_of = "2026-11-22T12:00:00Z";
    start();
    cr_assert_str_neq(bench_fingerprint("person"), first);
    bench.as_of = "2026-11-21T12:00:00Z";
    static Setting other = {"greeting", "bye", 1};
    bench.clinic.settings = &other;
    bench.clinic.n_settings = 1;
    start();
    cr_assert_str_neq(bench_fingerprint("person"), first);
    bench.clinic.n_settings = 0;
    bench_file("profile.yaml", "clinic_table: {table: clinics, id: id, name: name}\nsettings: {greeting: {default: hello}}\n"
                               "snapshot: {clinics: [id, name]}\nissues:\n  date.invalid: {severity: error}\n");
    start();
    cr_assert_str_neq(bench_fingerprint("person"), first);
}

Test(out_rows, a_fingerprint_follows_the_columns_read)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("visit.yaml", "entity: visit\ntable: visits\nfrom: visit v JOIN out_person o ON o.key = v.person_uuid\n"
                             "columns: {person_id: o.id, what: o.name}\n");
    bench_file("note.yaml", "entity: note\nlink: (SELECT count(*) FROM out_person)\n");
    bench_makes("person");
    const char *visits = bench_fingerprint("visit"), *notes = bench_fingerprint("note");
    bench_file("person.yaml", PERSON_MAPPING "checks: []\n"); // another mapping, the same rows
    start();
    bench_makes("person");
    cr_assert_str_eq(bench_fingerprint("visit"), visits);
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns: {name: person.name, age: person.age}\n"); // nobody reads age
    start();
    bench_makes("person");
    cr_assert_str_eq(bench_fingerprint("visit"), visits);
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns: {name: upper(person.name), age: person.age}\n");
    start();
    bench_makes("person");
    cr_assert_str_neq(bench_fingerprint("visit"), visits);
    cr_assert_str_eq(bench_fingerprint("note"), notes);
    bench_file("person.yaml", PERSON_MAPPING "where: person.age = 1\n");
    start();
    bench_makes("person");
    cr_assert_str_neq(bench_fingerprint("note"), notes); // one row less
}

Test(out_rows, parts_that_read_each_other_are_done_at_once)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("person.a.yaml", "entity: person\npart: a\ntable: visits\nfrom: person p JOIN out_person o ON o.key = p.canonical_uuid\n"
                                "columns: {person_id: o.id, what: p.name}\n");
    bench_file("person.b.yaml", "entity: person\npart: b\ntable: visits\nfrom: person p JOIN out_person_a a ON a.key = p.canonical_uuid\n"
                                "columns: {person_id: a.person_id, what: a.what}\n");
    start();
    const char *before = bench_fingerprint("person");
    bench_makes("person");
    cr_assert_str_eq(bench_fingerprint("person"), before);
}

static OutRows *open_rows(const char *after)
{
    OutRows *o = out_rows_open(bench.mapper, "person", after, &bench.err);
    cr_assert(o, "%s", bench.err.text);
    return o;
}

// Keys of all rows with the parts in the order of writing: "01:a,main,z 02:main".
static const char *shape(const char *after, size_t most)
{
    AUTO(buf_free) Buf out = {0};
    OutRows *o = open_rows(after);
    size_t n_parts, n;
    const WritePart *parts = out_rows_parts(o, &n_parts);
    WriteItem *items;
    do {
        cr_assert(out_rows_next(o, bench.arena, most, 1 << 20, &items, &n, &bench.err), "%s", bench.err.text);
        for (size_t i = 0; i < n; i++) {
            buf_addf(&out, " %.*s%s", 2, items[i].key.at + 34, items[i].link.at ? "=" : ":");
            for (size_t r = 0; r < items[i].n_rows; r++)
                buf_addf(&out, "%s,", parts[items[i].parts[r]].name);
        }
    } while (n);
    out_rows_close(o);
    return arena_text(bench.arena, "%s", buf_text(&out));
}

static Str first_hash(void)
{
    OutRows *o = open_rows("");
    WriteItem *items;
    size_t n;
    cr_assert(out_rows_next(o, bench.arena, 1, 1 << 20, &items, &n, &bench.err) && n == 1, "%s", bench.err.text);
    out_rows_close(o);
    return items[0].hash;
}

#define PART(name, more) "entity: person\npart: " name "\ntable: visits\nfrom: person p JOIN out_person o ON o.key = p.canonical_uuid\n" more

Test(out_rows, parts_go_before_and_after_their_row)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("person.a.yaml", PART("a", "columns: {person_id: o.id, what: p.name}\n"));
    bench_file("person.z.yaml", PART("z", "before: true\nwhere: p.name = 'Ana'\ncolumns: {person_id: o.id, what: p.name}\n"));
    bench_makes("person");
    cr_assert_str_eq(shape("", 100), " 01:person.z,person,person.a, 02:person,person.a,");
    cr_assert_str_eq(shape("", 1), " 01:person.z,person,person.a, 02:person,person.a,");
    cr_assert_str_eq(shape(BENCH_KEY("01"), 1), " 02:person,person.a,");
    Str hash = first_hash();
    cr_assert(str_eq(first_hash(), hash));
    bench_file("person.a.yaml", PART("a", "columns: {person_id: o.id, what: p.name || '!'}\n"));
    start();
    bench_makes("person");
    cr_assert_not(str_eq(first_hash(), hash));
    bench_file("person.a.yaml", PART("a", "columns: {person_id: o.id, what: p.name}\nlink: iif(p.age = 1, o.id, NULL)\n"));
    start();
    bench_makes("person");
    cr_assert_str_eq(shape("", 100), " 01:person.z,person, 02:person,person.a,"); // a linked part writes nothing
}

Test(out_rows, a_thousand_parts_hang_on_one_row)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("person.a.yaml", PART("a", "  , (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000) SELECT n FROM c) e\n"
                                          "where: p.name = 'Bea'\nkey: e.n\ncolumns: {person_id: o.id, what: e.n}\n"));
    bench_makes("person");
    OutRows *o = open_rows("");
    WriteItem *items;
    size_t n;
    cr_assert(out_rows_next(o, bench.arena, 10, 1 << 20, &items, &n, &bench.err), "%s", bench.err.text);
    cr_assert_eq(n, 2);
    cr_assert_eq(items[0].n_rows, 1);
    cr_assert_eq(items[1].n_rows, 1001);
    out_rows_close(o);
}

static void write_people(void)
{
    int64_t job = 0;
    const TargetKind *kind = bench.target->kind;
    cr_assert(kind->job_begin(bench.target, &job, "test", &bench.err), "%s", bench.err.text);
    OutRows *o = open_rows("");
    WriteBatch batch = {.step = "person/insert", .entity = "person", .last_key = BENCH_KEY("02"), .last = true, .fingerprint = "x"};
    batch.parts = out_rows_parts(o, &batch.n_parts);
    cr_assert(out_rows_next(o, bench.arena, 10, 1 << 20, &batch.items, &batch.n, &bench.err), "%s", bench.err.text);
    cr_assert(kind->write(bench.target, &batch, &bench.err), "%s", bench.err.text);
    out_rows_close(o);
}

static VerifyResult verify(void)
{
    VerifyResult r;
    MapperWatch watch = {0};
    cr_assert(mapper_verify(bench.mapper, bench.arena, "person", &watch, &r, &bench.err), "%s", bench.err.text);
    return r;
}

static void in_target(const char *sql)
{
    const char *path = arena_text(bench.arena, "%s/target.db", getenv("MUDANZA_DATA_DIR"));
    AUTO(lite_close_at) Lite *db = lite_open(path, LITE_WRITE, ERR_INTERNAL, &bench.err);
    cr_assert(db && lite_exec(db, sql, &bench.err), "%s", bench.err.text);
}

Test(out_rows, what_was_written_is_found_again)
{
    two_people();
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns: {name: person.name, age: person.age, balance: person.age,\n"
                              "  extra: \"'{ \\\"a\\\": 1 }'\", weight: 0.1, born: \"'2001-2-3'\"}\n");
    bench_makes("person");
    VerifyResult r = verify();
    cr_assert(r.rows == 2 && r.missing == 2 && r.different == 0 && !r.column, "%d", (int)r.missing);
    cr_assert_str_eq(r.where, "person");
    write_people();
    r = verify();
    cr_assert(r.rows == 2 && !r.missing && !r.different, "%s %s", r.key, r.column);
    in_target("INSERT INTO people(id, name) VALUES('" BENCH_CLINIC "', 'Eve'); UPDATE people SET balance = '1.0' WHERE name = 'Ana'");
    r = verify();
    cr_assert(r.rows == 2 && !r.missing && !r.different); // rows of others, 1.0 for 1.00
    in_target("UPDATE people SET age = 9 WHERE name = 'Bea'");
    r = verify();
    cr_assert(!r.missing && !r.different && r.edited == 1);
    cr_assert_str_eq(r.column, "age");
    cr_assert_str_eq(r.key, BENCH_KEY("02"));
    in_target("DELETE FROM people WHERE name = 'Ana'");
    r = verify();
    cr_assert(r.rows == 2 && r.missing == 1 && !r.different && r.edited == 1);
}

Test(out_rows, rows_the_target_refused_are_not_expected)
{
    two_people();
    in_target("CREATE UNIQUE INDEX one_plain ON people(plain)");
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns: {name: person.name, plain: 7}\n");
    bench_makes("person");
    write_people();
    VerifyResult r = verify();
    cr_assert(r.rows == 1 && !r.missing && !r.different, "%d rows, %d missing", (int)r.rows, (int)r.missing);
}

static bool in_target_is(const char *sql)
{
    const char *path = arena_text(bench.arena, "%s/target.db", getenv("MUDANZA_DATA_DIR"));
    int64_t yes = 0;
    AUTO(lite_close_at) Lite *db = lite_open(path, LITE_READ, ERR_INTERNAL, &bench.err);
    cr_assert(db && lite_one_int(db, &yes, NULL, &bench.err, "%s", sql), "%s", bench.err.text);
    return yes;
}

Test(out_rows, a_column_of_the_application_is_written_once)
{
#define OWNED(age, plain) "entity: person\ntable: people\ncolumns: {name: person.name, age: " age ", plain: " plain "}\nowner: {app: [age]}\n"
    two_people();
    bench_file("person.yaml", OWNED("person.age", "1"));
    bench_makes("person");
    write_people();
    Str hash = first_hash();
    in_target("UPDATE people SET age = 77 WHERE name = 'Ana'");
    cr_assert_eq(verify().different, 0);
    bench_file("person.yaml", OWNED("person.age + 1", "1"));
    start();
    bench_makes("person");
    cr_assert(str_eq(first_hash(), hash));
    bench_file("person.yaml", OWNED("person.age + 1", "2"));
    start();
    bench_makes("person");
    write_people();
    cr_assert(in_target_is("SELECT count(*) = 2 FROM people WHERE plain = 2 AND age = iif(name = 'Ana', 77, 2)"));
    cr_assert_eq(verify().different, 0);
}

Test(out_rows, what_somebody_changed_is_told_apart)
{
    two_people();
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns: {name: person.name, age: person.age}\n");
    bench_makes("person");
    write_people();
    in_target("UPDATE people SET name = 'By hand' WHERE age = 2");
    VerifyResult r = verify();
    cr_assert(r.rows == 2 && !r.missing && !r.different && r.edited == 1, "%d different", (int)r.different);
    cr_assert_str_eq(r.column, "name");
    // One that the migration wrote and nobody touched differs because the mapping makes something else now.
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns: {name: person.name, age: person.age + 1}\n");
    start();
    bench_makes("person");
    r = verify();
    cr_assert(r.different == 1 && r.edited == 1, "%d different", (int)r.different);
    cr_assert_str_eq(r.key, BENCH_KEY("01"));
}
