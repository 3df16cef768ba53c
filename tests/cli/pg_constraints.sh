#!/bin/bash
# Rows that break any kind of constraint, at the edges and in the middle of batches: exactly these are rejected, each
# with its reason, its place and the row in its way; their neighbours are written. STRICT_SHIFTS says how many
# arrangements of the kinds are tried (2; 8 are all), STRICT_ROWS how many rows there are (2500).
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3
profile=$TOP_SRCDIR/tests/fixtures/profiles/strict
mkdir -p clinics/profiles/strict
cp "$profile"/* clinics/profiles/strict
pg_fresh "$profile"
rejects_in() {
    "$python" -c 'import json, sys
report = json.load(sys.stdin)["report"]
print(sorted((r["entity"], r["code"], r["rows"], r["positions"]) for r in report["rejects"]), report["total"])'
}
for shift in $(seq 0 $((${STRICT_SHIFTS:-2} - 1))); do
    name=strict$shift
    "$python" "$support/make_strict.py" "$work/source.dpm" "${STRICT_ROWS:-2500}" --shift "$((shift * 3))" >truth.tsv ||
        complain "make_strict.py"
    pg_clinic "$name" "$work/source.dpm"
    sed -i 's/^profile: .*/profile: strict/' "clinics/$name/config.yaml"
    # A rehearsal refuses the same rows, and leaves nothing.
    run 3 rehearse "$name" --as-of "$as_of" --max-rejects 1000000
    rehearsed=$("$MUDANZA" --json report "$name" | rejects_in)
    equal "$(psql -X -A -t -d "$name" -c "SELECT to_regclass('mudanza.jobs') IS NULL")" t
    run 3 autopilot "$name" --as-of "$as_of" --max-rejects 1000000
    equal "$("$MUDANZA" --json report "$name" | rejects_in)" "$rehearsed"
    balances "$name"
    "$python" "$support/judge_strict.py" truth.tsv "$name" >out 2>err || complain "shift $shift: other rows were rejected"
    head -1 out

    # The row in the way, and the one that is not there, are shown to who looks at the record.
    refused() { awk -F'\t' -v kind="$1" '$3 == kind { print $1; exit }' truth.tsv; }
    run 0 --json inspect "$name" "patient:$(refused unique)"
    equal "$(value 'd["in_the_way"]["table"], d["in_the_way"]["id"], d["in_the_way"]["constraint"]')" \
        "('people', '0e000000-0000-4000-8000-000000000001', 'clinic_id, number')"
    run 0 --json inspect "$name" "patient:$(refused foreign)"
    equal "$(value 'd["in_the_way"]["table"], d["in_the_way"]["id"], d["in_the_way"]["absent"]')" "('wards', 'west', True)"

    # What was rejected is tried again, and nothing else.
    psql -q -X -d "$name" -c "INSERT INTO wards VALUES ('west')"
    run 3 run "$name" --failed --as-of "$as_of" --max-rejects 1000000
    balances "$name"
    grep -v foreign truth.tsv >fewer.tsv
    "$python" "$support/judge_strict.py" fewer.tsv "$name" >out 2>err || complain "shift $shift: other rows were rejected again"
done
finish
