#!/bin/sh
# What is typed, in whatever pieces and sequences, is the key that was pressed or none; what is pasted is no key.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
mkdir clinics
first='mudanza +Clinics'

# bytes HEX...: as if the terminal sent them at once; "pause": then 60 ms later
bytes() {
    set -- send-keys -t m -H "$@"
    for word; do
        shift
        if [ "$word" = pause ]; then
            set -- "$@" ';' run-shell 'sleep 0.06' ';' send-keys -t m -H
        else
            set -- "$@" "$word"
        fi
    done
    tui "$@"
}
help_opens() {
    tui_wait 'Help: Clinics'
    tui_keys Escape
    tui_gone 'Help'
}

TUI_TERM=xterm-256color tui_start 80 24
tui_wait "$first"
bytes 1b 5b 31 31 7e # F1 of PuTTY
help_opens
bytes 1b 5b 5b 41 # F1 of the Linux console
help_opens
bytes 1b 4f 50 # F1 of xterm
help_opens
bytes 1b 5b 31 31 pause 7e # in two pieces
tui_keys '?'
help_opens
# Sequences nobody knows hold Q, n and ?; none of them is pressed.
bytes 1b 5b 33 3f 51
bytes 1b 4f 51
bytes 1b 5d 51 6e 3f 07
bytes 1b 5b 4d 51 51 51
bytes 1b pause 5b 51
tui_keys '?'
help_opens
tui_wait "$first"
tui_paste 'nQ?
y'
tui_wait 'Pasted text runs no commands'
tui_lacks 'Help' || complain "pasted text opened the help"
bytes 3f # many at once: all are read
help_opens
tui_keys '?' Down Down Escape '?'
help_opens
tui_keys q
tui_end 0

# A terminal whose description has no such keys.
TUI_TERM=vt100 tui_start 80 24
tui_wait "$first"
bytes 1b 5b 31 35 7e
bytes 1b 5b 32 34 7e
tui_keys '?'
help_opens
tui_keys q
tui_end 0
finish
