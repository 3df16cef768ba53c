#!/bin/sh
# Schemas that would keep a reader busy for ever, or fill its memory, are judged soon.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
TMPDIR=$work/temp
mkdir "$TMPDIR" files
export TMPDIR
"$python" "$support/make_slow.py" files || exit 99

for file in files/*; do
    timeout 10 "$MUDANZA" --json dpmf verify "$file" >out 2>err
    got=$?
    verdict=$(value 'd["verdict"]')
    case "$file $got $verdict" in
    files/[ae]-*\ 0\ accept*) ;;
    files/[re]-*\ 6\ reject:*) ;;
    *) complain "$file: exit $got, $verdict" ;;
    esac
done
run 6 --json dpmf verify files/r-large-schema.dpm
equal "$(value 'd["verdict"]')" reject:limit
run 6 --json dpmf verify files/r-meta.dpm
equal "$(value 'd["verdict"]')" reject:limit
finish
