#!/bin/sh
# The morning after a run: a warning is resolved with a reason and that is taken back, a group is ignored, the
# report leads to the rows behind its numbers, and the journal tells who did all that.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
mkdir clinics
cp -R "$TOP_SRCDIR/clinics/demo" clinics/demo
chmod -R u+w clinics/demo
run 3 autopilot demo
code=appointment.unparseable_datetime

# state: how many issues of the code stand so
state() {
    run 0 warnings list demo --code "$code" --state "$1" --json
    value 'sum(g["count"] for g in d["codes"])'
}

tui_start 100 30 demo
tui_wait 'demo > '
tui_keys W
tui_wait 'demo > Warnings'
tui_wait '[0-9]+ open issues'
tui_keys /
tui_wait 'Filter'
tui_type "code:$code"
tui_keys Enter
tui_wait '^ 1 open issue .*filter'
tui_wait '^> +appointment'
tui_wait ' [0-9]+ +#1 row '

# Resolved with a reason, and taken back.
tui_keys r
tui_wait 'What was mended'
tui_type 'the clinic sent the date'
tui_keys Enter
tui_wait '1 issue resolved; u takes it back'
tui_wait 'No warnings pass the filter'
equal "$(state resolved)" 1
run 0 warnings list demo --code "$code" --state resolved --json
equal "$(value 'd["warnings"][0]["reason"]')" 'the clinic sent the date'
tui_keys u
tui_wait '1 issue is as it was before'
tui_wait '^> +appointment'
equal "$(state open)" 1
grep -q 'the clinic sent the date' clinics/demo/decisions/issues.yaml && complain "the file has a decision that was taken back"

# A filter that is wrong says so; a group of many is counted before it is decided.
tui_keys Escape
tui_wait '^ [0-9]+ open issues +group'
tui_keys /
tui_type 'what:ever'
tui_wait "in front of ':' stands code"
tui_keys Enter
tui_wait 'Filter'
tui_keys C-u
tui_type 'number_collision'
tui_keys Enter
tui_wait '^ 111 open issues .*filter: number'
tui_keys i
tui_wait 'Ignore: 111 issues'
tui_type 'numbers of two series'
tui_keys Enter
tui_wait 'Ignore until'
tui_keys Enter
tui_wait '111 issues ignored; u takes it back'
code=budget.number_collision
equal "$(state ignored)" 111

# What somebody else decided meanwhile is not written over.
tui_keys /
tui_wait 'Filter'
tui_keys C-u
tui_type 'code:appointment.unparseable_datetime'
tui_keys Enter
tui_wait '^ 1 open issue .*filter: code:app'
tui_wait ' [0-9]+ +#1 row '
tui_keys i
tui_wait 'Ignore'
run 0 warnings ask demo --code appointment.unparseable_datetime --reason 'by mail'
tui_type 'me too'
tui_keys Enter
tui_wait 'Ignore until'
tui_keys Enter
tui_wait '1 issue is not as you saw it .*; nothing was changed'
code=appointment.unparseable_datetime
equal "$(state asked)" 1

# What the filter shows, as a file: the same as the command line writes.
tui_keys /
tui_wait 'Filter'
tui_keys C-u
tui_type 'severity:warning'
tui_keys Enter
tui_wait '^ [0-9]+ open issues .*filter: severity:warning'
tui_keys P
tui_wait 'csv, for a spreadsheet'
tui_keys c
tui_wait 'Into which new file'
tui_keys C-u
tui_type 'some.csv'
tui_keys Enter
tui_wait 'issues written to some.csv'
"$MUDANZA" warnings export demo --severity warning >same.csv
cmp -s some.csv same.csv || complain "the export is not that of the command line"

# The report: the account, the records behind a number of it, a file.
tui_keys R
tui_wait 'demo > Report'
tui_wait 'RESULT +. partial +exit code 3'
tui_wait 'budget_line .* 730 .* 1 '
tui_keys Tab Tab
tui_wait 'run 1 \[rejected rows\]'
tui_wait '^> payment.refund_unmappable +payment +6 '
tui_keys Enter
tui_wait 'demo > payment'
tui_keys q
tui_wait 'demo > Report'
tui_keys P
tui_wait 'md, for people'
tui_keys m
tui_wait 'It is there already'
tui_keys C-u
tui_type 'morning.md'
tui_keys Enter
tui_wait 'The report is written to morning.md'
cmp -s morning.md clinics/demo/state/runs/000001/report.md || grep -q '^# ' morning.md || complain "morning.md is no report"

# The journal has all of it, with the command that does the same.
tui_keys J
tui_wait 'demo > Journal'
tui_wait '^> .* wants the clinic asked +count 1'
tui_wait ' ignored issues +count 111'
tui_wait 'took a decision back +count 1'
tui_wait 'run 1: autopilot'
tui_keys End Enter
tui_wait 'demo > Report'
tui_keys Q
tui_end 0
tui_restored
finish
