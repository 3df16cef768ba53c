#!/bin/sh
# verify reads the target back: one changed value is found and named by entity, record and column, never told.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 12 --seed 7 source.dpm
clinic sol "$work/source.dpm"

sql() {
    "$python" - "$1" <<'PY'
import sqlite3, sys
db = sqlite3.connect("clinics/sol/state/target.db")
db.execute(sys.argv[1])
db.commit()
PY
}

run 4 verify sol
has err "mudanza run sol --stage X"
run 2 inspect sol patient:1
has err "mudanza run sol --stage X"
run 0 autopilot sol --as-of "$as_of"
rows_of sol >before
run 0 verify sol
has out 'LOST 0'
rows_of sol >after
cmp -s before after || complain "verify changed the target"

# The source is not needed for it.
mv source.dpm elsewhere.dpm
run 0 verify sol
mv elsewhere.dpm source.dpm

sql "UPDATE patients SET first_name = 'Zarzamora' WHERE id = (SELECT max(id) FROM patients)"
run 12 verify sol
has err 'patient'
has err 'first_name'
lacks err Zarzamora
lacks out Zarzamora
run 12 verify sol --json
lacks out Zarzamora
has out '"exit":12'
run 0 report sol --format json
lacks out Zarzamora

sql "DELETE FROM budget_items WHERE id = (SELECT max(id) FROM budget_items)"
run 12 verify sol
has err 'budget_line'
run 0 runs sol --json
equal "$(value 'd["runs"][0]["mode"], d["runs"][0]["status"]')" "('verify', 'unbalanced')"
# A target that is gone is no done step, and a damaged cache says what can be done.
rm -f clinics/sol/state/target.db*
run 0 plan sol
has out 'the target is not there'
run 0 autopilot sol --as-of "$as_of"
run 0 verify sol
printf 'not a database, and long enough to look like one to somebody who only counts bytes' >clinics/sol/state/cache.db
rm -f clinics/sol/state/cache.db-wal clinics/sol/state/cache.db-shm
run 1 autopilot sol
has err 'delete it, then run again'
rm clinics/sol/state/cache.db
run 0 autopilot sol --as-of "$as_of"
finish
