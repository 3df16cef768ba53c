#!/bin/sh
# One expression is evaluated as a mapping would, and may do no more than a mapping may.
. "$TOP_SRCDIR/tests/cli/lib.sh"

expect() {
    run 0 mapping eval "$1"
    equal "$(cat out)" "$2"
}
expect "date_of('31/01/2020', 'dmy')" 2020-01-31
expect "dec_add('0.10', '0.20')" 0.30
expect "1 + 1 -- a comment" 2
expect "NULL" NULL
expect "x'00ff'" "x'00ff'"
expect "coalesce(nullif(trim('  '), ''), 'Sin nombre')" "Sin nombre"
run 0 mapping eval "today()" --as-of 2026-02-28T10:00:00Z
equal "$(cat out)" 2026-02-28
run 0 mapping eval "setting('professional_min_activity_months')" --profile dentalpin
equal "$(cat out)" 24
run 2 mapping eval 1 --profile dentalpim
has err dentalpin

run 0 --json mapping eval "date_of('soon', 'ymd')"
document mapping.eval
equal "$(value 'd["value"], d["kind"], [i["code"] for i in d["issues"]]')" "(None, 'null', ['date.invalid'])"
run 0 mapping eval "date_of('soon', 'ymd')"
equal "$(cat out)" NULL
has err date.invalid

for wrong in "" "1 +" "1, 2" "1) FROM (SELECT 2" "1; SELECT 2" "nobody(1)" "no_column"; do
    run 2 mapping eval "$wrong"
done
for forbidden in "random()" "at(1, 'x')" "date('now')" "load_extension('x')" "sqlite_version()"; do
    run 2 mapping eval "$forbidden"
    is_empty out
done

# A control character in a value does not reach the terminal.
run 0 mapping eval "'a' || char(27) || '[31mb' || char(10) || 'c'"
equal "$(wc -l <out | tr -d ' ')" 1
if LC_ALL=C grep -q "$(printf '\033')" out; then
    complain "an escape went through"
fi
finish
