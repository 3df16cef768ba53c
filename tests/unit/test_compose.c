#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/mapping_bench.h"

TestSuite(compose, .init = bench_open, .fini = bench_close);

static void refuse_name(const char *expression, const char *told)
{
    bench_file("person.yaml", arena_text(bench.arena, "entity: person\ntable: people\nfrom: person p\ncolumns:\n  age: '1'\n"
                                                      "  name: |-\n    %s\n", expression));
    cr_assert(!bench_start(), "accepted: %s", expression);
    cr_assert(bench.problems->errors == 1, "%s: %s", expression, bench_told());
    cr_assert_eq(bench.problems->items[0].line, 6, "%s", bench_told());
    cr_assert(strstr(bench_told(), told), "%s: %s", expression, bench_told());
}

Test(compose, a_mistake_is_told_at_its_expression)
{
    refuse_name("p.nam", "did you mean 'name'");
    refuse_name("dat_of(p.born, 'ymd')", "did you mean 'date_of'");
    refuse_name("(SELECT 1 FROM visits)", "did you mean 'visit'");
    refuse_name("1 +", "syntax error");
    refuse_name("setting('a', 'b')", "setting()");
}

Test(compose, an_expression_stays_in_its_parentheses)
{
    static const char *const escapes[] = {"1) FROM person; --",  "1) FROM person p --",      "1), (2",
                                          "1, 2",                "1) UNION SELECT (2",       "1)) UNION SELECT ((2",
                                          "1; DELETE FROM person", "1) FROM person p WHERE (1", "*",
                                          "1 AS x",              "1) FROM (SELECT 2"};
    for (size_t i = 0; i < ARRAY_LEN(escapes); i++)
        refuse_name(escapes[i], "name: ");
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns: {name: \"person.name -- as it is\"}\n");
    cr_assert(bench_start(), "%s", bench_told());
}

Test(compose, what_reads_the_clock_or_writes_is_refused)
{
    static const char *const forbidden[] = {"random()", "datetime('now')", "CURRENT_TIMESTAMP", "strftime('%Y', 'now')", "load_extension('x')",
                                            "val(1, 2)", "(SELECT name FROM sqlite_schema)", "(SELECT file FROM pragma_database_list)",
                                            "(SELECT code FROM _rejects)"};
    for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
        refuse_name(forbidden[i], "name: ");
}

Test(compose, an_aggregate_would_make_one_row_of_all)
{
    refuse_name("max(p.name)", "subquery");
    refuse_name("count(*)", "subquery");
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns:\n  name: (SELECT max(x.name) FROM person x)\n"
                              "  age: row_number() OVER (ORDER BY person.canonical_uuid)\n");
    cr_assert(bench_start(), "%s", bench_told());
}

Test(compose, from_holds_tables_and_nothing_else)
{
    static const char *const wrong[] = {"person p WHERE 1", "person p; SELECT 1", "person p GROUP BY 1", "person p UNION SELECT 1", "person p LIMIT 1",
                                        "person p, visitt", "person p JOIN visit v ON date_of(v.day, 'ymd') > ''"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        bench_file("person.yaml", arena_text(bench.arena, "entity: person\ntable: people\nfrom: %s\ncolumns: {name: p.name}\n", wrong[i]));
        bench_refuses("person.yaml", 3, "from: ");
    }
}

Test(compose, issues_come_from_values_only)
{
    static const struct {
        const char *text;
        int line;
    } cases[] = {
        {"where: date_of(person.born, 'ymd') > ''\n", 4},
        {"link: int_of(person.age)\n", 4},
        {"references:\n  twin: {entity: visit, key: \"email_of(person.name)\"}\n", 5},
    };
    bench_file("visit.yaml", "entity: visit\nlink: visit.day\n");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bench_file("person.yaml", arena_text(bench.arena, PERSON_MAPPING "%s", cases[i].text));
        bench_refuses("person.yaml", cases[i].line, "raises issues");
    }
}

Test(compose, a_reference_needs_somebody_who_makes_it)
{
    bench_file("person.yaml", PERSON_MAPPING "references:\n  twin: {entity: note, key: person.boss_uuid}\n");
    bench_refuses("person.yaml", 5, "note has no mapping");
}

