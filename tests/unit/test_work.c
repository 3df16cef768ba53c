#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/mapping_bench.h"

TestSuite(work, .init = bench_open, .fini = bench_close);

static void same(const char *sql, const char *expected)
{
    cr_assert_str_eq(bench_value(sql), expected, "%s gives %s", sql, bench_value(sql));
}

#define VISITS "work: visits\nindex: [person_uuid, \"person_uuid, n\"]\nsql: |\n" \
               "  SELECT person_uuid, count(*) AS n FROM visit GROUP BY 1\n"
#define COUNTED "entity: person\ntable: people\nfrom: person p LEFT JOIN work_visits v ON v.person_uuid = p.canonical_uuid\n" \
                "columns: {name: \"p.name || coalesce(v.n, 0)\"}\n"
#define NAMES "SELECT group_concat(name) FROM (SELECT name FROM out_person ORDER BY key)"
#define MADE "SELECT substr(value, 1, 8) FROM _about WHERE key = 'work.visits'"

static void two_people(void)
{
    bench_record("person", BENCH_KEY("01"), "{\"name\":\"Ana\"}");
    bench_record("person", BENCH_KEY("02"), "{\"name\":\"Bea\"}");
    bench_record("visit", BENCH_KEY("11"), "{\"person_uuid\":\"" BENCH_KEY("02") "\"}");
    bench_record("visit", BENCH_KEY("12"), "{\"person_uuid\":\"" BENCH_KEY("02") "\"}");
}

Test(work, a_mapping_reads_what_was_made_for_it)
{
    two_people();
    bench_file("work.visits.yaml", VISITS);
    bench_file("person.yaml", COUNTED);
    cr_assert(bench_start(), "%s", bench_told());
    same("SELECT count(*) FROM work_visits", "0"); // nothing is made before it is read
    bench_makes("person");
    same(NAMES, "Ana0,Bea2");
    same("SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'work_visits')",
         "work_visits_by_0,work_visits_by_1");
    Buf plan = {0};
    cr_assert(mapper_explain_works(bench.mapper, "person", &plan, &bench.err));
    cr_assert(strstr(buf_text(&plan), "-- work.visits -> work_visits"), "%s", buf_text(&plan));
    cr_assert(strstr(buf_text(&plan), "--   SCAN visit"), "%s", buf_text(&plan));
    buf_free(&plan);
}

Test(work, it_is_made_again_only_when_what_it_reads_has_changed)
{
    two_people();
    bench_file("work.visits.yaml", VISITS);
    bench_file("person.yaml", COUNTED);
    bench_makes("person");
    const char *before = bench_fingerprint("person"), *made = bench_value(MADE);
    cr_assert(bench_start(), "%s", bench_told());
    same("SELECT count(*) FROM work_visits", "1"); // kept
    cr_assert_str_eq(bench_fingerprint("person"), before);
    bench_file("work.visits.yaml", "# the same\nabout: visits of each\n" VISITS);
    cr_assert(bench_start(), "%s", bench_told());
    cr_assert_str_eq(bench_fingerprint("person"), before);
    bench_makes("person");
    same(MADE, made);
    bench_file("work.visits.yaml", "work: visits\nsql: SELECT person_uuid, 10 * count(*) AS n FROM visit GROUP BY 1\n");
    cr_assert(bench_start(), "%s", bench_told());
    cr_assert_str_neq(bench_fingerprint("person"), before);
    bench_makes("person");
    same(NAMES, "Ana0,Bea20");
    same("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'work_visits'", "0");
}

Test(work, one_that_was_not_finished_is_made_again)
{
    two_people();
    bench_file("work.visits.yaml", VISITS);
    bench_file("person.yaml", COUNTED "checks: [{code: a.b, when: \"p.name = 'Bea'\", severity: fatal}]\n");
    cr_assert(bench_start(), "%s", bench_told());
    MapperResult r;
    cr_assert_not(bench_validate("person", &r)); // the work table was full when the mapping failed
    same("SELECT count(*) FROM work_visits", "0");
    same(MADE, "");
    bench_file("person.yaml", COUNTED);
    cr_assert(bench_start(), "%s", bench_told());
    bench_makes("person");
    same(NAMES, "Ana0,Bea2");
}

