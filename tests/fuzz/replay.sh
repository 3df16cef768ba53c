#!/bin/sh
# Every harness takes the inputs that fuzzing found worth keeping, and the judged files, which hold all layers.
set -eu
code=0
for harness in csv envelope hash sqlite zstd; do
    log=$TOP_BUILDDIR/tests/fuzz/$harness.inputs
    "$TOP_BUILDDIR/tests/fuzz/fuzz_$harness" "$TOP_SRCDIR/tests/fuzz/corpus/$harness" \
        "$TOP_SRCDIR/tests/fixtures/dpmf/broken" "$TOP_SRCDIR/tests/fixtures/dpmf/odd" 2>"$log" && continue
    echo "fuzz_$harness failed at the last of these inputs:"
    tail -n 20 "$log"
    code=1
done
exit $code
