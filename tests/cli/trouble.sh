#!/bin/bash
# What befalls a machine at night: each has a clear error, its exit code, and nothing half done.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python cryptography zstandard
PHRASE='correct horse battery staple'
export PHRASE
clinic_file --patients 40 --seed 9 source.dpm
clinic_file --patients 10 --seed 9 --layering enc --passphrase-env PHRASE source.enc
clinic calm "$work/source.dpm"
run 0 autopilot calm --as-of "$as_of"
rows_of calm >calm.rows
same_rows() {
    balances "$1"
    rows_of "$1" >rows
    cmp -s calm.rows rows || complain "$1: other rows"
}
limits() { # CLINIC LINE...
    printf 'limits:\n' >>"clinics/$1/config.yaml"
    for line in "${@:2}"; do printf '  %s\n' "$line" >>"clinics/$1/config.yaml"; done
}

# A clock set back: what began in the future has lasted no time, and a run goes on.
clinic clock "$work/source.dpm"
run 0 autopilot clock --as-of "$as_of"
"$python" -c 'import sqlite3
db = sqlite3.connect("clinics/clock/state/control.db")
db.execute("UPDATE runs SET started_at = \"2099-01-01T00:00:00.000Z\", ended_at = \"2098-01-01T00:00:00.000Z\"")
db.commit()'
run 0 report clock --format json
equal "$(value 'd["run"]["took_s"] if "run" in d and isinstance(d["run"], dict) and "took_s" in d["run"] else d["took_s"]')" 0.0
"$python" -c 'import sqlite3
db = sqlite3.connect("clinics/clock/state/control.db")
db.execute("UPDATE runs SET status = \"running\", exit_code = -1, ended_at = NULL")
db.execute("UPDATE runs SET started_at = \"2099-01-01T00:00:00.000Z\"")
db.commit()'
run 0 resume clock --as-of "$as_of"
run 0 runs clock --json
equal "$(value 'all(r["ended_at"] is None or r["started_at"] <= r["ended_at"] for r in d["runs"])')" True
same_rows clock

# Killed before it was recorded: there is a lock, a folder and nothing more.
clinic early "$work/source.dpm"
mkdir -m 700 clinics/early/state
echo '{"user":"x","host":"y","pid":1,"since":"","run":0}' >clinics/early/state/lock
"$python" -c 'import socket; s = socket.socket(socket.AF_UNIX); s.bind("clinics/early/state/control.sock")'
run 0 status early
has out 'nobody is at work'
run 0 autopilot early --as-of "$as_of"
same_rows early
clinic torn "$work/source.dpm"
mkdir -m 700 clinics/torn/state
: >clinics/torn/state/control.db
: >clinics/torn/state/lock
run 0 autopilot torn --as-of "$as_of"
same_rows torn

# Killed again before it came to write: what the first one wrote still belongs to the run that ends it.
clinic twice "$work/source.dpm"
run 0 autopilot twice --as-of "$as_of"
"$python" -c 'import sqlite3
db = sqlite3.connect("clinics/twice/state/control.db")
db.execute("UPDATE runs SET status = \"running\", exit_code = -1, ended_at = NULL")
db.commit()'
"$MUDANZA" resume twice --as-of "$as_of" --window "$(date -d '+2 hours' +%H:%M)-$(date -d '+3 hours' +%H:%M)" >twice.out 2>&1 </dev/null &
twice=$!
wait_until grep -sq '"run":2,.*"paused_by":"window"' clinics/twice/state/status.json
kill -9 "$twice"
wait "$twice" 2>/dev/null
run 0 resume twice --as-of "$as_of" --window 00:00-23:59:59
run 0 report twice --format json
equal "$(value 'd["run"], d["total"]["unchanged"], d["total"]["inserted"] > 500')" '(3, 0, True)'
same_rows twice

# Killed: its report says so and gives the balance as far as it came, for who looks before the next run and after.
clinic cut "$work/source.dpm"
run 0 run cut patient --as-of "$as_of"
cut=clinics/cut/state
"$python" -c 'import sqlite3
db = sqlite3.connect("clinics/cut/state/control.db")
db.execute("UPDATE runs SET status = \"running\", exit_code = -1, ended_at = NULL, reason = NULL")
db.execute("DELETE FROM accounts")
db.commit()'
rm "$cut"/runs/000001/report.* "$cut/runs/000001/balance.csv"
balanced="all(a['source'] == sum(a[k] for k in ('inserted', 'updated', 'unchanged', 'linked', 'skipped', 'rejected', 'pending')) for a in d['accounts'])"
run 0 report cut --read-only
has out 'no exit code, interrupted: it was killed'
has out 'counted after its end'
has out 'last seen'
[ ! -e "$cut/runs/000001/report.json" ] || complain "a report was written with --read-only"
run 0 autopilot cut --as-of "$as_of"
run 0 report cut 1 --format json
equal "$(value "$balanced, d['total']['inserted'], d['total']['pending'] > 500, d['total']['lost'], bool(d['seen_at'])")" "(True, 124, True, 0, True)" # 40 patients, and 84 treatments their plans refer to
now=$(value 'd["accounts"]')
cp "$cut/runs/000001/report.json" out
equal "$(value 'd["accounts"]')" "$now"
same_rows cut

