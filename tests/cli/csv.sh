#!/bin/sh
# csv sniff and csv cat: what is found out, what flags say, records as JSON and as CSV, refused ones with their place.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python zstandard

printf 'Apellidos;Nombre;Importe\r\n"Mu\361oz; hijo";Jos\351;12,50\r\n"Gil ""el alto""";Ana;3,00\r\n' >people.csv
run 0 --json csv sniff people.csv
document csv.sniff
equal "$(value 'd["encoding"], d["delimiter"], d["quote"], d["header"], d["line_end"], d["columns"]')" \
    "('windows-1252', ';', '\"', True, '\\r\\n', ['Apellidos', 'Nombre', 'Importe'])"
run 0 --json csv cat people.csv
equal "$(cat out)" '["Muñoz; hijo","José","12,50"]
["Gil \"el alto\"","Ana","3,00"]'
run 0 csv cat people.csv
equal "$(cat out)" "$(printf 'Apellidos,Nombre,Importe\r\nMuñoz; hijo,José,"12,50"\r\n"Gil ""el alto""",Ana,"3,00"\r')"
run 0 --json csv cat people.csv --header no --encoding cp850
has out '"Importe"'
run 0 csv sniff people.csv
has out 'windows-1252'

# Bad records: each with its line, offset and bytes; the others live.
printf 'a,b\n1,2\n3\n"x"y,4\n5,\377\n6,"7\n8,9\n' >bad.csv
run 3 --json csv cat bad.csv --encoding utf-8
equal "$(cat out)" '["1","2"]
["8","9"]'
equal "$(python3 -c 'import json, sys
for line in open("err"): r = json.loads(line); print(r["line"], r["offset"], r.get("bytes", r.get("bytes_hex")).strip())')" \
    '3 8 3
4 10 "x"y,4
5 17 352cff0a
6 21 6,"7'
run 3 csv cat bad.csv --encoding utf-8
has err 'line 3 (byte 8)'

# What is no text, no file, or asked for wrongly.
: >empty.csv
run 6 --json csv cat empty.csv
run 6 csv sniff /nowhere.csv
run 6 csv sniff .
mkfifo pipe
run 6 csv cat pipe
run 2 csv cat people.csv --encoding klingon
run 2 csv cat people.csv --quote ab
run 2 csv cat people.csv --delimiter '\x0a'
run 3 --json csv cat people.csv --quote none --delimiter '\x3b' --null '3,00'
equal "$(cat out)" '["\"Gil \"\"el alto\"\"\"","Ana",null]'
"$python" -c 'import zstandard
open("people.csv.zst", "wb").write(zstandard.compress(open("people.csv", "rb").read()))'
run 0 --json csv cat people.csv.zst
equal "$(grep -c . out)" 2
head -c 60 people.csv.zst >cut.csv.zst
run 6 --json csv cat cut.csv.zst

finish
