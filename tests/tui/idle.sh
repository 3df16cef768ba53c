#!/bin/sh
# Screens nobody touches write nothing, use no processor and are not even woken; what happens on disk is seen
# all the same.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
mkdir clinics
cp -R "$TOP_SRCDIR/clinics/demo" clinics/demo
chmod -R u+w clinics
run 3 autopilot demo

# ticks: of the processor so far; wakes: how often it slept
ticks() {
    sed 's/.*) //' "/proc/$(tui_pid)/stat" | cut -d' ' -f12,13
}
wakes() {
    cat "/proc/$(tui_pid)"/task/*/status | awk '/^voluntary/ {n += $2} END {print n}'
}
# A span without anything comes as soon as what was begun is shown.
still() {
    was=$(ticks) slept=$(wakes)
    : >bytes
    sleep 3 # to measure, nothing is awaited
    [ "$(ticks)" = "$was" ] && [ "$(wakes)" = "$slept" ] && [ ! -s bytes ]
}

tui_start 100 30 -C "$work/clinics"
tui_wait '> demo'
tui pipe-pane -t m "cat >>'$work/bytes'"
tui_until '3 s of rest' still
tui_keys Enter
tui_wait 'demo > Board'
tui_until '3 s of rest' still

# A clinic that comes, and a configuration that breaks, are seen without a key.
tui_keys C
tui_wait '> demo'
run 0 init sol --source clinics/demo/sources/demo.dpm.zst.enc --profile dentalpin
tui_wait 'sol'
echo 'no: such key' >>clinics/sol/config.yaml
tui_wait 'error'
tui_keys Q
tui_end 0
tui_restored
finish
