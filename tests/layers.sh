#!/bin/sh
# Every include of src/ and ui/ keeps to src/layers.txt, and every library to its home.
set -eu
cd "$TOP_SRCDIR"
find src ui -name '*.[ch]' 2>/dev/null | sort | xargs awk -f tools/layers.awk src/layers.txt
