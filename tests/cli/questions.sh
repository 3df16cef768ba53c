#!/bin/sh
# What the clinic is asked and answers, and who looks after an issue; both outlive control.db.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 8 --seed 9 --dirty 3 source.dpm
clinic sol "$work/source.dpm"
run 3 autopilot sol --as-of "$as_of"
run 0 warnings list sol --rows 3 --json
first=$(value 'd["warnings"][0]["issue"]')
second=$(value 'd["warnings"][1]["issue"]')
third=$(value 'd["warnings"][2]["issue"]')

# Somebody looks after it: listed, found, in the file, taken back; no state changes and no decision is in the way.
run 8 warnings assign sol "$first"
has err --who
run 0 warnings assign sol "$first" "$second" --who ana
has out '2 issues changed'
run 0 warnings assign sol "$first" --who ana
has out '1 were so already'
run 0 warnings list sol --owner 'an*' -v
has out ana
has out "$(printf %.8s "$second")"
lacks out "$(printf %.8s "$third")"
run 0 warnings list sol --owner nobody --rows 100 --json
equal "$(value "'$first' in [w['issue'] for w in d['warnings']], '$third' in [w['issue'] for w in d['warnings']]")" "(False, True)"
run 0 warnings assign sol --owner ana --who eva --json
document warnings.assign
equal "$(value 'd["changed"]')" 2
run 0 warnings assign sol "$second" --who nobody
run 0 warnings show sol "$first"
has out 'owner    eva'
has out 'given to: ana'
run 0 warnings show sol "$second" --json
equal "$(value 'd["warning"]["owner"], d["warning"]["state"], d["warning"]["revision"], [h["text"] for h in d["history"]]')" \
    "(None, 'open', 0, ['ana', 'eva', ''])"
grep -q "issue: \"$first\".* assigned: {to: \"eva\", by: " clinics/sol/decisions/issues.yaml || complain "the file does not name eva"

# The list for the clinic, without a value; what it answers is a note, and the issue is open again.
run 0 questions export sol
equal "$(cat out)" "$(printf 'issue,entity,source_id,row,field,question,remark,code,asked_by,asked_at,answer\r')"
run 0 warnings ask sol "$first" "$second" "$third" --reason 'which one is right?'
run 0 questions export sol
equal "$(grep -c 'which one is right?' out)" 3
cp out sheet.csv
run 0 questions export sol --owner eva --json
document questions.export
equal "$(value '[q["warning"]["issue"] for q in d["questions"]]')" "['$first']"
printf '\357\273\277code;answer;issue\r\n"x;y";"the ""second""\none";%s\r\n\r\n;;%s\r\n;no;%s' "$first" "$second" "$third" >saved.csv
run 0 questions import sol saved.csv
has out '2 questions answered'
has out '1 still without an answer'
run 0 warnings show sol "$first" --json
equal "$(value 'd["warning"]["state"], d["warning"]["note"], d["warning"]["owner"]')" \
    "('open', 'the clinic answers: the \"second\"\\none', 'eva')"
run 0 questions import sol saved.csv --json
document questions.import
equal "$(value 'd["answered"], d["unanswered"], d["not_asked"]')" "(0, 1, 2)"
sed "s/\"\"\r\$/yes\r/; s/,\r\$/,yes\r/" sheet.csv >filled.csv
run 0 questions import sol filled.csv
has out '1 question answered'
run 0 questions export sol
equal "$(wc -l <out)" 1
grep -q '"action":"questions.import"' clinics/sol/state/audit.log || complain "no line in audit.log"

# Files that are none: told with their line, nothing taken in.
run 0 warnings ask sol "$first"
printf 'issue,answer\n%s,yes\n0000000000000000,no\n' "$first" >wrong.csv
run 2 questions import sol wrong.csv
has err 'wrong.csv, line 3'
printf 'issue,answer\n\n%s,"yes\n' "$first" >open.csv
run 2 questions import sol open.csv
has err 'line 3: a quote is opened and not closed'
printf 'a,b\n' >other.csv
run 2 questions import sol other.csv
has err 'issue and answer'
run 2 questions import sol nowhere.csv
run 2 questions import sol saved.csv --read-only
run 0 questions export sol --json
equal "$(value 'len(d["questions"])')" 1

# Without control.db the file has it all.
rm clinics/sol/state/control.db*
run 3 autopilot sol --as-of "$as_of"
run 0 warnings list sol --state all --owner eva --rows 9 --json
equal "$(value '[(w["issue"], w["state"]) for w in d["warnings"]]')" "[('$first', 'asked')]"
run 0 warnings list sol --state all --owner nobody --json --key x
sed -i 's/to: "eva"/to: "olga"/; s/, by: "[^"]*", at: "2[^"]*"}}/, by: "eva", at: "2999-01-01T00:00:00Z"}}/' clinics/sol/decisions/issues.yaml
run 0 warnings import sol
run 0 warnings show sol "$first"
has out 'owner    olga'
finish
