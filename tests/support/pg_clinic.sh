# What the tests that move a clinic into PostgreSQL share. Sourced after tests/support/migration.sh; ends the server
# of temp_pg.sh together with the test.
. "$support/temp_pg.sh"
trap 'temp_pg_stop; rm -rf "$work"' EXIT

# pg_fresh FOLDER: starts the server, with a database "fresh" of a profile's schema and seed.
pg_fresh() {
    TEMP_PG_OPTIONS="-c synchronous_commit=on -c max_connections=40 ${TEMP_PG_OPTIONS-}"
    temp_pg_start
    psql -q -X -d postgres -c 'CREATE DATABASE fresh'
    for pg_file in schema seed; do
        psql -q -X -v ON_ERROR_STOP=1 -d fresh -f "$1/$pg_file.pg.sql" >/dev/null || exit 99
    done
}

# pg_clinic NAME SOURCE [LINE...]: as `clinic`, with a database of its own, also called NAME.
pg_clinic() {
    clinic "$@"
    sed -i "s|^  type: sqlite\$|  type: postgres\n  host: \"$PGHOST\"\n  dbname: $1\n  user: $PGUSER|" "clinics/$1/config.yaml"
    psql -q -X -d postgres -c "CREATE DATABASE \"$1\" TEMPLATE fresh"
}

# pg_value DATABASE SQL: one value, as psql prints it
pg_value() {
    psql -X -A -t -q -v ON_ERROR_STOP=1 -d "$1" -c "$2"
}

# pg_rows_of DATABASE: every row, as text
pg_rows_of() {
    "$python" "$support/pg_rows.py" "$1"
}
