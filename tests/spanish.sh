#!/bin/sh
# Every text for people has its Spanish in po/es.po; the missing ones are printed with their place.
set -eu
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$TOP_SRCDIR"
find src ui -name '*.[ch]' 2>/dev/null | sort |
    xgettext --files-from=- --from-code=UTF-8 --language=C --force-po --add-location \
        --keyword=_ --keyword=N_ --keyword=ngettext:1,2 --output="$temp/texts.pot"
msgfmt --check --output-file=/dev/null po/es.po
msgmerge --quiet --no-fuzzy-matching --output-file="$temp/merged.po" po/es.po "$temp/texts.pot"
msgattrib --no-wrap --untranslated --no-obsolete --output-file="$temp/missing.po" "$temp/merged.po"
msgattrib --no-wrap --only-fuzzy --no-obsolete --output-file="$temp/unsure.po" "$temp/merged.po"
if [ -s "$temp/missing.po" ] || [ -s "$temp/unsure.po" ]; then
    echo "without (sure) Spanish in po/es.po:"
    cat "$temp/missing.po" "$temp/unsure.po" 2>/dev/null || true
    exit 1
fi
