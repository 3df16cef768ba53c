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

TestSuite(dentalpin, .init = setup, .fini = teardown);

#define KEY(end) "00000000-0000-5000-8000-0000000000" end
#define CLINIC "c1111111-0000-4000-8000-000000000001"
#define PATIENT                                                                                              \
    {                                                                                                        \
        "patient", KEY("01"), "{\"given_name\":\"Ana\",\"family_name\":\"Ñu\"}"                             \
    }
#define WORK(records) profile_bench(arena, "dentalpin", CLINIC, records, ARRAY_LEN(records))

static void same(const char *sql, const char *expected)
{
    cr_assert_str_eq(profile_bench_value(arena, sql), expected, "%s", sql);
}

Test(dentalpin, every_mapping_composes_over_an_empty_source)
{
    Record none[] = {{"center", KEY("01"), "{}"}};
    WORK(none);
    same("SELECT count(*) FROM out_patient", "0");
}

Test(dentalpin, one_person_is_one_user)
{
    Record r[] = {
        {"professional", KEY("01"),
         "{\"email\":\"ana@clinic.example\",\"given_name\":\"Ana\",\"role\":\"dentist\"}"},
        {"professional", KEY("02"), "{\"email\":\" ANA@clinic.example\"}"},
        {"professional", KEY("03"), "{\"email\":\"admin@example.invalid\"}"},
        {"professional", KEY("04"), "{\"email\":\"none\",\"given_name\":\"José\",\"family_name\":\"Ñu\"}"},
        {"user", KEY("05"), "{\"email\":\"ana@clinic.example\"}"},
    };
    WORK(r);
    same("SELECT count(DISTINCT id) FROM (SELECT id FROM out_professional WHERE key < '" KEY(
             "03") "' UNION ALL SELECT id FROM out_user)",
         "1");
    same("SELECT id FROM out_professional WHERE key = '" KEY("03") "'",
         "ad111111-0000-4000-8000-000000000001");
    same("SELECT email FROM out_professional WHERE key = '" KEY("04") "'",
         "migrado+joséñu-00000000@dental-bridge.local");
    same("SELECT count(*) FROM out_professional_membership", "2");
    same("SELECT count(*) FROM out_user_membership", "0");
}

