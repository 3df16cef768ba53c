#!/bin/bash
# Payments of families, refunds, allocations and invoices come out alike, whether a run goes through in one or dies on
# its way and another process goes on; and whatever is received stays what was received.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
. "$support/either.sh"
needs_python sqlite3
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
clinic_file --patients 60 --seed 7 source.dpm
received=$("$python" - source.dpm <<'PY'
import decimal, json, sqlite3, sys
amounts = [decimal.Decimal(json.loads(p)["amount"]) for (p,) in sqlite3.connect(sys.argv[1]).execute("SELECT payload FROM payment")]
print(sum(int(a * 100) for a in amounts if a > 0), sum(1 for a in amounts if a < 0))
PY
)

# money NAME: every row of it, without the instants
money() {
    for table in "patient_earned_entries patient_id, treatment_id, amount, description" "payments patient_id, amount, notes" \
        "refunds payment_id, amount, reason_note" "payment_allocations payment_id, budget_id, amount" \
        "invoices patient_id, invoice_number, total" "invoice_payments invoice_id, payment_id, amount"; do
        sql "$1" "SELECT id, ${table#* } FROM ${table%% *} ORDER BY id"
    done
}
# killed NAME STEP: a run that dies when it is at this step, and is gone on with
killed() {
    "$MUDANZA" autopilot "$1" --as-of "$as_of" >/dev/null 2>&1 &
    worker=$!
    wait_until grep -qs "\"step\":\"$2\"" "clinics/$1/state/runs/000001/events.ndjson"
    kill -9 "$worker" 2>/dev/null
    wait "$worker" 2>/dev/null
    run 0 autopilot "$1" --as-of "$as_of"
}

for kind in lite pg; do
    either "whole_$kind" "$work/source.dpm"
    sed -i 's/^settings:$/settings:\n  repairs: full/' "clinics/whole_$kind/config.yaml"
    run 0 autopilot "whole_$kind" --as-of "$as_of"
    money "whole_$kind" >whole
    equal "$(sql "whole_$kind" "SELECT count(*) > 5 FROM payments WHERE notes LIKE '%reparto familiar 2/%'" | tr t 1)" 1
    equal "$(sql "whole_$kind" "SELECT sum(CAST(round(amount * 100) AS integer)) FROM payments") $(sql "whole_$kind" \
        "SELECT count(*) FROM refunds")" "$received"
    equal "$(sql "whole_$kind" "SELECT count(*) FROM payments p WHERE round(amount * 100) IS DISTINCT FROM (
        SELECT round(sum(amount) * 100) FROM payment_allocations a WHERE a.payment_id = p.id)")" 0
    equal "$(sql "whole_$kind" "SELECT count(*) > 5 FROM payment_allocations WHERE target_type = 'budget'" | tr t 1)" 1
    equal "$(sql "whole_$kind" "SELECT count(*) FROM invoices i WHERE round(total * 100) < (
        SELECT round(sum(amount) * 100) FROM invoice_payments a WHERE a.invoice_id = i.id)")" 0
    equal "$(sql "whole_$kind" "SELECT count(*) > 5 FROM invoice_payments" | tr t 1)" 1
    run 0 verify "whole_$kind"
    signed=$("$python" - "clinics/whole_$kind/state/control.db" <<'PY'
import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT fp FROM issues WHERE code = 'verifactu.skipped' ORDER BY fp").fetchone()[0])
PY
    )
    run 0 warnings show "whole_$kind" "$signed"
    grep -Eq '^  kept     legal_hash: .[*]+$' out || complain "the signature that was left out is not kept with the warning"
    run 0 warnings show "whole_$kind" "$signed" --json
    document warnings.show
    equal "$(value 'sorted(d["data"])[0], set(d["data"]["legal_hash"][1:])')" "('legal_hash', {'*'})"
    if [ "$kind" = lite ]; then # what is written into PostgreSQL a second time, pg_parity.sh says
        rows_of whole_lite >before
        run 0 autopilot whole_lite --as-of "$as_of"
        rows_of whole_lite >after
        cmp -s before after || { diff before after | cut -c1-150 | head -6 >out; complain "a second run wrote something"; }
    fi
    for step in debt/validate patient_client_link/insert payment/validate payment/insert fiscal_document/insert; do
        name=${step%%/*}_${step##*/}_$kind
        either "$name" "$work/source.dpm"
        sed -i 's/^settings:$/settings:\n  repairs: full/' "clinics/$name/config.yaml"
        killed "$name" "$step"
        money "$name" >resumed
        cmp -s whole resumed || { diff whole resumed | cut -c1-150 | head -6 >out; complain "$kind: other money after a kill at $step"; }
    done
done
finish
