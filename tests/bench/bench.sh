#!/bin/sh
# How long a whole migration takes: init and autopilot of a clinic into a fresh SQLite target.
# BENCH_PATIENTS: size of the clinic that is made (20000). BENCH_FILE: a DPMF file to take instead, raw for PostgreSQL.
# BENCH_FOLDER: where the workspace goes (a temporary folder, removed afterwards).
# BENCH_TARGET=postgres: into a private PostgreSQL, beside psql; see postgres.py.
set -eu
: "${MUDANZA:?the program to measure}" "${TOP_SRCDIR:?the source tree}"
folder=$(mktemp -d "${BENCH_FOLDER:-${TMPDIR:-/tmp}}/mudanza-bench.XXXXXX")
. "$TOP_SRCDIR/tests/support/temp_pg.sh"
trap 'temp_pg_stop; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
file=${BENCH_FILE:-}
if [ -z "$file" ]; then
    file=$folder/source.dpm
    python3 "$TOP_SRCDIR/tests/support/make_dpmf.py" --patients "${BENCH_PATIENTS:-20000}" "$file" >/dev/null
fi
mkdir "$folder/ws"
if [ "${BENCH_TARGET:-sqlite}" = postgres ]; then
    # As a server that may lose nothing, with memory as one of its own would have. Both sides write to this one.
    TEMP_PG_OPTIONS='-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c shared_buffers=1GB -c max_wal_size=8GB
        -c checkpoint_timeout=30min -c maintenance_work_mem=256MB'
    temp_pg_start
    export PGHOST PGUSER
    python3 "$TOP_SRCDIR/tests/bench/postgres.py" "$file" "$folder/ws"
    exit
fi
"$MUDANZA" init bench --workspace "$folder/ws" --source "$file" --profile dentalpin >/dev/null
python3 "$TOP_SRCDIR/tests/bench/measure.py" "$folder/ws" "$MUDANZA" autopilot bench --workspace "$folder/ws" --unreviewed proposed
