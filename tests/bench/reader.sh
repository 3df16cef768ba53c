#!/bin/sh
# How fast the container reader is: against openssl for a raw file, and in MB/s for the other layerings.
# BENCH_PATIENTS: size of the clinic that is made (20000). BENCH_FILE: a raw DPMF file to take instead.
# BENCH_FOLDER: where files go (a temporary folder, removed afterwards). BENCH_ROUNDS: 3, medians are printed.
set -eu
: "${MUDANZA:?the program to measure}" "${TOP_SRCDIR:?the source tree}"
folder=$(mktemp -d "${BENCH_FOLDER:-${TMPDIR:-/var/tmp}}/mudanza-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
for python in python3 /usr/bin/python3; do
    "$python" -c 'import zstandard, cryptography' 2>/dev/null && break
done
file=${BENCH_FILE:-}
if [ -z "$file" ]; then
    file=$folder/source.dpm
    "$python" "$TOP_SRCDIR/tests/support/make_dpmf.py" --patients "${BENCH_PATIENTS:-20000}" "$file" >/dev/null
fi
"$python" "$TOP_SRCDIR/tests/bench/measure_reader.py" "$MUDANZA" "$file" "$folder" "${BENCH_ROUNDS:-3}"
