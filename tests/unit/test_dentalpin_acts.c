// What applied treatments, their phases and the lines of budgets become.
#include <criterion/criterion.h>

#include "tests/support/profile_bench.h"

static Arena *arena;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    profile_bench_close();
    arena_free(arena);
}

TestSuite(dentalpin_acts, .init = setup, .fini = teardown);

#define KEY(end) "00000000-0000-5000-8000-0000000000" end
#define CLINIC "c1111111-0000-4000-8000-000000000001"
#define WORK(records) profile_bench(arena, "dentalpin", CLINIC, records, ARRAY_LEN(records))
#define CATALOGUE \
    {"treatment_catalog_item", KEY("51"), "{\"short_name\":\"Funda ñu\",\"code\":\"E1\"}"}, \
        {"treatment_catalog_variant", KEY("61"), "{\"treatment_uuid\":\"" KEY("51") "\"}"}
#define PATIENTS \
    {"patient", KEY("01"), "{\"given_name\":\"Ana\",\"family_name\":\"Ñu\"}"}, \
        {"patient", KEY("02"), "{\"given_name\":\"Bea\",\"family_name\":\"Ñu\"}"}
// An act of patient 01 with an odontogram type; more: further members, each with a comma in front.
#define ACT(end, type, more) \
    {"applied_treatment", KEY(end), \
     "{\"patient_uuid\":\"" KEY("01") "\",\"raw_source_data\":{\"IdTto\":7,\"IdTipoOdg\":" type "}" more "}"}
#define START(day) ",\"start_date\":\"" day "\""
#define END(day) ",\"end_date\":\"" day "\""
#define TEETH(list) ",\"teeth\":" list
#define LINE(end) ",\"budget_line_uuid\":\"" KEY(end) "\""
#define VARIANT ",\"treatment_variant_uuid\":\"" KEY("61") "\""
// The last two characters of a key.
#define END_OF(column) "substr(" column ", 35)"

static void same(const char *sql, const char *expected)
{
    const char *value = profile_bench_value(arena, sql);
    cr_assert_str_eq(value, expected, "%s gives %s", sql, value);
}

#define BECOMES "SELECT group_concat(" END_OF("canonical_uuid") " || ' ' || becomes) FROM (SELECT * FROM work_act ORDER BY 1)"
#define TOLD(code) "SELECT coalesce(group_concat(" END_OF("key") "), '') FROM (SELECT key FROM _issues WHERE code = '" code "' ORDER BY key)"

Test(dentalpin_acts, what_is_no_clinical_act_is_a_note_of_the_patient)
{
    Record r[] = {
        CATALOGUE, PATIENTS,
        ACT("11", "22", START("2026-01-10")),
        ACT("12", "13", VARIANT START("2026-01-10") ",\"notes\":\" Limpieza \""),
        ACT("13", "20", START("2026-01-10")),
        ACT("14", "20", VARIANT START("2026-01-10")),
        ACT("15", "0", VARIANT ",\"notes\":\"x\""),
        {"applied_treatment", KEY("16"), "{\"notes\":\"nobody's\"}"},
        {"applied_treatment", KEY("17"), "{\"patient_uuid\":\"" KEY("99") "\"}"},
    };
    WORK(r);
    same(BECOMES, "11 treatment,12 note,13 empty,14 treatment,15 treatment");
    same("SELECT group_concat(clinical_type) FROM (SELECT clinical_type FROM out_applied_treatment WHERE link IS NULL ORDER BY key)",
         "filling_composite,migrated,migrated");
    same(TOLD("applied_treatment.unmapped_tipo_odg"), "14");
    same("SELECT group_concat(" END_OF("key") " || ' ' || code) FROM (SELECT * FROM _rejects ORDER BY key)",
         "16 applied_treatment.no_patient,17 applied_treatment.unmapped_patient");
    same("SELECT group_concat(" END_OF("key") " || ' ' || reason) FROM _skips WHERE entity = 'applied_treatment'",
         "13 applied_treatment.non_clinical_entry");
    same("SELECT owner_type || ' ' || body || ' ' || n.created_at || ' ' || (n.owner_id = p.id) || ' ' || (o.link = n.id)"
         " FROM out_applied_treatment_note n JOIN out_applied_treatment o ON o.key = n.key JOIN out_patient p ON p.key = '" KEY("01") "'"
         " WHERE n.key = '" KEY("12") "'",
         "patient Limpieza 2026-01-10 00:00:00+00:00 1 1");
    same("SELECT owner_type || ' ' || (n.owner_id = o.id) FROM out_applied_treatment_note n JOIN out_applied_treatment o USING (key)"
         " WHERE key = '" KEY("15") "'", "treatment 1");
}

