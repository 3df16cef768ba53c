// The money of a clinic under the profile dentalpin: who owes, who pays and gets back what, and the invoices.
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

TestSuite(dentalpin_money, .init = setup, .fini = teardown);

#define KEY(end) "00000000-0000-5000-8000-0000000000" end
#define CLINIC "c1111111-0000-4000-8000-000000000001"
#define PATIENT(end) {"patient", KEY(end), "{\"given_name\":\"Ana\",\"family_name\":\"Ñu\"}"}
#define WORK(records) profile_bench(arena, "dentalpin", CLINIC, records, ARRAY_LEN(records))

static void same(const char *sql, const char *expected)
{
    cr_assert_str_eq(profile_bench_value(arena, sql), expected, "%s: %s", sql, profile_bench_value(arena, sql));
}

static void bill(const char *status, const char *code, const char *kept)
{
    Record r[] = {
        PATIENT("01"),
        {"fiscal_document", KEY("61"),
         arena_text(arena, "{\"patient_uuid\":\"" KEY("01") "\",\"series\":\"F\",\"number\":\"7\",\"year\":2024,"
                           "\"status\":\"%s\",\"legal_hash\":\"abc\",\"atcud\":\"\",\"qr_code\":\"https://x\"}", status)},
        {"fiscal_document", KEY("62"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"series\":\"F\",\"number\":\"8\",\"atcud\":\"\",\"hash\":null}"},
    };
    WORK(r);
    same("SELECT group_concat(invoice_number) FROM (SELECT * FROM out_fiscal_document ORDER BY key)", "F-2024-7,F-8");
    same("SELECT group_concat(key || ' ' || code) FROM _issues WHERE code GLOB 'verifactu.*'",
         *code ? arena_text(arena, KEY("61") " %s", code) : "");
    same("SELECT coalesce(group_concat(key || code || data), '') FROM _issue_data",
         *code ? arena_text(arena, KEY("61") "%s{\"legal_hash\":\"abc\",\"qr_code\":\"https://x\"}", code) : "");
    same("SELECT coalesce(compliance_data || document_hash, 'nothing') FROM out_fiscal_document LIMIT 1", kept);
    same("SELECT count(*) FROM out_fiscal_document WHERE compliance_data IS NULL AND document_hash IS NULL",
         *code ? "2" : "1");
}

#define MODULE "CREATE TABLE verifactu_records(id UUID NOT NULL PRIMARY KEY);"
#define STATE(state)                                                                                                 \
    "INSERT INTO core_module(name, version, state, category, removable, auto_install, last_state_change,"            \
    " manifest_snapshot) VALUES ('verifactu', '1', '" state "', 'x', 1, 0, '2026-01-01 00:00:00+00:00', '{}');"

Test(dentalpin_money, signatures_need_the_module_and_a_wish)
{
    bill("issued", "verifactu.skipped", "nothing");
}

Test(dentalpin_money, signatures_need_an_installed_module)
{
    profile_bench_seed(MODULE STATE("disabled"));
    profile_bench_set("import_fiscal_compliance", "true");
    bill("issued", "verifactu.skipped", "nothing");
}

Test(dentalpin_money, signatures_need_the_tables_of_the_module)
{
    profile_bench_seed(STATE("installed"));
    profile_bench_set("import_fiscal_compliance", "true");
    bill("issued", "verifactu.skipped", "nothing");
}

Test(dentalpin_money, signatures_are_left_out_unless_wished_for)
{
    profile_bench_seed(MODULE STATE("installed"));
    bill("issued", "verifactu.opt_out", "nothing");
}

Test(dentalpin_money, signatures_are_kept_with_the_invoice)
{
    profile_bench_seed(MODULE STATE("installed"));
    profile_bench_set("import_fiscal_compliance", "true");
    bill("issued", "", "{\"imported\":{\"qr_code\":\"https://x\",\"legal_hash\":\"abc\"}}abc");
}

Test(dentalpin_money, a_sent_invoice_is_sent_or_issued)
{
    bill("Sent", "verifactu.skipped", "nothing");
    same("SELECT status FROM out_fiscal_document LIMIT 1", "sent");
}

Test(dentalpin_money, a_full_repair_issues_what_was_sent)
{
    profile_bench_set("repairs", "full");
    bill("sent", "verifactu.skipped", "nothing");
    same("SELECT status FROM out_fiscal_document LIMIT 1", "issued");
    same("SELECT count(*) FROM _issues WHERE code = 'fiscal_document.status.unknown'", "0");
}

#define CLIENT {"client", KEY("0c"), "{}"}
#define LINK(end, patient)                                                                                           \
    {"patient_client_link", KEY(end), "{\"client_uuid\":\"" KEY("0c") "\",\"patient_uuid\":\"" KEY(patient) "\"}"}
#define DEBT(end, patient, amount)                                                                                   \
    {"debt", KEY(end), "{\"patient_uuid\":\"" KEY(patient) "\",\"owed_amount\":\"" amount "\"}"}
#define PAID(end, more) {"payment", KEY(end), "{\"client_uuid\":\"" KEY("0c") "\"," more "}"}

// Who has which part of a payment, in the order of its rows.
#define SHARES(end)                                                                                                  \
    "SELECT group_concat(substr(t.key, 35) || ' ' || s.amount, ', ') FROM (SELECT key, part, patient_id, amount"     \
    " FROM out_payment WHERE link IS NULL UNION ALL SELECT key, part, patient_id, amount FROM out_payment_share"     \
    " ORDER BY 1, 2) s JOIN out_patient t ON t.id = s.patient_id WHERE s.key = '" KEY(end) "'"

Test(dentalpin_money, a_family_has_its_parts_and_the_last_one_the_rest)
{
    Record r[] = {
        PATIENT("01"), PATIENT("02"), PATIENT("03"), PATIENT("04"), CLIENT,
        LINK("11", "03"), LINK("12", "01"), LINK("13", "02"), LINK("14", "04"),
        DEBT("21", "01", "10.00"), DEBT("22", "01", "20"), DEBT("23", "02", "30"), DEBT("24", "03", "30"), DEBT("25", "99", "900"),
        PAID("41", "\"amount\":\"100\",\"notes\":\"caja\""), PAID("42", "\"amount\":\"0.01\""),
        PAID("43", "\"amount\":\"0.05\""),
    };
    WORK(r);
    same(SHARES("41"), "03 33.33, 01 33.33, 02 33.34"); // 04 owed nothing
    same(SHARES("42"), "02 0.01");
    same(SHARES("43"), "03 0.02, 01 0.02, 02 0.01");
    same("SELECT group_concat(notes, '|') FROM (SELECT notes FROM out_payment_share WHERE key = '" KEY("41") "' ORDER BY part)",
         "caja · reparto familiar 2/3 (cliente " KEY("0c") ")|caja · reparto familiar 3/3 (cliente " KEY("0c") ")");
    same("SELECT notes FROM out_payment WHERE key = '" KEY("42") "'", "Importado dental-bridge (" KEY("42") ")");
    same("SELECT group_concat(substr(key, 35)) FROM _issues WHERE code = 'payment.split_across_family'", "41,43");
}

Test(dentalpin_money, a_family_without_debts_shares_evenly)
{
    Record r[] = {
        PATIENT("01"), PATIENT("02"), PATIENT("03"), CLIENT,
        LINK("11", "01"), LINK("12", "02"), LINK("13", "03"),
        DEBT("21", "01", "50"), DEBT("22", "02", "-60"),
        PAID("41", "\"amount\":\"100\""), PAID("42", "\"amount\":\"0.02\""), PAID("43", "\"amount\":\"0.04\""),
    };
    WORK(r);
    same(SHARES("41"), "01 33.33, 02 33.33, 03 33.34");
    same(SHARES("42"), "01 0.01, 02 0.01"); // nothing is left for the third
    same(SHARES("43"), "01 0.01, 02 0.01, 03 0.02");
}

// Which payment each one given back belongs to.
#define BACK                                                                                                         \
    "SELECT group_concat(substr(part, 35) || '>' || substr(key, 35) || ' ' || amount, ', ') FROM"                    \
    " (SELECT * FROM out_payment_refund ORDER BY part)"

Test(dentalpin_money, what_is_given_back_finds_its_payment)
{
#define ACT(end) "\"applied_treatment_uuid\":\"" KEY(end) "\","
    Record r[] = {
        PATIENT("01"), CLIENT, LINK("11", "01"),
        PAID("41", "\"amount\":\"50.0\"," ACT("31") "\"paid_on\":\"2024-03-01\""),
        PAID("42", "\"amount\":\"50\"," ACT("31") "\"paid_on\":\"2024-01-01\""),
        PAID("43", "\"amount\":\"50.00\",\"paid_on\":\"2024-02-01\""),
        PAID("51", "\"amount\":\"-50\",\"related_payment_uuid\":\"" KEY("43") "\""),
        PAID("52", "\"amount\":\"-10.5\"," ACT("31") "\"notes\":\"error\",\"payment_kind\":2"),
        PAID("53", "\"amount\":\"-50.000\",\"related_payment_uuid\":\"" KEY("99") "\""),
        PAID("54", "\"amount\":\"-7\",\"related_payment_uuid\":\"" KEY("51") "\""),
        PAID("55", "\"amount\":\"-8\",\"payment_kind\":9"),
        PAID("56", "\"amount\":\"-9\",\"related_payment_uuid\":\"" KEY("57") "\""),
        PAID("57", "\"amount\":\"-9\",\"related_payment_uuid\":\"" KEY("56") "\""),
    };
    WORK(r);
    same(BACK, "51>43 50.00, 52>42 10.50, 53>41 50.00, 54>43 7.00");
    same("SELECT count(*) FROM out_payment_refund r JOIN out_payment p ON p.id = r.payment_id AND p.link IS NULL", "4");
    same("SELECT reason_note || ' ' || method || ' ' || refunded_at FROM out_payment_refund WHERE part = '" KEY("52") "'",
         "error bank_transfer 2026-11-21 00:00:00+00:00");
    same("SELECT reason_note FROM out_payment_refund WHERE part = '" KEY("51") "'", "Importado dental-bridge (PagoCli=" KEY("51") ")");
    same("SELECT group_concat(substr(key, 35) || ' ' || code) FROM _rejects",
         "55 payment.refund_unmappable,56 payment.refund_unmappable,57 payment.refund_unmappable");
    same("SELECT group_concat(substr(key, 35)) FROM _issues WHERE code = 'payment.kind.unknown'", "55");
}

Test(dentalpin_money, what_is_owed_knows_its_treatment)
{
#define OWED(end, act) {"debt", KEY(end), "{\"patient_uuid\":\"" KEY("01") "\",\"owed_amount\":\"5\"," ACT(act) "\"due_date\":\"\"}"}
    Record r[] = {
        {"treatment_catalog_item", KEY("51"), "{\"short_name\":\"Algo\",\"code\":\"A1\"}"},
        {"treatment_catalog_variant", KEY("52"), "{\"treatment_uuid\":\"" KEY("51") "\"}"},
        PATIENT("01"),
        {"applied_treatment", KEY("31"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"treatment_variant_uuid\":\"" KEY("52") "\",\"status_code\":5,"
         "\"start_date\":\"2024-02-01\",\"end_date\":\"2024-02-03\"}"},
        {"applied_treatment", KEY("32"), "{\"patient_uuid\":\"" KEY("01") "\",\"status_code\":5,\"notes\":\"llamar\"}"},
        OWED("21", "31"), OWED("22", "32"), OWED("23", "33"),
        {"fiscal_document", KEY("61"), "{\"patient_uuid\":\"" KEY("01") "\",\"number\":\"1\"}"},
        {"fiscal_document_line", KEY("71"), "{\"document_uuid\":\"" KEY("61") "\"," ACT("31") "\"amount\":\"5\"}"},
        {"fiscal_document_line", KEY("72"), "{\"document_uuid\":\"" KEY("61") "\"," ACT("32") "\"amount\":\"5\"}"},
    };
    WORK(r);
    same("SELECT d.performed_at || ' ' || d.description FROM out_debt d JOIN out_applied_treatment t ON t.id = d.treatment_id"
         " AND t.catalog_item_id = d.catalog_item_id",
         "2024-02-03 00:00:00+00:00 Tratamiento migrado");
    same("SELECT group_concat(substr(key, 35) || ' ' || code) FROM (SELECT * FROM _issues WHERE entity = 'debt' ORDER BY key)",
         "22 debt.no_clinical_target,23 debt.orphan_treatment");
    same("SELECT group_concat(catalog_item_id IS NOT NULL) FROM (SELECT * FROM out_fiscal_document_line ORDER BY key)", "1,0");
}

Test(dentalpin_money, what_is_owed_is_earned_once)
{
    Record r[] = {
        PATIENT("01"),
        {"debt", KEY("21"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"owed_amount\":\"93.60\",\"due_date\":\"2019-06-26\",\"treatment_number\":\"3\","
         "\"phase_number\":0}"},
        {"debt", KEY("22"), "{\"owed_amount\":\"1\",\"cancelled_by_uuid\":\"" KEY("21") "\"}"},
        {"debt", KEY("23"), "{\"owed_amount\":\"1\",\"uncollectible\":true}"},
        {"debt", KEY("24"), "{\"owed_amount\":\"mucho\"}"},
        {"debt", KEY("25"), "{\"owed_amount\":\"1\"}"},
        DEBT("26", "99", "1"),
        {"debt", KEY("27"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"owed_amount\":-5,\"applied_treatment_uuid\":\"" KEY("99") "\"}"},
    };
    WORK(r);
    same("SELECT group_concat(amount || ' ' || performed_at || ' ' || description, ', ') FROM (SELECT * FROM out_debt ORDER BY key)",
         "93.60 2019-06-26 00:00:00+00:00 Adeudo migrado · NumTto 3 · fase 0, -5.00 2026-11-21 12:00:00+00:00 Adeudo migrado");
    same("SELECT group_concat(substr(key, 35) || ' ' || reason) FROM _skips",
         "22 debt.skipped_anulado,23 debt.skipped_uncollectible,24 debt.no_amount");
    same("SELECT group_concat(substr(key, 35) || ' ' || code) FROM _rejects", "25 debt.no_patient,26 debt.unmapped_patient");
    same("SELECT key FROM _issues WHERE code = 'debt.orphan_treatment'", KEY("27"));
    same("SELECT count(DISTINCT source_session_id) || max(treatment_id) FROM out_debt", "200000000-0000-0000-0000-000000000000");
}

static void settle(void)
{
    Record r[] = {
        {"treatment_catalog_item", KEY("51"), "{\"short_name\":\"Algo\",\"code\":\"A1\"}"},
        {"treatment_catalog_variant", KEY("52"), "{\"treatment_uuid\":\"" KEY("51") "\"}"},
        PATIENT("01"), PATIENT("02"), CLIENT, LINK("11", "01"), LINK("12", "02"),
        {"budget", KEY("81"), "{\"patient_uuid\":\"" KEY("01") "\",\"number\":1,\"quote_date\":\"2024-01-01\"}"},
        {"budget_line", KEY("82"),
         "{\"budget_uuid\":\"" KEY("81") "\",\"treatment_uuid\":\"" KEY("51") "\"," ACT("31") "\"unit_amount\":\"60\"}"},
        {"applied_treatment", KEY("31"),
         "{\"patient_uuid\":\"" KEY("01") "\",\"treatment_variant_uuid\":\"" KEY("52") "\",\"status_code\":5,"
         "\"start_date\":\"2024-02-01\"}"},
        {"debt", KEY("21"), "{\"patient_uuid\":\"" KEY("01") "\"," ACT("31") "\"owed_amount\":\"60\"}"},
        DEBT("22", "02", "30"),
        PAID("41", "\"amount\":\"90\""), PAID("42", "\"amount\":\"9\""),
        {"debt_payment_application", KEY("91"),
         "{\"debt_uuid\":\"" KEY("21") "\",\"payment_uuid\":\"" KEY("41") "\",\"amount\":\"55\"}"},
        {"debt_payment_application", KEY("92"),
         "{\"debt_uuid\":\"" KEY("21") "\",\"payment_uuid\":\"" KEY("42") "\",\"amount\":\"8\"}"},
        {"fiscal_document", KEY("61"), "{\"patient_uuid\":\"" KEY("01") "\",\"number\":\"1\",\"total\":\"58.50\"}"},
        {"fiscal_document_line", KEY("71"), "{\"document_uuid\":\"" KEY("61") "\"," ACT("31") "\"amount\":\"58.50\"}"},
    };
    WORK(r);
}

Test(dentalpin_money, faithfully_nothing_is_allocated)
{
    settle();
    same("SELECT (SELECT count(*) FROM out_payment_used) || (SELECT count(*) FROM out_fiscal_document_paid)", "00");
}

// 41 is 60 of the first patient, whose debt it settled with 55, and 30 of the other one; 42 is 6 and 3.
Test(dentalpin_money, a_full_repair_says_what_payments_were_for)
{
    profile_bench_set("repairs", "full");
    settle();
    same("SELECT group_concat(substr(key, 35) || ' ' || target_type || ' ' || amount, ', ')"
         " FROM (SELECT * FROM out_payment_used ORDER BY key, part)",
         "41 on_account 5.00, 41 budget 55.00, 41 on_account 30.00, 42 budget 6.00, 42 on_account 3.00");
    same("SELECT count(*) FROM out_payment_used u JOIN (SELECT id, amount FROM out_payment UNION ALL"
         " SELECT id, amount FROM out_payment_share) p ON p.id = u.payment_id",
         "5");
    same("SELECT group_concat(amount, ', ') FROM (SELECT * FROM out_fiscal_document_paid ORDER BY part)", "55.00, 3.50");
}
