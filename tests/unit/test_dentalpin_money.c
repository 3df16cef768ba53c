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
