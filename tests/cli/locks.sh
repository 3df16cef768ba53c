#!/bin/bash
# One worker a clinic, and how it is stopped: by signals, and by what it is given to read.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python cryptography zstandard
PHRASE='correct horse battery staple'
export PHRASE

# begin NAME: a worker in the background, held at the passphrase it reads from a pipe until `go`.
begin() {
    mkfifo "$1.pipe"
    "$MUDANZA" autopilot "$1" --as-of "$as_of" --passphrase-file "$work/$1.pipe" >"$1.out" 2>"$1.err" </dev/null &
    worker=$!
    wait_until grep -sq '"run":1,' "clinics/$1/state/lock"
}
go() {
    timeout 20 cp phrase "$1.pipe" || complain "nobody asked for the passphrase of $1"
}
# ended NAME CODE: how the worker ended
ended() {
    wait "$worker"
    got=$?
    cp "$1.out" out
    cp "$1.err" err
    [ "$got" -eq "$2" ] || complain "the worker of $1: exit $got, not $2"
}
at_work() {
    grep -q '"type":"step.start".*/insert' "clinics/$1"/state/runs/000001/events.ndjson 2>/dev/null
}

clinic_file --patients 300 --seed 9 --layering enc --passphrase-env PHRASE source.enc
clinic_file --patients 20 --seed 9 source.dpm
printf '%s' "$PHRASE" >phrase

# while one works, another does not; looking is allowed
clinic busy "$work/source.enc"
begin busy
run 10 autopilot busy
has err "another worker holds the clinic"
has err "process $worker"
has err "$(id -un)"
run 10 resume busy
run 0 --json status busy
document status
equal "$(value 'd["running"]')" True
run 0 warnings list busy
run 0 --json runs busy
run 0 report busy
[ "$(ls clinics/busy/state/runs)" = 000001 ] || complain "a refused worker left a run behind"
kill -HUP "$worker"

# one that took the lock this moment, and has not said yet who it is
clinic young "$work/source.dpm"
mkdir -m 700 clinics/young/state
"$python" - "$MUDANZA" <<'PY' || complain "not refused"
import fcntl, subprocess, sys, time
with open("clinics/young/state/lock", "w+b") as lock, open("err", "wb") as err:
    fcntl.lockf(lock, fcntl.LOCK_EX)
    refused = subprocess.Popen([sys.argv[1], "autopilot", "young"], stdin=subprocess.DEVNULL, stdout=err, stderr=err)
    time.sleep(0.1)  # longer than it takes to look at the lock
    lock.write(b'{"user":"ana","host":"srv1","pid":77,"run":0,"since":"2026-11-01T00:00:00Z"}\n')
    lock.flush()
    sys.exit(refused.wait() != 10)
PY
has err "ana on srv1, process 77"

go busy
ended busy 0
balances busy
rows_of busy >calm.rows

# a signal ends it after the batch, and a resume does the rest
for signal in TERM INT; do
    clinic "$signal" "$work/source.enc"
    begin "$signal"
    go "$signal"
    wait_until at_work "$signal"
    kill "-$signal" "$worker"
    case $signal in TERM) ended TERM 143 ;; INT) ended INT 130 ;; esac
    has out "stopped by a signal"
    run 0 --json status "$signal"
    equal "$(value 'd["running"], d["last_run"]["status"]')" "(False, 'stopped')"
    run 0 resume "$signal" --as-of "$as_of" --passphrase-file phrase
    balances "$signal"
    rows_of "$signal" >rows
    cmp -s calm.rows rows || complain "stopped by $signal and resumed: other rows"
done

# stopped before anything was read: while it waits for the passphrase, and while it hashes a long source
truncate -s 4G long.dpm
clinic asking "$work/source.enc"
clinic hashing "$work/long.dpm"
for name in asking hashing; do
    begin "$name"
    kill -TERM "$worker"
    ended "$name" 143
    has out "stopped by a signal"
    run 0 runs "$name" --json
    equal "$(value '[(r["status"], r["exit"]) for r in d["runs"]]')" "[('stopped', 11)]"
done

# a second signal does not wait for anything
clinic impatient "$work/source.enc"
begin impatient
gone() {
    ! kill -TERM "$worker" 2>/dev/null # a signal that is sent before the last one is taken is the same one
}
wait_until gone
ended impatient 143
rm -f impatient.pipe

# what cannot be read
clinic none "$work/nothing.dpm"
run 6 autopilot none
has err nothing.dpm
head -c 200000 source.dpm >short.dpm
clinic short "$work/short.dpm"
run 6 autopilot short
head -c 200000 source.enc >short.enc
clinic shortenc "$work/short.enc" "passphrase: \${file:$work/phrase}"
run 6 autopilot shortenc
clinic closed "$work/source.enc"
run 8 autopilot closed
has err "passphrase"
printf 'correct horse battery stable' >wrong
run 6 autopilot closed --passphrase-file wrong
run 0 autopilot closed --as-of "$as_of" --passphrase-file phrase
balances closed
rows_of closed >rows
cmp -s calm.rows rows || complain "after a wrong passphrase: other rows"
if [ "$(id -u)" -ne 0 ]; then
    cp source.dpm secret.dpm
    chmod 0 secret.dpm
    clinic secret "$work/secret.dpm"
    run 6 autopilot secret
fi

# a source that is written while it is read
cp source.dpm moving.dpm
clinic moving "$work/moving.dpm"
while touch moving.dpm; do :; done &
toucher=$!
run 6 autopilot moving
grep -Eq "changed while it was (being )?read" err || complain "it does not say what happened"
kill "$toucher"
wait "$toucher" 2>/dev/null
run 0 autopilot moving
balances moving

# the state folder
clinic open "$work/source.dpm"
mkdir -p clinics/open/state
chmod 755 clinics/open/state
run 5 autopilot open
has err "others can read it"
chmod 700 clinics/open/state
run 0 autopilot open
clinic fixed "$work/source.dpm"
mkdir -p clinics/fixed/state
chmod 500 clinics/fixed/state
if [ "$(id -u)" -ne 0 ]; then
    run 1 autopilot fixed
    has err "clinics/fixed/state"
fi
chmod 700 clinics/fixed/state
finish
