#!/bin/bash
# Bulk mode of a PostgreSQL target: with it and without the same rows are written and refused, the same keys and indexes
# are there in the end, wherever a worker is killed; and it is refused where others have a say.
# BULK_KILLS says how many workers are killed while they write (4), BULK_PATIENTS how many patients there are (160).
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3 zstandard
TEMP_PG_OPTIONS='-c autovacuum=off'
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
clinic_file --patients "${BULK_PATIENTS:-160}" --seed 5 --dirty 4 --layering zstd dirty.dpm.zst

# schema_of DATABASE: the application's tables, without what is random in a dump
schema_of() {
    pg_dump --schema-only --schema=public "$1" | grep -vE '^(--|\\|$)'
}
# whole NAME: the target of this clinic is as the one that was written without bulk mode
whole() {
    pg_rows_of "$1" >rows
    cmp -s rows plain.rows || complain "$1: other rows"
    schema_of "$1" >schema
    diff plain.schema schema >out || complain "$1: other keys or indexes"
    equal "$(pg_value "$1" 'SELECT count(*) FROM mudanza.bulk')" 0
    equal "$(pg_value "$1" "SELECT count(*) FROM pg_constraint WHERE NOT convalidated")" 0
}
owed() {
    pg_value "$1" "SELECT count(*) FROM mudanza.bulk WHERE state = '$2'"
}
# told NAME STATE: whether some run of the clinic has told of it
told() {
    grep -qs "\"type\":\"bulk\".*\"state\":\"$2\"" clinics/"$1"/state/runs/*/events.ndjson
}
pg_clinic plain "$work/dirty.dpm.zst"
run 3 autopilot plain --as-of "$as_of" --max-rejects 1000000 --bulk never
pg_rows_of plain >plain.rows
schema_of plain >plain.schema
grep -c FOREIGN plain.schema >/dev/null || complain "no foreign keys"

# auto leaves a small load alone and says why.
pg_clinic look "$work/dirty.dpm.zst"
run 3 run look --stage XV --as-of "$as_of" --max-rejects 1000000
run 0 plan look
has out 'bulk mode: no (it pays from 50000 rows on'
run 0 --json plan look --bulk always
document plan
equal "$(value 'd["bulk"]["used"]')" True
has out 'foreign keys'
pg_clinic bulk "$work/dirty.dpm.zst"
run 3 autopilot bulk --as-of "$as_of" --max-rejects 1000000 --bulk always
has out 'are taken off for the load and made anew after it'
told bulk off || complain "nothing was taken off"
balances bulk
whole bulk
"$python" "$support/same_paper.py" plain bulk >out 2>err || complain "bulk: other papers"

# What is written already is no load for it, and nothing to complain about.
run 3 autopilot bulk --as-of "$as_of" --max-rejects 1000000 --bulk always
whole bulk

# Killed once everything is off: doctor lists it, readers see the tables as they ought to be, and resume goes on.
kill_at() { # NAME STATE|STEP [FLAG...]
    kill_name=$1
    kill_what=$2
    shift 2
    "$python" - "$MUDANZA" "$kill_name" "$kill_what" "$@" <<'PY' >kill.out 2>&1 || complain "$(cat kill.out)"
import glob, os, subprocess, sys, time
program, name, what = sys.argv[1:4]
child = subprocess.Popen([program, *sys.argv[4:5], name, *sys.argv[5:]], stdin=subprocess.DEVNULL,
                         stdout=open("killed.out", "w"), stderr=subprocess.STDOUT)
before = set(glob.glob("clinics/%s/state/runs/*/events.ndjson" % name))
end = time.monotonic() + 60
while True:
    new = [f for f in glob.glob("clinics/%s/state/runs/*/events.ndjson" % name) if f not in before]
    if new and what in open(new[0]).read():
        break
    if child.poll() is not None or time.monotonic() > end:
        sys.exit("no " + what + "\n" + open("killed.out").read())
child.kill()
child.wait()
PY
}
again=(--as-of "$as_of" --max-rejects 1000000 --bulk always)
pg_clinic off "$work/dirty.dpm.zst"
kill_at off '"state":"off"' autopilot "${again[@]}"
[ "$(owed off off)" -gt 50 ] || complain "nothing is noted"
run 7 doctor off
has out 'ADD CONSTRAINT'
has out 'mudanza resume'
run 0 plan off
grep -q 'column of the target' out && complain "the keys that are off count as a change"
run 3 resume off
balances off
whole off

