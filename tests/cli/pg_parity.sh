#!/bin/bash
# A PostgreSQL target ends as the embedded one does: the same rows in every table, column for column, the same
# ledger, account, warnings and rejects; and a second run writes nothing.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3 zstandard
TEMP_PG_OPTIONS='-c autovacuum=off'
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"

# What changes with any write to a table of the application or to the ledger: place and writer of each row.
versions() {
    pg_value "$1" "SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class c
        JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname IN ('public', 'mudanza') ORDER BY 1" |
        sed "s/.*/SELECT '&', count(*), md5(string_agg(concat(ctid, xmin, xmax), ',' ORDER BY ctid)) FROM &;/" |
        psql -X -A -t -q -v ON_ERROR_STOP=1 -d "$1"
}
# both NAME SOURCE CODE: moves it to either kind of target, and again
both() {
    clinic "$1_lite" "$2"
    pg_clinic "$1_pg" "$2"
    run "$3" autopilot "$1_lite" --as-of "$as_of" --max-rejects 1000000
    run "$3" autopilot "$1_pg" --as-of "$as_of" --max-rejects 1000000
    balances "$1_pg"
    "$python" "$support/same_target.py" "clinics/$1_lite/state/target.db" "$1_pg" >out 2>err || complain "$1: other rows"
    head -1 out
    "$python" "$support/same_paper.py" "$1_lite" "$1_pg" >out 2>err || complain "$1: other papers"
    [ "$(pg_value "$1_pg" 'SELECT count(*) > 0 FROM patients')" = t ] || complain "$1: no patients"

    run 0 --json verify "$1_pg"
    versions "$1_pg" >before
    run "$3" autopilot "$1_pg" --as-of "$as_of" --max-rejects 1000000
    versions "$1_pg" >after
    diff before after >out || complain "$1: the second run wrote something"
}
both fake "$TOP_SRCDIR/tests/fixtures/dpmf/fake_clinica.dpm.zst" 0
clinic_file --patients 100 --seed 7 hundred.dpm
both hundred "$work/hundred.dpm" 0
clinic_file --patients 60 --seed 5 --dirty 4 --layering zstd dirty.dpm.zst
both dirty "$work/dirty.dpm.zst" 3
finish
