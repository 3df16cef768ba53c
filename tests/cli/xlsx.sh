#!/bin/sh
# xlsx sheets and xlsx cat: texts, numbers, dates, formulas; hostile workbooks.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python zipfile
make() {
    "$python" "$support/make_xlsx.py" "$@" || complain "make_xlsx.py $*"
}
make good.xlsx
run 0 --json xlsx sheets good.xlsx
document xlsx.sheets
equal "$(value '[(s["name"], s["hidden"]) for s in d["sheets"]]')" "[('Notas', True), ('Pacientes', False)]"
run 0 xlsx sheets good.xlsx
has out 'Notas (hidden)'
run 0 --json xlsx cat good.xlsx
equal "$(cat out)" '["Nombre","Alta",null,"Saldo"]
["José","2024-01-31","true","0.3"]
["a\nb & c","2024-01-31 17:15:00","#N/A"]'
run 0 xlsx cat good.xlsx
has out 'José,2024-01-31,true,0.3'
run 0 xlsx cat good.xlsx --sheet Notas
is_empty out
run 2 xlsx cat good.xlsx --sheet Paciente
has err 'did you mean Pacientes?'

make bad.xlsx bad
run 3 --json xlsx cat bad.xlsx
equal "$(cat out)" '["1"]
["2"]'
has err 'row 2:'
has err 'row 3:'
make heavy.xlsx heavy
run 3 --json xlsx cat heavy.xlsx
equal "$(cat out)" '["5"]'
has err 'row 1:'
make sheets.xlsx sheets
equal "$(timeout 90 "$MUDANZA" xlsx sheets sheets.xlsx | grep -c '^s')" 200000
for kind in entities bomb deep torn nowhere other; do
    make "$kind.xlsx" "$kind"
    run 6 --json xlsx cat "$kind.xlsx"
done
printf '\320\317\021\340\241\261\032\341' >old.xls
run 6 xlsx sheets old.xls
has err 'without a password'
head -c 300 good.xlsx >cut.xlsx
run 6 xlsx sheets cut.xlsx
: >empty.xlsx
run 6 xlsx sheets empty.xlsx
run 6 xlsx sheets .
run 6 xlsx sheets /nowhere.xlsx
finish