// person -> out_person -> work_named -> visit: the order follows through the table, and so does a change.
Test(work, order_and_reasons_go_through_it)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("work.named.yaml", "work: named\nsql: SELECT o.key, o.id, o.name FROM out_person o\n");
    bench_file("work.loud.yaml", "work: loud\nsql: SELECT key, id, upper(name) AS name FROM WORK_NAMED\n");
    bench_file("visit.yaml", "entity: visit\ntable: visits\nfrom: visit v JOIN work_loud w ON w.key = v.person_uuid\n"
                             "columns: {what: w.name}\nreferences: {person_id: {entity: person, key: v.person_uuid}}\n");
    cr_assert(bench_start(), "%s", bench_told());
    cr_assert(mapper_needs(bench.mapper, "visit", "person"));
    cr_assert_not(mapper_needs(bench.mapper, "person", "visit"));
    bench_makes("person");
    const char *before = bench_fingerprint("visit");
    bench_makes("visit");
    same("SELECT group_concat(what) FROM out_visit", "BEA,BEA");
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns: {name: \"'x' || person.name\"}\n");
    cr_assert(bench_start(), "%s", bench_told());
    bench_makes("person");
    cr_assert_str_neq(bench_fingerprint("visit"), before);
    bench_makes("visit");
    same("SELECT group_concat(what) FROM out_visit", "XBEA,XBEA");
}

Test(work, after_counts_for_who_reads_it)
{
    two_people();
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("work.late.yaml", "work: late\nafter: [person]\nsql: SELECT canonical_uuid AS key FROM visit\n");
    bench_file("visit.yaml", "entity: visit\ntable: visits\nfrom: visit v JOIN work_late w ON w.key = v.canonical_uuid\n"
                             "columns: {what: w.key}\nreferences: {person_id: {entity: person, key: v.person_uuid}}\n");
    cr_assert(bench_start(), "%s", bench_told());
    cr_assert(mapper_needs(bench.mapper, "visit", "person"));
}

Test(work, mistakes_have_their_place)
{
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("work.a.yaml", "work: b\nsql: SELECT 1 AS x\n");
    bench_refuses("work.a.yaml", 1, "as in the file's name");
    bench_file("work.a.yaml", "work: a\nsqll: SELECT 1 AS x\nsql: SELECT 1 AS x\n");
    bench_refuses("work.a.yaml", 2, "sqll");
    bench_file("work.a.yaml", "work: a\nabout: nothing\n");
    bench_refuses("work.a.yaml", 1, "sql: must be one SELECT");
    bench_file("work.a.yaml", "work: a\nsql: SELECT p.nam FROM person p\n");
    bench_file("work.b.yaml", "work: b\nsql: SELECT * FROM work_a\n");
    bench_refuses("work.a.yaml", 2, "no such column: p.nam"); // and nothing of who reads it
    bench_file("work.b.yaml", NULL);
    bench_file("work.a.yaml", "work: a\nindex: [x, \"x, yy\"]\nsql: SELECT 1 AS x, 2 AS y\n");
    bench_refuses("work.a.yaml", 2, "work_a has no column 'yy'");
    bench_file("work.a.yaml", "work: a\nsql: SELECT date_of(born, 'ymd') AS x FROM person\n");
    bench_refuses("work.a.yaml", 2, "raises issues");
    bench_file("work.a.yaml", "work: a\nsql: DELETE FROM person\n");
    bench_refuses("work.a.yaml", 2, "not allowed");
    bench_file("work.a.yaml", "work: a\nsql: SELECT * FROM _steps\n");
    bench_refuses("work.a.yaml", 2, "_steps is not for mappings");
    bench_file("work.a.yaml", "work: a\nsql: SELECT 1) UNION SELECT * FROM (SELECT 2\n");
    bench_refuses("work.a.yaml", 2, "syntax error");
}

Test(work, a_loop_is_told)
{
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("work.a.yaml", "work: a\nsql: SELECT * FROM work_b\n");
    bench_file("work.b.yaml", "work: b\nsql: SELECT * FROM work_a\n");
    bench_refuses("work.a.yaml", 2, "work.a -> work.b -> work.a");
}

Test(work, a_mapping_cannot_read_its_own_result_through_it)
{
    bench_file("work.a.yaml", "work: a\nsql: SELECT key, id FROM out_person\n");
    bench_file("person.yaml", "entity: person\ntable: people\nfrom: person p LEFT JOIN work_a w ON w.key = p.canonical_uuid\n"
                              "columns: {name: w.id}\n");
    bench_refuses("person.yaml", 3, "reads its own result");
}

Test(work, what_a_profile_has_no_more_is_gone)
{
    two_people();
    bench_file("work.visits.yaml", VISITS);
    bench_file("person.yaml", COUNTED);
    bench_makes("person");
    bench_file("work.visits.yaml", NULL);
    bench_refuses("person.yaml", 3, "no such table: work_visits");
}