# Nothing moves: it is said, and with stall_kill it ends. Nobody ever writes into the pipe.
mkfifo pipe
clinic stuck "$work/source.enc"
limits stuck 'stall_after: 1s'
"$MUDANZA" autopilot stuck --passphrase-file "$work/pipe" >stuck.out 2>stuck.err </dev/null &
stuck=$!
exec 3<>pipe
wait_until grep -sq '"type":"stall"' clinics/stuck/state/runs/000001/events.ndjson
run 0 status stuck
has out 'stalled: nothing has moved for'
run 0 status stuck --json
equal "$(value 'd["pulse"]')" stalled
# A stopped process beats no more. Its file is made older than it is, so that nobody has to wait.
kill -STOP "$stuck"
"$python" - <<'PY'
import re
path = "clinics/stuck/state/status.json"
text = open(path).read()
open(path, "w").write(re.sub(r'"beat_up_s":[0-9.]*', '"beat_up_s":0', text))
PY
run 0 status stuck
has out 'suspicious: it holds its lock'
run 0 status stuck --lang es
has out 'sospechosa'
run 10 autopilot stuck
has err 'mudanza monitor stuck'
run 0 report stuck
has out 'What hindered it'
has out 'nothing had moved for'
kill -CONT "$stuck"
run 0 stop stuck --now
wait "$stuck"
equal $? 11
exec 3>&-
clinic killed "$work/source.enc"
limits killed 'stall_after: 1s' 'stall_kill: 2s'
exec 3<>pipe
run 13 autopilot killed --passphrase-file "$work/pipe"
exec 3>&-
has out 'stalled'
tail -n 1 clinics/killed/state/runs/000001/events.ndjson | grep -q '"type":"run.end".*"exit":13' || complain "no run.end with 13"
run 13 autopilot killed --passphrase-file "$work/pipe" # nobody opens it: the worker cannot even be asked
tail -n 1 clinics/killed/state/runs/000002/events.ndjson | grep -q '"type":"run.end".*"exit":13' || complain "no run.end with 13"
printf '%s' "$PHRASE" >phrase
run 0 resume killed --as-of "$as_of" --passphrase-file phrase
balances killed

# No room: a run says so, an autopilot waits for it, and writes nothing meanwhile.
clinic full "$work/source.dpm"
limits full 'disk_reserve: 900000000'
run 4 run full
has err 'MB are free'
[ ! -e clinics/full/state/cache.db ] || complain "it wrote something"
"$MUDANZA" autopilot full --as-of "$as_of" >full.out 2>full.err </dev/null &
full=$!
wait_until grep -q '"paused_by":"disk"' clinics/full/state/status.json
run 0 status full
has out 'waits for room on the disk'
run 0 stop full
wait "$full"
equal $? 11
sed -i 's/disk_reserve: .*/disk_reserve: 1/' clinics/full/config.yaml
run 0 resume full --as-of "$as_of"
same_rows full

# A file may not grow any more while it is written.
for kb in 64 512 1500; do
    clinic "quota$kb" "$work/source.dpm"
    (ulimit -f "$kb" && exec "$MUDANZA" autopilot "quota$kb" --as-of "$as_of") >out 2>err </dev/null
    code=$?
    case $code in 1 | 7) ;; *) complain "with at most $kb KB: exit $code" ;; esac
    grep -q 'quota' err || complain "with at most $kb KB: the error names no file"
    run 0 resume "quota$kb" --as-of "$as_of"
    same_rows "quota$kb"
    left=$(find "clinics/quota$kb/state" -name 'cache.db.new*' -o -name '*.json.??????')
    [ -z "$left" ] || complain "left behind: $left"
done
if [ "$(id -u)" -eq 0 ] && mkdir small && mount -t tmpfs -o size=3m,mode=700 tmpfs small 2>/dev/null; then
    clinic tiny "$work/source.dpm"
    limits tiny 'disk_reserve: 0'
    run 0 autopilot tiny --as-of "$as_of"
    need=$(du -sk clinics/tiny/state | cut -f1)
    rm -rf clinics/tiny/state
    "$MUDANZA" autopilot tiny --as-of "$as_of" --state-dir "$work/small" >out 2>err </dev/null
    code=$?
    case $code in
    0) [ "$need" -lt 3000 ] || complain "it needs $need KB and found room in 3000" ;;
    1 | 7) has err 'disk' ;;
    *) complain "on a full disk: exit $code" ;;
    esac
    mount -o remount,size=60m small
    run 0 resume tiny --as-of "$as_of" --state-dir "$work/small"
    umount small
fi
finish
