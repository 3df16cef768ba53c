#!/bin/sh
# dpmf info and dpmf verify: verdicts, exit codes, the ways of a passphrase.
. "$TOP_SRCDIR/tests/cli/lib.sh"
demo=$TOP_SRCDIR/clinics/demo/sources
TMPDIR=$work/plain
mkdir -m 700 "$TMPDIR"
export TMPDIR

accepted() {
    document dpmf.verify
    equal "$(value 'd["verdict"], d["layering"]')" "('accept', 'enc(zstd)')"
    equal "$(value 'd["integrity"]["declared"] == d["integrity"]["computed"], len(d["entities"]) > 30')" "(True, True)"
}

run 0 --json dpmf verify "$demo/demo.dpm.zst.enc" --passphrase-file "$demo/passphrase"
accepted
MUDANZA_PASSPHRASE=$(cat "$demo/passphrase") run 0 --json dpmf verify "$demo/demo.dpm.zst.enc"
accepted
"$MUDANZA" --json dpmf verify "$demo/demo.dpm.zst.enc" --passphrase-fd 7 7<"$demo/passphrase" >out 2>err </dev/null
equal $? 0
accepted
run 0 dpmf verify "$demo/demo.dpm.zst.enc" --passphrase-file "$demo/passphrase"
has out accept
has out patient
run 0 dpmf info "$demo/demo.dpm.zst.enc" --passphrase-file "$demo/passphrase"
has out format_version
has out patient
run 0 --json dpmf info "$demo/demo.dpm.zst.enc" --passphrase-file "$demo/passphrase"
document dpmf.info
equal "$(value 'd["layering"], d["meta"]["format_version"][:2]')" "('enc(zstd)', '0.')"
[ -z "$(ls -A "$TMPDIR")" ] || complain "something was left in the temporary folder"

# Refusals: the verdict is the document, exit 6; 8 when only the passphrase is missing.
refused() {
    document dpmf.verify
    equal "$(value 'd["verdict"]')" "reject:$1"
    [ -n "$(value 'd["reason"]')" ] || complain "no reason"
}
run 8 --json dpmf verify "$demo/demo.dpm.zst.enc"
refused passphrase
printf 'wrong' >wrong
run 6 --json dpmf verify "$demo/demo.dpm.zst.enc" --passphrase-file wrong
refused auth
run 6 dpmf verify "$demo/demo.dpm.zst.enc" --passphrase-file wrong
has out "reject:auth"
run 6 dpmf info "$demo/demo.dpm.zst.enc" --passphrase-file wrong
has err "mudanza: "
run 8 dpmf extract "$demo/demo.dpm.zst.enc" patient
run 8 dpmf info "$demo/demo.dpm.zst.enc"
has err "--passphrase-file FILE"
head -c 5000 "$demo/demo.dpm.zst.enc" >short
run 6 --json dpmf verify short --passphrase-file "$demo/passphrase"
document dpmf.verify
printf 'no container at all' >text
run 6 --json dpmf verify text
refused magic
: >empty
run 6 --json dpmf verify empty
refused magic
run 6 --json dpmf verify missing
document error
equal "$(value 'd["code"]')" source
run 6 --json dpmf info missing
document error

# What should have given the passphrase and cannot is an error of its own.
"$MUDANZA" dpmf verify "$demo/demo.dpm.zst.enc" --passphrase-file missing >out 2>err
[ $? -ne 0 ] || complain "a missing passphrase file went unnoticed"
has err missing
run 2 dpmf verify "$demo/demo.dpm.zst.enc" --passphrase-file wrong --passphrase-fd 3
run 2 dpmf verify "$demo/demo.dpm.zst.enc" --passphrase-fd stdin

# A path cannot move the cursor.
escape=$(printf '\033')
cp text "evil${escape}[2J"
run 6 dpmf verify "evil${escape}[2J"
if cat out err | LC_ALL=C grep -q "$escape"; then
    complain "an escape went through"
fi

# Closed standard files stay out of it: what is opened next does not take their place.
"$MUDANZA" dpmf verify "$TOP_SRCDIR/tests/fixtures/dpmf/odd/mini.dpm.zst" <&- >&- 2>err
equal $? 1
has err "standard output could not be written"
# One row is not "1 rows".
run 0 dpmf verify "$TOP_SRCDIR/tests/fixtures/dpmf/broken/payload_nan.dpm"
has out 'dpmf.payload_nan: patient, 1 row: '
run 0 dpmf verify "$TOP_SRCDIR/tests/fixtures/dpmf/broken/payload_nan.dpm" --lang es
has out 'dpmf.payload_nan: patient, 1 fila: '
finish