Test(dentalpin_acts, a_plan_stands_for_the_act_that_was_done)
{
    Record r[] = {
        PATIENTS,
        ACT("11", "22", TEETH("[11,12]") START("2024-01-01")),
        ACT("12", "22", TEETH("[12,11]") START("2024-02-01") END("2024-02-10")),
        ACT("13", "22", TEETH("[13]") START("2024-02-01")),
        ACT("14", "13", START("2024-01-01") ",\"notes\":\"x\""),
        ACT("15", "13", START("2024-02-01") END("2024-02-10") ",\"notes\":\"y\""),
        {"applied_treatment_phase", KEY("71"), "{\"applied_treatment_uuid\":\"" KEY("11") "\",\"phase_number\":2}"},
        {"applied_treatment_phase", KEY("72"), "{\"applied_treatment_uuid\":\"" KEY("12") "\",\"phase_number\":1}"},
    };
    WORK(r);
    same(BECOMES, "11 shadow,12 treatment,13 treatment,14 shadow,15 note");
    same("SELECT s.id = d.id FROM out_applied_treatment s, out_applied_treatment d WHERE s.key = '" KEY("11") "' AND d.key = '" KEY("12") "'", "1");
    same(TOLD("applied_treatment.shadow_planned"), "11,14");
    same("SELECT " END_OF("key") " FROM _skips WHERE entity = 'applied_treatment'", "14"); // its twin is a note
    // The phases of both are sessions of one item, by their numbers.
    same("SELECT group_concat(" END_OF("key") " || ' ' || sequence || ' ' || status) FROM (SELECT * FROM out_applied_treatment_phase ORDER BY sequence)",
         "72 1 completed,71 2 completed");
    same("SELECT count(DISTINCT plan_item_id) FROM out_applied_treatment_phase", "1");
}

Test(dentalpin_acts, bad_teeth_cost_only_their_own_act)
{
    Record r[] = {
        PATIENTS,
        ACT("11", "22", TEETH("\"11 and 12\"")),
        ACT("12", "22", TEETH("[11,\"x\"]")),
        ACT("13", "22", TEETH("[\"12\",11.0,12]")),
        ACT("14", "22", TEETH("[99999999999]")),
        ACT("15", "22", TEETH("null")),
    };
    WORK(r);
    same(TOLD("applied_treatment.teeth.invalid"), "11,12,14");
    same("SELECT count(*) FROM out_applied_treatment", "5");
    same("SELECT group_concat(tooth_number) FROM (SELECT tooth_number FROM out_applied_treatment_tooth ORDER BY tooth_number)", "11,12");
    same("SELECT count(*) FROM out_patient_tooth", "2");
}

// By the day of the run, 2026-11-21: five years are 1825 days, two are 730.
Test(dentalpin_acts, old_plans_count_as_done)
{
#define LONG ",\"notes\":\"more than forty characters have been said of it\""
    Record r[] = {
        PATIENTS,
        ACT("11", "22", TEETH("[11]") START("2021-11-22")), // 1825 days
        ACT("12", "22", TEETH("[12]") START("2021-11-23")),
        ACT("13", "22", TEETH("[13]") START("2024-11-21") LONG), // 730 days
        ACT("14", "22", TEETH("[14]") START("2024-11-22") LONG),
        ACT("15", "22", TEETH("[15]") START("2026-01-01") ",\"status_code\":5"),
        ACT("16", "22", TEETH("[16]") START("2026-01-01") END("2026-02-01")),
        ACT("17", "22", TEETH("[17]")),
    };
    WORK(r);
    same("SELECT group_concat(" END_OF("key") " || ' ' || status || ' ' || coalesce(substr(performed_at, 1, 10), '-'))"
         " FROM (SELECT * FROM out_applied_treatment ORDER BY key)",
         "11 performed 2021-11-22,12 planned -,13 performed 2024-11-21,14 planned -,15 performed -,16 performed 2026-02-01,17 planned -");
    same(TOLD("applied_treatment.completed_by_age"), "11");
    same(TOLD("applied_treatment.completed_by_notes"), "13");
}

