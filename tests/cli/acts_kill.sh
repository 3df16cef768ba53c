#!/bin/bash
# Killed while treatments are worked out or written, a run that is gone on with ends with the same links between
# lines and treatments, the same twins and the same plans as one that nobody disturbed.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3 zstandard

clinic_file --patients 40 --seed 5 --dirty 2 source.dpm
clinic calm "$work/source.dpm"
run 3 autopilot calm --as-of "$as_of"
rows_of calm >calm.rows
ask() {
    sqlite3 "clinics/calm/state/$1" "$2"
}
[ "$(ask target.db 'SELECT count(*) FROM budget_items i JOIN treatments t ON t.id = i.treatment_id AND t.budget_item_id = i.id')" -gt 10 ] ||
    complain "lines and treatments do not lead to each other"
equal "$(ask target.db 'SELECT count(*) FROM treatments WHERE budget_item_id NOT IN (SELECT id FROM budget_items)')" 0
[ "$(ask cache.db "SELECT count(*) FROM out_applied_treatment s JOIN out_applied_treatment d ON d.id = s.link AND d.link IS NULL")" -gt 0 ] ||
    complain "no plan stands for an act that was done"

n=0
for step in patient/validate applied_treatment/validate applied_treatment/insert budget_line/insert; do
    n=$((n + 1))
    name=cut$n
    clinic "$name" "$work/source.dpm"
    killed=0
    while [ "$killed" -ne 137 ]; do # on a busy machine it may be over before anybody sees that it works
        rm -rf "clinics/$name/state"
        "$MUDANZA" autopilot "$name" --as-of "$as_of" >/dev/null 2>&1 </dev/null &
        wait_until grep -sq "\"step\":\"$step\"" "clinics/$name/state/runs/000001/events.ndjson" || break
        kill -9 $! 2>/dev/null
        wait $! 2>/dev/null
        killed=$?
    done
    run 3 resume "$name"
    balances "$name"
    rows_of "$name" >rows
    cmp -s calm.rows rows || {
        diff calm.rows rows | cut -c1-150 | head -6 >out
        complain "killed in $step the rows came out otherwise"
    }
done
finish
