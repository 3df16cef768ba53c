#!/bin/sh
# In GNU screen: detached, the screens go on, and what they show is seen; a terminal that is gone ends them.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
command -v screen >/dev/null || { echo "screen is not installed"; exit 77; }
mkdir clinics sockets
chmod 700 sockets
export SCREENDIR="$work/sockets"
trap 'screen -S m -X quit >/dev/null 2>&1; rm -rf "$work"' EXIT

# screen -X hardcopy writes one byte a character, so these are 7-bit screens.
tui_text() {
    screen -S m -p 0 -X hardcopy "$work/hardcopy" && cat "$work/hardcopy" 2>/dev/null
}
type_keys() {
    screen -S m -p 0 -X stuff "$1"
}

TUI_TERM=screen TUI_LOCALE=C tui_prepare
printf '%s\n' "exec sh -c 'echo \$\$ >pid; exec \"\$@\"' sh '$MUDANZA'" >>tui.sh
TERM=screen LC_ALL=C screen -c /dev/null -dmS m sh "$work/tui.sh"
tui_until 'a terminal' test -s pid
tui_wait 'mudanza +Clinics'
tui_lacks '[^ -~]' || complain "more than 7 bits"
type_keys '?'
tui_wait 'Help: Clinics'
type_keys "$(printf '\033')"
tui_gone 'Help'
screens=$(tui_pid)
screen -S m -X quit
gone() {
    ! kill -0 "$screens" 2>/dev/null
}
tui_until 'the end' gone
finish
