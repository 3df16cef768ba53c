#!/bin/sh
# What mudanza(1) says of each command's arguments, flags and words, and of topics, is what the program takes.
set -eu
if ! command -v python3 >/dev/null; then
    echo "python3 is not installed"
    exit 77
fi
python3 "$TOP_SRCDIR/tests/support/man_synopsis.py" "$MUDANZA" "$TOP_SRCDIR/man/mudanza.1"
