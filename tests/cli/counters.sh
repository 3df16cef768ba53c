#!/bin/bash
# Invoice series go on behind the highest number that was migrated: once, never back, and given back with the run
# that raised them unless somebody has counted on since.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
. "$support/either.sh"
needs_python sqlite3
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
clinic_file --patients 25 --seed 2 source.dpm
highest=$("$python" - source.dpm <<'PY'
import json, sqlite3, sys
rows = [json.loads(p) for (p,) in sqlite3.connect(sys.argv[1]).execute("SELECT payload FROM fiscal_document")]
rows = [r for r in rows if r["series"] == "F"]
print(max(int(r["number"]) for r in rows if r["year"] == 2026), max(int(r["number"]) for r in rows))
PY
)
this_year=${highest% *} ever=${highest#* }
[ "$this_year" -gt 0 ] || { echo "the source has too few invoices: $highest"; exit 99; }

series() {
    sql "$1" "SELECT prefix, last_reset_year, current_number FROM invoice_series ORDER BY 1"
}
# fresh NAME: a clinic with an empty target whose series are those of the source
fresh() {
    either "$1" "$work/source.dpm"
    [ "$kind" = pg ] || "$MUDANZA" run "$1" patient/extract --as-of "$as_of" >out 2>err || complain "$1: no target"
    sql "$1" "UPDATE invoice_series SET prefix = 'F', last_reset_year = 2025, current_number = 4000 WHERE prefix = 'FAC'"
}
undo() {
    run 0 rollback "$1" "$2" --plan --json
    run "$3" rollback "$1" "$2" --confirm "$(value 'd["confirm"]')"
}

for kind in lite pg; do
    fresh "year_$kind"
    before=$(series "year_$kind")
    run 0 autopilot "year_$kind" --as-of "$as_of"
    equal "$(series "year_$kind")" "F|2026|$this_year
RECT|2026|0"
    after=$(series "year_$kind")
    run 0 autopilot "year_$kind" --as-of "$as_of"
    equal "$(series "year_$kind")" "$after"
    run=1
    [ "$kind" = pg ] || run=2 # the first one made the target
    undo "year_$kind" "$run" 0
    equal "$(series "year_$kind")" "$before"

    # an invoice the application wrote meanwhile: its number stays, and that of the series with it
    fresh "used_$kind"
    sql "used_$kind" "UPDATE invoice_series SET reset_yearly = false, current_number = 1 WHERE prefix = 'F'"
    run 0 autopilot "used_$kind" --as-of "$as_of"
    equal "$(sql "used_$kind" "SELECT current_number, last_reset_year FROM invoice_series WHERE prefix = 'F'")" "$ever|2025"
    sql "used_$kind" "UPDATE invoice_series SET current_number = current_number + 1 WHERE prefix = 'F'"
    run 0 autopilot "used_$kind" --as-of "$as_of"
    undo "used_$kind" "$run" 0
    equal "$(sql "used_$kind" "SELECT current_number FROM invoice_series WHERE prefix = 'F'")" "$((ever + 1))"
done
finish
