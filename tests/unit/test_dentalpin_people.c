// The people of a clinic under the profile dentalpin: their settings, roles, history, visits and recalls.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

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

TestSuite(dentalpin_people, .init = setup, .fini = teardown);

#define KEY(end) "00000000-0000-5000-8000-0000000000" end
#define CLINIC "c1111111-0000-4000-8000-000000000001"
#define WORK(records) profile_bench(arena, "dentalpin", CLINIC, records, ARRAY_LEN(records))

static void same(const char *sql, const char *expected)
{
    cr_assert_str_eq(profile_bench_value(arena, sql), expected, "%s gives %s", sql,
                     profile_bench_value(arena, sql));
}

Test(dentalpin_people, a_setting_takes_only_the_values_the_profile_lists)
{
    Problems *problems = problems_new(arena);
    Model *model = model_load(arena, getenv("MUDANZA_DATA_DIR"), problems);
    Setting repairs = {"repairs", "ful", 7};
    Clinic clinic = {.config_path = "config.yaml", .settings = &repairs, .n_settings = 1};
    cr_assert_null(profile_load(arena, &clinic, "dentalpin", model, problems));
    cr_assert_eq(problems->n, 1);
    cr_assert_str_eq(problems->items[0].file, "config.yaml");
    cr_assert_eq(problems->items[0].line, 7);
    cr_assert(strstr(problems->items[0].hint, "full"), "%s", problems->items[0].hint);
    repairs.value = "full";
    cr_assert(profile_load(arena, &clinic, "dentalpin", model, problems));
}

#define NOTES(text) "{\"given_name\":\"Ana\",\"family_name\":\"Ñu\",\"notes\":\"" text "\"}"
#define ALERT(patient, text) "{\"patient_uuid\":\"" KEY(patient) "\",\"text\":\"" text "\"}"

Test(dentalpin_people, notes_and_alerts_become_a_history)
{
    Record r[] = {
        {"patient", KEY("01"),
         NOTES("Asma, anemia\\r\\n- FUMADORA DE 10 -\\n\\nLlamar por las tardes.\\nSINTROM\\nBUSCAR HISTORIAL")},
        {"patient", KEY("02"), NOTES("")},
        {"patient_alert", KEY("11"), ALERT("01", "ALERGIAS: látex y yodo")},
        {"patient_alert", KEY("12"), ALERT("01", "TOMA ADIRO 100")},
        {"patient_alert", KEY("13"), ALERT("01", "Llamar por las tardes")},
        {"patient_alert", KEY("14"), ALERT("01", "Muy simpática")},
        {"patient_alert", KEY("15"), ALERT("02", "MEDICACION: Omeprazol 20 mg (noche), 10 MG")},
        {"patient_alert", KEY("16"), ALERT("01", "ANESTESIA SIN VASO")},
        {"patient_alert", KEY("17"), ALERT("01", "Sin vaso")},
        {"patient_alert", KEY("18"), ALERT("01", "NO SE COBRA")},
        {"patient_alert", KEY("19"), ALERT("01", "  ")},
        {"patient_alert", KEY("20"), ALERT("77", "HTA")},
        {"patient_alert", KEY("21"), "{\"text\":\"HTA\"}"},
    };
    WORK(r);
    same("SELECT notes FROM out_patient WHERE key = '" KEY("01") "'",
         "Alerta importada: Llamar por las tardes\nAlerta importada: Muy simpática");
    same("SELECT group_concat(name, '|') FROM (SELECT name FROM out_patient_disease ORDER BY key, part)", "Asma|anemia");
    same("SELECT group_concat(name || ' ' || notes, '|') FROM (SELECT * FROM out_patient_alert_allergy ORDER BY part)",
         "látex Importado dental-bridge AlertPac #" KEY("11") "|yodo Importado dental-bridge AlertPac #" KEY("11"));
    same("SELECT name || ' ' || notes FROM out_patient_medication",
         "SINTROM Importado dental-bridge AlertPac #patient_notes:" KEY("01") ":3");
    same("SELECT group_concat(name || '=' || coalesce(dosage, ''), '|') FROM"
         " (SELECT * FROM out_patient_alert_medication ORDER BY key, part)",
         "TOMA ADIRO 100=|Omeprazol (noche)=20 mg|10 MG=10 MG");
    same("SELECT count(*) || ' ' || max(is_smoker + is_on_anticoagulants + adverse_reactions_to_anesthesia) || ' ' ||"
         " max(is_pregnant + is_lactating + bruxism) FROM out_patient_context",
         "1 3 0");
    same("SELECT anticoagulant_medication || '|' || smoking_frequency || '|' || anesthesia_reaction_details"
         " FROM out_patient_context", "SINTROM|FUMADORA DE 10|ANESTESIA SIN VASO\nSin vaso");
    same("SELECT count(*) FROM out_patient_context c JOIN out_patient p ON p.key = c.key AND p.id = c.id", "1");
    same("SELECT group_concat(body, '|') FROM (SELECT body FROM out_patient_note UNION ALL SELECT body FROM"
         " out_patient_alert_note)", "[Migrado de Gesdén] BUSCAR HISTORIAL|[Migrado de Gesdén] NO SE COBRA");
    same("SELECT group_concat(code, ' ') FROM (SELECT code FROM _rejects ORDER BY key)",
         "patient_alert.unmapped_patient patient_alert.no_patient");
    same("SELECT key FROM _issues WHERE code = 'patient_alert.empty'", KEY("19"));
    same("SELECT count(*) FROM out_patient_alert", "9");
}

