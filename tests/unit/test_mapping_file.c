#include <criterion/criterion.h>

#include "tests/support/mapping_bench.h"

TestSuite(mapping_file, .init = bench_open, .fini = bench_close);

typedef struct {
    const char *text; // behind entity: and table:, which are lines 1 and 2
    int line;
    const char *told;
} Mistake;

static void refuse_each(const Mistake *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bench_file("person.yaml", arena_text(bench.arena, "entity: person\ntable: people\n%s", list[i].text));
        bench_refuses("person.yaml", list[i].line, list[i].told);
    }
}
#define REFUSE(...)                                                                                          \
    do {                                                                                                     \
        const Mistake list[] = {__VA_ARGS__};                                                                \
        refuse_each(list, ARRAY_LEN(list));                                                                  \
    } while (0)
#define NAME "columns: {name: person.name}\n"

Test(mapping_file, unknown_words_name_the_nearest)
{
    REFUSE({NAME "refrences: {}\n", 4, "did you mean references"},
           {NAME "references:\n  twin: {entity: persn, key: person.boss_uuid}\n", 5, "did you mean person"},
           {NAME "references:\n  twin: {entity: visit, key: person.boss_uuid, mising: warn}\n", 5, "did you mean missing"},
           {NAME "references:\n  twin: {entity: visit, key: person.boss_uuid, missing: rejct}\n", 5, "did you mean reject"},
           {NAME "references:\n  twin: {entity: visit, key: person.boss_uuid, required: maybe}\n", 5, "true or false"},
           {NAME "checks:\n  - {code: a.b, when: '1', severity: eror}\n", 5, "did you mean error"},
           {NAME "checks:\n  - {code: a.b, when: '1', mesage: x}\n", 5, "did you mean message"},
           {NAME "checks:\n  - {code: a.b, when: '1', severity: error, skip: true}\n", 5, "left out on purpose"},
           {NAME "cut: [nam]\n", 4, "did you mean name"},
           {NAME "otherwise: row\n", 4, "raw"},
           {NAME "id: {kind: uuid4}\n", 4, "uuid5"},
           {NAME "id: {column: x, kind: main}\n", 4, "parts of one row"},
           {NAME "after: [vist]\n", 4, "did you mean visit"});
}

Test(mapping_file, an_optional_table_may_be_missing)
{
#define WITH(snapshot) "profile: small\nclinic_table: {table: clinics, id: id, name: name}\nsnapshot:\n" snapshot
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("profile.yaml", WITH("  modules: {columns: [name], optional: true}\n  people: {optional: true}\n"
                                    "  visits: {columns: [price, colour], optional: true}\n"));
    cr_assert(bench_start(), "%s", bench_told());
    cr_assert_str_eq(bench_value("SELECT group_concat(name) || (SELECT count(*) FROM target.modules)"
                                 " || (SELECT count(*) FROM target.visits) FROM target.present"),
                     "people00");
    bench_file("profile.yaml", WITH("  modules: [name]\n"));
    bench_refuses("small", 0, "no table 'modules'");
    bench_file("profile.yaml", WITH("  people: {columns: [name], optional: perhaps}\n"));
    bench_refuses("profile.yaml", 4, "true or false");
    bench_file("profile.yaml", WITH("  people: {}\n"));
    bench_refuses("profile.yaml", 4, "list of columns");
}

Test(mapping_file, counters_are_checked)
{
#define COUNTER(more) "profile: small\nclinic_table: {table: clinics, id: id, name: name}\ncounters:\n  people:\n    " more
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("profile.yaml", COUNTER("{after: person, columns: [age], sql: \"SELECT id, 1 FROM out_person\"}\n"));
    cr_assert(bench_start(), "%s", bench_told());
    bench_file("profile.yaml", COUNTER("{after: persn, columns: [age], sql: SELECT 1}\n"));
    bench_refuses("profile.yaml", 5, "no entity of the model");
    bench_file("profile.yaml", COUNTER("{after: person, columns: [], sql: SELECT 1}\n"));
    bench_refuses("profile.yaml", 4, "list of columns");
    bench_file("profile.yaml", COUNTER("{after: person, columns: [age]}\n"));
    bench_refuses("profile.yaml", 4, "one SELECT");
    bench_file("profile.yaml", COUNTER("{after: person, columns: [age], sql: SELECT id FROM out_person}\n"));
    bench_refuses("profile.yaml", 5, "nothing else");
    bench_file("profile.yaml", COUNTER("{after: person, columns: [age], sql: \"SELECT id, 1 FROM out_persons\"}\n"));
    bench_refuses("profile.yaml", 5, "no such table");
    bench_file("profile.yaml", COUNTER("{after: person, columns: [age], sql: \"SELECT id, random() FROM out_person\"}\n"));
    bench_refuses("profile.yaml", 5, "not allowed");
}

