#!/bin/sh
# The manual page of the screens has exactly the keys of their tables. BLESS=1 writes them into the page.
set -eu
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
page=$TOP_SRCDIR/man/mudanza-screens.7
LANGUAGE=en "$TOP_BUILDDIR/tests/support/print_screen_keys" >"$temp/table"
if [ "${BLESS:-}" = 1 ]; then
    sed -e "/^\.\\\\\" begin keys/r $temp/table" -e '/^\.\\" begin keys/,/^\.\\" end keys/{/^\.\\" /!d;}' "$page" >"$temp/page"
    cp "$temp/page" "$page"
fi
sed -n '/^\.\\" begin keys/,/^\.\\" end keys/p' "$page" | grep -v '^\.\\" ' >"$temp/page" || true
if [ ! -s "$temp/table" ] || ! diff -u "$temp/table" "$temp/page"; then
    echo "$page: these are not the keys of the screens; BLESS=1 writes them"
    exit 1
fi