Test(compose, columns_are_those_of_the_target)
{
    bench_file("person.yaml", "entity: person\ntable: peeple\ncolumns: {name: '1'}\n");
    bench_file("visit.yaml", "entity: visit\ntable: people\ncolumns: {name: '1'}\n");
    bench_refuses("person.yaml", 2, "did you mean 'people'");
    bench_file("visit.yaml", "entity: visit\nlink: visit.day\n");
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns:\n  name: '1'\n  aeg: '1'\n");
    bench_refuses("person.yaml", 5, "did you mean 'age'");
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns: {age: '1'}\n");
    bench_refuses("person.yaml", 0, "column 'name' of people must not be NULL");
    bench_file("person.yaml", PERSON_MAPPING "values:\n  name: {of: person.sex, map: {a: b}}\n");
    bench_refuses("person.yaml", 5, "filled twice");
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns:\n  name: '1'\n  id: '1'\n");
    bench_refuses("person.yaml", 5, "holds the id");
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns:\n  name: '1'\n  letters: '1'\n");
    bench_refuses("person.yaml", 5, "computed by the database");
    bench_file("person.yaml", PERSON_MAPPING "id: {column: uuid}\n");
    cr_assert(!bench_start() && strstr(bench_told(), "no column 'uuid'"), "%s", bench_told());
}

Test(compose, words_of_values_must_fit_their_column)
{
    bench_file("person.yaml", PERSON_MAPPING "values:\n  active:\n    of: person.sex\n    map: {a: 1, b: perhaps}\n");
    bench_refuses("person.yaml", 7, "cannot hold 'perhaps' (value.type)");
    bench_file("person.yaml", PERSON_MAPPING "values:\n  age:\n    of: person.sex\n    map: {a: 1}\n    other: {set: 40000}\n");
    bench_refuses("person.yaml", 8, "value.range");
}

static const char *order(void)
{
    AUTO(buf_free) Buf names = {0};
    for (size_t i = 0; i < bench.profile->n; i++)
        buf_addf(&names, "%s ", bench.profile->entities[i].entity->name);
    return arena_text(bench.arena, "%s", buf_text(&names));
}

Test(compose, what_is_needed_comes_first)
{
    bench_file("person.yaml", PERSON_MAPPING);
    cr_assert(bench_start(), "%s", bench_told());
    cr_assert_str_eq(order(), "person visit note ");
    bench_file("person.yaml", PERSON_MAPPING "references: {twin: {entity: visit, key: person.boss_uuid}}\n");
    bench_file("visit.yaml", "entity: visit\nlink: (SELECT count(*) FROM out_note)\n");
    bench_file("note.yaml", "entity: note\nlink: note.text\n");
    cr_assert(bench_start(), "%s", bench_told());
    cr_assert_str_eq(order(), "note visit person ");
    cr_assert(mapper_needs(bench.mapper, "visit", "note"));
    bench_file("person.yaml", PERSON_MAPPING "after: [note]\n");
    bench_file("visit.yaml", "entity: visit\nlink: visit.day\n");
    cr_assert(bench_start(), "%s", bench_told());
    cr_assert_str_eq(order(), "visit note person ");
}

Test(compose, a_loop_is_printed_once)
{
    bench_file("person.yaml", PERSON_MAPPING "after: [visit]\n");
    bench_file("visit.yaml", "entity: visit\nlink: visit.day\nafter: [person]\n");
    bench_refuses("small", 0, "in a loop: visit -> person -> visit\n");
}

Test(compose, a_mapping_reads_what_was_made_before)
{
    bench_file("person.yaml", PERSON_MAPPING "references: {twin: {entity: person, key: person.boss_uuid}}\n");
    bench_refuses("person.yaml", 1, "its own result out_person");
    bench_file("person.yaml", "entity: person\ntable: people\ncolumns: {name: (SELECT what FROM out_person_a)}\n");
    bench_file("person.a.yaml", "entity: person\npart: a\ntable: visits\ncolumns: {person_id: \"'x'\", what: '1'}\n");
    bench_refuses("person.yaml", 1, "out_person_a, which is made after it");
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("person.b.yaml", "entity: person\npart: b\ntable: visits\nfrom: person p JOIN out_person_a a ON a.key = p.canonical_uuid\n"
                                "columns: {person_id: a.id, what: '1'}\n");
    cr_assert(bench_start(), "%s", bench_told());
}
