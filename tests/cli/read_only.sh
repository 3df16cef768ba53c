#!/bin/bash
# A folder of a run may not be written, before it or in the middle of it: the error says which and why, the exit
# code is the one of its kind, nothing is half done, and afterwards the run ends as if nothing had been.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 15 --seed 9 --dirty 3 source.dpm
clinic calm "$work/source.dpm"
run 3 autopilot calm --as-of "$as_of"
rows_of calm >calm.rows

# Nothing is forbidden to root.
chmod -R go+rX "$work" && chmod 711 "$work"
as_user() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups env XDG_STATE_HOME="$work/xdg" MUDANZA_DATA_DIR="${MUDANZA_DATA_DIR-}" "$MUDANZA" "$@"
    else
        "$MUDANZA" "$@"
    fi
}
if ! as_user version >out 2>err </dev/null; then
    echo "another user may not run $MUDANZA: folders are left out"
    finish
fi
PHRASE='correct horse battery staple'
export PHRASE
needs_python sqlite3 cryptography zstandard
clinic_file --patients 15 --seed 9 --dirty 3 --layering enc --passphrase-env PHRASE source.enc
chmod 644 source.enc
printf '%s' "$PHRASE" >phrase
chmod 644 phrase
mkfifo -m 666 pipe
chmod 666 pipe
mkdir -m 777 xdg 2>/dev/null || chmod 777 xdg
owned() { # NAME: a clinic of the user
    clinic "$1" "$work/source.enc"
    mkdir -m 700 "clinics/$1/state"
    [ "$(id -u)" -ne 0 ] || chown -R 65534 "clinics/$1"
    chmod -R go+rX "clinics/$1"
    chmod 700 "clinics/$1/state"
}
# forbidden NAME CODE FOLDER: while its worker waits for a passphrase this folder loses its permission
forbidden() {
    owned "$1"
    as_user -C "$work/clinics" autopilot "$1" --as-of "$as_of" --passphrase-file "$work/pipe" >out 2>err </dev/null &
    worker=$!
    wait_until grep -sq '"state":"running"' "clinics/$1/state/status.json"
    chmod 500 "clinics/$1/state/$3"
    sh -c 'printf %s "$PHRASE" >pipe' & # opening it waits for whoever reads, which may be nobody any more
    giver=$!
    wait "$worker"
    got=$?
    kill "$giver" 2>/dev/null
    wait "$giver" 2>/dev/null
    [ "$got" -eq "$2" ] || complain "$1: exit $got, not $2"
    has err 'hint'
    has err "state/${4:-$3}"
    lacks err source.enc
    chmod 700 "clinics/$1/state/$3"
    as_user -C "$work/clinics" resume "$1" --as-of "$as_of" --passphrase-file "$work/phrase" >out 2>err </dev/null
    got=$?
    [ "$got" -eq 3 ] || complain "$1, gone on with: exit $got, not 3"
    rows_of "$1" >rows
    cmp -s calm.rows rows || complain "$1: other rows"
    balances "$1"
}
forbidden state 7 '' target.db # made before anything is read
forbidden runs 1 runs/000001 runs/000001
owned before
mkdir -m 500 clinics/before/state/runs
[ "$(id -u)" -ne 0 ] || chown 65534 clinics/before/state/runs
as_user -C "$work/clinics" autopilot before --as-of "$as_of" --passphrase-file "$work/phrase" >out 2>err </dev/null
equal $? 1
has err 'state/runs'
run 0 runs before --json
equal "$(value '[(r["status"], r["exit"]) for r in d["runs"]]')" "[('failed', 1)]"
finish