# By the SQL that doctor prints; the next worker finds nothing left to do.
pg_clinic hand "$work/dirty.dpm.zst"
kill_at hand '"step":"budget/insert"' autopilot "${again[@]}"
run 7 doctor hand --json
value 'next(c["advice"] for c in d["checks"] if c["name"] == "bulk").split("runs: ", 1)[1]' >mend.sql
until ! pg_value hand "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'mudanza%'" | grep -q 1; do :; done
psql -q -X -v ON_ERROR_STOP=1 -d hand -f mend.sql >out 2>&1 || complain "doctor's SQL does not run"
schema_of hand >schema
diff plain.schema schema >out || complain "doctor's SQL gives other keys"
run 3 resume hand
whole hand

# Killed anywhere else, also while all is made anew; taken back or gone on with by whatever comes next.
n=0
for what in '"step":"patient/insert"' '"step":"appointment/insert"' '"step":"payment/insert"' '"state":"back"'; do
    n=$((n + 1))
    [ "$n" -le "${BULK_KILLS:-4}" ] || break
    pg_clinic "kill$n" "$work/dirty.dpm.zst"
    kill_at "kill$n" "$what" autopilot "${again[@]}"
    case $n in
        1) run 3 resume "kill$n" ;;
        2) run 3 autopilot "kill$n" "${again[@]:0:4}" --bulk never ;;
        3) kill_at "kill$n" '"state":"back"' resume
           run 3 resume "kill$n" ;;
        *) run 3 autopilot "kill$n" "${again[@]:0:4}" ;;
    esac
    balances "kill$n"
    whole "kill$n"
done

# An undo has every key back before it looks who refers to what.
pg_clinic undo "$work/dirty.dpm.zst"
kill_at undo '"step":"payment/insert"' autopilot "${again[@]}"
run 0 --json rollback undo 1 --plan
phrase=$(value 'd["confirm"]')
run 0 rollback undo 1 --confirm "$phrase"
schema_of undo >schema
diff plain.schema schema >out || complain "undo: other keys or indexes"
equal "$(pg_value undo 'SELECT count(*) FROM patients')" 0

# Told to stop: the keys hold for whoever writes next, the rest is for resume.
pg_clinic stop "$work/dirty.dpm.zst"
"$MUDANZA" autopilot stop "${again[@]}" >stop.out 2>&1 &
stopping=$!
wait_until told stop off
kill -TERM "$stopping"
wait "$stopping"
if [ "$(owed stop off)" -gt 0 ]; then
    equal "$(pg_value stop "SELECT count(*) FROM mudanza.bulk WHERE kind = 'key' AND state = 'off'")" 0
    [ "$(owed stop unchecked)" -gt 20 ] || complain "no keys are unchecked"
    run 7 doctor stop
    has out 'VALIDATE CONSTRAINT'
fi
run 3 resume stop
whole stop

# Rows of others in a table that gets many: refused where it is asked for, done without where it may be.
pg_clinic others "$work/dirty.dpm.zst"
table=$(pg_value plain "SELECT relname FROM pg_class WHERE relname IN ('budget_items', 'appointments') ORDER BY
    (xpath('/row/c/text()', query_to_xml('SELECT count(*) AS c FROM ' || relname, false, true, '')))[1]::text::int DESC LIMIT 1")
pg_value others "ALTER TABLE $table DISABLE TRIGGER ALL"
psql -q -X -d plain -c "COPY (SELECT * FROM $table LIMIT 1) TO STDOUT" | psql -q -X -d others -c "COPY $table FROM STDIN"
pg_value others "ALTER TABLE $table ENABLE TRIGGER ALL"
sed -i 's/^  env: DEV$/  env: DEV\n  bulk: always/' clinics/others/config.yaml
run 7 autopilot others --as-of "$as_of" --max-rejects 1000000
has out "$table holds rows that are not ours"
equal "$(pg_value others 'SELECT count(*) FROM patients')" 0

# Somebody at work on a table, too.
pg_clinic busy "$work/dirty.dpm.zst"
coproc psql -q -X -A -t -d busy
echo "BEGIN; LOCK TABLE budget_items IN ROW EXCLUSIVE MODE; SELECT 'held';" >&"${COPROC[1]}"
read -r _ <&"${COPROC[0]}"
run 7 autopilot busy "${again[@]}"
has out 'another session is at work on budget_items'
echo 'ROLLBACK; SELECT 1;' >&"${COPROC[1]}"
read -r _ <&"${COPROC[0]}"
exec {COPROC[1]}>&-
wait
run 3 autopilot busy "${again[@]}"
whole busy

# An embedded target has no such thing.
clinic lite "$work/dirty.dpm.zst"
run 7 autopilot lite --bulk always --max-rejects 1000000
has out 'an embedded target has no bulk mode'
finish
