#!/bin/bash
# What takes something away or wants a secret: a passphrase that is typed and seen nowhere, a dry run, a rollback
# and a purge that want a phrase. Each is the command line's own command, started by the screens.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
needs_python sqlite3
PHRASE='canary sesame' clinic_file --patients 40 --seed 5 --layering enc --passphrase-env PHRASE source.dpm
clinic sol "$work/source.dpm"
state=clinics/sol/state
tui_wait() {
    tui_until "$1" tui_shows "$1" || finish
}
idle() {
    run 0 ps
    ! grep -q sol out
}

# A dry run of an encrypted source: a wrong passphrase is told.
tui_start 100 30 monitor sol
tui_wait 'No run yet'
tui_keys x
tui_wait 'Run [0-9]+ steps'
tui_keys d
tui_wait 'Passphrase'
tui_keys Enter
tui_wait 'nothing yet'
tui_type 'wrong'
tui_keys Enter
tui_wait 'Run 1 ended'
tui_wait 'exit code 6'
tui_until "the end of the worker" idle

# The right one is not shown, and in no file.
tui_keys x
tui_wait 'y run now'
tui_keys d
tui_wait 'Passphrase'
tui_type 'canary sesame'
tui_wait '\(typed\)'
tui_lacks 'canary' || complain "the passphrase is shown"
tui_keys Enter
tui_wait 'Run 2 ended'
tui_wait 'rehearse by'
! grep -rqa 'canary sesame' clinics "$XDG_STATE_HOME" || complain "the passphrase is in a file"
tui_until "the end of the worker" idle

# A run of what was read needs none any more.
tui_keys x
tui_wait 'y run now'
tui_keys y
tui_wait 'Run 3 ended'
tui_wait 'exit code [03]'
tui_until "the end of the worker" idle
rows_of sol >before.rows
[ "$(wc -l <before.rows)" -gt 100 ] || complain "nothing was written"

# A rollback: nothing but the phrase lets it begin.
tui_keys B
tui_wait '> Board'
tui_keys D
tui_wait 'Danger'
tui_keys r
tui_wait 'Roll back which run'
tui_wait 'run 3 '
tui_keys Enter
tui_wait 'To do it, type:  sol [0-9]+'
phrase=$(tui_text | sed -n 's/.*To do it, type:  \(sol [0-9]*\).*/\1/p')
tui_keys y Enter
tui_wait 'Enter does nothing'
tui_keys BSpace
tui_type "$phrase"
tui_wait 'Enter does it'
tui_keys Enter
tui_wait 'Run 4 ended'
tui_wait 'rollback by'
run 0 runs sol --json
equal "$(value '[(r["run"], r["mode"], r["undone_by"]) for r in d["runs"] if r["run"] in (3, 4)]')" \
    "[(4, 'rollback', None), (3, 'autopilot', 4)]"
tui_until "the end of the worker" idle

# A purge of the cache.
tui_keys B
tui_wait '> Board'
tui_keys D
tui_wait 'Danger'
tui_keys e
tui_wait 'To do it, type:  sol'
tui_type 'sol'
tui_wait 'Enter does it'
tui_keys Enter
tui_wait 'removed: '
[ ! -e $state/cache.db ] || complain "the cache is there"
tui_keys Q
tui_end 0
finish
