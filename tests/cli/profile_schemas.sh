#!/bin/sh
# A profile's two schemas are twins: same tables, same columns, same seed, in SQLite and in PostgreSQL.
set -eu
. "$TOP_SRCDIR/tests/support/temp_pg.sh"
if ! command -v sqlite3 >/dev/null; then
    echo "sqlite3 is not installed"
    exit 77
fi
temp=$(mktemp -d)
trap 'temp_pg_stop; rm -rf "$temp"' EXIT
temp_pg_start

# Names of tables and columns, one a line.
lite_columns() {
    sqlite3 "$1" "SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_xinfo(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'" | LC_ALL=C sort
}
pg_columns() {
    psql -X -A -t -d "$1" -c "SELECT c.table_name || '.' || c.column_name
        FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'" | LC_ALL=C sort
}
# Rows of each table of the list on stdin, as "table rows".
count_sql() {
    sed "s/.*/SELECT '&', count(*) FROM \"&\";/"
}

profiles=0
for schema in "$TOP_SRCDIR"/clinics/profiles/*/schema.sqlite.sql; do
    folder=$(dirname "$schema")
    name=$(basename "$folder")
    profiles=$((profiles + 1))
    sqlite3 -bail "$temp/$name.db" <"$folder/schema.sqlite.sql"
    sqlite3 -bail "$temp/$name.db" <"$folder/seed.sqlite.sql"
    psql -q -X -d postgres -c "CREATE DATABASE \"$name\""
    psql -q -X -v ON_ERROR_STOP=1 -d "$name" -f "$folder/schema.pg.sql" >/dev/null
    psql -q -X -v ON_ERROR_STOP=1 -d "$name" -f "$folder/seed.pg.sql" >/dev/null

    lite_columns "$temp/$name.db" >"$temp/lite.columns"
    pg_columns "$name" >"$temp/pg.columns"
    [ -s "$temp/lite.columns" ]
    diff -u "$temp/lite.columns" "$temp/pg.columns"

    cut -d. -f1 "$temp/lite.columns" | uniq | count_sql >"$temp/count.sql"
    sqlite3 "$temp/$name.db" <"$temp/count.sql" >"$temp/lite.rows"
    psql -X -A -t -d "$name" -f "$temp/count.sql" >"$temp/pg.rows"
    diff -u "$temp/lite.rows" "$temp/pg.rows"
    echo "$name: $(wc -l <"$temp/lite.columns") columns, $(awk -F'|' '{ n += $2 } END { print n }' "$temp/lite.rows") rows of seed"
done
[ "$profiles" -gt 0 ]
