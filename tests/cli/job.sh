#!/bin/sh
# The job in the target's ledger: what became of the file is told there, and no dead worker's job stays at work.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 30 --seed 5 --dirty 3 source.dpm
clinic_file --patients 1500 --seed 5 more.dpm
name=sol
clinic sol "$work/source.dpm"
clinic luna "$work/more.dpm"

# ask SQL: one line a row
ask() {
    "$python" - "clinics/$name/state/target.db" "$1" <<'PY'
import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]):
    print(*row)
PY
}
# stands JOB STATUS: in the target, and as status tells it
stands() {
    equal "$(ask "SELECT status FROM mudanza_jobs WHERE job = $1")" "$2"
    run 0 status $name --json
    equal "$(value 'd["job"]["job"], d["job"]["status"]')" "($1, '$2')"
}

run 0 status sol --json
equal "$(value 'd["job"]')" None
run 0 preview sol patient --as-of "$as_of"
stands 1 previewing
equal "$(ask "SELECT original_filename, kind, processed_entities, started_at IS NULL,
    length(integrity_hash_computed), format_version, exporter_tool IS NOT NULL FROM mudanza_jobs")" \
    "source.dpm import 0 1 64 0.1.0 1"
run 3 run sol --as-of "$as_of"
stands 1 completed
equal "$(ask "SELECT total_entities > 100 AND total_entities = processed_entities FROM mudanza_jobs")" 1
run 3 run sol
equal "$(ask "SELECT count(*) FROM mudanza_jobs")" 1
run 0 report sol 2>/dev/null
run 0 report sol 2 --format text
grep -q '^  job  *1 (completed)$' out || complain 'the report names no job'

# Killed while it writes: whoever looks next closes it, and going on with it completes it.
name=luna
run 0 preview luna user --as-of "$as_of"
cat >holder.py <<'PY'
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
end = time.time() + 100
while db.execute("SELECT count(*) FROM mudanza_jobs WHERE status = 'executing'").fetchone()[0] == 0:
    if time.time() > end:
        sys.exit("nothing was executed")
    time.sleep(0.001)
db.execute("BEGIN IMMEDIATE")
open("held", "w").close()
sys.stdin.read()
PY
mkfifo release
"$python" holder.py clinics/luna/state/target.db <release &
holder=$!
exec 7>release
"$MUDANZA" run luna --as-of "$as_of" >out 2>err 7>&- &
worker=$!
while [ ! -e held ] && kill -0 $holder; do sleep 0.02; done
kill -KILL $worker
wait $worker 2>/dev/null
exec 7>&-
wait $holder || complain "the run was not seen to write"
equal "$(ask "SELECT job, status FROM mudanza_jobs WHERE job = 1")" "1 executing"
run 0 status luna --read-only
equal "$(ask "SELECT status FROM mudanza_jobs WHERE job = 1")" executing
run 0 status luna
stands 1 failed
has out '"error":"the process ended"'
run 0 resume luna
stands 1 completed

# Taken back
run 0 rollback luna 3 --plan --json
run 0 rollback luna 3 --confirm "$(value 'd["confirm"]')"
stands 2 completed
equal "$(ask "SELECT job, status, processed_entities, error FROM mudanza_jobs WHERE job = 1")" \
    "1 failed 0 run $(value 'd["last_run"]["run"]') took it back"
equal "$(ask "SELECT kind FROM mudanza_jobs WHERE job = 2")" rollback
run 0 run luna
stands 3 completed
finish
