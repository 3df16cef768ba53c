#!/bin/sh
# A run outlives its terminal: tmux is killed under an autopilot, and the run ends as if nothing had happened.
set -eu
if ! command -v tmux >/dev/null; then
    echo "tmux is not installed"
    exit 77
fi
temp=$(mktemp -d)
socket=$temp/tmux
trap 'tmux -S "$socket" kill-server 2>/dev/null || true; rm -rf "$temp"' EXIT
cp -R "$TOP_SRCDIR/clinics/demo" "$temp/demo"
chmod -R u+w "$temp/demo"
state=$temp/demo/state

# wait_for SECONDS COMMAND...: until the command holds
wait_for() {
    deadline=$(($(date +%s) + $1))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$deadline" ] || return 1
        sleep 0.05
    done
}
running() {
    [ -s "$state/status.json" ]
}
ended() {
    cat "$state"/runs/*/events.ndjson 2>/dev/null | grep -q '"type":"run.end"'
}

tmux -S "$socket" -f /dev/null new-session -d -x 80 -y 24 \
    "exec '$MUDANZA' -C '$temp' autopilot demo 2>'$temp/stderr'"
wait_for 20 running || {
    echo "the run did not begin"
    cat "$temp/stderr"
    exit 1
}
if ended; then
    echo "the run was over before its terminal could be taken away: this shows nothing"
    exit 1
fi
tmux -S "$socket" kill-server

wait_for 60 ended || {
    echo "the run did not end"
    cat "$state/status.json"
    exit 1
}
grep -h '"type":"run.end"' "$state"/runs/*/events.ndjson | grep '"exit":3'
"$MUDANZA" -C "$temp" report demo --format text | grep 'LOST 0'
