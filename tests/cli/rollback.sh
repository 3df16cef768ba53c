#!/bin/bash
# What a run wrote is taken back: all of it, or all but what people changed or built upon; and it can be written anew.
# ROLLBACK_KILLS says how often one is killed on its way (4), CHAOS_SEED from which number the moments are drawn.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
RANDOM=${CHAOS_SEED:-$$}
echo "CHAOS_SEED=${CHAOS_SEED:-$$}"

judge_rollback() {
    "$python" "$support/judge_rollback.py" "$@" 2>err || complain "judge_rollback.py $1"
}
# rows_without_ledger NAME: what people see of the clinic's target
rows_without_ledger() {
    judge_rollback rows "clinics/$1/state/target.db"
}
same() {
    cmp -s "$1" "$2" || {
        diff "$1" "$2" | cut -c1-150 | head -6 >out
        complain "$3"
    }
}
# phrase_of NAME RUN: what has to be typed
phrase_of() {
    run 0 rollback "$1" "$2" --plan --json
    value 'd["confirm"]'
}
copy() {
    cp -R clinics/sol "clinics/$1"
}

clinic_file --patients 40 --seed 9 --dirty 2 source.dpm
clinic_file --patients 40 --seed 9 clean.dpm
clinic_file --patients 45 --seed 9 more.dpm
clinic sol "$work/source.dpm"
judge_rollback seed "$TOP_SRCDIR/clinics/profiles/dentalpin" seed.db
judge_rollback rows seed.db >seed.rows
run 3 autopilot sol --as-of "$as_of"
rows_of sol >first.rows

# --- what it says before
copy plain
run 0 rollback plain 1 --plan
has out 'Clínica Dental de Prueba (plain), DEV: undo run 1'
has out "--confirm 'plain "
run 0 rollback plain 1 --plan --json
document rollback
equal "$(value 'd["undoes"], d["kept"], d["nothing"], d["clinic_name"]')" "([1], [], False, 'Clínica Dental de Prueba')"
equal "$(value 'd["confirm"] == "plain %d" % d["rows"]')" True
equal "$(value 'sum(t["removed"] for t in d["tables"]) + d["raw"] == d["rows"] and d["links"] > 0')" True
phrase=$(value 'd["confirm"]')
run 8 rollback plain 1
has err 'mudanza rollback plain 1 --plan'
run 8 rollback plain 1 --confirm 'plain 1'
has err 'nothing was undone'
run 8 rollback plain 1 --confirm plain --json
document error
run 2 rollback plain 1 --plan --confirm "$phrase"
run 2 --read-only rollback plain 1 --confirm "$phrase"
run 2 rollback plain 9 --plan
has err 'no run 9'
run 2 rollback plain 1 nosuch --plan
has err 'nosuch/insert'
rows_of plain >rows
same first.rows rows "looking changed the target"

# --- all of it, and all of it anew
run 0 rollback plain 1 --confirm "$phrase"
has out 'everything the run wrote is undone'
rows_without_ledger plain >rows
same seed.rows rows "a rollback left something"
rows_of plain | grep -E '^mudanza_[a-z_]+: ' >out
equal "$(grep -c ': 0$' out)" 4
run 0 rollback plain 1 --confirm "$phrase"
has out 'nothing is left to undo of run 1'
run 0 rollback plain 1 --plan --json
equal "$(value 'd["nothing"], d["confirm"]')" '(True, None)'
run 2 rollback plain 2 --plan
has err 'is a rollback'
run 0 runs plain --json
equal "$(value '[(r["mode"], r["status"], r["undone_by"]) for r in d["runs"]]')" \
    "[('rollback', 'done', None), ('autopilot', 'partial', 2)]"
run 0 status plain --json
equal "$(value 'sorted({s["status"] for s in d["steps"] if s["step"].endswith(("/insert", "/verify"))})')" "['pending']"
run 0 plan plain
has out 'undone by run 2'
run 0 warnings list plain --json
lacks out 'target.'
run 0 report plain 2 --format json
equal "$(value 'd["rollback"]["undid"], d["rollback"]["kept"], d["resume"]')" "([1], [], None)"
run 0 report plain 1
has out 'undone by run  2'
run 3 autopilot plain
balances plain
rows_of plain >rows
same first.rows rows "written anew, it is not what it was"

# --- a later run: its changes are taken back alone, and first
clinic later "$work/clean.dpm"
run 0 autopilot later --as-of "$as_of"
rows_of later >expected
sed -i 's,clean\.dpm,more.dpm,' clinics/later/config.yaml
run 3 autopilot later --as-of 2026-12-01T00:00:00Z # the target refuses some: numbers that others have
run 8 rollback later 1 --plan
has err 'mudanza rollback later 2 --plan'
phrase=$(phrase_of later 2)
equal "$(value 'sum(t["restored"] for t in d["tables"]) > 0 and sum(t["removed"] for t in d["tables"]) > 0')" True
run 0 rollback later 2 --confirm "$phrase"
rows_of later >rows
same expected rows "a later run was not taken back as it came"
run 0 rollback later 1 --confirm "$(phrase_of later 1)"
rows_without_ledger later >rows
same seed.rows rows "two rollbacks left something"

