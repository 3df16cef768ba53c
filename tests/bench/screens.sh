#!/bin/sh
# How long what the screens read takes on a clinic of real size, with many warnings.
# BENCH_WORKSPACE, BENCH_CLINIC: one that was run already, left as it is; else a clinic of BENCH_PATIENTS (20000) is
# made and run, in BENCH_FOLDER (a temporary folder, removed afterwards), with BENCH_ISSUES (50000) warnings more.
set -eu
: "${MUDANZA:?the program}" "${SCREENS:?the program that measures}" "${TOP_SRCDIR:?the source tree}"
if [ -n "${BENCH_WORKSPACE:-}" ]; then
    exec "$SCREENS" "$BENCH_WORKSPACE" "${BENCH_CLINIC:?}"
fi
folder=$(mktemp -d "${BENCH_FOLDER:-${TMPDIR:-/tmp}}/mudanza-screens.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
python3 "$TOP_SRCDIR/tests/support/make_dpmf.py" --patients "${BENCH_PATIENTS:-20000}" "$folder/source.dpm" >/dev/null
mkdir "$folder/ws"
"$MUDANZA" init bench --workspace "$folder/ws" --source "$folder/source.dpm" --profile dentalpin >/dev/null
"$MUDANZA" autopilot bench --workspace "$folder/ws" --quiet --unreviewed proposed || [ $? -eq 3 ]
python3 "$TOP_SRCDIR/tests/support/more_issues.py" "$folder/ws/bench/state/control.db" "${BENCH_ISSUES:-50000}"
"$SCREENS" "$folder/ws" bench
