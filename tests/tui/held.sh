#!/bin/bash
# What lies in the state folder is held by another program, is something else than a file, or may only be looked
# at: the screens go on, keep what they had, and leave nothing behind.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
needs_python sqlite3
clinic_file --patients 12 --seed 5 source.dpm
clinic sol "$work/source.dpm"
run 0 autopilot sol --quiet
state=clinics/sol/state

# hold STATUS: nobody else gets at control.db until `held` is gone; then patient/extract has this status.
hold() {
    touch held
    "$python" - "$state/control.db" "$1" <<'PY' &
import os, sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA locking_mode = EXCLUSIVE")
db.execute("BEGIN EXCLUSIVE")
db.execute("UPDATE steps SET status = ?, fingerprint = '' WHERE step = 'patient/extract'", (sys.argv[2],))
db.execute("COMMIT")
open("holding", "w").close()
while os.path.exists("held"):
    time.sleep(0.02)
db.close()
PY
    holder=$!
    wait_until test -e holding
}
release() {
    rm held holding
    wait "$holder"
}

# From the start: it says why, and shows the board once it can.
hold failed
tui_start 100 30 sol
tui_wait 'database is locked'
release
tui_wait '^ +patient .*failed'

# In the middle: what was read stays, and is read again by itself.
hold done
tui_wait 'by itself' # the end of a message of two lines
tui_wait '^ +patient .*failed'
release
tui_gone '^ +patient .*failed'
tui_wait '^ +patient .*[0-9]'
tui_keys Q
tui_end 0
tui_restored

# Only looked at: no file comes and none is changed, though the logs of its databases are not there.
rm -f $state/*-wal $state/*-shm
look() {
    (cd $state && stat -c '%n %s %y' ./*)
}
look >before
tui_start 100 30 --read-only sol
tui_wait 'patient '
tui_keys W
tui_wait '> Warnings'
tui_wait 'open|No '
tui_keys R
tui_wait 'RESULT'
tui_keys B
tui_wait '^> +[a-z]'
tui_keys Enter
tui_wait 'stage . of 4'
tui_keys 2
tui_wait 'SOURCE ID|There are none'
tui_keys Q
tui_end 0
look | diff before - || complain "looking left something behind"

# A folder nobody may write. Nothing is forbidden to root.
if [ "$(id -u)" -eq 0 ]; then
    chmod -R go+rX "$work" && chmod 711 "$work" && chown -R 65534 "$state"
    printf '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups "%s" "$@"\n' "$MUDANZA" >as_user
    chmod 755 as_user
    MUDANZA=$work/as_user
fi
if "$MUDANZA" version >out 2>err </dev/null; then
    chmod 500 $state
    tui_start 100 30 --read-only sol
    tui_wait '^ +patient .*[0-9]'
    tui_keys Q
    tui_end 0
    chmod 700 $state
    look | diff before - || complain "looking changed something"
fi

# Pipes that nobody ever writes to.
for name in control.db lock status.json; do
    rm -f "$state/$name" && mkfifo "$state/$name"
done
[ "$(id -u)" -ne 0 ] || chown -R 65534 "$state"
tui_start 100 30 sol
tui_wait 'control.db is no file'
tui_keys A
tui_wait '> Autopilot'
tui_keys C
tui_wait '^> sol '
tui_keys Q
tui_end 0
tui_restored
finish
