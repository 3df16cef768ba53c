#!/bin/sh
# Only a person at a terminal is asked, only before writing, and only when the target is in production.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python pty
clinic_file --patients 6 --seed 3 source.dpm
clinic sol "$work/source.dpm"

# at_terminal CODE ANSWER ARG...: calls mudanza on a terminal of its own, with the answer typed ahead.
at_terminal() {
    wanted=$1 answer=$2
    shift 2
    "$python" - "$answer" "$MUDANZA" "$@" >out 2>err <<'PY'
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
os.write(terminal, sys.argv[1].encode() + b"\n")
while True:
    try:
        said = os.read(terminal, 65536)
    except OSError:
        break
    if not said:
        break
    os.write(1, said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
    got=$?
    [ "$got" -eq "$wanted" ] || complain "$*: exit $got, not $wanted"
}

at_terminal 0 n autopilot sol
lacks out 'Begin?'
sed -i 's/env: DEV/env: PROD/' clinics/sol/config.yaml
at_terminal 8 n autopilot sol
has out 'PROD'
has out 'Begin?'
at_terminal 0 y autopilot sol
has out 'Begin?'
for call in 'autopilot sol --yes' 'autopilot sol --no-input' 'verify sol' 'status sol'; do
    # shellcheck disable=SC2086  # a call is several words
    at_terminal 0 n $call
    lacks out 'Begin?'
done
run 0 autopilot sol
run 0 runs sol --json
equal "$(value 'len(d["runs"])')" 6

# What deletes wants the whole phrase, whatever was consented to beforehand.
run 0 rollback sol 1 --plan --json
phrase=$(value 'd["confirm"]')
for answer in '' y sol 'sol 1'; do
    at_terminal 8 "$answer" rollback sol 1 --yes
    has out "type: $phrase"
    has out 'nothing was undone'
done
run 0 rollback sol 1 --plan --json
equal "$(value 'd["confirm"]')" "$phrase"
at_terminal 0 "$phrase" rollback sol 1
has out 'everything the run wrote is undone'
finish
