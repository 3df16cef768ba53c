#!/bin/bash
# A source that changes, shrinks, goes away or cannot be read under a run: it says so, and nothing comes of it.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python cryptography zstandard
PHRASE='correct horse battery staple'
export PHRASE
clinic_file --patients 20 --seed 9 --layering enc --passphrase-env PHRASE first.enc
clinic_file --patients 25 --seed 10 --layering enc --passphrase-env PHRASE other.enc
clinic_file --patients 20 --seed 9 first.dpm
printf '%s' "$PHRASE" >phrase
clinic calm "$work/first.enc" "passphrase: \${file:$work/phrase}"
run 0 autopilot calm --as-of "$as_of"
rows_of calm >calm.rows

# held NAME: a worker that has taken the digest of its source and waits for the passphrase to read it.
held() {
    rm -f "$1.pipe"
    mkfifo "$1.pipe"
    "$MUDANZA" autopilot "$1" --as-of "$as_of" --passphrase-file "$work/$1.pipe" >"$1.out" 2>"$1.err" </dev/null &
    worker=$!
    exec 4>"$1.pipe" # opened for writing as soon as the worker opens it for reading
}
go() {
    cat phrase >&4
    exec 4>&-
    wait "$worker"
    code=$?
    cp "$1.out" out
    cp "$1.err" err
}
# nothing_done NAME: no row of the target, and what was read so far is not kept either.
nothing_done() {
    rows_of "$1" 2>/dev/null | grep -v ': 0$' | grep -q '^patients' && complain "$1: rows in the target"
    left=$(find "clinics/$1/state" -path '*/tmp/*' -o -name 'cache.db*')
    [ -z "$left" ] || complain "$1: left behind $left"
}

for change in replaced grown shrunk emptied touched removed; do
    cp -p first.enc $change.enc
    clinic $change "$work/$change.enc"
    held $change
    case $change in
    replaced) mv other.enc $change.enc && cp $change.enc other.enc ;;
    grown) head -c 100000 other.enc >>$change.enc ;;
    shrunk) truncate -s 100000 $change.enc ;;
    emptied) : >$change.enc ;;
    touched) touch -d '2001-01-01' $change.enc ;;
    removed) rm $change.enc ;;
    esac
    go $change
    equal "$change $code" "$change 6"
    has err $change.enc
    nothing_done $change
    run 0 runs $change --json
    equal "$(value 'd["runs"][0]["status"], d["runs"][0]["exit"]')" "('failed', 6)"
    # the cause is gone: the next run ends as if nothing had been
    cp -p first.enc $change.enc
    run 0 resume $change --as-of "$as_of" --passphrase-file phrase
    balances $change
    rows_of $change >rows
    cmp -s calm.rows rows || complain "$change: other rows"
done

# Not for us to read. Root may read everything: somebody else asks then.
clinic closed "$work/closed.dpm"
cp first.dpm closed.dpm
chmod 0 closed.dpm
if [ "$(id -u)" -eq 0 ]; then
    chmod 711 "$work"
    chown -R 65534 clinics closed.dpm
    as() { setpriv --reuid 65534 --clear-groups "$@"; }
else
    as() { "$@"; }
fi
closed() { # CODE
    as env XDG_STATE_HOME="$work/clinics" "$MUDANZA" autopilot closed --as-of "$as_of" >out 2>err </dev/null
    equal "closed $?" "closed $1"
}
if as "$MUDANZA" version >out 2>err && as test -r "$MUDANZA_DATA_DIR"; then
    closed 6
    has err closed.dpm
    nothing_done closed
    chmod 400 closed.dpm
    closed 0

    # a state folder that cannot be written: after a first run (the target is in it), and before it
    for folder in clinics/closed/state:7 clinics/closed/state/runs:1; do
        chmod 500 "${folder%:*}"
        closed "${folder#*:}"
        has err "${folder%:*}"
        chmod 700 "${folder%:*}"
        closed 0
    done
    mv clinics/closed/state elsewhere
    chmod 500 clinics/closed
    closed 1
    has err clinics/closed/state
    chmod 700 clinics/closed
    closed 0
fi
finish
