#!/bin/bash
# Whatever befalls a run into PostgreSQL, it or its resume ends as the run that nobody disturbed: kill -9, a server
# that stops at once, a connection cut at any byte, a session ended by an administrator, a row lock of another
# session, a second worker. CHAOS_KILLS, CHAOS_STOPS, CHAOS_CUTS, CHAOS_ENDS say how often (3, 2, 3, 1), CHAOS_LOCK_S how
# long a lock is held (2), CHAOS_PATIENTS how many patients there are (30), CHAOS_SEED from which number moments are drawn.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3 zstandard
seed=${CHAOS_SEED:-$$}
echo "CHAOS_SEED=$seed"
clinic_file --patients "${CHAOS_PATIENTS:-30}" --seed 7 --dirty 2 --layering zstd source.dpm.zst
TEMP_PG_OPTIONS='-c restart_after_crash=on'
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
pg_clinic calm "$work/source.dpm.zst"
export temp_pg_folder temp_pg_bin TEMP_PG_OPTIONS
"$python" "$support/pg_faults.py" calm "$seed" || complain "not every run came out as it should"
finish