Test(dentalpin_people, a_history_fits_its_columns)
{
    AUTO(buf_free) Buf notes = {0};
    for (int i = 0; i < 300; i++)
        buf_addf(&notes, "muy %03d ñ\\nSIN VASO %d\\n", i, i);
    const char *longest = arena_text(arena, "{\"given_name\":\"A\",\"family_name\":\"B\",\"notes\":\"%sALERGIA: %0200d\"}",
                                     buf_text(&notes), 7);
    Record r[] = {{"patient", KEY("01"), longest}};
    WORK(r);
    same("SELECT length(notes) || ' ' || substr(notes, 1, 37) FROM out_patient",
         "4000 Alerta importada: muy 000 ñ\nAlerta im");
    same("SELECT length(anesthesia_reaction_details) FROM out_patient_context", "500");
    same("SELECT length(name) FROM out_patient_allergy", "100");
    same("SELECT group_concat(DISTINCT code) FROM (SELECT code FROM _issues ORDER BY code)",
         "patient.notes.truncated,value.truncated");
}

Test(dentalpin_people, full_repairs_hear_a_negation)
{
    profile_bench_set("repairs", "full");
    Record r[] = {
        {"patient", KEY("01"),
         "{\"given_name\":\"A\",\"family_name\":\"B\",\"national_id\":\"x1234567L\",\"notes\":\"Sin alergias\"}"},
        {"patient", KEY("02"), "{\"given_name\":\"A\",\"family_name\":\"B\",\"national_id\":\"12345678Z\"}"},
    };
    WORK(r);
    same("SELECT count(*) FROM out_patient_allergy", "0");
    same("SELECT group_concat(national_id_type) FROM (SELECT * FROM out_patient ORDER BY key)", "nie,dni");
}

