#!/bin/sh
# Runs one harness for a while: `make fuzz FUZZ=sqlite SECONDS=3600` calls it in the tree with libFuzzer.
#
# New inputs are gathered in tests/fuzz/corpus.NAME of the build folder, a failing one is left there as
# tests/fuzz/NAME-crash-... Give it to tests/fuzz/fuzz_NAME to see it fail again.
set -eu
name=$1 seconds=$2
case $name in
envelope | hash) words=json ;;
sqlite | zstd) words=sqlite ;;
*)
    echo "FUZZ is envelope, hash, sqlite or zstd" >&2
    exit 2
    ;;
esac
mkdir -p "tests/fuzz/corpus.$name"
export ASAN_OPTIONS=quarantine_size_mb=32 UBSAN_OPTIONS=print_stacktrace=1
exec "tests/fuzz/fuzz_$name" -max_total_time="$seconds" -print_final_stats=1 -timeout=10 -rss_limit_mb=1024 \
    -max_len=131072 -len_control=20 -dict="tests/fuzz/$words.dict" \
    -artifact_prefix="tests/fuzz/$name-" "tests/fuzz/corpus.$name" "tests/fuzz/corpus/$name" \
    "tests/fixtures/dpmf/broken" "tests/fixtures/dpmf/odd"
