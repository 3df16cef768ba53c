#include <criterion/criterion.h>
#include <string.h>

#include "base/cancel.h"
#include "tests/support/mapping_bench.h"

TestSuite(evaluate, .init = bench_open, .fini = bench_close);

static void same(const char *sql, const char *expected)
{
    cr_assert_str_eq(bench_value(sql), expected, "%s gives %s", sql, bench_value(sql));
}

static void two_people(void)
{
    bench_record("person", BENCH_KEY("01"), "{\"name\":\"Ana\",\"born\":\"soon\",\"sex\":\"f\"}");
    bench_record("person", BENCH_KEY("02"), "{\"name\":\"Bea\",\"born\":\"2001-02-03\",\"age\":\"x\"}");
}

#define ISSUES "SELECT group_concat(substr(key, 35) || ' ' || field || ' ' || code || ' ' || severity, ', ')" \
               " FROM (SELECT * FROM _issues ORDER BY key, field, code)"

Test(evaluate, an_issue_finds_its_row_and_column)
{
    two_people();
    bench_file("person.yaml", "entity: person\ntable: people\n"
                              "from: person p LEFT JOIN (SELECT person_uuid, count(*) AS n FROM visit GROUP BY 1) v"
                              " ON v.person_uuid = p.canonical_uuid\n"
                              "columns:\n  name: p.name\n  born: date_of(p.born, 'ymd')\n  age: int_of(p.age)\n"
                              "  plain: row_number() OVER (ORDER BY p.name DESC)\n");
    bench_makes("person");
    same(ISSUES, "01 born date.invalid warning, 02 age integer.invalid warning");
    same("SELECT group_concat(plain) FROM (SELECT plain FROM out_person ORDER BY key)", "2,1");
}

Test(evaluate, a_named_expression_stands_for_its_text)
{
    two_people();
    bench_file("person.yaml", "entity: person\ntable: people\nlet:\n  shout: upper(person.name)\n"
                              "  twice: $shout || '$x' || $shout\n"
                              "columns:\n  name: $twice\n  born: \"NULL\"\n  age: \"NULL\"\n");
    bench_makes("person");
    same("SELECT group_concat(name) FROM (SELECT name FROM out_person ORDER BY key)", "ANA$xANA,BEA$xBEA");
}

#define INDEXES "SELECT coalesce(group_concat(name), '') FROM (SELECT name FROM sqlite_schema WHERE type = 'index'" \
                " AND sql IS NOT NULL AND name NOT GLOB '*_source_id' AND name NOT GLOB '_*' ORDER BY name)"

Test(evaluate, only_columns_that_are_searched_by_get_an_index)
{
    two_people();
    bench_record("visit", BENCH_KEY("11"), "{\"person_uuid\":\"" BENCH_KEY("02") "\"}");
    bench_record("note", BENCH_KEY("21"), "{\"visit_uuid\":\"" BENCH_KEY("11") "\"}");
    bench_file("person.yaml", "entity: person\ntable: people\n"
                              "from: person p LEFT JOIN visit v ON v.canonical_uuid = p.canonical_uuid\n"
                              "columns: {name: \"coalesce(p.name, v.person_uuid)\"}\n");
    bench_makes("person");
    same(INDEXES, "");
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns:\n"
                              "  name: (SELECT count(*) FROM visit v WHERE v.person_uuid = person.canonical_uuid)\n");
    cr_assert(bench_start(), "%s", bench_told());
    bench_makes("person");
    same(INDEXES, "visit_person_uuid");
    same("SELECT group_concat(name) FROM (SELECT name FROM out_person ORDER BY key)", "0,1");
    same("SELECT count(*) FROM temp.sqlite_schema", "0");
}

