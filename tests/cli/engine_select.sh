#!/bin/sh
# What is asked for is done and no more: SELECT and its flags, preview, policies, limits.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 12 --seed 6 clean.dpm
clinic sol "$work/clean.dpm"

# statuses EXPRESSION: what `status` says of the steps, as a dict s.
statuses() {
    "$MUDANZA" status sol --json >"$work/out" 2>"$work/err" || complain "no status"
    value "(lambda s: ($1))({x['step']: x['status'] for x in d['steps']})"
}
count() {
    "$python" - "$1" <<'PY'
import sqlite3, sys
print(sqlite3.connect("file:clinics/sol/state/target.db?mode=ro", uri=True).execute("SELECT count(*) FROM " + sys.argv[1]).fetchone()[0])
PY
}

# Of a new clinic, too, one entity brings along what its mapping reads.
run 0 preview sol appointment --as-of "$as_of"
equal "$(statuses 's["appointment/validate"], s["patient/validate"], s["budget/validate"]')" "('done', 'done', 'pending')"

# A preview counts and shows, masked, and writes no row.
run 0 preview sol --as-of "$as_of" --json
document preview
equal "$(value '[s for s in d["steps"] if s["step"] == "patient"][0]["kept"]')" 12
equal "$(count patients)" 0
run 0 preview sol patient --rows 2
has out '*'
run 0 preview sol patient/insert --rows 2 --json
equal "$(value 'len(d["steps"][0]["rows"])')" 2
run 2 preview sol nobody
equal "$(statuses 's["patient/validate"], s["patient/insert"]')" "('done', 'pending')"

# One entity and what it needs: professionals, but no budgets.
run 0 run sol appointment/insert
equal "$(count patients)" 12
equal "$(count budgets)" 0
equal "$(statuses 's["patient/insert"], s["appointment/insert"], s["appointment/verify"], s["budget/insert"]')" \
    "('done', 'done', 'pending', 'pending')"

# Only what was named: what it needs is not there, so it is refused; afterwards the rest is as before.
run 4 run sol budget_line/insert --only
equal "$(statuses 's["budget_line/insert"], s["patient/insert"]')" "('blocked', 'done')"
run 0 run sol --failed
equal "$(statuses 's["budget_line/insert"], s["budget/insert"]')" "('done', 'done')"
run 0 run sol --stage V,I --category Clinical
run 0 run sol --from payment/insert --to fiscal_document_line/insert
run 0 autopilot sol
run 0 autopilot sol
run 9 autopilot sol --fail-if-noop
run 0 run sol patient --only
equal "$(statuses '{v for v in s.values()}')" "{'done'}"
balances sol

# A changed input: --stale does what was done before and has changed.
run 0 plan sol --stale --json
equal "$(value 'd["todo"]')" 0
sed -i '/^settings:/a\  professional_min_activity_months: 1' clinics/sol/config.yaml
run 0 plan sol --stale --json
equal "$(value '"professional/validate" in {s["step"] for s in d["steps"]}')" True
# A row that is checked and written counts once.
equal "$(value 'd["todo"] > len({s["entity"] for s in d["steps"]}), d["rows"] == sum({e: max(s["rows"] for s in d["steps"] if s["entity"] == e) for e in {s["entity"] for s in d["steps"]}}.values()) > 0')" \
    "(True, True)"
run 0 run sol --stale
run 0 plan sol --json
equal "$(value 'd["todo"]')" 0

# Wrong words are refused before anything begins.
run 2 run sol nobody
run 2 run sol --stage Q
run 2 run sol --only --with-upstream
run 2 autopilot sol --unreviewed 1.5
run 2 autopilot sol --on-fail retry
run 2 autopilot sol --max-rejects lots
run 2 autopilot sol --read-only
run 2 preview sol --read-only
run 0 plan sol --read-only
run 0 autopilot sol --unreviewed 0.9 --on-fail continue --on-reject isolate --max-rejects 5,2% --max-duration 1h --yes --no-input

# Policies: the first reject fails its step; its dependents wait; without limit all is tried.
clinic_file --patients 12 --seed 6 --dirty 4 dirty.dpm
clinic luna "$work/dirty.dpm"
run 4 autopilot luna --as-of "$as_of" --on-reject stop
has out 'rejected'
run 4 autopilot luna --on-reject stop --on-fail stop
run 3 autopilot luna
balances luna
run 3 run luna --failed
balances luna

# PROD: nobody is there to be asked, so the command is the consent.
sed -i 's/env: DEV/env: PROD/' clinics/luna/config.yaml
run 3 autopilot luna
# A part that writes nothing has not made everything up to date.
clinic luz "$work/clean.dpm"
run 0 run luz --stage X --as-of "$as_of" --fail-if-noop
has out 'the chosen steps are done'
lacks out 'everything is up to date'
run 9 run luz --stage X --fail-if-noop

finish
