#!/bin/bash
# A run is held, continued, watched and stopped from elsewhere; whoever else knocks changes nothing.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 60 --seed 5 source.dpm
far="$(date -d '+2 hours' +%H:%M)-$(date -d '+3 hours' +%H:%M)"
state=clinics/sol/state

# begin NAME ARG...: a worker of which we know that it works, since it waits for its window.
begin() {
    name=$1
    shift
    "$MUDANZA" autopilot "$name" --as-of "$as_of" --window "$far" "$@" >"$name.out" 2>"$name.err" </dev/null &
    worker=$!
    wait_until grep -sq "\"pid\":$worker,.*\"paused_by\":\"window\"" "clinics/$name/state/status.json"
}
ended() { # NAME CODE
    wait "$worker"
    got=$?
    cp "$1.out" out
    cp "$1.err" err
    [ "$got" -eq "$2" ] || complain "the worker of $1: exit $got, not $2"
}
events() { # TYPE: of the run of sol that is under way
    cat "$state"/runs/*/events.ndjson | grep "\"type\":\"$1\""
}

# Outside its window it waits, and says for what.
clinic sol "$work/source.dpm"
run 2 pause sol
begin sol
equal "$(stat -c %a $state/control.sock)" 600
run 0 status sol
has out 'waits for its window until'
run 0 status sol --json
equal "$(value 'd["pulse"], d["worker"]["paused_by"], d["worker"]["stall"], len(open("'$state'/status.json").read()) <= 4096')" \
    "('paused', 'window', None, True)"
run 0 ps --json
document ps
equal "$(value '[(w["clinic"], w["run"], w["pid"] == '$worker') for w in d["workers"]]')" "[('sol', 1, True)]"
run 0 ps
has out "$worker"
run 10 autopilot sol
has err "process $worker, run 1"
has err 'mudanza monitor sol'

# Somebody else is refused even where the file would let them in.
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups "$python" -c 'import socket' 2>/dev/null; then
    chmod 711 "$work" clinics clinics/sol "$state"
    chmod 666 "$state/control.sock"
    setpriv --reuid 65534 --regid 65534 --clear-groups "$python" - "$state/control.sock" <<'PY' >out 2>err || complain "another user"
import json, socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(20)
s.connect(sys.argv[1])
s.sendall(b'{"v":1,"id":"x1","cmd":"stop","after":"now","from":"nobody"}\n')
got = json.loads(s.makefile().readline())
if got["ok"] or "another user" not in got["error"]:
    sys.exit(str(got))
PY
    kill -0 "$worker" || complain "another user stopped the run"
    chmod 600 "$state/control.sock"
    chmod 700 "$work" clinics clinics/sol "$state"
else
    echo "not tried: an order of another user (this needs root and setpriv)"
fi

# Strangers, garbage, long lines, half lines, crowds.
"$python" - "$state/control.sock" <<'PY' >out 2>err || complain "the socket"
import json, socket, sys
def connect():
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(5)
    s.connect(sys.argv[1])
    return s
def ask(data):
    s = connect()
    s.sendall(data)
    try:
        return json.loads(s.makefile().readline())
    except json.JSONDecodeError:
        return None
for bad in (b"garbage\n", b"\n", b"[]\n", b"\xff\x00{\n", b'{"v":1}\n', b'{"v":2,"id":"x","cmd":"pause"}\n', b'{"v":1,"cmd":"dance"}\n',
            b'{"v":1,"cmd":"stop","after":"lunch"}\n', b'{"v":1,"cmd":"pause","cmd":"stop"}\n', b"[" * 4000 + b"\n", b"x" * 4096):
    answer = ask(bad)
    if not answer or answer["ok"] or answer["v"] != 1:
        sys.exit("%r: %r" % (bad[:40], answer))
slow = connect()
slow.sendall(b'{"v":1,')
crowd = []
for _ in range(40):
    try:
        crowd.append(connect())
    except BlockingIOError:
        pass
for s in crowd:
    s.close()
slow.close()
PY
wait_until "$MUDANZA" pause sol --quiet
[ "$(events control | wc -l)" -eq 0 ] || complain "garbage was obeyed"
equal "$(kill -0 "$worker" && echo alive)" alive

# SIGUSR1 has it tell where it is; a log that was moved away is begun anew with SIGUSR2.
kill -USR1 "$worker"
wait_until grep -q '"type":"state"' $state/runs/000001/events.ndjson
mv $state/runs/000001/events.ndjson $state/runs/000001/events.1.ndjson
kill -USR2 "$worker"
wait_until test -e $state/runs/000001/events.ndjson
kill -HUP "$worker"

# Let go and paused at once: it stands, and is at work all the same. Monitor shows it and leaves it alone.
run 0 continue sol
run 0 pause sol --json
document control
wait_until grep -q '"type":"paused".*"by":"'"$(id -un)"'"' $state/runs/000001/events.ndjson
run 0 status sol
has out "paused by $(id -un)"
before=$(stat -c %Y-%i $state/status.json)
new_beat() {
    [ "$(stat -c %Y-%i $state/status.json)" != "$before" ]
}
wait_until new_beat
"$python" - "$MUDANZA" <<'PY' >out 2>err || complain "monitor was not left in peace"
import signal, subprocess, sys, time
child = subprocess.Popen([sys.argv[1], "monitor", "sol", "--plain"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         encoding="utf-8", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
seen = ""
while "paused" not in seen:
    seen += child.stdout.readline()
child.send_signal(signal.SIGINT)
rest = child.communicate(timeout=20)[0]
if child.returncode != 130 or "run 1 goes on" not in rest:
    sys.exit("%d %s" % (child.returncode, rest))
PY
equal "$(kill -0 "$worker" && echo alive)" alive
"$MUDANZA" monitor sol >monitor.out 2>monitor.err </dev/null &
monitor=$!
wait_until test -s monitor.out -o -s monitor.err # it is there before the run ends
run 0 stop sol --after step
ended sol 11
has out 'stopped by'
wait "$monitor"
equal $? 11
grep -q 'run 1 ended: stopped (exit 11)' monitor.out || complain "monitor does not tell the end"
run 0 ps
has out 'nobody is at work'
[ ! -e $state/control.sock ] || complain "the socket is still there"
tail -n 1 $state/runs/000001/events.ndjson | grep -q '"type":"run.end".*"exit":11' || complain "no run.end"
events control | "$python" -c 'import json, sys
seen = [json.loads(line) for line in sys.stdin]
if [e["cmd"] for e in seen] != ["continue", "pause", "stop"] or any(e["state"] != "applied" or not e["id"] or not e["by"] or not e["from"] for e in seen):
    sys.exit(str(seen))' || complain "the control events"
run 0 monitor sol
has out 'last run: 1'
has out 'mudanza resume sol'

# A socket a kill left is replaced. Stopping at once is stopping in good order; a resume does the rest.
begin sol
kill -9 "$worker"
wait "$worker" 2>/dev/null
[ -S $state/control.sock ] || complain "a kill leaves the socket"
run 0 ps
has out 'nobody is at work'
begin sol
run 0 stop sol --now
ended sol 11
run 0 runs sol --json
equal "$(value '[(r["run"], r["status"]) for r in d["runs"]]')" "[(3, 'stopped'), (2, 'interrupted'), (1, 'stopped')]"
# The window of the run it goes on with holds a resume, which says so, and how to go on all the same.
"$MUDANZA" resume sol >sol.out 2>sol.err </dev/null &
worker=$!
wait_until grep -q 'hint: `mudanza continue sol` begins at once' sol.out
grep -q "outside the window $far" sol.out || complain "it does not say what it waits for"
grep -q -e "as run 3 was told: --as-of $as_of --window $far" sol.err || complain "it does not say what it remembers"
run 0 stop sol --now
ended sol 11
run 0 autopilot sol --as-of "$as_of" --window 00:00-23:59:59
balances sol
run 0 monitor sol --json
tail -n 1 out | grep -q '"type":"run.end"' || complain "monitor --json does not end with run.end"

# While it inserts: held between two batches nothing of the target is locked.
clinic luna "$work/source.dpm"
begin luna
(
    until grep -q 'patient/insert' clinics/luna/state/runs/000001/events.ndjson; do :; done
    "$MUDANZA" pause luna >/dev/null 2>&1
) &
run 0 continue luna
wait $!
held() {
    grep -q '"state":"paused"' clinics/luna/state/status.json || ! kill -0 "$worker" 2>/dev/null
}
wait_until held
"$python" -c 'import sqlite3
db = sqlite3.connect("clinics/luna/state/target.db", timeout=0)
db.execute("BEGIN IMMEDIATE")
db.rollback()' 2>err || complain "the target is locked during a pause"
"$MUDANZA" continue luna >/dev/null 2>&1
ended luna 0
balances luna

# Windows and limits end a run in good order: one that takes several seconds on any machine.
clinic_file --patients 3000 --seed 5 long.dpm
clinic mar "$work/long.dpm"
begin mar --max-duration 1s
run 0 pause mar
run 0 continue mar # the window
wait_until grep -q '"type":"run.end"' clinics/mar/state/runs/000001/events.ndjson
ended mar 11
has out 'the time limit was reached'
# not less: one that is over before the run begins would hold it until tomorrow
run 11 autopilot mar --as-of "$as_of" --window "$(date -d '-1 minute' +%T)-$(date -d '+3 seconds' +%T)"
has out 'is over'
run 2 autopilot mar --window 22:00-22:00
run 2 autopilot mar --window 25:00-06:00

# A path too long for a socket's name.
long=$work/$(printf 'x%.0s' $(seq 100))
MUDANZA_STATE_DIR=$long
export MUDANZA_STATE_DIR
"$MUDANZA" autopilot mar --window "$far" >mar.out 2>mar.err </dev/null &
worker=$!
wait_until grep -sq '"paused_by":"window"' "$long/mar/status.json"
run 0 stop mar
ended mar 11
finish
