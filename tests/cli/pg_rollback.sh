#!/bin/bash
# What a run wrote into PostgreSQL is taken back, in one transaction: pg_dump sees what it saw before the run. What
# people changed or built upon stays, with what it hangs from.
# ROLLBACK_KILLS says how often one is killed on its way (4), CHAOS_SEED from which number the moments are drawn.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3
RANDOM=${CHAOS_SEED:-$$}
echo "CHAOS_SEED=${CHAOS_SEED:-$$}"
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"

judge_rollback() {
    "$python" "$support/judge_rollback.py" "$@" 2>err || complain "judge_rollback.py $1"
}
# dump_of DATABASE: every row of the application as a statement, sorted
dump_of() {
    pg_dump --data-only --inserts --exclude-schema=mudanza --dbname="$1" 2>/dev/null |
        grep -v -e 'pg_catalog.setval' -e '^\\\(un\)\{0,1\}restrict ' | LC_ALL=C sort
}
# untouched DATABASE [DUMP]: it is as before the run, or as the dump says
untouched() {
    dump_of "$1" >now.dump
    cmp -s "${2:-fresh.dump}" now.dump || {
        diff "${2:-fresh.dump}" now.dump | cut -c1-150 | head -6 >out
        complain "$1 is not as ${2:-fresh.dump}"
    }
}
# copy NAME: the clinic after its run, with a database of its own
copy() {
    cp -R clinics/sol "clinics/$1"
    sed -i "s/^  dbname: sol\$/  dbname: $1/" "clinics/$1/config.yaml"
    psql -q -X -d postgres -c "CREATE DATABASE \"$1\" TEMPLATE sol"
}
# equal_value VALUE DATABASE SQL
equal_value() {
    [ "$(pg_value "$2" "$3")" = "$1" ]
}
# phrase_of NAME RUN: what has to be typed
phrase_of() {
    run 0 rollback "$1" "$2" --plan --json
    value 'd["confirm"]'
}

clinic_file --patients 40 --seed 9 --dirty 2 source.dpm
clinic_file --patients 40 --seed 9 clean.dpm
clinic_file --patients 45 --seed 9 more.dpm
dump_of fresh >fresh.dump
pg_clinic sol "$work/source.dpm"
run 3 autopilot sol --as-of "$as_of"
dump_of sol >migrated.dump
pg_rows_of sol >first.rows

# --- all of it, and all of it anew
copy plain
run 0 rollback plain 1 --plan --json
document rollback
equal "$(value 'd["undoes"], d["kept"], d["nothing"]')" '([1], [], False)'
equal "$(value 'sum(t["removed"] for t in d["tables"]) + d["raw"] == d["rows"] and d["links"] > 0')" True
phrase=$(value 'd["confirm"]')
untouched plain migrated.dump
run 8 rollback plain 1 --confirm 'plain 1'
run 0 rollback plain 1 --confirm "$phrase"
has out 'everything the run wrote is undone'
untouched plain
for table in entity_mappings raw_entities checkpoints warnings mapping_images raw_images; do
    equal "$table $(pg_value plain "SELECT count(*) FROM mudanza.$table")" "$table 0"
done
run 0 rollback plain 1 --confirm "$phrase"
has out 'nothing is left to undo of run 1'
run 0 report plain 2 --format json
equal "$(value 'd["rollback"]["undid"], d["rollback"]["kept"], d["resume"]')" '([1], [], None)'
equal "$(value 'sum(t["removed"] for t in d["rollback"]["tables"]) + d["rollback"]["raw"]')" "${phrase#plain }"
run 3 autopilot plain
balances plain
pg_rows_of plain >rows
cmp -s first.rows rows || complain "written anew, it is not what it was"

# --- a later run that found everything as it was is none
copy idle
run 3 autopilot idle
run 0 rollback idle 1 --confirm "$(phrase_of idle 1)"
untouched idle

# --- a later run: its changes are taken back alone, and first
pg_clinic later "$work/clean.dpm"
run 0 autopilot later --as-of "$as_of"
dump_of later >later.dump
sed -i 's,clean\.dpm,more.dpm,' clinics/later/config.yaml
run 3 autopilot later --as-of 2026-12-01T00:00:00Z # the target refuses some: numbers that others have
run 8 rollback later 1 --plan
has err 'mudanza rollback later 2 --plan'
phrase=$(phrase_of later 2)
equal "$(value 'sum(t["restored"] for t in d["tables"]) > 0 and sum(t["removed"] for t in d["tables"]) > 0')" True
run 0 rollback later 2 --confirm "$phrase"
untouched later later.dump
run 0 rollback later 1 --confirm "$(phrase_of later 1)"
untouched later