Test(mapping_file, names_of_let_must_be_known)
{
    REFUSE({"let: {shout: upper(person.name)}\ncolumns: {name: $shuot}\n", 4, "let: has no 'shuot' (did you mean 'shout'?)"},
           {"let: {a: $b, b: person.name}\ncolumns: {name: $a}\n", 3, "let: has no 'b'"},
           {"columns: {name: $shout}\n", 3, "let: has no 'shout'"}, {"let: {a: [x]}\ncolumns: {name: person.name}\n", 3, "needs an SQL expression"});
}

Test(mapping_file, what_is_needed_is_asked_for)
{
    REFUSE({"", 1, "needs columns: or link:"}, {NAME "references:\n  twin: {entity: visit}\n", 5, "needs a key"},
           {NAME "references:\n  twin: {key: person.boss_uuid}\n", 5, "must name an entity"},
           {NAME "values:\n  plain: {of: person.sex}\n", 5, "need of: and map:"},
           {NAME "checks:\n  - {code: a.b}\n", 5, "needs code: and when:"});
}

Test(mapping_file, shapes_are_judged_before_they_are_read)
{
    REFUSE({"columns: [name]\nlink: person.name\n", 3, "columns: must be a map"}, {NAME "references: [twin]\n", 4, "must be a map"},
           {NAME "values: text\n", 4, "must be a map"}, {NAME "checks: {code: a}\n", 4, "must be a list"},
           {NAME "cut: name\n", 4, "must be a list"}, {NAME "id: id\n", 4, "must be a map"});
}

Test(mapping_file, keys_without_effect_are_refused)
{
    REFUSE({NAME "codes: {name: {too_long: a.b}}\n", 4, "not supported yet"}, {NAME "owner: {app: [nmae]}\n", 4, "not filled"}, {NAME "owner: {us: [name]}\n", 4, "us"},
           {NAME "on_conflict: {match: [name], do: update}\n", 4, "update"}, {NAME "key: person.name\n", 4, "is for parts"});
    bench_file("person.yaml", PERSON_MAPPING "on_conflict: {match: [name], do: reject}\n");
    cr_assert(bench_start(), "%s", bench_told());
}

Test(mapping_file, names_of_files_tell_the_truth)
{
    bench_file("person.yaml", PERSON_MAPPING);
    bench_file("visit.yaml", PERSON_MAPPING);
    bench_refuses("visit.yaml", 1, "must be called person.yaml");
    bench_file("visit.yaml", "entity: visit\npart: extra\ntable: visits\ncolumns: {what: '1'}\n");
    bench_refuses("visit.yaml", 1, "must be called visit.extra.yaml");
    bench_file("visit.yaml", "entity: visit\npart: '../x'\ntable: visits\ncolumns: {what: '1'}\n");
    cr_assert_not(bench_start());
}

Test(mapping_file, a_file_of_no_entity_is_no_silence)
{
    bench_file("persom.yaml", PERSON_MAPPING);
    bench_refuses("persom.yaml", 0, "did you mean person");
}

Test(mapping_file, a_part_needs_the_main_mapping)
{
    bench_file("person.extra.yaml", "entity: person\npart: extra\ntable: people\ncolumns: {name: person.name}\n");
    bench_refuses("person.extra.yaml", 0, "needs the entity's own mapping");
}

Test(mapping_file, the_entity_stands_first_in_from)
{
    REFUSE({"from: visit v\n" NAME, 3, "must begin with the entity's own table"},
           {"from: (SELECT * FROM person) p\n" NAME, 3, "must begin with the entity's own table"});
    static const char *const aliases[] = {"person", "person LEFT JOIN visit v ON 1 = 0", "person AS person",
                                          "person\n  JOIN (SELECT 1) one", "person, (SELECT 1) one", "person -- all of them\n"};
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
        bench_file("person.yaml", arena_text(bench.arena, "entity: person\ntable: people\nfrom: |\n  %s\n" NAME, aliases[i]));
        cr_expect(bench_start(), "%s: %s", aliases[i], bench_told());
    }
    bench_file("person.yaml", "entity: person\ntable: people\nfrom: person as p\ncolumns: {name: p.name}\n");
    cr_expect(bench_start(), "%s", bench_told());
}

Test(mapping_file, a_profile_is_judged_too)
{
    bench_file("profile.yaml", "profile: small\nclinic_table: {table: clinics, id: id, name: name}\nsnapshots: {}\n");
    bench_refuses("profile.yaml", 3, "did you mean snapshot");
    bench_file("profile.yaml", "clinic_table: {table: clinics, id: id, name: name}\nissues: {a.b: {severity: warnin}}\n");
    bench_refuses("profile.yaml", 2, "did you mean warning");
    bench_file("profile.yaml", "clinic_table: {table: clinics, id: id, name: name}\nsettings: [a]\n");
    bench_refuses("profile.yaml", 2, "must be a map");
    bench_file("profile.yaml", "clinic_table: {table: clinics, id: id}\n");
    bench_refuses("profile.yaml", 1, "needs table, id and name");
}
