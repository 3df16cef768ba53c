#!/bin/sh
# mandoc finds nothing wrong in the manual pages.
set -eu
if ! command -v mandoc >/dev/null; then
    echo "mandoc is not installed"
    exit 77
fi
mandoc -T lint -W warning "$TOP_SRCDIR"/man/*.[1-9]
