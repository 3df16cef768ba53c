#!/bin/sh
# The manual pages of config.yaml and commands.yaml have exactly the keys of the table in the program, in its words.
# BLESS=1 writes the table into the pages.
set -eu
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
bad=0
for name in config commands; do
    page=$TOP_SRCDIR/man/mudanza-$name.5
    "$TOP_BUILDDIR/tests/support/print_keys" "$name" >"$temp/table"
    if [ "${BLESS:-}" = 1 ]; then
        sed -e "/^\.\\\\\" begin keys/r $temp/table" -e '/^\.\\" begin keys/,/^\.\\" end keys/{/^\.\\" /!d;}' \
            "$page" >"$temp/page"
        cp "$temp/page" "$page"
    fi
    sed -n '/^\.\\" begin keys/,/^\.\\" end keys/p' "$page" | grep -v '^\.\\" ' >"$temp/page" || true
    if [ ! -s "$temp/table" ] || ! diff -u "$temp/table" "$temp/page"; then
        echo "$page: the keys are not those of src/config/config_keys.c; BLESS=1 writes them"
        bad=1
    fi
done
exit $bad
