#!/bin/bash
# A run killed at the edge of any transaction, of whatever file, is gone on with and ends as one that nobody disturbed.
# CHAOS_KILLS says at how many such moments (8; 0: each of them), CHAOS_SEED from which number they are drawn.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3 zstandard
if ! strace -f -o trace true 2>/dev/null; then
    echo "no strace, or it may not trace here"
    exit 77
fi
seed=${CHAOS_SEED:-$$}
echo "CHAOS_SEED=$seed"
clinic_file --patients 4 --seed 7 --dirty 10 --layering zstd source.dpm.zst
clinic calm "$work/source.dpm.zst"
"$python" "$support/chaos_calls.py" calm "${CHAOS_KILLS:-8}" "$seed" || complain "not every clinic came out as it should"
finish
