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
for shift in $(seq 0 $((${STRICT_SHIFTS:-2} - 1))); do
    name=strict$shift
    "$python" "$support/make_strict.py" "$work/source.dpm" "${STRICT_ROWS:-2500}" --shift "$((shift * 3))" >truth.tsv ||
        complain "make_strict.py"
    pg_clinic "$name" "$work/source.dpm"
    sed -i 's/^profile: .*/profile: strict/' "clinics/$name/config.yaml"
    run 3 autopilot "$name" --as-of "$as_of" --max-rejects 1000000
    balances "$name"
    "$python" "$support/judge_strict.py" truth.tsv "$name" >out 2>err || complain "shift $shift: other rows were rejected"
    head -1 out

    # What was rejected is tried again, and nothing else.
    psql -q -X -d "$name" -c "INSERT INTO wards VALUES ('west')"
    run 3 run "$name" --failed --as-of "$as_of" --max-rejects 1000000
    balances "$name"
    grep -v foreign truth.tsv >fewer.tsv
    "$python" "$support/judge_strict.py" fewer.tsv "$name" >out 2>err || complain "shift $shift: other rows were rejected again"
done
finish
