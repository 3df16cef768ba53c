#!/bin/bash
# Every screen of the demo clinic, as a person sees it: NAME.txt and NAME.svg in the folder given.
# usage: screenshots.sh FOLDER [COLS ROWS]
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
folder=${1:?a folder to write into} cols=${2:-100} rows=${3:-30}
mkdir -p "$folder"

# shot NAME TITLE: what the terminal shows now.
shot() {
    tui_text >"$folder/$1.txt"
    tui capture-pane -e -p -t m | python3 "$TOP_SRCDIR/tools/screen_svg.py" "$cols" "$rows" "mudanza: $2" >"$folder/$1.svg"
    echo "$folder/$1.svg"
}
# show KEY REGEX NAME TITLE: presses a key, waits for the screen, keeps it.
show() {
    tui_keys "$1"
    tui_wait "$2" && tui_gone 'reading \.\.\.' && shot "$3" "$4"
}

cp -R "$TOP_SRCDIR/clinics/demo" demo && chmod -R u+w demo
mkdir clinics && mv demo clinics/
tui_start "$cols" "$rows" -C clinics
tui_wait 'never run' && shot clinics 'the clinics of a workspace'
show n 'New clinic' new-clinic 'a new clinic'
tui_keys Escape
tui_gone 'New clinic'
tui_keys Enter
tui_wait 'Board'
tui_gone 'reading \.\.\.'
shot board-new 'a clinic before its first run'
show A 'nobody is at work' autopilot-idle 'no run yet'
show x 'run now' plan 'what a run would do'
tui_keys y
tui_wait 'heartbeat'
shot running 'a run under way'
tui_gone 'heartbeat' && tui_wait 'partial'
shot autopilot 'a run that has ended'
tui_keys B
tui_wait 'Board' && tui_wait '% partial' && tui_gone 'reading \.\.\.' && shot board 'the board'
show Enter 'Plan' step-plan 'a step: what would happen now'
show 2 'Samples' step-samples 'a step: samples, masked'
show 6 'Why' step-why 'a step: why it stands where it stands'
tui_keys q
show W 'open issues' warnings 'warnings'
show Enter 'record' record 'a record, from its source to its target'
tui_keys q
show L 'CANDIDATES' links 'what catalogue items stand for'
show R 'Report' report 'the report'
show E 'Configuration' config 'the configuration'
show '?' 'Help' help 'help'
tui_keys Escape Q
tui_end 0
finish
