#!/bin/sh
# Rows damaged in one way each end as the table says, and no healthy row is rejected.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
expected=$TOP_SRCDIR/tests/fixtures/dirty300.expected.tsv

clinic_file --patients 150 --seed 5 --dirty 3 --truth truth.tsv dirty.dpm
clinic dirty "$work/dirty.dpm"
run 3 autopilot dirty --as-of "$as_of"
balances dirty
"$python" "$support/judge_dirt.py" "$expected" truth.tsv dirty.dpm clinics/dirty/state || complain "rows ended otherwise"

# the judge itself: a table that is wrong in one line must not pass
sed 's/rejected budget.no_patient/kept/' "$expected" >wrong.tsv
! "$python" "$support/judge_dirt.py" wrong.tsv truth.tsv dirty.dpm clinics/dirty/state >judged || complain "a wrong table passes"
finish
