#!/bin/sh
# The manual pages name what the tables of the code name: functions, commands, flags and exit codes.
set -eu
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$TOP_SRCDIR"
bad=0

# same NAME: $temp/code and $temp/page hold the same lines
same() {
    LC_ALL=C sort -u "$temp/code.raw" >"$temp/code"
    LC_ALL=C sort -u "$temp/page.raw" >"$temp/page"
    if ! [ -s "$temp/code" ] || ! diff "$temp/code" "$temp/page" >"$temp/diff"; then
        echo "$1 (< only in the code, > only in the page):"
        cat "$temp/diff"
        bad=1
    fi
}

# {"date_of", 2, true, "date_of(text, order)", ...}     .It Fn date_of text order
grep -oE '"[a-z_0-9]+\([a-z_, ]*\)"' src/map/functions.c | tr -d '"' >"$temp/code.raw"
sed -n 's/^\.It Fn //p' man/mudanza-mapping.5 |
    sed 's/ /(/; s/ /, /g; s/$/)/; /(/!s/)$/()/' >"$temp/page.raw"
same "functions of mudanza-mapping(5)"

# "dpmf.blob"     .It Cm dpmf.no_value , dpmf.blob
grep -ohE '"dpmf\.[a-z_0-9]+"' src/source/*.c | tr -d '"' >"$temp/code.raw"
sed -n 's/^\.It Cm dpmf/dpmf/p' man/mudanza-dpmf.5 | sed 's/ , /\n/g' >"$temp/page.raw"
same "warnings of mudanza-dpmf(5)"

# {FLAG_JSON, "json", 0, ...}     .It Fl -json
sed -n 's/^ *{FLAG_[A-Z_]*, "\([a-z-]*\)".*/\1/p' src/cli/flags.c >"$temp/code.raw"
grep -E '^\..*Fl ' man/mudanza.1 | tr ' ' '\n' | sed -n 's/^-\([a-z][a-z-]*\)$/\1/p' >"$temp/page.raw"
same "flags of mudanza(1)"

# {"name":"run",...,"documents":["run.start"]     .Cm run , autopilot , ... behind "comes from"
"$MUDANZA" help --json | tr '{' '\n' | sed -n '/"documents":\[[^]]*"run.start"/s/^"name":"\([a-z ]*\)".*/\1/p' >"$temp/code.raw"
sed -n '/^describes them, comes from$/,/;$/s/^\.Cm //p' man/mudanza.1 | tr -d ';' |
    sed 's/ , /\n/g; s/ *$//' | sed 's/ *$//' >"$temp/page.raw"
same "commands with a stream in mudanza(1)"

# "commands":[{"name":"clinics list", ...     .It Cm clinics list
"$MUDANZA" help --json | grep -oE '"name":"[a-z -]+","usage"' | cut -d'"' -f4 >"$temp/code.raw"
sed -n '/^\.Ss Commands/,/^\.Ss Flags/s/^\.It Cm //p' man/mudanza.1 |
    sed -E 's/ (Ar|Op|Oo|Fl|Cm) .*//' >"$temp/page.raw"
same "commands of mudanza(1)"

# "   3  partial ..."     .It 3
"$MUDANZA" help exit-codes | sed -nE 's/^ *([0-9]+)  [a-z-]+ .*/\1/p' >"$temp/code.raw"
sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EXAMPLES/s/^\.It //p' man/mudanza.1 |
    tr -d ' ' | tr ',' '\n' >"$temp/page.raw"
same "exit codes of mudanza(1)"

# "MUDANZA_LANG   language ..."     .It Ev MUDANZA_LANG
"$MUDANZA" help environment | sed -nE 's/^([A-Z][A-Z_]+) .*/\1/p' >"$temp/code.raw"
sed -n '/^\.Sh ENVIRONMENT/,/^\.Sh FILES/s/^\.It Ev //p' man/mudanza.1 | sed 's/ , /\n/g' >"$temp/page.raw"
same "variables of mudanza(1)"
exit $bad