# --- what people did stays, with what it needs
copy hand
judge_rollback edit clinics/hand/state/target.db edits.json
run 0 rollback hand 1 --plan --json
cp out plan.json
run 0 rollback hand 1 --plan
has out 'changed since'
has out 'rows were built upon it: appointments 1'
lacks out '"by": "hand"'
run 3 rollback hand 1 --confirm "$(phrase_of hand 1)" --json
cp out events.ndjson
equal "$(grep -c '"type":"kept"' events.ndjson)" "$("$python" -c 'import json; print(len(json.load(open("plan.json"))["kept"]))')"
lacks out '"by": "hand"'
judge_rollback judge clinics/hand/state/target.db seed.db edits.json plan.json
run 0 report hand 2 --format json
"$python" -c 'import json; json.dump(json.load(open("out"))["rollback"], open("done.json", "w"))'
judge_rollback judge clinics/hand/state/target.db seed.db edits.json done.json
run 0 report hand 2
has out 'Rows that stay'
run 0 rollback hand 1 --plan
has out 'nothing is left'
rows_without_ledger hand >kept.rows
run 3 autopilot hand # what people changed stays, and is told of
rows_without_ledger hand >rows
equal "$(comm -23 <(sort kept.rows) <(sort rows) | wc -l)" 0
equal "$(wc -l <rows)" "$(($("$python" "$support/judge_rollback.py" rows clinics/sol/state/target.db | wc -l) + 1))"

# --- one step of it; what other steps built upon it stays
copy step
run 0 rollback step 1 payment --confirm "$("$MUDANZA" rollback step 1 payment --plan --json |
    "$python" -c 'import json, sys; print(json.load(sys.stdin)["confirm"])')"
rows_of step >rows
grep -q '^payments: 0$' rows || complain "payments were not taken back"
run 3 autopilot step
rows_of step >rows
same first.rows rows "a step written anew is not what it was"

# --- killed at any moment, it is gone on with: by the same command, or by resume
copy calm
phrase=$(phrase_of calm 1)
began=${EPOCHREALTIME/./}
run 0 rollback calm 1 --confirm "$phrase"
took=$((${EPOCHREALTIME/./} - began))
cut=0
for n in $(seq "${ROLLBACK_KILLS:-4}"); do
    copy "k$n"
    phrase=$(phrase_of "k$n" 1)
    moment=$(((RANDOM * 32768 + RANDOM) % took))
    "$MUDANZA" rollback "k$n" 1 --confirm "$phrase" >/dev/null 2>&1 </dev/null &
    sleep "$((moment / 1000000)).$(printf '%06d' $((moment % 1000000)))" # the moment of death, no waiting for anything
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    run 0 runs "k$n" --json
    if [ "$(value 'd["runs"][0]["mode"], d["runs"][0]["exit"]')" = "('rollback', None)" ]; then
        cut=$((cut + 1))
        [ $((n % 2)) -eq 0 ] || run 0 resume "k$n"
    fi
    run 0 rollback "k$n" 1 --confirm "$phrase"
    rows_without_ledger "k$n" >rows
    same seed.rows rows "killed after $moment us of $took: something was left"
    rm -rf "clinics/k$n"
done
echo "cut short $cut of ${ROLLBACK_KILLS:-4}, in $took us"

# --- cut short between two batches: nothing else runs before it is finished
copy cut
phrase=$(phrase_of cut 1)
"$python" - <<'PY'
import sqlite3
db = sqlite3.connect("clinics/cut/state/target.db")
db.execute("CREATE TRIGGER no BEFORE DELETE ON patients BEGIN SELECT RAISE(ABORT, 'not now'); END")
PY
run 7 rollback cut 1 --confirm "$phrase"
has err 'not now'
run 8 autopilot cut
has err 'mudanza resume cut'
run 0 rollback cut 1 --plan
has out 'cut short'
has out "--confirm '$phrase'"
"$python" -c 'import sqlite3; sqlite3.connect("clinics/cut/state/target.db").execute("DROP TRIGGER no")'
run 0 resume cut
rows_without_ledger cut >rows
same seed.rows rows "resumed, it left something"
run 0 report cut 3 --format json
equal "$(value 'sum(t["removed"] for t in d["rollback"]["tables"]) + d["rollback"]["raw"]')" "${phrase#cut }"

# --- a run and its resumes are one
clinic two "$work/source.dpm"
killed=0
while [ "$killed" -ne 137 ]; do # on a busy machine it may be over before anybody sees that it works
    rm -rf clinics/two/state
    "$MUDANZA" autopilot two --as-of "$as_of" >/dev/null 2>&1 </dev/null &
    wait_until grep -sq '"step":"budget/insert"' clinics/two/state/runs/000001/events.ndjson || break
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    killed=$?
done
run 3 resume two
run 0 rollback two 1 --plan --json
[ "$(value 'd["undoes"]')" = '[2, 1]' ] || complain "a run without its resume"
run 0 rollback two 1 --confirm "$(value 'd["confirm"]')"
rows_without_ledger two >rows
same seed.rows rows "a run and its resume were not undone together"

# --- one worker a clinic
copy busy
phrase=$(phrase_of busy 1)
"$python" - "$MUDANZA" rollback busy 1 --confirm "$phrase" >out 2>err <<'PY' || complain "two workers in one clinic"
import fcntl, subprocess, sys
with open("clinics/busy/state/lock", "r+b") as lock:
    fcntl.lockf(lock, fcntl.LOCK_EX)
    sys.exit(subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL).returncode != 10)
PY
has err 'another worker holds the clinic'
finish
