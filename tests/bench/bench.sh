#!/bin/sh
# How long a whole migration takes: init and autopilot of a clinic into a fresh SQLite target.
# BENCH_PATIENTS: size of the clinic that is made (20000). BENCH_FILE: a DPMF file to take instead.
# BENCH_FOLDER: where the workspace goes (a temporary folder, removed afterwards).
set -eu
: "${MUDANZA:?the program to measure}" "${TOP_SRCDIR:?the source tree}"
folder=$(mktemp -d "${BENCH_FOLDER:-${TMPDIR:-/tmp}}/mudanza-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
file=${BENCH_FILE:-}
if [ -z "$file" ]; then
    file=$folder/source.dpm
    python3 "$TOP_SRCDIR/tests/support/make_dpmf.py" --patients "${BENCH_PATIENTS:-20000}" "$file" >/dev/null
fi
mkdir "$folder/ws"
"$MUDANZA" init bench --workspace "$folder/ws" --source "$file" --profile dentalpin >/dev/null
python3 "$TOP_SRCDIR/tests/bench/measure.py" "$folder/ws" "$MUDANZA" autopilot bench --workspace "$folder/ws"
