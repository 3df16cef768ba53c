#!/bin/bash
# A clock set back or ahead between runs and under them: nothing lasts less than no time, nothing is stopped, held
# for dead or thrown away, and runs stay in their order.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
MUDANZA_REAL=$MUDANZA
library=$(find /usr/lib /usr/lib64 -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
if [ -z "$library" ]; then
    echo "libfaketime (package faketime) is not here"
    exit 77
fi
# Only what the clock on the wall says; how long things take no clock setting changes.
cat >faked <<END
#!/bin/sh
LD_PRELOAD=$library FAKETIME_TIMESTAMP_FILE=$work/offset FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \\
    NO_FAKE_STAT=1 exec '$MUDANZA_REAL' "\$@"
END
chmod +x faked
MUDANZA=$work/faked
set_clock() { # OFFSET, as +2d; replaced as a whole: a run reads it all the time
    echo "$1" >offset.new
    mv offset.new offset
}
set_clock +0
"$MUDANZA" doctor --json >out 2>/dev/null || : # a build with a sanitizer is not ready for a library before its own
grep -q '"type":"doctor"' out || { echo "libfaketime does not work with this build"; exit 77; }

clinic_file --patients 40 --seed 9 source.dpm
clinic calm "$work/source.dpm"
run 0 autopilot calm --as-of "$as_of"
rows_of calm >calm.rows
same_rows() {
    balances "$1"
    rows_of "$1" >rows
    cmp -s calm.rows rows || complain "$1: other rows"
}
# events_are_sane CLINIC RUN: no duration and no estimate below zero, no number left out, no hour instead of seconds
events_are_sane() {
    "$python" - "clinics/$1/state/runs/00000$2/events.ndjson" <<'PY' || complain "$1, run $2: events"
import json, sys
def numbers(x, key=""):
    if isinstance(x, dict):
        for k, v in x.items():
            yield from numbers(v, k)
    elif isinstance(x, list):
        for v in x:
            yield from numbers(v, key)
    elif key.endswith("_s") or key in ("rate", "seq"):
        yield key, x
events = [json.loads(line) for line in open(sys.argv[1])]
bad = [(e["type"], k, v) for e in events for k, v in numbers(e) if v is not None and (v < 0 or k == "took_s" and v > 300)]
if bad or [e["seq"] for e in events] != list(range(1, len(events) + 1)):
    sys.exit("not sane: %r" % bad[:5])
PY
}
report_is_sane() { # CLINIC: the run took some time, and not as much as the clock moved
    run 0 report "$1" --format json
    equal "$(value '0 < d["took_s"] < 300, all(0 <= s["took_s"] < 300 for s in d["steps"])')" '(True, True)'
}

# Between runs: what a run knows of the ones before it goes by their numbers. Without --as-of the first run's counts.
set_clock +0
clinic between "$work/source.dpm"
printf 'retention: {runs: 2}\n' >>clinics/between/config.yaml
run 0 autopilot between
set_clock -10d
run 0 autopilot between
has out 'up to date'
for days in 30 2 41; do
    set_clock "-${days}d"
    run 0 verify between
done
run 0 runs between --json
equal "$(value '[r["run"] for r in d["runs"]], all(r["started_at"] <= r["ended_at"] for r in d["runs"])')" '([5, 4, 3, 2, 1], True)'
report_is_sane between
run 0 status between --json
equal "$(value 'd["last_run"]["run"] if "last_run" in d else d["run"]["run"]')" 5
# of those that nothing holds the newest by number stay, though the clock says that they are the oldest
for kept in 000001 000004 000005; do
    [ -d "clinics/between/state/runs/$kept" ] || complain "run $kept is gone"
done
[ ! -d clinics/between/state/runs/000003 ] || complain "run 000003 is still there"
run 0 warnings list between --json

# The cache is old when two runs in a row find it old: not because of one that runs in the wrong year.
set_clock +60d
run 0 autopilot between
[ -s clinics/between/state/cache.db ] || complain "the cache went because the clock was wrong once"
set_clock +60d
run 0 autopilot between
[ ! -e clinics/between/state/cache.db ] || complain "the cache stays for ever"
set_clock +0

# A clock that cannot be true: rows are not judged by it.
set_clock -20000d
clinic dawn "$work/source.dpm"
run 1 autopilot dawn
has err 'the clock says 19'
has err '--as-of'
run 0 resume dawn --as-of "$as_of"
same_rows dawn
report_is_sane dawn

# Under a run that waits for its passphrase, works, is paused and goes on.
PHRASE='correct horse battery staple'
export PHRASE
clinic_file --patients 40 --seed 9 --layering enc --passphrase-env PHRASE source.enc
mkfifo pipe
clinic under "$work/source.enc"
printf 'limits: {stall_after: 60s}\n' >>clinics/under/config.yaml
set_clock +0
"$MUDANZA" autopilot under --as-of "$as_of" --max-duration 1h --passphrase-file "$work/pipe" >under.out 2>under.err </dev/null &
under=$!
wait_until grep -sq '"state":"running"' clinics/under/state/status.json
pulse() {
    run 0 status under --json
    equal "$(value 'd["pulse"]')" "$1"
}
set_clock +1d # as seen by who looks and by who works: nobody is silent for a day
pulse alive
kill -STOP "$under"
set_clock +3d
pulse alive
# What beat long ago is silent, also when the clock says that it has not yet beaten at all.
set_clock -3d
sed -i 's/"beat_up_s":[0-9.]*/"beat_up_s":0/' clinics/under/state/status.json
pulse suspicious
run 0 ps --json
run 10 autopilot under
has err 'another worker holds the clinic'
kill -CONT "$under"
run 0 pause under
timeout 20 sh -c 'printf %s "$PHRASE" >pipe' || kill "$under" # opening it waits for whoever reads
wait_until grep -q '"state":"paused"' clinics/under/state/status.json
pulse paused
set_clock -5d
pulse paused
run 0 continue under
wait "$under"
equal $? 0
events_are_sane under 1
"$python" - clinics/under/state/runs/000001/events.ndjson <<'PY' || complain "the clock was not set back: this shows nothing"
import json, sys
times = [json.loads(line)["t"] for line in open(sys.argv[1])]
sys.exit(times == sorted(times))
PY
printf '%s' "$PHRASE" >phrase
report_is_sane under
same_rows under

# Killed in the future and gone on with in the past.
clinic killed "$work/source.enc"
set_clock +300d
"$MUDANZA" autopilot killed --as-of "$as_of" --passphrase-file "$work/pipe" >out 2>err </dev/null &
killed=$!
wait_until grep -sq '"state":"running"' clinics/killed/state/status.json
kill -9 "$killed"
wait "$killed" 2>/dev/null
set_clock -300d
run 0 status killed
has out 'nobody is at work'
run 0 resume killed --as-of "$as_of" --passphrase-file phrase
events_are_sane killed 2
run 0 runs killed --json
equal "$(value '[(r["run"], r["status"]) for r in d["runs"]]')" "[(2, 'done'), (1, 'interrupted')]"
same_rows killed

# A window goes by the clock as it stands: waited for, and left in good order when the clock is put before it.
TZ=UTC
export TZ
clinic window "$work/source.dpm"
set_clock '@2026-11-20 12:00:00'
"$MUDANZA" autopilot window --as-of "$as_of" --window 13:00-14:00 >out 2>err </dev/null &
window=$!
wait_until grep -sq '"paused_by":"window"' clinics/window/state/status.json
set_clock '@2026-11-20 11:00:00'
run 0 status window
has out '13:00'
set_clock '@2026-11-20 13:30:00'
wait "$window"
equal $? 0
events_are_sane window 1
report_is_sane window
same_rows window

# Taking a run back does not ask the clock either.
set_clock -30d
run 0 rollback window 1 --plan --json
run 0 rollback window 1 --confirm "$(value 'd["confirm"]')"
events_are_sane window 2
finish