Test(evaluate, a_row_left_out_on_purpose_is_no_reject)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING "  # the last\nchecks:\n"
                              "  - {code: a.bad, when: \"person.name = 'Ana'\"}\n"
                              "  - {code: a.left, when: \"person.name = 'Ana'\", severity: warning, skip: true}\n");
    cr_assert(bench_start(), "%s", bench_told());
    MapperResult r;
    cr_assert(bench_validate("person", &r), "%s", bench.err.text);
    cr_assert_eq(r.skipped, 1);
    cr_assert_eq(r.rejected, 0);
    same("SELECT group_concat(key) FROM out_person", BENCH_KEY("02"));
    same("SELECT key || ' ' || reason FROM _skips", BENCH_KEY("01") " a.left");
    same("SELECT code || ' ' || severity FROM _issues WHERE key = '" BENCH_KEY("01") "'", "a.left warning");
}

Test(evaluate, a_raising_function_in_a_window_is_a_mistake)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING "  # the last\nchecks:\n"
                              "  - {code: a.b, when: \"max(date_of(person.born, 'ymd')) OVER () = 'x'\"}\n");
    cr_assert(bench_start(), "%s", bench_told());
    MapperResult r;
    cr_assert_not(bench_validate("person", &r));
    cr_assert_eq(bench.err.kind, ERR_CONFIG);
    cr_assert(strstr(bench.err.text, "inside a window"), "%s", bench.err.text);
    same("SELECT count(*) FROM out_person", "0");
}

Test(evaluate, a_row_left_out_takes_its_issues_along)
{
    two_people();
    bench_file("person.yaml", "entity: person\ntable: people\nwhere: person.name = 'Bea'\n"
                              "columns: {name: person.name, born: \"date_of(person.born, 'ymd')\", age: int_of(person.age)}\n");
    bench_makes("person");
    same(ISSUES, "02 age integer.invalid warning");
    same("SELECT key || ' ' || reason FROM _skips", BENCH_KEY("01") " filter");
    bench_file("person.yaml", PERSON_MAPPING "where: person.name = 'Bea'\notherwise: raw\n");
    cr_assert(bench_start(), "%s", bench_told());
    bench_makes("person");
    same("SELECT group_concat(reason) FROM _skips", "raw");
}

Test(evaluate, a_check_rejects_warns_or_stops)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING "checks:\n  - {code: person.a, when: person.name = 'Ana', severity: error}\n"
                              "  - {code: person.b, when: 0.5, severity: information}\n");
    bench_makes("person");
    same("SELECT group_concat(key || code) FROM _rejects", BENCH_KEY("01") "person.a");
    same("SELECT count(*) FROM _issues WHERE code = 'person.b'", "2");
    same("SELECT group_concat(name) FROM out_person", "Bea");
    bench_file("person.yaml", PERSON_MAPPING "checks:\n  - {code: person.c, when: person.name = 'Bea', severity: fatal, message: no Bea}\n");
    cr_assert(bench_start(), "%s", bench_told());
    MapperResult r;
    cr_assert_not(bench_validate("person", &r));
    cr_assert_eq(bench.err.kind, ERR_STEP);
    cr_assert(strstr(bench.err.text, "no Bea (record " BENCH_KEY("02") ")"), "%s", bench.err.text);
    same("SELECT group_concat(name) FROM out_person", "Bea"); // as the run before left it
}

Test(evaluate, severity_error_of_the_profile_rejects)
{
    two_people();
    bench_file("profile.yaml", "clinic_table: {table: clinics, id: id, name: name}\nissues: {date.invalid: {severity: error}}\n");
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns: {name: person.name, born: \"date_of(person.born, 'ymd')\"}\n");
    bench_makes("person");
    same("SELECT group_concat(key || code) FROM _rejects", BENCH_KEY("01") "date.invalid");
}

#define VISITS \
    "entity: visit\ntable: visits\ncolumns: {what: visit.day}\nreferences:\n  person_id: {entity: person, key: visit.person_uuid, missing: "

