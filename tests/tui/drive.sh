# A terminal for tests: mudanza in a tmux of its own. Sourced after tests/cli/lib.sh, whose folder it uses.
#
#   tui_start 80 24 demo            # mudanza demo, 80 columns, 24 rows; TUI_TERM, TUI_ENV before it
#   tui_wait 'Board'                # until a line matches, TUI_SECONDS at most
#   tui_keys Down Enter; tui_type 'a text'
#   tui_keys q; tui_end 0           # until it has ended with 0
#
# Each step waits for what must appear and never sleeps. All waits end with a complaint and the screen.
command -v tmux >/dev/null || { echo "tmux is not installed"; exit 77; }
unset TMUX STY
tui_n=0
TUI_TERM=screen-256color TUI_LOCALE=C.UTF-8 TUI_ENV= TUI_SECONDS=120
trap 'tui_stop; rm -rf "$work"' EXIT

tui() {
    tmux -S "$work/tmux.$tui_n" "$@" 2>/dev/null
}

# What a terminal of ours begins with.
tui_prepare() {
    tui_stop
    tui_n=$((tui_n + 1)) # a server that ends may still have its socket
    rm -f "$work/pid" "$work/code" "$work/stty.before" "$work/stty.after"
    {
        echo "cd '$work' || exit 99"
        echo "unset TMUX TMUX_PANE NO_COLOR"
        if [ -n "$TUI_TERM" ]; then echo "export TERM='$TUI_TERM'"; else echo "unset TERM"; fi
        echo "export LC_ALL='$TUI_LOCALE' TZ=UTC XDG_STATE_HOME='$XDG_STATE_HOME' MUDANZA_DATA_DIR='$MUDANZA_DATA_DIR'"
        [ -z "$TUI_ENV" ] || echo "export $TUI_ENV"
    } >"$work/tui.sh"
}

# tui_start COLS ROWS ARG...: the program in a new terminal. TUI_TERM empty: TERM is not set. TUI_ENV: NAME=VALUE...
# Afterwards its process is `tui_pid`, the modes of the terminal are in $work/stty.before and stty.after.
tui_start() {
    cols=$1 rows=$2
    shift 2
    tui_prepare
    {
        echo "trap : INT QUIT TSTP # keys that come when the program is gone"
        echo "stty -g >stty.before; echo before the screens"
        printf '%s' "sh -c 'echo \$\$ >pid; exec \"\$@\"' sh '$MUDANZA'"
        for arg; do printf " '%s'" "$arg"; done
        printf '\n%s\n' "code=\$?; stty -g >stty.after; echo EXIT:\$code; echo \$code >code; while :; do read -r _; done"
    } >>"$work/tui.sh"
    tui -f /dev/null new-session -d -s m -x "$cols" -y "$rows" "exec sh '$work/tui.sh'"
}
# tui_shell COLS ROWS: a shell with job control, to type into.
tui_shell() {
    tui_prepare
    echo "exec bash --norc --noprofile -i" >>"$work/tui.sh"
    tui -f /dev/null new-session -d -s m -x "$1" -y "$2" "exec sh '$work/tui.sh'"
    tui_wait '^bash'
}

tui_keys() {
    tui send-keys -t m -- "$@"
}
tui_type() {
    tui send-keys -t m -l -- "$1"
}
# tui_paste TEXT: as a terminal pastes it, bracketed if the program asked for that.
tui_paste() {
    printf '%s' "$1" | tui load-buffer -
    tui paste-buffer -p -t m
}
tui_size() {
    tui resize-window -t m -x "$1" -y "$2"
}
tui_text() {
    tui capture-pane -p -t m | sed 's/[[:space:]]*$//'
}
tui_pid() {
    cat "$work/pid"
}

# tui_until WHAT COMMAND...: until the command succeeds, at most TUI_SECONDS; complains that WHAT did not come.
tui_until() {
    tui_what=$1 tui_deadline=$(($(date +%s) + TUI_SECONDS))
    shift
    until "$@"; do
        if [ "$(date +%s)" -ge "$tui_deadline" ]; then
            complain "in vain waited for: $tui_what"
            tui_text | sed 's/^/  tty| /'
            return 1
        fi
        sleep 0.03
    done
}
tui_shows() {
    tui_text | grep -Eq -e "$1"
}
tui_lacks() {
    ! tui_shows "$1"
}
# tui_wait REGEX, tui_gone REGEX: until a line of the screen matches, or none does.
tui_wait() {
    tui_until "$1" tui_shows "$1"
}
tui_gone() {
    tui_until "no $1" tui_lacks "$1"
}

tui_ended() {
    [ -s "$work/code" ]
}
# tui_end CODE: until the program has ended, with this exit code.
tui_end() {
    tui_until "the end" tui_ended || return 1
    [ "$(cat "$work/code")" = "$1" ] || complain "exit $(cat "$work/code"), not $1"
}
# Everything is as it was: modes of the terminal, the screen of before, a cursor that is seen.
tui_restored() {
    tui_wait 'EXIT:'
    tui_wait 'before the screens'
    tui_modes_restored
}
tui_modes_restored() {
    cmp -s "$work/stty.before" "$work/stty.after" || complain "the modes of the terminal are others"
    equal "$(tui display-message -p -t m '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag}')" '0 1 0 0'
}
tui_stop() {
    tui kill-server || :
}
