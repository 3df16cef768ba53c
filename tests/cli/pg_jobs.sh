#!/bin/bash
# Several entities written at a time leave what one after the other leaves: the same rows, mappings, refusals and
# account; also when the run is killed, stopped or cut off on its way.
# JOBS_KILLS says how often one is killed (4), CHAOS_SEED from which number the moments are drawn.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3
RANDOM=${CHAOS_SEED:-$$}
echo "CHAOS_SEED=${CHAOS_SEED:-$$}"
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"

# same NAME OTHER: rows, ledger and papers
same() {
    pg_rows_of "$2" >other.rows
    cmp -s "$1.rows" other.rows || {
        diff "$1.rows" other.rows | cut -c1-150 | head -6 >out
        complain "$2 has other rows than $1"
    }
    balances "$2"
}
# events_of NAME: of all its runs
events_of() {
    cat "clinics/$1/state/runs/"*/events.ndjson 2>/dev/null
}
# most_at_once NAME: insert steps under way at the same time
most_at_once() {
    events_of "$1" | "$python" -c '
import json, sys
now = most = 0
for line in sys.stdin:
    e = json.loads(line)
    if e.get("step", "").endswith("/insert") and e["type"] in ("step.start", "step.end"):
        now += 1 if e["type"] == "step.start" else -1 if e["status"] not in ("skipped", "blocked") else 0
        most = max(most, now)
print(most)'
}

clinic_file --patients 100 --seed 7 hundred.dpm
clinic_file --patients 60 --seed 5 --dirty 4 dirty.dpm
for source in hundred dirty; do
    [ "$source" = dirty ] && code=3 || code=0
    pg_clinic "${source}_1" "$work/$source.dpm"
    pg_clinic "${source}_3" "$work/$source.dpm"
    run "$code" autopilot "${source}_1" --as-of "$as_of" --max-rejects 1000000
    pg_rows_of "${source}_1" >"${source}_1.rows"
    run "$code" autopilot "${source}_3" --as-of "$as_of" --max-rejects 1000000 --jobs 3
    same "${source}_1" "${source}_3"
    "$python" "$support/same_paper.py" "${source}_1" "${source}_3" >out 2>err || complain "$source: other papers"
    equal "$(most_at_once "${source}_1")" 1
    equal "$(most_at_once "${source}_3")" 3
    run "$code" autopilot "${source}_3" --as-of "$as_of" --max-rejects 1000000 --jobs 3
    has out 'nothing to do'
done
equal "$(pg_value hundred_3 "SELECT count(*) FROM pg_stat_activity WHERE datname = 'hundred_3' AND pid <> pg_backend_pid()")" 0

# In bulk mode too: whoever writes looks for the parents himself.
pg_clinic bulk "$work/dirty.dpm"
run 3 autopilot bulk --as-of "$as_of" --max-rejects 1000000 --jobs 3 --bulk always
events_of bulk | grep -q '"type":"bulk".*"state":"off"' || complain "no bulk load"
same dirty_1 bulk

# An embedded target has one writer; so has a rehearsal.
clinic lite "$work/hundred.dpm"
run 0 autopilot lite --as-of "$as_of" --jobs 3
has err 'one connection'
printf 'limits: {jobs: 3}\n' >>clinics/lite/config.yaml
run 0 plan lite
has err 'one connection'
run 0 doctor lite
has out 'limits.jobs'
run 2 rehearse hundred_3 --jobs 2
run 2 autopilot hundred_3 --jobs 9
run 2 run hundred_3 --jobs 0

# inserting NAME N: more than N of its insert steps have ended
inserting() {
    [ "$(events_of "$1" | grep -c '"type":"step.end".*/insert"')" -gt "$2" ]
}

# Killed anywhere in the insert phase; what its sessions had not committed is not there when it goes on.
for kill in $(seq "${JOBS_KILLS:-4}"); do
    pg_clinic "killed$kill" "$work/dirty.dpm"
    printf 'limits: {jobs: 3}\n' >>"clinics/killed$kill/config.yaml"
    "$MUDANZA" autopilot "killed$kill" --as-of "$as_of" --max-rejects 1000000 >/dev/null 2>&1 </dev/null &
    worker=$!
    wait_until inserting "killed$kill" $((RANDOM % 20))
    kill -KILL "$worker"
    wait "$worker" 2>/dev/null
    run 3 resume "killed$kill"
    same dirty_1 "killed$kill"
done

# Its sessions are cut while it works: each is opened again and goes on.
pg_clinic cut "$work/dirty.dpm"
"$MUDANZA" autopilot cut --as-of "$as_of" --max-rejects 1000000 --jobs 3 >cut.out 2>&1 </dev/null &
worker=$!
wait_until inserting cut 3
pg_value cut "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'cut' AND pid <> pg_backend_pid()" >cut.sessions
wait "$worker"
equal $? 3
equal "$(cat cut.sessions)" 4
same dirty_1 cut

# Stopped and paused in the middle.
pg_clinic held "$work/dirty.dpm"
"$MUDANZA" autopilot held --as-of "$as_of" --max-rejects 1000000 --jobs 3 >held.out 2>&1 </dev/null &
worker=$!
wait_until inserting held 3
run 0 pause held
wait_until grep -sq '"paused_by":"[^"]' clinics/held/state/status.json
equal "$(pg_value held "SELECT string_agg(application_name || ': ' || state, ', ') FROM pg_stat_activity WHERE datname = 'held'
    AND application_name LIKE 'mudanza%' AND state <> 'idle'")" ''
run 0 stop held
wait "$worker"
equal $? 11
equal "$(pg_value held 'SELECT count(*) > 0 FROM mudanza.entity_mappings')" t
run 3 resume held
has err '--jobs 3'
same dirty_1 held
finish
