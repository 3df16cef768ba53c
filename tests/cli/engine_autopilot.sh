#!/bin/sh
# A clinic from its file to the last word about it: autopilot, a second one, and all that looks at a run.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 20 --seed 5 --dirty 2 source.dpm
clinic sol "$work/source.dpm"

# Before anything: everything is to do, and nobody has been here.
run 0 plan sol
has out "sol: there is no target yet; the first run makes it"
run 0 plan sol --json
document plan
[ "$(value 'd["todo"]')" -gt 50 ] || complain "a new clinic has hardly anything to do"
run 0 status sol --json
document status
equal "$(value 'd["running"], d["last_run"]')" "(False, None)"
run 2 report sol

# The whole way. Rows are rejected because the file has damaged ones.
run 3 autopilot sol --as-of "$as_of" --note 'first try'
has out 'LOST 0'
has out 'rows/s'
has out 'state/target.db'
has out 'mudanza rejects list sol'
is_empty err

# The report, in each of its forms; the account adds up to what the generator says it wrote.
run 0 report sol --format md
has out '| '
run 0 report sol --format text
has out 'LOST 0'
run 0 report sol --format json
cp out report.json
"$python" - report.json made.json <<'PY' >out 2>err || complain "the account does not add up"
import json, sys
report, made = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
accounts = {a["entity"]: a for a in report["accounts"]}
for entity, rows in made["entities"].items():
    if rows and accounts[entity]["source"] < rows * 0.9:
        sys.exit("%s: %d of %d rows" % (entity, accounts[entity]["source"], rows))
for a in list(accounts.values()) + [report["total"]]:
    if a["lost"] or a["source"] != sum(a[k] for k in ("inserted", "updated", "unchanged", "linked", "skipped", "rejected")):
        sys.exit(str(a))
PY

# Again: nothing is written, and it says so. Plaintext that a kill left goes, though nothing is read.
rows_of sol >before
mkdir -p clinics/sol/state/tmp && chmod 700 clinics/sol/state/tmp
echo secret >clinics/sol/state/tmp/mudanza-plain-left
run 3 autopilot sol --json
[ ! -e clinics/sol/state/tmp/mudanza-plain-left ] || complain "plaintext of a killed run was left"
tail -n 1 out >last
grep -q '"type":"run.end"' last || complain "the last line is not run.end"
grep -q 'nothing to do' last || complain "the second run does not say that there was nothing to do"
"$python" -c 'import json, sys
seen = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
if [e["seq"] for e in seen] != list(range(1, len(seen) + 1)):
    sys.exit("seq has gaps")
if any(e["type"] == "step.end" and e["status"] in ("done", "partial") and e.get("reason") != "current" for e in seen):
    sys.exit("a step did something")' out 2>err || complain "the events of the second run"
rows_of sol >after
cmp -s before after || complain "the second run changed the target"
run 0 plan sol --json
equal "$(value 'd["todo"]')" 0
run 9 plan sol --fail-if-noop
run 0 status sol
has out 'nobody is at work'

# Runs, newest first, and their events.
run 0 runs sol --json
document runs
equal "$(value '[(r["run"], r["mode"], r["exit"], r["note"]) for r in d["runs"]]')" \
    "[(2, 'autopilot', 3, None), (1, 'autopilot', 3, 'first try')]"
run 0 runs sol
has out 'first try'
run 0 logs sol 1 --json --step patient/insert
equal "$("$python" -c 'import json, sys
print({json.loads(line)["step"] for line in open(sys.argv[1])})' out)" "{'patient/insert'}"
run 0 logs sol 1 -f
run 0 logs sol 1
grep -q '^20.*Z  step.end  patient/insert  done  [0-9]*/[0-9]*  ' out || complain "no line of patient/insert"
has out '  warning  patient/validate  '
lacks out '{"v":1'
lacks out 'step.progress'
run 0 logs sol 1 --level warning
has out '  run.end  partial  '
has out '  warning  patient/validate  '
lacks out '  done  '
lacks out 'run.start'
run 0 logs sol 1 --level error
is_empty out
run 0 logs sol 1 --json --level warning
equal "$("$python" -c 'import json, sys
print({json.loads(line)["type"] for line in open(sys.argv[1])} <= {"warning", "issues", "step.end", "run.end"})' out)" True
run 0 logs sol 1 --grep 'step.end  patient/insert'
equal "$(wc -l <out)" 1
run 2 logs sol --level loud
run 0 logs sol
run 2 logs sol 7
# A run of the night is read in the reader's language.
run 0 report sol 1 --lang es
has out 'código de salida 3, parcial: terminado; se rechazaron '
has out ' filas, véase el informe'
run 0 monitor sol --lang es
has out 'siguen rechazadas'

# Issues: by code, one by one, filtered.
run 0 warnings list sol --json
document warnings.list
value '"\n".join(sorted(c["code"] for c in d["codes"]))' >codes
[ "$(wc -l <codes)" -gt 2 ] || complain "hardly any issues in a dirty file"
code=$(head -n 1 codes)
run 0 warnings list sol --code "$code" --json
equal "$(value '{c["code"] for c in d["codes"]} == {"'"$code"'"}')" True
run 0 warnings list sol --step 'budget*' --json
equal "$(value 'all(c["step"].startswith("budget") for c in d["codes"])')" True
run 0 warnings list sol
has out "$code"
run 0 warnings list sol --rows 3
[ "$(wc -l <out)" -eq 9 ] || complain "--rows 3 does not list three issues"
finish