Test(evaluate, a_reference_that_leads_nowhere)
{
    two_people();
    bench_record("visit", BENCH_KEY("11"), "{\"person_uuid\":\"" BENCH_KEY("01") "\"}");
    bench_record("visit", BENCH_KEY("12"), "{\"person_uuid\":\"" BENCH_KEY("02") "\"}");
    bench_record("visit", BENCH_KEY("13"), "{\"person_uuid\":\"" BENCH_KEY("99") "\"}");
    bench_record("visit", BENCH_KEY("14"), "{}");
    bench_file("person.yaml", PERSON_MAPPING "checks:\n  - {code: person.a, when: person.name = 'Ana'}\n");
    bench_file("visit.yaml", VISITS "reject, required: true}\n");
    bench_makes("person");
    MapperResult r;
    cr_assert(bench_validate("visit", &r), "%s", bench.err.text);
    cr_assert(r.read == 4 && r.kept == 1 && r.rejected == 3 && r.rejected_by_parent == 1, "kept %d", (int)r.kept);
    same("SELECT group_concat(substr(key, 35) || code || by_parent) FROM _rejects WHERE entity = 'visit'",
         "11visit.person_id.unmapped1,13visit.person_id.unmapped0,14visit.person_id.none0");
    same("SELECT person_id = (SELECT id FROM out_person) FROM out_visit", "1");
    bench_file("visit.yaml", VISITS "warn, default: \"'" BENCH_CLINIC "'\"}\n");
    cr_assert(bench_start(), "%s", bench_told());
    cr_assert(bench_validate("person", &r) && bench_validate("visit", &r));
    same("SELECT count(*) FROM out_visit WHERE person_id = '" BENCH_CLINIC "'", "3");
    same("SELECT group_concat(substr(key, 35)) FROM _issues WHERE entity = 'visit'", "11,13");
    bench_file("visit.yaml", VISITS "ignore}\n"); // the column must not be NULL
    cr_assert(bench_start(), "%s", bench_told());
    cr_assert(bench_validate("person", &r) && bench_validate("visit", &r));
    same("SELECT group_concat(DISTINCT code) FROM _rejects WHERE entity = 'visit'", "value.missing");
}

Test(evaluate, words_become_those_of_the_target)
{
    two_people();
    bench_record("person", BENCH_KEY("03"), "{\"name\":\"Cid\",\"sex\":\"x\"}");
    bench_file("person.yaml", PERSON_MAPPING "values:\n  active: {of: person.sex, map: {f: 1}, other: {set: 0, issue: person.sex.unknown}}\n"
                              "  age: {of: person.sex, map: {f: ' 7'}, null: 9}\n");
    bench_makes("person");
    same("SELECT group_concat(coalesce(active, '-') || coalesce(age, '-') || typeof(age)) FROM out_person", "17integer,-9integer,0-null");
    same(ISSUES, "03 active person.sex.unknown warning");
}

#define EVENTS(more) \
    "entity: person\npart: event\ntable: visits\nfrom: person p JOIN out_person o ON o.key = p.canonical_uuid" more

Test(evaluate, parts_hang_on_the_main_row)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING "checks:\n  - {code: person.a, when: person.name = 'Ana'}\n");
    bench_file("person.event.yaml",
               EVENTS(", (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3) e\nkey: e.n\nwhere: e.n < 3\n"
                      "columns: {person_id: o.id, what: \"iif(e.n = 2, printf('%40d', 1), 'a')\", day: \"date_of('soon' || e.n, 'ymd')\"}\n"));
    MapperResult r;
    cr_assert(bench_start(), "%s", bench_told());
    cr_assert(bench_validate("person", &r), "%s", bench.err.text);
    cr_assert(r.read == 2 && r.kept == 1 && r.skipped == 0 && r.rejected == 1);
    same("SELECT group_concat(substr(key, 35) || part) FROM out_person_event", "021");
    same(ISSUES, "01 person.a person.a error, 02 event.day date.invalid warning, 02 event.what value.too_long error");
}

