#!/bin/sh
# A run started from the screens: they cost little while it goes on, and when their terminal is taken away, they
# leave at once and the run ends as if nothing had happened.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python json
clinic_file --patients 1000 --seed 4 source.dpm
clinic sol "$work/source.dpm"
state=clinics/sol/state

ended() {
    cat "$state"/runs/*/events.ndjson 2>/dev/null | grep -q '"type":"run.end"'
}
gone() {
    ! kill -0 "$screens" 2>/dev/null
}
# far: some steps of the run are done
far() {
    [ "$(grep -c step.end "$state"/runs/*/events.ndjson)" -gt 40 ]
}

tui_start 100 30 sol
tui_wait 'sol > Board'
tui_keys A
tui_wait 'No run yet'
tui_keys x
tui_wait 'y run now'
tui_keys y
tui_wait 'o running'
tui pipe-pane -t m "cat >>'$work/bytes'"
start=$(date +%s%3N)
tui_until 'some of the run' far
took=$(($(date +%s%3N) - start))
sent=$(wc -c <bytes)
# 2 KB a second, and a screen's worth to begin with
echo "$sent bytes in $took ms"
[ "$sent" -le $((took * 2 + 6000)) ] || complain "$sent bytes to the terminal in $took ms"
! ended || { echo "the run was over before its terminal could be taken away: this shows nothing"; exit 1; }
screens=$(tui_pid)
tui_stop
tui_until 'the end of the screens' gone
tui_until 'the end of the run' ended
run 0 report sol --format text
has out 'LOST 0'

# The same of screens that watch a run somebody else started, and of a signal instead of the end.
rm -rf "$state"
"$MUDANZA" autopilot sol --quiet >/dev/null 2>&1 </dev/null &
worker=$!
wait_until test -s "$state/status.json"
tui_start 80 24 monitor sol
tui_wait 'sol > Autopilot'
kill -HUP "$(tui_pid)"
tui_end 129
tui_restored
wait "$worker"
equal $? 0
finish