Test(dentalpin, a_wanted_number_is_kept_by_the_first_and_the_others_follow)
{
    Record r[] = {
        PATIENT,
        {"budget", KEY("11"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"number\":1,\"quote_date\":\"2024-05-01\"}"},
        {"budget", KEY("12"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"number\":1,\"quote_date\":\"2024-06-01\"}"},
        {"budget", KEY("13"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"number\":7,\"quote_date\":\"2024-07-01\"}"},
        {"budget", KEY("14"), "{\"patient_uuid\":\"" KEY("01") "\",\"quote_date\":\"2024-08-01\"}"},
        {"budget", KEY("15"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"number\":1,\"quote_date\":\"2025-01-01\"}"},
    };
    WORK(r);
    same("SELECT group_concat(substr(budget_number, 6), ' ') FROM (SELECT budget_number FROM out_budget "
         "ORDER BY key)",
         "2024-0001 2024-0002 2024-0007 2024-0008 2025-0001");
    same("SELECT group_concat(key) FROM _issues WHERE code = 'budget.number_collision'", KEY("12"));
}

Test(dentalpin, budgets_come_to_what_their_lines_come_to)
{
    Record r[] = {
        {"treatment_catalog_item", KEY("51"), "{\"short_name\":\"Empaste\",\"code\":\"E1\"}"},
        PATIENT,
        {"budget", KEY("11"), "{\"patient_uuid\":\"" KEY("01") "\",\"quote_date\":\"2024-05-01\"}"},
        {"budget_line", KEY("21"),
         "{\"budget_uuid\":\"" KEY("11") "\",\"treatment_uuid\":\"" KEY(
             "51") "\",\"unit_amount\":\"33.35\","
                   "\"units\":\"3\",\"discount_percent\":\"10\",\"teeth\":[11,12,13]}"},
        {"budget_line", KEY("22"),
         "{\"budget_uuid\":\"" KEY("11") "\",\"treatment_uuid\":\"" KEY(
             "51") "\",\"unit_amount\":true,"
                   "\"applied_treatment_uuid\":\"" KEY("99") "\"}"},
        {"budget_line", KEY("23"),
         "{\"budget_uuid\":\"" KEY("11") "\",\"treatment_uuid\":\"" KEY("98") "\",\"unit_amount\":\"5\"}"},
    };
    WORK(r);
    same("SELECT line_subtotal || ' ' || line_discount || ' ' || line_total FROM out_budget_line WHERE key = "
         "'" KEY("21") "'",
         "100.05 10.00 90.05");
    same("SELECT notes FROM out_budget_line WHERE key = '" KEY("21") "'",
         "Dientes adicionales en origen: 12, 13.");
    same("SELECT unit_price FROM out_budget_line WHERE key = '" KEY("22") "'", "0.00");
    same("SELECT code FROM _rejects WHERE key = '" KEY("23") "'", "budget_line.unmapped_treatment");
    same("SELECT subtotal || ' ' || total_discount || ' ' || total || ' ' || status FROM out_budget",
         "100.05 10.00 90.05 accepted");
}

Test(dentalpin, the_second_of_a_double_booking_gives_up_its_chair)
{
#define VISIT(status)                                                                                        \
    "{\"patient_uuid\":\"" KEY("01") "\",\"professional_uuid\":\"" KEY("02") "\",\"chair_uuid\":\"" KEY(     \
        "03") "\","                                                                                          \
              "\"scheduled_date\":\"2027-07-01\",\"scheduled_time\":\"17:15:00\",\"coarse_status\":"         \
              "\"" status "\"}"
    Record r[] = {
        {"professional", KEY("02"), "{\"given_name\":\"Ana\"}"},
        {"catalog_item", KEY("03"), "{\"kind\":\"chair\",\"name\":\"SILLÓN 1\"}"},
        PATIENT,
        {"appointment", KEY("31"), VISIT("cancelled")},
        {"appointment", KEY("32"), VISIT("confirmed")},
        {"appointment", KEY("33"), VISIT("scheduled")},
    };
    WORK(r);
    same("SELECT link FROM out_catalog_item", "cab11111-0000-4000-8000-000000000001");
    same("SELECT group_concat(coalesce(cabinet, '-'), ',') FROM (SELECT cabinet FROM out_appointment ORDER "
         "BY key)",
         "Sillón 1,Sillón 1,-");
    same("SELECT group_concat(key) FROM _issues WHERE code = 'appointment.double_booking'", KEY("33"));
    same("SELECT max(start_time) FROM out_appointment", "2027-07-01 15:15:00+00:00");
    same("SELECT count(*) FROM out_appointment_cabinet_event", "2");
}

Test(dentalpin, payments_find_their_patient)
{
    Record r[] = {
        PATIENT,
        {"client", KEY("04"), "{}"},
        {"patient_client_link", KEY("05"),
         "{\"client_uuid\":\"" KEY("04") "\",\"patient_uuid\":\"" KEY("01") "\"}"},
        {"applied_treatment", KEY("06"), "{\"patient_uuid\":\"" KEY("01") "\"}"},
        {"payment", KEY("41"), "{\"client_uuid\":\"" KEY("04") "\",\"amount\":\"10\"}"},
        {"payment", KEY("42"),
         "{\"client_uuid\":\"" KEY("97") "\",\"amount\":\"10\",\"applied_treatment_uuid\":\"" KEY(
             "06") "\"}"},
        {"payment", KEY("43"), "{\"client_uuid\":\"" KEY("97") "\",\"amount\":\"10\"}"},
        {"payment", KEY("44"), "{\"client_uuid\":\"" KEY("04") "\",\"amount\":\"-10\"}"},
        {"payment", KEY("45"), "{\"client_uuid\":\"" KEY("04") "\",\"amount\":\"diez\"}"},
        {"payment", KEY("46"), "{\"client_uuid\":\"" KEY("04") "\"}"},
    };
    WORK(r);
    same("SELECT count(*) FROM out_payment p JOIN out_patient t ON t.id = p.patient_id", "2");
    same("SELECT r.payment_id = p.id FROM out_payment_refund r JOIN out_payment p ON p.key = r.key", "1");
    same("SELECT key FROM _issues WHERE code = 'payment.patient_by_treatment'", KEY("42"));
    same("SELECT link = (SELECT id FROM out_payment WHERE key = '" KEY("41") "') FROM out_payment WHERE key = '" KEY("44") "'", "1");
    same("SELECT group_concat(code, ' ') FROM (SELECT code FROM _rejects ORDER BY key)",
         "payment.no_patient_for_client payment.invalid_amount payment.zero_amount");
}
