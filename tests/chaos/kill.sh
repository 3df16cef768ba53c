#!/bin/bash
# A run killed at any moment is gone on with, and ends as the run that nobody disturbed.
# CHAOS_KILLS says how often it is killed (8), CHAOS_SEED from which number the moments are drawn.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python zstandard
RANDOM=${CHAOS_SEED:-$$}
echo "CHAOS_SEED=${CHAOS_SEED:-$$}"

clinic_file --patients 100 --seed 7 --layering zstd source.dpm.zst

# the undisturbed run, and how long it takes
clinic calm "$work/source.dpm.zst"
began=${EPOCHREALTIME/./}
run 0 autopilot calm --as-of "$as_of"
took=$((${EPOCHREALTIME/./} - began))
balances calm
rows_of calm >calm.rows
grep -q '^patients: 100$' calm.rows || complain "the target has no patients"

killed=0
for n in $(seq "${CHAOS_KILLS:-8}"); do
    name=c$n
    clinic "$name" "$work/source.dpm.zst"
    moment=$(((RANDOM * 32768 + RANDOM) % took))
    "$MUDANZA" autopilot "$name" --as-of "$as_of" >/dev/null 2>&1 </dev/null &
    sleep "$((moment / 1000000)).$(printf '%06d' $((moment % 1000000)))" # the moment of death, no waiting for anything
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    [ $? -ne 137 ] || killed=$((killed + 1))
    left=$(find "clinics/$name/state/tmp" -type f 2>/dev/null)
    [ -z "$left" ] || complain "killed after $moment us of $took: plaintext left behind: $left"
    run 0 resume "$name" --as-of "$as_of"
    balances "$name"
    rows_of "$name" >rows
    cmp -s calm.rows rows || {
        diff calm.rows rows | cut -c1-150 | head -6 >out
        complain "killed after $moment us of $took: other rows"
    }
    left=$(find "clinics/$name/state" -path '*/tmp/*' -o -name 'cache.db.new*')
    [ -z "$left" ] || complain "killed after $moment us of $took: left behind $left"
    rm -rf "clinics/$name"
done
echo "killed $killed of ${CHAOS_KILLS:-8} before they ended, in $took us"
[ "$killed" -gt 0 ] || complain "no run was killed"
finish
