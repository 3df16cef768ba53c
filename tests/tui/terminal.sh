#!/bin/sh
# A terminal of any kind comes back as it was, however the screens end.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
mkdir clinics
first='mudanza +Clinics'

# Each way to leave.
tui_start 80 24
tui_wait "$first"
tui_keys q
tui_end 0
tui_restored
# The sanitizers' own handlers would take the place of ours.
TUI_ENV=ASAN_OPTIONS=handle_segv=0:handle_abort=0
for signal in TERM:143 HUP:129 SEGV:139 ABRT:134; do
    tui_start 80 24
    tui_wait "$first"
    kill -"${signal%:*}" "$(tui_pid)"
    tui_end "${signal#*:}"
    tui_restored
done
TUI_ENV=
# Ctrl-C is a key, and so is the signal.
tui_start 80 24
tui_wait "$first"
tui_keys C-c
kill -INT "$(tui_pid)"
tui_keys '?'
tui_wait 'Help'
tui_keys Escape
tui_gone 'Help'

# Any size, also inside of an overlay.
tui_keys '?'
tui_wait 'Help'
for size in 1:1 40:3 200:60 54:9 80:24; do
    tui_size "${size%:*}" "${size#*:}"
done
tui_wait 'Help'
tui_keys Escape
tui_gone 'Help'
tui_size 100 30
tui_wait "$first"
tui_wait 'q leave'
tui_keys Q
tui_end 0
tui_restored

# Terminals by name: known, unknown, none.
for term in xterm-256color screen tmux-256color linux vt100; do
    TUI_TERM=$term tui_start 80 24
    tui_wait "$first"
    tui_lacks 'taken for' || complain "$term is not taken for itself"
    tui_keys q
    tui_end 0
done
for term in no-such-terminal ''; do
    TUI_TERM=$term tui_start 80 24
    tui_wait 'is taken for a'
    tui_keys q
    tui_end 0
done
TUI_TERM=dumb tui_start 80 24
tui_end 2
tui_wait 'no command was given'

# 7-bit characters where others cannot be shown; without colours, what is chosen is still marked.
rules() {
    tui_text | grep -cE -e "$1"
}
tui_start 80 24
tui_wait "$first"
equal "$(rules '─────')" 1
for way in 'C::screen-256color' ':MUDANZA_ASCII=1:screen-256color' '::linux' '::vt100'; do
    locale=${way%%:*} rest=${way#*:}
    TUI_LOCALE=${locale:-C.UTF-8} TUI_ENV=${rest%:*} TUI_TERM=${rest#*:} tui_start 80 24
    tui_wait "$first"
    equal "$(rules '-----')" 1
    equal "$(tui_text | LC_ALL=C grep -c '[^ -~]')" 0
    tui_keys q
    tui_end 0
done
colored() {
    tui capture-pane -p -e -t m | LC_ALL=C grep -q "$(printf '\033')\\[[0-9;]*3[0-7]m"
}
tui_start 80 24
tui_wait "$first"
colored || complain "no colours on a terminal that has them"
TUI_ENV=NO_COLOR=1 tui_start 80 24
tui_wait "$first"
! colored || complain "colours in spite of NO_COLOR"
tui_keys q
tui_end 0
tui_restored

# What the environment says of the size is often old.
TUI_ENV='LINES=10 COLUMNS=30' tui_start 80 24
tui_wait 'q leave'
tui_wait "$first"
tui_keys q
tui_end 0

# Letters of a locale of one byte each: what is typed is understood, what is shown has 7 bits.
if localedef -i es_ES -f ISO-8859-1 "$work/latin" >/dev/null 2>&1; then
    # The C library keeps what it reads of LOCPATH for good.
    TUI_LOCALE=latin TUI_ENV="LOCPATH='$work' LANGUAGE=es ASAN_OPTIONS=detect_leaks=0" TUI_TERM=xterm tui_start 80 24 --lang es
    tui_wait 'mudanza +Clinicas'
    tui_keys '/'
    tui send-keys -t m -H f1 # a letter
    tui_wait '> n$|> n '
    equal "$(tui_text | LC_ALL=C grep -c '[^ -~]')" 0
    tui_keys Escape
    tui_keys Q
    tui_end 0
fi
TUI_LOCALE=es_XX.UTF-8 tui_start 80 24 # is not there: C.UTF-8 instead
tui_wait "$first|mudanza +Clínicas"
equal "$(rules '─────')" 1
tui_keys q
tui_end 0

# Where no screens are wanted, lines.
for flag in --plain --no-tui --json --quiet; do
    tui_start 80 24 "$flag"
    tui_end 2
done
TUI_ENV=MUDANZA_NO_TUI=1 tui_start 80 24
tui_end 2
tui_wait 'no command was given'
tui_start 80 24 --read-only
tui_wait "$first"
tui_wait ' ro '
tui_keys q
tui_end 0
tui_start 80 24 no-such-clinic
tui_end 2
finish
