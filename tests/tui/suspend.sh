#!/bin/sh
# Ctrl-Z hands the terminal back, fg takes it again; so do the signals.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
mkdir clinics
first='mudanza +Clinics'

# stopped TIMES: so often the shell has said it
stopped() {
    [ "$(tui_text | grep -c Stopped)" -eq "$1" ]
}

tui_shell 80 24
tui_type "stty -g >stty.before; sh -c 'echo \$\$ >pid; exec \"$MUDANZA\"'"
tui_keys Enter
tui_wait "$first"
tui_keys C-z
tui_until 'stopped by Ctrl-Z' stopped 1
tui_type 'stty -g >stty.after; fg'
tui_keys Enter
tui_wait "$first"
cmp -s stty.before stty.after || complain "the modes of the terminal are others while it is stopped"
tui_gone 'Stopped'

# From outside.
kill -TSTP "$(tui_pid)"
tui_until 'stopped by SIGTSTP' stopped 2
tui_size 90 20
tui_type fg
tui_keys Enter
tui_wait "$first"
tui_wait 'q leave'
kill -STOP "$(tui_pid)"
tui_wait Stopped # on top of the screens, which stayed where they were
tui_type fg
tui_keys Enter
tui_gone Stopped
tui_wait "$first"
tui_keys '?'
tui_wait 'Help'
tui_keys Escape
tui_gone 'Help'
tui_keys q
tui_wait '^bash'
tui_type 'echo EX''IT:$?'
tui_keys Enter
tui_wait 'EXIT:0'
finish
