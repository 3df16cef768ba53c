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
for row in db.execute(sys.argv[1]):
    print(*row)
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

# What it found is kept in the target, and told by the report: each decimal by the year of its table's date.
verified='[(m["year"], m["made"], m["refused"], m["there"], m["balances"]) for v in d["verified"] for m in v["money"]
    if m["table"] + "." + m["column"] == "budgets.total"]'
run 0 report sol --format json
money=$(value "$verified")
[ "$money" != '[]' ] || complain "no money"
equal "$(value 'all(m[4] for m in '"$verified"') and {(v["missing"], v["different"], len(v["orphans"])) for v in d["verified"]}')" \
    '{(0, 0, 0)}'
equal "$(value 'sum(v["foreign_keys"] for v in d["verified"]) > 5')" True
equal "$(sql "SELECT round(sum(total), 2) FROM budgets WHERE id IN (SELECT id FROM mudanza_entity_mappings)")" \
    "$(value 'round(sum(float(m[3]) for m in '"$verified"'), 2)')"
equal "$(sql "SELECT count(DISTINCT content ->> 'entity') = count(*) / 2, min(content ->> 'v') FROM mudanza_validation_reports")" '1 1'
run 0 report sol --format md
has out '## Money per year'
has out 'budgets.total'

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

# A payment that is changed shows in its year too.
sql "UPDATE budgets SET total = printf('%.2f', total + 0.01) WHERE id = (SELECT max(id) FROM budgets)"
run 12 verify sol
run 0 report sol --format json
equal "$(value 'len([m for m in '"$verified"' if not m[4]])')" 1
run 0 report sol --format md
has out 'differs'

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

# Rows whose foreign key leads nowhere, because somebody deleted what they refer to.
sql 'DELETE FROM patients WHERE id = (SELECT max(patient_id) FROM budgets)'
run 12 verify sol
has err 'rows of budgets refer to rows of patients that are not there (patient_id)'
run 0 report sol --format json
equal "$(value '[(o["parent"], o["rows"] == o["ours"] > 0) for v in d["verified"] for o in v["orphans"] if o["table"] == "budgets"]')" \
    "[('patients', True)]"
finish