Test(evaluate, two_rows_for_one_record_are_a_mistake)
{
    two_people();
    static const char *const more[] = {"", "where: p.name = 'x'\n", "checks: [{code: a.b, when: 1}]\n"};
    for (size_t i = 0; i < ARRAY_LEN(more); i++) {
        bench_file("person.yaml", arena_text(bench.arena, "entity: person\ntable: people\nfrom: person p, (SELECT 1 UNION SELECT 2) two\n"
                                                          "columns: {name: p.name}\n%s", more[i]));
        cr_assert(bench_start(), "%s", bench_told());
        MapperResult r;
        cr_assert_not(bench_validate("person", &r));
        cr_assert(strstr(bench.err.text, "two rows for the record " BENCH_KEY("01")), "%s", bench.err.text);
    }
    bench_file("person.yaml", PERSON_MAPPING "from: person RIGHT JOIN (SELECT 1) one ON 0\n");
    cr_assert(bench_start(), "%s", bench_told());
    MapperResult r;
    cr_assert_not(bench_validate("person", &r));
    cr_assert(strstr(bench.err.text, "without a record"), "%s", bench.err.text);
}

Test(evaluate, a_link_fills_no_row)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING "link: iif(person.name = 'Ana', '" BENCH_CLINIC "', NULL)\n");
    bench_file("visit.yaml", "entity: visit\nreferences: {id: {entity: person, key: visit.person_uuid, missing: ignore}}\nlink: id\n");
    bench_makes("person");
    same("SELECT group_concat((link IS NOT NULL) || (id = link) || coalesce(name, '-')) FROM out_person WHERE link NOT NULL", "11-");
    same("SELECT name FROM out_person WHERE link IS NULL", "Bea");
}

Test(evaluate, a_mapping_that_only_links_needs_a_link)
{
    bench_record("visit", BENCH_KEY("11"), "{\"day\":\"" BENCH_CLINIC "\"}");
    bench_record("visit", BENCH_KEY("12"), "{}");
    bench_file("visit.yaml", "entity: visit\nlink: visit.day\n");
    bench_makes("visit");
    same("SELECT id FROM out_visit", BENCH_CLINIC);
    same("SELECT code FROM _rejects", "visit.unmapped");
}

Test(evaluate, rejects_over_the_limit_leave_the_step_undone)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING "checks: [{code: a.b, when: 1}]\n");
    cr_assert(bench_start(), "%s", bench_told());
    MapperResult r;
    MapperWatch watch = {.max_rejects = 1, .max_ratio = 0.5};
    cr_assert(mapper_validate(bench.mapper, "person", "print", &watch, &r, &bench.err), "%s", bench.err.text);
    cr_assert(r.too_many);
    same("SELECT fingerprint FROM _steps WHERE step = 'person/validate'", "");
    watch.max_rejects = 2;
    cr_assert(mapper_validate(bench.mapper, "person", "print", &watch, &r, &bench.err), "%s", bench.err.text);
    cr_assert_not(r.too_many);
    same("SELECT fingerprint FROM _steps WHERE step = 'person/validate'", "print");
}

Test(evaluate, a_request_to_stop_leaves_nothing_behind)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING);
    cr_assert(bench_start(), "%s", bench_told());
    cancel_start(false);
    cancel_request(0);
    MapperResult r;
    cr_assert_not(bench_validate("person", &r));
    cr_assert_eq(bench.err.kind, ERR_STOPPED);
}

Test(evaluate, rejects_take_no_memory_of_the_mapper)
{
    for (int i = 0; i < 2000; i++)
        bench_record("visit", arena_text(bench.arena, "00000000-0000-5000-8000-%012d", i), "{}");
    bench_file("visit.yaml", "entity: visit\nlink: visit.day\n");
    cr_assert(bench_start(), "%s", bench_told());
    size_t before = arena_used(bench.arena);
    MapperResult r;
    cr_assert(bench_validate("visit", &r), "%s", bench.err.text);
    cr_assert_eq(r.rejected, 2000);
    cr_assert_lt(arena_used(bench.arena) - before, 4000);
}
