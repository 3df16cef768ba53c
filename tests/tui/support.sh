#!/bin/sh
# Somebody in support looks a record up: first only reading, where nothing may be written; then with a note, and with
# values unmasked, which the audit log tells.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
needs_python sqlite3
clinic_file --patients 40 --seed 6 --dirty 8 source.dpm
clinic sol "$work/source.dpm"
run 3 autopilot sol --as-of "$as_of"
state=clinics/sol/state
# pick COLUMN: of the first appointment that validate kept out
pick() {
    "$python" -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])' \
        "$state/control.db" "SELECT $1 FROM issues WHERE step = 'appointment/validate' AND severity = 'error'
            AND source_id > '' ORDER BY key LIMIT 1"
}
source_id=$(pick source_id)
issue=$(pick fp)
audited() {
    grep -c "\"action\":\"$1\"" "$state/audit.log" 2>/dev/null || :
}

# go_to REGEX: the cursor to the row that begins so.
go_to() {
    tui_wait "^[> ] *$1"
    from=$(tui_text | grep -n '^>' | cut -d: -f1)
    to=$(tui_text | grep -nE "^[> ] *$1" | head -n 1 | cut -d: -f1)
    while [ "$from" -ne "$to" ]; do
        if [ "$from" -lt "$to" ]; then tui_keys Down; else tui_keys Up; fi
        from=$((from + (from < to ? 1 : -1)))
    done
    tui_wait "^> *$1"
}

# find_record: from the board to the record with this id of the source.
find_record() {
    tui_wait 'Board'
    tui_wait 'professional'
    tui_keys /
    tui_wait 'Filter'
    tui_type 'appointment !recurrence'
    tui_keys Enter
    tui_gone 'professional'
    go_to 'appointment '
    tui_keys Enter
    tui_wait 'sol > appointment >'
    tui_wait '\[1 Plan\]'
    tui_keys 2
    tui_wait '\[2 Samples\]'
    tui_wait 'SOURCE ID'
    tui_keys /
    tui_wait 'Find'
    tui_type "$source_id"
    tui_keys Enter
    tui_wait "with \"$source_id\""
    go_to "$source_id "
    tui_keys Enter
    tui_wait "appointment > $source_id"
    tui_wait 'kept out'
    tui_wait 'HOW IT GOT HERE'
}

# Only reading: the record is there and masked; nothing is decided, nothing unmasked, nothing written.
before=$(cat "$state/audit.log" 2>/dev/null | wc -l)
tui_start 100 30 --read-only
tui_wait 'Clinics'
tui_wait 'sol '
tui_keys Enter
find_record
tui_wait ' ro '
tui_wait 'masked'
for key in '\;' M r; do # tmux ends a command at a bare semicolon
    tui_keys "$key"
    tui_wait 'Nothing is changed with --read-only'
    tui_keys g
    tui_gone 'Nothing is changed'
done
tui_keys v
tui_wait 'only differences: on'
tui_keys Q
tui_end 0
tui_restored
equal "$(cat "$state/audit.log" 2>/dev/null | wc -l)" "$before"

# Allowed to write: a note, which the command line sees; and the values, which the audit log tells before they show.
tui_start 80 24 sol
find_record
tui_keys '\;'
tui_wait 'A remark that stays'
tui_type 'the clinic was called'
tui_keys Enter
tui_wait 'has the note'
tui_keys M
tui_wait 'values as they are'
tui_gone '"[^"]*[*][*]'
equal "$(audited screen.unmask)" 1
tui_wait 'record 1 of'
tui_keys M
tui_wait 'masked'
tui_wait '"[^"]*[*][*]'
tui_keys r
tui_wait 'What was mended'
tui_keys Enter
tui_wait 'u takes it back'
tui_keys u
tui_wait 'as it was before'
tui_keys Q
tui_end 0
tui_restored
run 0 warnings show sol "$issue"
has out 'the clinic was called'
has out 'open'
equal "$(audited warnings.note)" 1
equal "$(audited warnings.resolve)" 1
equal "$(audited warnings.undo)" 1
[ "$(audited inspect.unmask)" -ge 1 ] || complain "the record was unmasked without a line of the audit log"
finish
