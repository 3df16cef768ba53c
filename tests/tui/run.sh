#!/bin/bash
# A run from the board to its end: held, gone on with and stopped by keys, left and come back to, its worker killed,
# its terminal killed. The worker knows nothing of who looks.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
needs_python sqlite3
clinic_file --patients 600 --seed 5 source.dpm
clinic sol "$work/source.dpm"
state=clinics/sol/state

# What did not come does not come later: the rest of the journey would only wait for it.
tui_wait() {
    tui_until "$1" tui_shows "$1" || finish
}
ended() { # RUN
    grep -qs '"type":"run.end"' "$state/runs/00000$1/events.ndjson"
}
at_work() {
    "$MUDANZA" status sol 2>/dev/null | grep -q "$1"
}
worker() {
    sed 's/.*"pid":\([0-9]*\),.*/\1/' "$state/lock"
}

# The plan comes first: neither Enter nor any other key begins, d and c say what they do.
tui_start 100 30
tui_wait 'sol .*DEV'
tui_keys Enter
tui_wait '> Board'
tui_wait 'center .*pending'
tui_keys '*' x
tui_wait 'Run [0-9]+ steps'
tui_wait 'DEV  there is none yet'
tui_keys Enter n b
tui_wait 'Run [0-9]+ steps'
[ ! -e "$state/lock" ] || complain "something began without a yes"

# y begins it. It is held by p, and says so to whoever asks.
tui_keys y
tui_wait 'Autopilot #1'
tui_wait 'o running.*heartbeat'
tui_keys p
tui_wait 'pauses after the running batch'
tui_wait 'o paused since'
at_work 'paused by' || complain "status does not know of the pause"
equal "$(tr '\0' ' ' <"/proc/$(worker)/cmdline" | cut -d' ' -f2)" run
tr '\0' ' ' <"/proc/$(worker)/cmdline" | grep -q -- '--on-reject stop --on-fail stop --yes --no-input' || complain "not as it was meant"
equal "$(stat -c %a $state/worker.out)" 600

# Leaving leaves it alone; a second look finds it where it is, on a smaller terminal too.
tui_keys Q
tui_end 0
tui_restored
at_work 'paused by' || complain "leaving the screens changed the run"
tui_start 80 24 monitor sol
tui_wait 'o paused since'
tui_wait 'of [0-9]+ steps|reading the source'

# p goes on, t asks how to stop, and the end says what to do next.
tui_keys p
tui_wait 'o running'
tui_keys t
tui_wait 'Stop the run'
tui_keys Enter
tui_wait 'Stop the run'
tui_keys e
tui_wait 'stops after the running step'
tui_until "the end of run 1" ended 1
tui_wait 'Run 1 ended:'
tui_wait 'exit code 11'
grep -q '"exit":11' $state/runs/000001/events.ndjson || complain "it was not stopped"

# x goes on with it. A second operator who wants to run is told who is at work.
tui_keys x
tui_wait 'goes on  *run 1 '
tui_keys y
tui_wait 'Autopilot #2'
tui_wait 'o running.*heartbeat'
tui_keys p
tui_wait 'o paused since'
tui_keys B
tui_wait '> Board'
tui_keys x
tui_wait 'y run now'
tui_keys y
tui_wait 'sol is in use'
tui_wait 'run #2, worker'
tui_keys m
tui_wait 'Autopilot #2'
tui_wait 'o paused since'

# A worker that hangs is seen to be silent, however quiet everything is, and w says what is known.
kill -STOP "$(worker)"
tui_wait '[?] no heartbeat for [0-9]+ s'
tui_keys w
tui_wait 'silent: no heartbeat'
kill -CONT "$(worker)"
tui_wait 'o paused since'

# Its worker is killed outright: the screen says so and offers to go on.
kill -KILL "$(worker)"
tui_wait 'gone without a last word'
tui_wait 'x interrupted'
tui_keys x
tui_wait 'goes on  *run 2 '
tui_keys y
tui_wait 'Autopilot #3'
tui_wait 'o running.*heartbeat'
tui_keys p
tui_wait 'o paused since'

# The terminal is killed in mid-run, with everything in it: the run goes on by itself, and to its end.
screens=$(tui_pid)
tui_stop
tui_until "the end of the screens" sh -c "! kill -0 $screens 2>/dev/null"
at_work 'paused by' || complain "the run did not outlive its terminal"
ended 3 && complain "the run had ended before"
run 0 continue sol
tui_until "the end of run 3" ended 3
grep -qE '"type":"run.end".*"exit":[03],' $state/runs/000003/events.ndjson || complain "run 3 did not end well"
balances sol

# Nobody is at work: the runs there were, and each of them as it ended.
tui_start 100 30 monitor sol
tui_wait 'nobody is at work   3 runs'
tui_wait '> +3 '
tui_keys Down Down Enter
tui_wait 'Autopilot #1'
tui_wait 'exit code 11'
tui_keys q
tui_wait 'nobody is at work'
tui_keys x
tui_wait 'Nothing to do'
tui_keys y Escape
tui_wait 'nobody is at work   3 runs'
tui_keys Q
tui_end 0

# A terminal far away gets at most 2 KB a second of it, and all of the end.
clinic luna "$work/source.dpm"
tui_start 100 30 monitor luna
tui_wait 'No run yet'
tui_keys x
tui_wait 'Run [0-9]+ steps'
tui_keys y
tui_wait 'o running.*heartbeat'
began=$(date +%s%N)
tui pipe-pane -t m "exec cat >'$work/bytes'"
tui_wait 'Run 1 ended: '
tui_wait 'exit code [03]'
took_ms=$((($(date +%s%N) - began) / 1000000))
bytes=$(stat -c %s bytes)
echo "$bytes bytes in $took_ms ms"
[ "$bytes" -gt 0 ] || complain "nothing was measured"
[ "$bytes" -le $((2048 * (took_ms + 2000) / 1000)) ] || complain "$bytes bytes in $took_ms ms"
tui_keys Q
tui_end 0

# A guided run stops at the first row that is refused, says why, and where to go from there.
cp -R "$TOP_SRCDIR/clinics/demo" clinics/demo
chmod -R u+w clinics/demo
tui_start 100 30 demo
tui_wait '> Board'
tui_wait 'center .*pending'
tui_keys '*' x
tui_wait 'Run [0-9]+ steps'
tui_keys y
tui_wait 'Run 1 ended: .*rejected'
tui_wait 'exit code 4'
tui_wait 'x failed'
tui_wait 'W shows the causes'
tui_keys W
tui_wait '> Warnings'
tui_keys A
tui_wait '> Autopilot'
tui_wait 'exit code 4'
tui_keys x
tui_wait 'y run now'
tui_keys Escape Q
tui_end 0
finish
