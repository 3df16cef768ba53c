#!/bin/bash
# A run killed at any moment and in any company is gone on with, and ends as the run that nobody disturbed.
# CHAOS_KILLS says how often it is killed (10), CHAOS_PATIENTS how many patients there are (100), CHAOS_SEED
# from which number moments are drawn, CHAOS_KEEP a folder for clinics that came out otherwise.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3 zstandard
seed=${CHAOS_SEED:-$$}
echo "CHAOS_SEED=$seed"
clinic_file --patients "${CHAOS_PATIENTS:-100}" --seed 7 --dirty 2 --layering zstd source.dpm.zst
clinic calm "$work/source.dpm.zst"
"$python" "$support/chaos_kills.py" calm "${CHAOS_KILLS:-10}" "$seed" || complain "not every clinic came out as it should"
rows_of calm >calm.rows
grep -q '^patients: [1-9]' calm.rows || complain "the target has no patients"
finish
