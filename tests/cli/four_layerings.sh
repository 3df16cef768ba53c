#!/bin/sh
# The same clinic in each of the four layerings ends as the same rows.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python cryptography zstandard

PHRASE='contraseña-ñandú-🦷'
export PHRASE
printf '%s' "$PHRASE" >phrase
for layering in raw zstd enc zstd+enc; do
    clinic_file --patients 30 --seed 11 --layering "$layering" --passphrase-env PHRASE "source.$layering"
done
clinic raw "$work/source.raw"
clinic zstd "$work/source.zstd"
clinic enc "$work/source.enc" "passphrase: \${file:$work/phrase}"
clinic both "$work/source.zstd+enc" "passphrase: \${file:$work/phrase}"

for name in raw zstd enc both; do
    "$MUDANZA" autopilot "$name" --as-of "$as_of" >out 2>err </dev/null
    got=$?
    [ "$got" -eq 0 ] || [ "$got" -eq 3 ] || complain "autopilot $name: exit $got"
    balances "$name"
    rows_of "$name" >"$name.rows" || complain "the target of $name cannot be read"
    [ -z "$(find "clinics/$name/state/tmp" -type f)" ] || complain "$name left something in state/tmp"
done
grep -q '^patients: 30$' raw.rows || complain "the target has no patients"
for name in zstd enc both; do
    cmp -s raw.rows "$name.rows" || {
        diff raw.rows "$name.rows" | cut -c1-150 | head -6 >out
        complain "the rows of $name are not those of raw"
    }
done
finish
