#!/bin/sh
# An editor gets the terminal as it was and gives it back; what is copied reaches the clipboard; the mouse is
# taken only when asked for.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
mkdir clinics
cp -R "$TOP_SRCDIR/clinics/demo" clinics/demo
chmod -R u+w clinics
cat >editor <<EOF2
#!/bin/sh
stty -g >"$work/stty.editor"
sed -n 's/^SigIgn:[[:blank:]]*//p' /proc/\$\$/status >"$work/signals"
echo x >>"$work/editors" # its number, for what the one before said is on the screen still
number=\$(wc -l <"$work/editors")
echo "Editor \$number has it."
echo "complaint \$number" >&2
read -r answer
echo "# \$answer" >>"$work/clinics/demo/config.yaml"
EOF2
chmod +x editor

TUI_ENV="VISUAL='$work/editor'"
tui_start 100 30 demo
tui_wait 'demo > Board'
tui_keys E
tui_wait 'demo > Config'
tui_wait '[+] valid'
tui_keys e
tui_wait 'Editor 1 has it'
tui_wait 'complaint 1'
cmp -s stty.before stty.editor || complain "the editor has other modes of the terminal"
equal "$((0x$(cat signals) & 0x1085006))" 0 # INT QUIT PIPE TERM TSTP XFSZ
tui_type 'written by hand'
tui_keys C-c # is the editor's: it ends
tui_wait 'demo > Config'
tui_wait '[+] valid'
tui_keys e
tui_wait 'Editor 2 has it'
tui_wait 'complaint 2'
tui_size 80 24
tui_type 'written by hand'
tui_keys Enter
tui_wait 'demo > Config'
tui_wait '[+] valid'
tui_gone 'Editor 2 has it'
equal "$(tail -n 1 clinics/demo/config.yaml)" '# written by hand'
tui_keys Q
tui_end 0
tui_restored

# One who ends the screens does not wait for the editor, which hears that its terminal is gone.
cat >editor <<EOF2
#!/bin/sh
trap 'echo gone >"$work/hung-up"; exit' HUP
echo "Editor 3 has it."
while :; do sleep 0.1; done
EOF2
for signal in TERM:143 HUP:129; do
    rm -f hung-up
    tui_start 80 24 demo
    tui_wait 'demo > Board'
    tui_keys E
    tui_wait 'demo > Config'
    tui_wait '[+] valid'
    tui_keys e
    tui_wait 'Editor 3 has it'
    kill -"${signal%:*}" "$(tui_pid)"
    tui_end "${signal#*:}"
    tui_modes_restored
    tui_until 'the end of the editor' test -s hung-up
done

# An editor that is not there.
TUI_ENV="VISUAL='$work/no-editor'"
tui_start 80 24 demo
tui_wait 'demo > Board'
tui_keys E
tui_wait 'demo > Config'
tui_wait '[+] valid'
tui_keys e
tui_wait 'that program is not there'
tui_wait 'demo > Config'
tui_wait '[+] valid'

# The clipboard: by OSC 52, and through the tmux we know to be in.
tui_copies() {
    tui_keys A
    tui_wait 'No run yet'
    tui_keys x
    tui_wait 'y run now'
    tui_keys c
    tui_wait 'Copied to the clipboard'
    tui_until 'the text in the buffer' copied
}
copied() {
    tui show-buffer | grep -q 'mudanza .*autopilot demo'
}
tui set-option -s set-clipboard on
tui_copies
tui delete-buffer
tui_keys Q
tui_end 0
TUI_ENV="TMUX='$work/tmux.$((tui_n + 1)),1,0'"
tui_start 80 24 demo
tui_wait 'demo > Board'
tui set-option -s set-clipboard off
tui_copies
tui_keys Escape

# The mouse is the terminal's, for selecting text, until % takes it.
mouse() {
    [ "$(tui display-message -p -t m '#{mouse_any_flag}')" = "$1" ]
}
mouse 0 || complain "the mouse is taken from the start"
tui_keys %
tui_until 'the mouse' mouse 1
tui_keys %
tui_until 'no mouse' mouse 0
tui_keys %
tui_until 'the mouse' mouse 1
tui_keys Q
tui_end 0
tui_restored
finish