Test(dentalpin_people, recalls_tell_how_far_they_came)
{
    Record r[] = {
        {"professional", KEY("02"), "{\"given_name\":\"Ana\"}"},
        {"patient", KEY("01"), NOTES("")},
        {"recall", KEY("11"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"professional_uuid\":\"" KEY(
             "02") "\",\"scheduled_date\":\"2024-03-15\",\"attended\":true,\"contact_date\":\"2024-02-01\","
                   "\"comments\":\"a\",\"observations\":\"b\"}"},
        {"recall", KEY("12"), "{\"patient_uuid\":\"" KEY("01") "\",\"scheduled\":true}"},
        {"recall", KEY("13"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"contact_date\":\"2024-02-01T10:00:00Z\",\"scheduled_date\":\"soon\"}"},
        {"recall", KEY("14"), "{\"patient_uuid\":\"" KEY("01") "\",\"status_code\":2}"},
        {"recall", KEY("15"), "{\"patient_uuid\":\"" KEY("77") "\"}"},
        {"recall", KEY("16"), "{}"},
        {"recall", KEY("17"), "{\"patient_uuid\":\"" KEY("01") "\",\"status_code\":1}"},
    };
    WORK(r);
    same("SELECT group_concat(status || ' ' || contact_attempt_count, '|') FROM (SELECT * FROM out_recall ORDER BY key)",
         "done 1|contacted_scheduled 0|contacted_no_answer 1|pending 0|done 0");
    same("SELECT due_month || ' ' || due_date || ' ' || completed_at || ' ' || reason_note FROM out_recall WHERE key = '" KEY(
             "11") "'",
         "2024-03-01 2024-03-15 2024-02-01 00:00:00+00:00 a\nb");
    same("SELECT due_month FROM out_recall WHERE key = '" KEY("12") "'", "2026-11-01");
    same("SELECT group_concat(code, ' ') FROM (SELECT code FROM _rejects ORDER BY key)",
         "recall.unmapped_patient recall.missing_patient");
    same("SELECT key FROM _issues WHERE code = 'recall.date.invalid'", KEY("13"));
}

Test(dentalpin_people, medicines_of_the_history)
{
    Record r[] = {
        {"patient", KEY("01"), NOTES("")},
        {"pharmacological_history", KEY("11"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"drug_description\":\" Metformina \",\"dose\":\"850 mg\","
         "\"dosage\":\"1-0-1\",\"start_date\":\"2020-01-02T00:00:00\",\"observations\":\"x\","
         "\"administration_route\":\"oral\",\"record_kind\":1}"},
        {"pharmacological_history", KEY("12"), "{\"patient_uuid\":\"" KEY("01") "\",\"drug_description\":\"AAS\"}"},
        {"pharmacological_history", KEY("13"), "{\"patient_uuid\":\"" KEY("01") "\",\"drug_description\":\" \"}"},
        {"pharmacological_history", KEY("14"), "{\"patient_uuid\":\"" KEY("77") "\",\"drug_description\":\"AAS\"}"},
        {"pharmacological_history", KEY("15"), "{\"drug_description\":\"AAS\"}"},
    };
    WORK(r);
    same("SELECT group_concat(name || '|' || coalesce(dosage, '-') || '|' || coalesce(start_date, '-') || '|' || notes, ';')"
         " FROM (SELECT * FROM out_pharmacological_history ORDER BY key)",
         "Metformina|850 mg · 1-0-1|2020-01-02|x\nVía: oral\nMigrado dental-bridge — record_kind=1;"
         "AAS|-|-|Migrado dental-bridge.");
    same("SELECT group_concat(reason, ' ') FROM (SELECT reason FROM _skips ORDER BY key)",
         "pharm.no_drug_name pharm.unmapped_patient pharm.no_patient");
}

static void filtered(const char *key, const char *expected)
{
    same(arena_text(arena,
                    "SELECT coalesce((SELECT substr(code, 23) FROM _issues WHERE key = o.key AND code GLOB"
                    " 'professional.filtered.*'), '-') || ' ' || o.is_active || ' ' || m.role || ' ' || m.is_professional"
                    " FROM out_professional o JOIN out_professional_membership m ON m.key = o.key WHERE o.key = '" KEY(
                        "%s") "'",
                    key),
         expected);
}

#define STAFF(role, more) "{\"given_name\":\"A\",\"family_name\":\"B\",\"role\":\"" role "\"" more "}"
#define ACTIVE ",\"last_activity_at\":\"2025-01-05T10:00:00Z\""

#define ACT(professional, more)                                                                              \
    "{\"patient_uuid\":\"" KEY("01") "\",\"professional_uuid\":\"" KEY(professional) "\",\"treatment_variant_uuid\":\"" KEY( \
        "61") "\"" more "}"

static const Record staff[] = {
    {"professional", KEY("02"), STAFF("Doctor", ACTIVE)},
    {"professional", KEY("03"), STAFF("hygienist", ",\"last_activity_at\":\"2024-11-30\"")},
    {"professional", KEY("04"), STAFF("dentist", ",\"last_activity_at\":\"2024-10-31\"")},
    {"professional", KEY("05"), STAFF("dentist", "")},
    {"professional", KEY("06"), STAFF("dentist", ACTIVE ",\"deactivated\":true")},
    {"professional", KEY("07"), STAFF("receptionist", ACTIVE)},
    {"professional", KEY("08"), STAFF("auxiliary", ACTIVE)},
    {"professional", KEY("09"), STAFF("assistant", ACTIVE)},
    {"patient", KEY("01"), NOTES("")},
    {"appointment", KEY("11"),
     "{\"patient_uuid\":\"" KEY("01") "\",\"professional_uuid\":\"" KEY(
         "06") "\",\"scheduled_date\":\"2020-01-02\",\"scheduled_time\":\"10:00\",\"coarse_status\":\"cancelled\"}"},
    {"appointment", KEY("12"),
     "{\"patient_uuid\":\"" KEY("77") "\",\"professional_uuid\":\"" KEY(
         "08") "\",\"scheduled_date\":\"2020-01-02\",\"scheduled_time\":\"10:00\"}"},
    {"applied_treatment", KEY("21"), ACT("08", ",\"status_code\":3,\"start_date\":\"2026-01-02\"")},
    {"applied_treatment", KEY("22"), ACT("09", ",\"status_code\":3,\"end_date\":\"2026-01-02\"")},
};

Test(dentalpin_people, who_is_filtered_and_who_treats_patients_after_all)
{
    WORK(staff);
    filtered("02", "- 1 dentist 1");
    filtered("03", "- 1 hygienist 1");
    filtered("04", "no_recent_activity 0 assistant 0");
    filtered("05", "no_activity_recorded 0 assistant 0");
    filtered("06", "inactive_in_source 0 dentist 1");
    filtered("07", "- 1 receptionist 0");
    filtered("08", "- 1 assistant 0");
    filtered("09", "- 1 dentist 1");
}

Test(dentalpin_people, the_filter_has_options)
{
    profile_bench_set("professional_min_activity_months", "0");
    profile_bench_set("professional_exclude_inactive_in_source", "false");
    profile_bench_set("professional_exclude_non_clinical_roles", "true");
    WORK(staff);
    filtered("05", "- 1 dentist 1");
    filtered("06", "- 1 dentist 1");
    filtered("07", "non_clinical_role 0 assistant 0");
    filtered("08", "non_clinical_role 0 assistant 0");
}

#define VISIT(time, status, more)                                                                            \
    "{\"patient_uuid\":\"" KEY("01") "\",\"professional_uuid\":\"" KEY("02") "\",\"scheduled_date\":"        \
    "\"2027-07-01\",\"scheduled_time\":\"" time "\",\"coarse_status\":\"" status "\"" more "}"

static const Record visits[] = {
    {"professional", KEY("02"), STAFF("dentist", ACTIVE)},
    {"catalog_item", KEY("03"), "{\"kind\":\"chair\",\"name\":\"Box 9\"}"},
    {"patient", KEY("01"), "{\"given_name\":\"A\",\"family_name\":\"B\",\"email\":\"a@example.org\"}"},
    {"appointment", KEY("11"), VISIT("10:00", "scheduled", ",\"chair_uuid\":\"" KEY("03") "\",\"notes\":\" x \"")},
    {"appointment", KEY("12"), VISIT("10:00:30", "confirmed", ",\"chair_uuid\":\"" KEY("03") "\"")},
    {"appointment", KEY("13"), VISIT("10:00:00", "confirmed", ",\"chair_uuid\":\"" KEY("03") "\"")},
};

Test(dentalpin_people, visits_are_told_to_nobody)
{
    WORK(visits);
    same("SELECT group_concat(substr(key, 35) || ' ' || start_time || ' ' || coalesce(cabinet, '-'), '|')"
         " FROM (SELECT * FROM out_appointment ORDER BY key)",
         "11 2027-07-01 08:00:00+00:00 Box 9|12 2027-07-01 08:00:30+00:00 Box 9|13 2027-07-01 08:00:00+00:00 -");
    same("SELECT body || ' ' || created_at FROM out_appointment_note", "x 2027-07-01 08:00:00+00:00");
    same("SELECT count(*) FROM out_appointment_timeline", "0");
    same("SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%communication_messages%'", "0");
}

Test(dentalpin_people, with_full_repairs_the_timeline_shows_the_visits)
{
    profile_bench_set("repairs", "full");
    WORK(visits);
    same("SELECT count(*) || ' ' || min(occurred_at) || ' ' || min(event_data->>'$.cabinet') || ' ' ||"
         " min(event_data->>'$.start_time') FROM out_appointment_timeline t JOIN out_appointment a ON a.id = t.source_id",
         "3 2027-07-01 08:00:00+00:00 Box 9 2027-07-01T08:00:00+00:00");
}

Test(dentalpin_people, what_is_too_long_is_cut_and_told)
{
    const char *a120 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    Record r[] = {
        {"professional", KEY("02"), arena_text(arena, "{\"given_name\":\"%s\",\"family_name\":\"%s%s\"}", a120, a120, a120)},
        {"user", KEY("03"), arena_text(arena, "{\"given_name\":\"%s\",\"family_name\":\"%s\"}", a120, a120)},
        {"patient", KEY("01"),
         arena_text(arena, "{\"given_name\":\"%s\",\"family_name\":\"%s\",\"national_id\":\"%s\",\"mobile_phone\":\"%s\"}", a120,
                    a120, a120, a120)},
        {"appointment", KEY("11"), VISIT("10:00", "scheduled", ",\"duration_minutes\":999999999999")},
        {"recall", KEY("21"), arena_text(arena, "{\"patient_uuid\":\"" KEY("01") "\",\"comments\":\"%05000d\"}", 7)},
        {"pharmacological_history", KEY("31"),
         arena_text(arena, "{\"patient_uuid\":\"" KEY("01") "\",\"drug_description\":\"%s\",\"dose\":\"%s\",\"frequency\":\"%s\"}",
                    a120, a120, a120)},
    };
    WORK(r);
    same("SELECT group_concat(length(first_name) || ' ' || length(last_name)) FROM (SELECT first_name, last_name FROM"
         " out_professional UNION ALL SELECT first_name, last_name FROM out_user UNION ALL SELECT first_name, last_name"
         " FROM out_patient)", "100 100,100 100,100 100");
    same("SELECT length(email) <= 255 FROM out_professional", "1");
    same("SELECT length(national_id) || ' ' || length(phone) FROM out_patient", "50 20");
    same("SELECT end_time FROM out_appointment", "2027-07-01 08:30:00+00:00");
    same("SELECT length(reason_note) FROM out_recall", "4000");
    same("SELECT length(name) || ' ' || length(dosage) || ' ' || length(frequency) FROM out_pharmacological_history",
         "100 100 100");
    same("SELECT group_concat(code, ' ') FROM (SELECT DISTINCT entity, code FROM _issues ORDER BY 1, 2)",
         "appointment.duration.invalid value.truncated value.truncated professional.filtered.no_activity_recorded"
         " value.truncated recall.note.truncated value.truncated");
    same("SELECT count(*) FROM _rejects", "0");
}