Test(dentalpin_acts, the_last_act_done_to_a_tooth_is_its_condition)
{
    Record r[] = {
        PATIENTS,
        ACT("11", "26", TEETH("[11]") END("2026-01-05")), // crown
        ACT("12", "22", TEETH("[11]") END("2026-02-05")), // filling, later
        ACT("13", "22", TEETH("[12]") END("2026-01-05")),
        ACT("14", "24", TEETH("[12]") END("2026-01-05")), // implant, the same day
        ACT("15", "22", TEETH("[13]") START("2026-01-05")), // not done
        ACT("16", "23", TEETH("[14]") END("2026-01-05")), // leaves nothing to be seen
        ACT("17", "35", TEETH("[55]") END("2026-01-05")),
    };
    WORK(r);
    same("SELECT group_concat(tooth_number || ' ' || general_condition || ' ' || tooth_type)"
         " FROM (SELECT * FROM out_patient_tooth ORDER BY tooth_number)",
         "11 filling permanent,12 implant permanent,13 healthy permanent,14 healthy permanent,55 missing deciduous");
}

Test(dentalpin_acts, plans_are_of_a_budget_or_of_a_year_and_by_date)
{
    Record r[] = {
        {"treatment_catalog_item", KEY("51"), "{\"short_name\":\"Funda ñu\",\"code\":\"E1\"}"},
        PATIENTS,
        {"budget", KEY("81"), "{\"patient_uuid\":\"" KEY("01") "\",\"number\":7,\"quote_date\":\"2026-01-01\"}"},
        {"budget", KEY("82"), "{\"patient_uuid\":\"" KEY("02") "\",\"number\":8,\"quote_date\":\"2026-01-01\"}"},
        {"budget_line", KEY("91"), "{\"budget_uuid\":\"" KEY("81") "\",\"treatment_uuid\":\"" KEY("51") "\"}"},
        {"budget_line", KEY("92"), "{\"budget_uuid\":\"" KEY("82") "\",\"treatment_uuid\":\"" KEY("51") "\"}"},
        {"budget_line", KEY("93"), "{\"budget_uuid\":\"" KEY("81") "\",\"treatment_uuid\":\"" KEY("98") "\"}"},
        ACT("11", "22", TEETH("[11]") START("2026-03-01")),
        ACT("12", "22", TEETH("[12]") START("2026-02-01") END("2026-05-01")),
        ACT("13", "22", TEETH("[13]") START("2025-02-01") END("2025-05-01")),
        ACT("14", "22", TEETH("[14]") START("2026-02-01") END("2026-05-01") LINE("91")),
        ACT("15", "22", TEETH("[15]") START("2026-04-01") LINE("92")), // of another patient's budget
        ACT("16", "22", TEETH("[16]") START("2026-05-01") LINE("93")), // its treatment is unknown
    };
    WORK(r);
    same("SELECT group_concat(plan_number || ' ' || status) FROM (SELECT plan_number, status, id FROM out_budget_plan"
         " UNION ALL SELECT substr(plan_number, -4), status, id FROM out_patient_plan ORDER BY 1)",
         "2025 completed,2026 active,MIG-PRES-2026-0007 completed");
    same("SELECT group_concat(" END_OF("key") " || ' ' || sequence_order || ' ' || plan) FROM"
         " (SELECT i.key, i.sequence_order, coalesce(p.part, 'budget') AS plan FROM out_applied_treatment_item i"
         " LEFT JOIN out_patient_plan p ON p.id = i.treatment_plan_id ORDER BY plan, sequence_order)",
         "13 1 2025,12 1 2026,11 2 2026,15 3 2026,16 4 2026,14 1 budget");
    same(TOLD("applied_treatment.budget_of_another"), "15");
}

