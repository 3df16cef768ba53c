#!/bin/sh
# From nothing to a board: the first clinic by form, its source found in a picker, and the first run from its board.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
sources=$TOP_SRCDIR/clinics/demo/sources
mkdir from_the_clinic
cp "$sources/demo.dpm.zst.enc" from_the_clinic/demo.dpm

ended() {
    "$MUDANZA" runs sol --json >runs.json && grep -q '"ended_at": *"' runs.json
}

tui_start 100 30
tui_wait 'no folder of clinics here yet'
tui_keys n
tui_wait 'New clinic'

# The name is judged as it is typed.
tui_type 'Sol'
tui_wait 'cannot be the name of a clinic'
tui_keys BSpace BSpace BSpace
tui_type 'sol'
tui_wait 'clinics/sol will be made'

# The picker goes into folders and knows what is a source.
tui_keys Tab Enter
tui_wait 'Source file'
tui_type 'from_the'
tui_wait '> from_the_clinic/'
tui_keys Enter
tui_wait '> demo\.dpm .*DPMF, encrypted'
tui_keys Enter
tui_wait 'from_the_clinic/demo\.dpm$'
tui_wait 'DPMF, encrypted, '
tui_wait 'mudanza init sol --source from_the_clinic/demo.dpm --profile dentalpin'

# What is inside is seen with the passphrase, which is kept nowhere.
tui_keys Tab Enter
tui_wait 'Passphrase'
tui_type "$(cat "$sources/passphrase")"
tui_keys Enter
tui_wait 'enc\(zstd\), .* 32 entities'
[ ! -e clinics ] || complain "something was written before the clinic was to be made"
tui_wait '> profile'
tui_keys Tab Tab
tui_wait '> +\[ make the clinic \]'
tui_keys Enter
tui_wait 'sol > Board'
tui_wait 'sol: made clinics/sol'
tui_wait '[0-9]+ steps +[0-9]+ pending'
! grep -rqF -e "$(cat "$sources/passphrase")" clinics || complain "the passphrase was kept"
run 0 config validate sol

# The row under the cursor is run: the plan is shown, y consents, and the board has what came of it.
tui_wait '^> +center'
tui_keys x
tui_wait 'y run now'
tui_keys Enter # does nothing
tui_keys y
tui_wait 'Passphrase'
tui_type "$(cat "$sources/passphrase")"
tui_keys Enter
tui_until 'the end of the run' ended
tui_keys B
tui_wait 'sol > Board'
tui_wait 'treatment_catalog_variant .* failed' # guided: it stops at the first reject
tui_keys q
tui_wait 'mudanza +Clinics'
tui_wait '^> sol '

# A clinic whose configuration is wrong says how often, and leads to where it is mended.
echo 'targt: {}' >>clinics/sol/config.yaml
tui_keys C-r
tui_wait '^> sol .*! config: 1 error'
tui_keys Enter
tui_wait 'sol > Configuration'
tui_wait 'targt'
tui_keys Q
tui_end 0
tui_restored
finish
