#!/bin/bash
# A night of several clinics, some of them broken: the others are done, and it is said which failed and why.
# NIGHT_CLINICS says how many there are (6), three of them broken.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python cryptography zstandard
PHRASE='correct horse battery staple'
export PHRASE
clinic_file --patients 10 --seed 9 source.dpm
clinic_file --patients 10 --seed 9 --layering enc --passphrase-env PHRASE source.enc
head -c 100000 source.dpm >short.dpm
printf 'correct horse battery stable' >wrong
for n in $(seq $((${NIGHT_CLINICS:-6} - 3))); do
    clinic "good$n" "$work/source.dpm"
done
clinic bad-config "$work/source.dpm"
echo 'polici: {on_fail: dance}' >>clinics/bad-config/config.yaml
clinic bad-source "$work/short.dpm"
clinic bad-phrase "$work/source.enc" "passphrase: \${file:$work/wrong}"

run 2 autopilot
run 2 autopilot good1 --all
run 2 autopilot --all --jobs 0
run 5 autopilot --all --jobs 2 --as-of "$as_of" --json
document autopilot.all
is_empty err
equal "$(value 'sorted((c["clinic"], c["exit"]) for c in d["clinics"] if c["exit"])')" "[('bad-config', 5), ('bad-phrase', 6), ('bad-source', 6)]"
equal "$(value 'd["exit"], len(d["clinics"]), all(c["run"] == 1 for c in d["clinics"] if not c["exit"])')" "(5, ${NIGHT_CLINICS:-6}, True)"
equal "$(value 'all(c["reason"] and c["hint"] for c in d["clinics"] if c["exit"])')" True
folder=$(value 'd["folder"]')
cmp -s out "$folder/report.json" || complain "the document is not the file"
grep -q 'bad-config  5 (config)' "$folder/report.txt" || complain "the page does not name bad-config"
grep -q polici "$folder/bad-config.err" || complain "what was wrong with bad-config is not kept"
[ ! -e "$folder/good1.err" ] || complain "good1 had nothing to say"
for clinic in clinics/good*; do
    balances "${clinic#clinics/}"
done
! grep -rq 'horse' "$folder" || complain "a passphrase in the papers of the night"

# A clinic that is held is one of the failures; the rest is current already.
"$MUDANZA" autopilot good1 --window "$(date -d '+2 hours' +%H:%M)-$(date -d '+3 hours' +%H:%M)" >held.out 2>&1 </dev/null &
held=$!
wait_until grep -sq '"paused_by":"window"' clinics/good1/state/status.json
run 5 autopilot --all --as-of "$as_of"
has out 'good1  10 (in-use)'
has out 'written to'
run 0 stop good1
wait "$held"

# Asked to stop, and killed: the workers stop in good order.
for signal in TERM KILL; do
    rm -rf clinics/good*/state
    "$MUDANZA" autopilot --all --jobs 4 --window "$(date -d '+2 hours' +%H:%M)-$(date -d '+3 hours' +%H:%M)" >night.out 2>&1 </dev/null &
    night=$!
    wait_until grep -sq '"paused_by":"window"' clinics/good1/state/status.json
    kill "-$signal" "$night"
    wait "$night" 2>/dev/null
    case $signal in
    TERM)
        equal $? 143
        grep -q 'not begun' night.out || complain "who was not begun is not told"
        ;;
    esac
    stopped() {
        tail -n 1 clinics/good1/state/runs/000001/events.ndjson | grep -q '"type":"run.end".*"exit":11'
    }
    wait_until stopped
done
run 5 autopilot --all --as-of "$as_of" --state-dir "$work/elsewhere"
[ -s elsewhere/good1/target.db ] || [ -s elsewhere/good1/cache.db ] || complain "the state is not elsewhere"
run 0 ps
has out 'nobody is at work'
finish
