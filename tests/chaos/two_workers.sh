#!/bin/bash
# Two workers begun at the same moment are never two runs, whoever looks at the lock meanwhile.
# CHAOS_PAIRS says how often (6).
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 3 --seed 3 source.dpm
clinic sol "$work/source.dpm"
both=0
for n in $(seq "${CHAOS_PAIRS:-6}"); do
    rm -rf clinics/sol/state
    while :; do "$MUDANZA" ps >/dev/null 2>&1; "$MUDANZA" status sol >/dev/null 2>&1; done &
    looker=$!
    mkfifo gate.$n
    exec 3<>gate.$n
    for side in a b; do
        (read -r _ <&3; exec 3>&-; exec "$MUDANZA" autopilot sol --as-of "$as_of" --progress-interval 1s) >$side.out 2>$side.err </dev/null &
        eval "$side=$!"
    done
    printf 'go\ngo\n' >&3
    exec 3>&-
    wait "$a"
    first=$?
    wait "$b"
    codes=$(printf '%s\n' "$first" $? | sort -n | tr '\n' ' ')
    kill "$looker"
    wait "$looker" 2>/dev/null
    case $codes in
    '0 0 ') both=$((both + 1)) ;; # one after the other
    '0 10 ') grep -hq 'another worker holds the clinic' a.err b.err || complain "the refusal does not say why" ;;
    *) cat a.err b.err >err; complain "pair $n: exit codes $codes" ;;
    esac
    [ "$codes" != '0 10 ' ] || [ "$(ls clinics/sol/state/runs)" = 000001 ] || complain "pair $n: two runs"
    "$python" - <<'PY' >out 2>err || complain "pair $n: two runs at a time"
import sqlite3
runs = sqlite3.connect("clinics/sol/state/control.db").execute("SELECT started_at, ended_at, status FROM runs ORDER BY run").fetchall()
for before, after in zip(runs, runs[1:]):
    assert before[1] <= after[0], runs
assert all(status == "done" for _, _, status in runs), runs
PY
    balances sol
done
echo "${CHAOS_PAIRS:-6} pairs, $both of them one after the other"
[ "$both" -lt "${CHAOS_PAIRS:-6}" ] || complain "no pair met"
finish
