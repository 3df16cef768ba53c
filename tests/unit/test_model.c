#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "tests/support/temp_folder.h"

static Arena *arena;
static const char *folder;
static Problems *problems;

static void setup(void)
{
    arena = arena_new();
    folder = temp_folder(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

TestSuite(model, .init = setup, .fini = teardown);

static void put(const char *name, const char *text)
{
    temp_file(arena, folder, arena_text(arena, "model/%s", name), str_of(text));
}

static Model *load(void)
{
    problems = problems_new(arena);
    return model_load(arena, folder, problems);
}

static const char *told(void)
{
    AUTO(buf_free) Buf out = {0};
    problems_print(problems, &out);
    return arena_text(arena, "%s", buf_text(&out));
}

// A model of two entities, the second with these fields.
static void refused(const char *fields, const char *expected)
{
    put("model.yaml", "entities: [client, patient]\n");
    put("client.yaml", "entity: client\ncategory: People\nfields: {name: text}\n");
    put("patient.yaml", arena_text(arena, "entity: patient\ncategory: People\nfields:\n%s", fields));
    cr_assert_null(load(), "accepted: %s", fields);
    cr_assert(strstr(told(), expected), "%s\nexpected '%s' in:\n%s", fields, expected, told());
    cr_assert_eq(problems->errors, 1u, "%s", told());
}

Test(model, entities_and_fields_are_read_in_order)
{
    put("model.yaml", "about: two\nentities:\n  - client\n  - patient\n");
    put("client.yaml",
        "entity: client\nabout: who pays\ncategory: People\nfields: {name: text, debt: decimal}\n");
    put("patient.yaml",
        "entity: patient\ncategory: People\nfields:\n"
        "  given_name: {type: text, about: first name}\n  weight: {type: decimal, scale: 3}\n"
        "  client_uuid: {type: reference, to: client}\n  mother_uuid: {type: reference, to: patient}\n"
        "  n: integer\n  born: date\n  at: time\n  seen: instant\n  vip: boolean\n  extra: json\n");
    Model *m = load();
    cr_assert_not_null(m, "%s", told());
    cr_assert_eq(m->n, 2u);
    const Entity *patient = model_entity(m, "patient");
    cr_assert_eq(patient->order, 1);
    cr_assert_str_eq(patient->category, "People");
    cr_assert_eq(patient->n_fields, 10u);
    cr_assert_str_eq(patient->fields[0].about, "first name");
    cr_assert_eq(entity_field(patient, "weight")->scale, 3);
    cr_assert_eq(entity_field(patient, "client_uuid")->type, FIELD_REFERENCE);
    cr_assert_str_eq(entity_field(patient, "client_uuid")->refers, "client");
    cr_assert_eq(entity_field(patient, "seen")->type, FIELD_INSTANT);
    cr_assert_eq(entity_field(patient, "extra")->type, FIELD_JSON);
    cr_assert_eq(entity_field(model_entity(m, "client"), "debt")->scale, 2);
    cr_assert_null(entity_field(patient, "none"));
    cr_assert_null(model_entity(m, "none"));
}

Test(model, a_wrong_field_is_told_at_its_place)
{
    refused("  a: txt\n", "patient.yaml:4:6: error: \"txt\" is not a word for a (did you mean text?)");
    refused("  a: {type: decimel}\n", "did you mean decimal?");
    refused("  a: {scale: 2}\n", "patient.yaml:4:3: error: the field a has no type");
    refused("  a: {type: text, scale: 2}\n", "only a decimal has a scale");
    refused("  a: {type: decimal, scale: 13}\n", "patient.yaml:4:29: error: scale must be");
    refused("  a: {type: decimal, scale: two}\n", "scale must be");
    refused("  a: {type: reference, to: clint}\n", "patient.yaml:4:28: error: a refers to clint, which is no "
                                                   "entity of model.yaml (did you mean client?)");
    refused("  a: reference\n", "does not say to which entity");
    refused("  a: {type: text, to: client}\n", "only a reference has to:");
    refused("  a: {type: text, abut: x}\n", "unknown key \"abut\" (did you mean about?)");
    refused("  a: [text]\n", "a word is expected, not a list");
    refused("  a:\n", "a word is expected, not nothing");
    refused("  Name: text\n", "patient.yaml:4:3: error: \"Name\" cannot be the name of a field");
    refused("  payload: text\n", "payload is a column every entity has");
    refused("  a: text\n  a: date\n", "patient.yaml:5:3: error: the key \"a\" is there twice");
    refused("", "fields must be a map of names to types, not nothing");
}

Test(model, the_list_of_entities_is_checked)
{
    put("client.yaml", "entity: client\ncategory: People\nfields: {name: text}\n");
    put("model.yaml", "entities: [client, client, 1x, [a], Client]\n");
    cr_assert_null(load());
    cr_assert_eq(problems->errors, 4u, "%s", told());
    cr_assert(strstr(told(), "model.yaml:1:20: error: the entity client is listed twice"), "%s", told());
    put("model.yaml", "entities: []\n");
    cr_assert_null(load());
    put("model.yaml", "entity: [client]\n");
    cr_assert_null(load());
    cr_assert(strstr(told(), "unknown key \"entity\" (one of: about, entities)"), "%s", told());
}

Test(model, files_and_list_agree)
{
    put("model.yaml", "entities: [client]\n");
    cr_assert_null(load());
    cr_assert(strstr(told(), "client.yaml: error:"), "%s", told());
    put("client.yaml", "entity: patient\ncategory: People\nfields: {name: text}\n");
    cr_assert_null(load());
    cr_assert(strstr(told(), "client.yaml:1:9: error: the file of client describes patient"), "%s", told());
    put("client.yaml", "entity: client\ncategory: People\nfields: {name: text}\n");
    put("stray.yaml", "entity: stray\n");
    cr_assert_null(load());
    cr_assert(strstr(told(), "stray.yaml: error: model.yaml does not list the entity stray"), "%s", told());
    put("client.yaml", "- a\n");
    cr_assert_null(load());
    cr_assert(strstr(told(), "the file must be a map"), "%s", told());
}

Test(model, names_of_entities)
{
    const char *const good[] = {"a", "patient", "a1_b", "a2345678901234567890123456789012345678901234567890"};
    const char *const bad[] = {"",   "A",    "1a",
                               "_a", "a-b",  "a b",
                               "ñ",  "a\"b", "a23456789012345678901234567890123456789012345678901"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        cr_assert(entity_name_valid(str_of(good[i])), "%s", good[i]);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_not(entity_name_valid(str_of(bad[i])), "%s", bad[i]);
    cr_assert_not(entity_name_valid(STR("a\0b")));
}

Test(model, the_one_we_ship_has_no_problem)
{
    problems = problems_new(arena);
    Model *m = model_load(arena, arena_text(arena, "%s/clinics", getenv("TOP_SRCDIR")), problems);
    cr_assert_not_null(m, "%s", told());
    cr_assert_eq(problems->n, 0u, "%s", told());
    cr_assert_eq(m->n, 32u);
    cr_assert_str_eq(entity_field(model_entity(m, "budget_line"), "budget_uuid")->refers, "budget");
}
