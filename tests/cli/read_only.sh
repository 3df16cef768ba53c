#!/bin/bash
# What a run writes cannot be written any more, from any moment on: the error says which file and why, the exit code
# is the one of its kind, nothing is half done, and afterwards the run ends as if nothing had been.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 15 --seed 9 --dirty 3 source.dpm
clinic calm "$work/source.dpm"
run 3 autopilot calm --as-of "$as_of"
rows_of calm >calm.rows
# ends_well NAME: it is gone on with, by nobody special
ends_well() {
    left=$(find "clinics/$1/state" -name 'cache.db.new*' -o -name 'report*.??????' -o -name '*.json.new')
    [ -z "$left" ] || complain "$1: left behind $left"
    run 3 resume "$1" --as-of "$as_of"
    balances "$1"
    rows_of "$1" >rows
    cmp -s calm.rows rows || complain "$1: other rows"
}

# The disk gives up under an open file: it is full, can only be read, or fails, from the first or a later write on.
if strace -f -o trace true 2>/dev/null; then
    n=0
    while read -r file when error code; do
        n=$((n + 1))
        clinic "disk$n" "$work/source.dpm"
        what="$file, $error from write $when on"
        (ASAN_OPTIONS=detect_leaks=0 exec strace -f -o trace -P "$work/clinics/disk$n/state/$file" \
            -e "inject=write,pwrite64,fsync,fdatasync,ftruncate:error=$error:when=$when+" \
            "$MUDANZA" -C "$work/clinics" autopilot "disk$n" --as-of "$as_of") >out 2>err </dev/null
        got=$?
        grep -q INJECTED trace || complain "$what: nothing was refused, which shows nothing"
        [ "$got" -eq "$code" ] || complain "$what: exit $got, not $code"
        case $code:$error in
        3:*) ;;
        *:ENOSPC) grep -Eq 'full|No space left' err || complain "$what: the error does not say why" ;;
        *:EROFS) has err 'Read-only file system' ;;
        *:EIO) has err 'Input/output error' ;;
        esac
        [ "$code" -eq 3 ] || has err "hint"
        [ "$code" -eq 3 ] || has err "$(basename "${file%-wal}")"
        [ "$code" -eq 3 ] || lacks err 'source.dpm'
        ends_well "disk$n"
    done <<END
cache.db.new 1 EROFS 1
cache.db.new 9 ENOSPC 1
control.db 1 EROFS 1
control.db-wal 9 EROFS 1
control.db-wal 60 ENOSPC 1
target.db-wal 1 EROFS 7
target.db-wal 120 EIO 7
runs/000001/events.ndjson 1 EROFS 1
runs/000001/events.ndjson 30 ENOSPC 1
runs/000001/rejects.ndjson 1 ENOSPC 1
status.json.new 1 ENOSPC 3
END
else
    echo "no strace, or it may not trace here: disks that fail are left out"
fi

# A folder that may not be written, before a run and in the middle of it. Nothing is forbidden to root.
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
    timeout 20 sh -c 'printf %s "$PHRASE" >pipe' || kill "$worker" 2>/dev/null # opening it waits for whoever reads
    wait "$worker"
    got=$?
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
