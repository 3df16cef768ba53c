#!/bin/bash
# A run on PostgreSQL that is in somebody's way, is stopped, has a rival, or loses its server.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
clinic_file --patients 60 --seed 7 source.dpm

# hold DATABASE: somebody locks the patients; release lets them go.
hold() {
    PGAPPNAME=reception psql -X -A -t -q -d "$1" <"$work/pipe" >"$work/held" 2>&1 &
    holder=$!
    exec 8>"$work/pipe"
    printf 'BEGIN; LOCK TABLE patients IN SHARE MODE; SELECT 1;\n' >&8
    until [ -s "$work/held" ]; do :; done
}
release() {
    exec 8>&-
    wait "$holder"
}
until_blocked() {
    psql -q -X -d "$1" -c "DO \$\$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '$1' AND
        wait_event_type = 'Lock') LOOP PERFORM pg_sleep(0.02), pg_stat_clear_snapshot(); END LOOP; END \$\$"
}
mkfifo "$work/pipe"

# Who waits for a lock says whose it is, has no rival, and is stopped at once; what it wrote by then stays.
pg_clinic sol "$work/source.dpm"
mkdir -p other/clinics
cp -r clinics/sol other/clinics/sol
hold sol
"$MUDANZA" autopilot sol --as-of "$as_of" >first.out 2>first.err </dev/null &
worker=$!
until_blocked sol
run 10 -C other/clinics autopilot sol --as-of "$as_of"
has err 'another worker is writing to sol@'
has err 'mudanza sol run 1 '
until "$MUDANZA" status sol --json >out 2>err && grep -q '"waits_for":"waits' out; do :; done
has out '(reception, user mudanza on localhost): idle in transaction since'
kill -TERM "$worker"
wait "$worker"
equal "$?" 143
release
run 0 resume sol --as-of "$as_of"
balances sol

# A worker that is killed in the middle leaves nothing in the way of the next one.
pg_clinic luna "$work/source.dpm"
hold luna
"$MUDANZA" autopilot luna --as-of "$as_of" >first.out 2>first.err </dev/null &
worker=$!
until_blocked luna
kill -KILL "$worker"
wait "$worker" 2>/dev/null
release
run 0 resume luna --as-of "$as_of"
balances luna

# The server goes in the middle of a batch and comes back: the same run goes on.
pg_clinic mar "$work/source.dpm"
hold mar
"$MUDANZA" autopilot mar --as-of "$as_of" >first.out 2>first.err </dev/null &
worker=$!
until_blocked mar
temp_pg_crash >out 2>err
temp_pg_again >out 2>err
exec 8>&-
wait "$worker"
equal "$?" 0
balances mar
grep -q '"type":"retry".*"reason":"lost"' clinics/mar/state/runs/000001/events.ndjson || complain "no retry was told"

# A server without room pauses the night; it goes on when there is some and somebody says so.
pg_clinic rio "$work/source.dpm"
pg_value rio "CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
    RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END \$\$;
    CREATE TRIGGER full_disk BEFORE INSERT ON patients FOR EACH STATEMENT EXECUTE FUNCTION full_disk()"
run 7 run rio --as-of "$as_of"
has err 'short of disk'
"$MUDANZA" autopilot rio --as-of "$as_of" >first.out 2>first.err </dev/null &
worker=$!
until "$MUDANZA" status rio --json >out 2>err && grep -q '"paused_by":"server"' out; do :; done
pg_value rio "CREATE OR REPLACE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RETURN NULL; END \$\$"
run 0 continue rio
wait "$worker"
equal "$?" 0
balances rio
finish
