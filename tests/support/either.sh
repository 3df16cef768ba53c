# The same test on both kinds of target: kind is lite or pg. Sourced after migration.sh and pg_clinic.sh.

# sql NAME STATEMENT: on the clinic's target; rows as psql prints them
sql() {
    if [ "$kind" = pg ]; then
        pg_value "$1" "$2"
    else
        "$python" - "clinics/$1/state/target.db" "$2" <<'PY'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as target:
    for row in target.execute(sys.argv[2]):
        print(*("" if value is None else value for value in row), sep="|")
PY
    fi
}

# either NAME SOURCE: a clinic with a target of its own
either() {
    if [ "$kind" = pg ]; then
        pg_clinic "$@"
    else
        clinic "$@"
    fi
}
