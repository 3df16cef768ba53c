#!/bin/bash
# verify and the readers on a PostgreSQL target: what somebody changed, deleted or left dangling is found and named,
# never told; what verify found stays in the target. inspect and preview see what they see of an embedded target.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
clinic_file --patients 12 --seed 7 source.dpm
pg_clinic sol "$work/source.dpm"
clinic luz "$work/source.dpm"
run 4 verify sol
run 4 verify luz
run 0 autopilot sol --as-of "$as_of"
run 0 autopilot luz --as-of "$as_of"
run 0 verify sol
has out 'LOST 0'

# The report has the same findings, whatever the target.
for name in sol luz; do
    run 0 report "$name" 2 --format json
    value 'd["verified"]' >"$name.verified"
done
"$python" - <<'PY' >out 2>err || complain "the targets were not verified alike"
import ast
sol, luz = (ast.literal_eval(open(name + ".verified").read()) for name in ("sol", "luz"))
for one in sol + luz:
    if one["missing"] or one["different"] or one["orphans"] or not all(m["balances"] for m in one["money"]):
        raise SystemExit(one)
if sol != luz or not any(m["there"] not in ("0.00", "0") for one in sol for m in one["money"]):
    raise SystemExit((sol, luz))
PY
equal "$(pg_value sol "SELECT count(DISTINCT content ->> 'entity') = count(*) / 2, bool_and(content ->> 'missing' = '0'), min(job)
    FROM mudanza.validation_reports JOIN mudanza.scopes ON id = scope")" 't|t|1'

# inspect: the row as it was made beside the row as it is, and by which run.
for name in sol luz; do
    for row in patient:1 budget:1 appointment:2 professional:1; do
        run 0 inspect "$name" "$row" --json
        value '{k: v for k, v in d.items() if k not in ("clinic", "runs")}' >>"$name.inspected"
        value 'len(d["runs"]), d["runs"][0].keys()' >>"$name.inspected"
    done
    run 0 preview "$name" --json
done
cmp -s sol.inspected luz.inspected || { diff sol.inspected luz.inspected >out; complain "inspect tells other things"; }

pg_value sol "UPDATE patients SET first_name = 'Zarzamora' WHERE id = (SELECT id FROM patients ORDER BY id LIMIT 1)"
run 12 verify sol
has err 'first_name'
lacks err Zarzamora
run 0 report sol --format json
lacks out Zarzamora
pg_value sol "UPDATE budgets SET total = total + 0.01 WHERE id = (SELECT id FROM budgets ORDER BY id LIMIT 1)"
run 12 verify sol
run 0 report sol --format json
equal "$(value '[m["column"] for v in d["verified"] for m in v["money"] if not m["balances"]]')" "['total']"
pg_value sol "SET session_replication_role = replica; DELETE FROM patients WHERE id = (SELECT patient_id FROM budgets LIMIT 1)"
run 12 verify sol
has err 'rows of appointments refer to rows of patients that are not there'
equal "$(pg_value sol "SELECT count(*) > 0 FROM mudanza.validation_reports
    WHERE (content #>> '{orphans,0,ours}')::int > 0")" t
finish
