#!/bin/bash
# Gates between the phases: what wants a decision holds what needs it and nothing else; a target that is not
# what it was stops the run.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 30 --seed 5 source.dpm
clinic sol "$work/source.dpm"
clinic calm "$work/source.dpm"
run 0 autopilot calm --as-of "$as_of"
sed -i "/^policy:/a\  blocking: ['budget.number_*']" clinics/sol/config.yaml
run 0 config validate sol

# Budgets wait, what hangs on them waits with them, the rest is done.
run 8 autopilot sol --as-of "$as_of" --json
grep '"type":"gate"' out >gates
"$python" -c 'import json, sys
gates = [json.loads(line) for line in open("gates")]
if [(g["step"], g["need"], g["code"], g["blocking"]) for g in gates] != [("budget/insert", "decision", "budget.number_collision", True)] or not gates[0]["count"] or "warnings list sol" not in gates[0]["hint"]:
    sys.exit(str(gates))' 2>err || complain "the gate"
run 0 status sol --json
equal "$(value 'sorted({s["entity"] for s in d["steps"] if s["status"] == "blocked"} & {"budget", "budget_line", "patient"})')" "['budget', 'budget_line']"
equal "$(value '[s["status"] for s in d["steps"] if s["step"] in ("patient/insert", "appointment/insert")]')" "['done', 'done']"
equal "$(value '[(c["cause"], c["what"]) for s in d["steps"] if s["step"] in ("budget/insert", "budget_line/insert") for c in s["why"]]')" \
    "[('decision', 'budget.number_collision'), ('waits', 'budget/insert')]"
run 0 status sol
has out 'mudanza warnings list sol --code budget.number_collision'
balances sol
run 0 report sol
has out '1  mudanza warnings list sol --code budget.number_collision'
run 0 warnings ignore sol --code 'budget.number_*' --reason 'they may be renumbered'
run 0 plan sol --json
equal "$(value '[s["status"] for s in d["steps"] if s["step"] in ("budget/insert", "budget_line/insert")]')" "['pending', 'blocked']"
run 0 resume sol --as-of "$as_of"
rows_of calm >calm.rows
rows_of sol >rows
cmp -s calm.rows rows || complain "behind the gate: other rows"
run 0 autopilot sol --as-of "$as_of"
has out 'nothing to do'

# Nobody gives the passphrase: whoever is called for gates hears it, and the report says how to give it.
clinic locked "$TOP_SRCDIR/clinics/demo/sources/demo.dpm.zst.enc"
run 8 autopilot locked --json
grep -q '"type":"gate","clinic":"locked".*"need":"passphrase"' out || complain "no gate for the passphrase"
run 8 resume locked
has out '1  mudanza resume locked --passphrase-file FILE'
has out 'MUDANZA_PASSPHRASE'
lacks out 'mudanza plan locked'

# Too many rejects close the way for what depends on them, with 4.
clinic_file --patients 30 --seed 5 --dirty 20 dirty.dpm
clinic dirty "$work/dirty.dpm"
run 4 autopilot dirty --as-of "$as_of" --max-rejects 0,0%
has out '1  mudanza rejects list dirty'
run 0 status dirty --json
equal "$(value '"blocked" in {s["status"] for s in d["steps"]} and "done" in {s["status"] for s in d["steps"] if s["stage"] == "insert"}')" True
balances dirty
run 4 run dirty --on-reject stop --on-fail stop
run 3 autopilot dirty --as-of "$as_of" --max-rejects 100000
has out 'mudanza rejects retry dirty'
lacks out 'mudanza resume dirty'
run 3 autopilot dirty --as-of "$as_of" --fail-if-noop # rejects that stay weigh more
has out 'nothing to do'

# Somebody changes a table while the run is held.
clinic moved "$work/source.dpm"
"$python" - "$MUDANZA" <<'PY' >out 2>err || complain "the pause before the change"
import os, socket, subprocess, sys, time
state = "clinics/moved/state/"
child = subprocess.Popen([sys.argv[1], "autopilot", "moved"], stdin=subprocess.DEVNULL, stdout=open("moved.out", "w"), stderr=open("moved.err", "w"))
events = state + "runs/000001/events.ndjson"
end = time.monotonic() + 20
while not (os.path.exists(events) and '"type":"plan"' in open(events).read()) and time.monotonic() < end:
    pass
s = socket.socket(socket.AF_UNIX)
s.connect(state + "control.sock")
s.sendall(b'{"v":1,"id":"p","cmd":"pause"}\n')
s.makefile().readline()
while '"type":"paused"' not in open(events).read() and child.poll() is None and time.monotonic() < end:
    pass
import sqlite3
db = sqlite3.connect(state + "target.db")
db.execute("ALTER TABLE patients ADD COLUMN added_by_night TEXT")
db.commit()
s.sendall(b'{"v":1,"id":"c","cmd":"continue"}\n')
s.makefile().readline()
if child.wait(timeout=60) != 7:
    sys.exit("exit %d" % child.returncode)
PY
cp moved.err err
has err 'were changed while the run was at work'
finish