# --- what people did stays, with what it needs
copy hand
judge_rollback edit hand edits.json
run 0 rollback hand 1 --plan --json
cp out plan.json
run 3 rollback hand 1 --confirm "$(phrase_of hand 1)" --json
equal "$(grep -c '"type":"kept"' out)" "$("$python" -c 'import json; print(len(json.load(open("plan.json"))["kept"]))')"
lacks out '"by": "hand"'
judge_rollback judge hand fresh edits.json plan.json
run 0 report hand 2 --format json
"$python" -c 'import json; json.dump(json.load(open("out"))["rollback"], open("done.json", "w"))'
judge_rollback judge hand fresh edits.json done.json
dump_of hand >kept.dump
run 3 autopilot hand # what people changed stays, and is told of
dump_of hand >now.dump
equal "$(LC_ALL=C comm -23 kept.dump now.dump | wc -l)" 0
equal "$(grep -c '^INSERT' now.dump)" "$(($(grep -c '^INSERT' migrated.dump) + 1))"

# --- one step of it; what other steps built upon it stays
copy step
run 0 rollback step 1 payment --plan --json
run 0 rollback step 1 payment --confirm "$(value 'd["confirm"]')"
equal "$(pg_value step 'SELECT count(*) FROM payments')" 0
run 3 autopilot step
pg_rows_of step >rows
cmp -s first.rows rows || complain "a step written anew is not what it was"

# --- a trigger that keeps rows: nothing is done by halves
copy guard
phrase=$(phrase_of guard 1)
psql -q -X -d guard -c "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS \$\$BEGIN RETURN NULL; END\$\$;
    CREATE TRIGGER no BEFORE DELETE ON patients FOR EACH ROW EXECUTE FUNCTION no()"
run 7 rollback guard 1 --confirm "$phrase"
has err 'patients'
untouched guard migrated.dump
psql -q -X -d guard -c 'DROP TRIGGER no ON patients'
run 0 resume guard
untouched guard

# --- its session is ended while it waits for a row that somebody holds: it tries again when that is over
copy held
phrase=$(phrase_of held 1)
mkfifo hold
psql -X -q -d held <hold >/dev/null &
exec 8>hold
echo 'BEGIN; SELECT FROM patients ORDER BY id LIMIT 1 FOR UPDATE;' >&8
wait_until equal_value t held "SELECT count(*) = 1 FROM pg_locks WHERE relation = 'patients'::regclass AND mode = 'RowShareLock'"
"$MUDANZA" rollback held 1 --confirm "$phrase" >held.out 2>held.err </dev/null 8>&- &
rollback=$!
waiting="FROM pg_stat_activity WHERE datname = 'held' AND application_name LIKE 'mudanza %' AND wait_event_type = 'Lock'"
wait_until equal_value t held "SELECT count(*) = 1 $waiting"
equal "$(pg_value held "SELECT pg_terminate_backend(pid) $waiting")" t
exec 8>&-
wait "$rollback"
equal "$?" 0
untouched held
cat clinics/held/state/runs/000002/events.ndjson >out
has out '"reason":"lost"'

# --- killed at any moment all of it is there, or nothing; it is gone on with by the same command, or by resume
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
    dump_of "k$n" >now.dump
    cmp -s migrated.dump now.dump || cmp -s fresh.dump now.dump || complain "killed after $moment us: a part of it is gone"
    run 0 runs "k$n" --json
    if [ "$(value 'd["runs"][0]["mode"], d["runs"][0]["exit"]')" = "('rollback', None)" ]; then
        cut=$((cut + 1))
        [ $((n % 2)) -eq 0 ] || run 0 resume "k$n"
    fi
    run 0 rollback "k$n" 1 --confirm "$phrase"
    untouched "k$n"
    psql -q -X -d postgres -c "DROP DATABASE \"k$n\" (FORCE)"
    rm -rf "clinics/k$n"
done
echo "cut short $cut of ${ROLLBACK_KILLS:-4}, in $took us"
finish