Test(dentalpin_acts, lines_and_acts_lead_to_each_other)
{
    Record r[] = {
        {"treatment_catalog_item", KEY("51"), "{\"short_name\":\"Funda ñu\",\"code\":\"E1\"}"},
        PATIENTS,
        {"budget", KEY("81"), "{\"patient_uuid\":\"" KEY("01") "\",\"quote_date\":\"2026-01-01\"}"},
#define BUDGET_LINE(end, more) {"budget_line", KEY(end), "{\"budget_uuid\":\"" KEY("81") "\",\"treatment_uuid\":\"" KEY("51") "\"" more "}"}
        BUDGET_LINE("91", ",\"applied_treatment_uuid\":\"" KEY("11") "\""),
        BUDGET_LINE("92", ",\"applied_treatment_uuid\":\"" KEY("11") "\""),
        BUDGET_LINE("93", ",\"applied_treatment_uuid\":\"" KEY("12") "\""), // a shadow
        BUDGET_LINE("94", ""),
        BUDGET_LINE("95", ",\"applied_treatment_uuid\":\"" KEY("16") "\""), // a note
        BUDGET_LINE("96", ",\"applied_treatment_uuid\":\"" KEY("99") "\""), // nobody
        ACT("11", "22", TEETH("[11]") START("2026-03-01")),
        ACT("12", "22", TEETH("[12]") START("2026-01-01")),
        ACT("13", "22", TEETH("[12]") END("2026-02-01")),
        ACT("14", "22", TEETH("[14]") LINE("94") START("2026-03-01")),
        ACT("15", "22", TEETH("[15]") LINE("94") START("2026-03-02")),
        ACT("16", "13", ",\"notes\":\"x\""),
    };
    WORK(r);
    same("SELECT group_concat(" END_OF("l.key") " || ' ' || coalesce(" END_OF("t.key") ", '-')) FROM (SELECT * FROM out_budget_line ORDER BY key) l"
         " LEFT JOIN out_applied_treatment t ON t.id = l.treatment_id AND t.link IS NULL",
         "91 11,92 11,93 13,94 15,95 -,96 -");
    same("SELECT group_concat(" END_OF("t.key") " || ' ' || coalesce(" END_OF("l.key") ", '-')) FROM"
         " (SELECT * FROM out_applied_treatment WHERE link IS NULL ORDER BY key) t LEFT JOIN out_budget_line l ON l.id = t.budget_item_id",
         "11 91,13 93,14 94,15 94");
    same("SELECT status || ' ' || accepted_via FROM out_budget", "accepted manual");
}

Test(dentalpin_acts, phases_without_a_treatment_say_why)
{
    Record r[] = {
        PATIENTS,
        ACT("11", "22", START("2026-01-10")),
        ACT("12", "13", ",\"notes\":\"x\""),
        ACT("13", "13", ""),
#define PHASE(end, of, more) {"applied_treatment_phase", KEY(end), "{\"applied_treatment_uuid\":\"" of "\"" more "}"}
        PHASE("71", KEY("11"), ",\"phase_number\":2,\"percent_to_bill\":\"50\""),
        PHASE("72", KEY("11"), ",\"phase_number\":1,\"status_code\":6,\"executed_on\":\"2026-01-12\""),
        PHASE("73", KEY("12"), ""),
        PHASE("74", KEY("13"), ""),
        PHASE("75", KEY("99"), ""),
        PHASE("76", "", ""),
    };
    WORK(r);
    same("SELECT group_concat(sequence || ' ' || label || ' ' || status || ' ' || coalesce(completed_at, '-'))"
         " FROM (SELECT * FROM out_applied_treatment_phase ORDER BY sequence)",
         "1 Fase 1 completed 2026-01-12 00:00:00+00:00,2 Fase 2 · 50% pending -");
    same("SELECT group_concat(" END_OF("key") " || ' ' || reason) FROM (SELECT * FROM _skips WHERE entity = 'applied_treatment_phase' ORDER BY key)",
         "73 phase.parent_is_note,74 phase.unmapped_parent,75 phase.unmapped_parent,76 phase.no_parent");
}

Test(dentalpin_acts, full_repairs_give_treatments_their_scope)
{
    Record r[] = {
        CATALOGUE, PATIENTS,
        ACT("11", "22", TEETH("[11]")),
        ACT("12", "26", TEETH("[11,12]")),
        ACT("13", "22", ""),
        ACT("14", "28", VARIANT TEETH("[31,32]")),
        ACT("15", "28", VARIANT TEETH("[11,41]")),
        ACT("16", "27", TEETH("[14]")),
    };
    profile_bench_set("repairs", "full");
    WORK(r);
    same("SELECT group_concat(scope || coalesce(' ' || arch, '')) FROM (SELECT * FROM out_applied_treatment ORDER BY key)",
         "tooth,multi_tooth,global_mouth,global_arch lower,multi_tooth,multi_tooth");
}
