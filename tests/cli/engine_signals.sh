#!/bin/sh
# A signal ends a run in good order, and resume goes on as the run was told.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
cp -R "$TOP_SRCDIR/clinics/demo" clinics/demo
chmod -R u+w clinics/demo

# stopped CODE SIGNAL ARG...: the run gets the signal while it decrypts, and ends with the code.
began() {
    grep -qs '"type":"run.start"' clinics/demo/state/runs/"$1"/events.ndjson
}
stopped() {
    wanted=$1 signal=$2 number=$3
    shift 3
    # not with &: a shell lets its background children ignore SIGINT
    "$python" - "$signal" "clinics/demo/state/runs/$number/events.ndjson" "$MUDANZA" "$@" >out 2>err <<'PY'
import os, signal, subprocess, sys, time
child = subprocess.Popen(sys.argv[3:], stdin=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
end = time.monotonic() + 20
while not (os.path.exists(sys.argv[2]) and os.path.getsize(sys.argv[2])) and child.poll() is None and time.monotonic() < end:
    time.sleep(0.005)
child.send_signal(getattr(signal, sys.argv[1]))
sys.exit(child.wait())
PY
    got=$?
    [ "$got" -eq "$wanted" ] || complain "$signal: exit $got, not $wanted"
    tail -n 1 "clinics/demo/state/runs/$number/events.ndjson" | grep -q '"type":"run.end".*"status":"stopped","exit":11' ||
        complain "$signal: the last event is not the end of a stopped run"
    [ -s "clinics/demo/state/runs/$number/report.json" ] || complain "$signal: no report"
}

stopped 130 SIGINT 000001 run demo patient/insert --as-of "$as_of" --max-rejects 50,5% --unreviewed proposed
stopped 143 SIGTERM 000002 resume demo
run 3 resume demo
run 0 runs demo --json
equal "$(value '[(r["run"], r["mode"], r["status"], r["resumes"]) for r in d["runs"]]')" \
    "[(3, 'resume', 'partial', 2), (2, 'resume', 'stopped', 1), (1, 'run', 'stopped', None)]"
equal "$("$python" - <<'PY'
import json, sqlite3
rows = sqlite3.connect("clinics/demo/state/control.db").execute("SELECT options FROM runs ORDER BY run").fetchall()
print(len({row[0] for row in rows}), json.dumps(json.loads(rows[2][0]), sort_keys=True))
PY
)" '1 {"as-of": "2026-11-01T00:00:00Z", "max-rejects": "50,5%", "select": ["patient/insert"], "unreviewed": "proposed"}'
run 0 status demo --json
equal "$(value '{s["step"]: s["status"] for s in d["steps"] if s["step"] in ("patient/insert", "budget/insert")}')" \
    "{'patient/insert': 'done', 'budget/insert': 'pending'}"

# A passphrase nobody has is for a person to give, and the run says how. It can be given then.
sed -i 's/^  passphrase: .*//' clinics/demo/config.yaml
rm -rf clinics/demo/state
run 8 autopilot demo
has err 'no passphrase was given'
has err '--passphrase-file'
run 3 resume demo --passphrase-file clinics/demo/sources/passphrase

# Nothing was interrupted: resume is the autopilot.
run 3 resume demo
balances demo
finish
