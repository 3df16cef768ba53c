#!/bin/sh
# dpmf extract: JSON and CSV of every accepted file, nothing at all of a refused one, hostile contents.
. "$TOP_SRCDIR/tests/cli/lib.sh"
fixtures=$TOP_SRCDIR/tests/fixtures/dpmf
demo=$TOP_SRCDIR/clinics/demo/sources
judge() {
    python3 "$TOP_SRCDIR/tests/support/judge_extract.py" "$1" >out 2>err || complain "$2"
}

tail -n +2 "$fixtures/MANIFEST.tsv" | cut -f 1,2 | sed "s,^,$fixtures/," >list
printf '%s\t%s\n' "$demo/demo.dpm.zst.enc" "$(cat "$demo/passphrase")" >>list
judge list "files that have been judged"

# Contents that try to break out of JSON, of CSV and of the terminal.
python3 - "$fixtures/odd/hash_absent.dpm" <<'PY' || complain "no hostile file"
import shutil, sqlite3, sys
shutil.copyfile(sys.argv[1], "hostile.dpm")
db = sqlite3.connect("hostile.dpm")
db.execute("PRAGMA ignore_check_constraints = ON")
columns = "canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at"
db.execute("CREATE TABLE thing (" + columns + ")")
payloads = [
    '{"given_name": "\\ud800 lone", "notes": "\\udc00\\ud83e\\uddb7"}',
    '{"given_name": "a\\u0000b", "notes": "\\u001b[2J"}',
    '{"given_name": "DEL \x7f C1 \x9b2J \u202eevil\u2066 \u2028"}',
    '\n{\n "given_name" :\r\n\t"x" ,\n "given_name": "last wins", "new": 1, "new": [1,\n2] }\n',
    '{"n": 12345678901234567890.100, "e": 1e400, "m": -0.0, "given_name": 1.50}',
    '{"given_name": "", "notes": null, "sex": true, "city": ["a", {"b": "\\""}], "email": "=1+1"}',
    '{"given_name": "comma, \\"quote\\", \\r\\n line", "phone": " blank ", "mobile_phone": "@x"}',
    '{}', ' { } ', '[1]', '"text"', 'null', '12', '', ' ', 'not json', '{"a": NaN}', '{"a": 1,}', '\ufeff{}',
    '{"d":' * 127 + '1' + '}' * 127, '{"d":' * 128 + '1' + '}' * 128, '{"d": ' + '[' * 126 + ']' * 126 + '}',
    '{"d": ' + '[' * 499 + ']' * 499 + '}', '[' * 501 + ']' * 501, '{"raw": "\x1b"}',
    None, 7, 2.5, b'{"blob": 1}',
]
for table in ("patient", "thing"):
    for i, payload in enumerate(payloads):
        values = ("h%03d" % i, ["1", "", "a,\"b\"\n", "=2+2", "\x1b[31m"][i % 5], "gesden", payload,
                  ["{}", "[\n]", "broken", "1e5"][i % 4], ["2026-01-01", "", "x\x9b"][i % 3])
        db.execute("INSERT INTO %s VALUES (?, ?, ?, ?, ?, ?)" % table if table == "thing" else
                   "INSERT INTO patient (" + columns + ") VALUES (?, ?, ?, coalesce(?, ''), ?, ?)", values)
db.execute("INSERT INTO thing VALUES ('zzz', NULL, NULL, '{}', NULL, CAST(X'41FF42' AS TEXT))")
db.execute("INSERT INTO _entities VALUES ('thing', ?, '0.1.0')", (len(payloads) + 1,))
db.commit()
PY
printf 'hostile.dpm\t\n' >list
judge list "a hostile file"
for entity in patient thing; do
    run 0 dpmf extract hostile.dpm "$entity"
    has err "warning: $entity"
    if command -v jq >/dev/null; then
        jq -e 'length > 20' out >/dev/null || complain "jq does not take $entity"
    fi
    run 0 -q dpmf extract hostile.dpm "$entity"
    is_empty err
done
has out '12345678901234567890.100'

# On a terminal the same JSON, but without a byte that the terminal would obey; so CSV.
cat >on_terminal.py <<'PY'
import json, os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
text = b""
while True:
    try:
        piece = os.read(fd, 65536)
    except OSError:
        break
    if not piece:
        break
    text += piece
os.waitpid(pid, 0)
text = text.decode("utf-8").replace("\r\r\n", "\n").replace("\r\n", "\n")
bad = [c for c in text if 127 <= ord(c) < 160 or c in "\u202e\u2066\u2028" or (ord(c) < 32 and c != "\n")]
if bad:
    sys.exit("on the terminal: %r" % bad)
if "csv" not in sys.argv:
    if json.loads(text) != json.load(open("out", encoding="utf-8")):
        sys.exit("other JSON than in a file")
PY
python3 on_terminal.py "$MUDANZA" -q dpmf extract hostile.dpm thing || complain "JSON on a terminal"
python3 on_terminal.py "$MUDANZA" -q dpmf extract hostile.dpm thing --format csv ||
    complain "CSV on a terminal"

# Wrong words.
mini=$fixtures/odd/mini.dpm
run 2 dpmf extract "$mini" patiennt
has err "appointment, center, client, patient"
has err "did you mean patient?"
is_empty out
run 2 --json dpmf extract "$mini" _meta
document error
run 2 dpmf extract "$mini" patient --format md
has err "json|csv"
run 2 --json dpmf extract "$mini" patient --format csv
document error
run 2 dpmf extract "$mini"
run 6 --json dpmf extract "$fixtures/broken/hash_pending.dpm" patient
document error
has err "hint: "
run 8 dpmf extract "$fixtures/odd/mini.dpm.enc" patient
is_empty out
has err passphrase
run 6 --json dpmf extract missing.dpm patient
document error
run 0 --json dpmf extract "$mini" patient --format json
equal "$(value 'len(d)')" 3

# Nobody reads on: no failure. No room: a failure that says so.
python3 - "$mini" <<'PY' || complain "no large file"
import shutil, sqlite3, sys
shutil.copyfile(sys.argv[1], "large.dpm")
db = sqlite3.connect("large.dpm")
db.execute("DELETE FROM _meta WHERE key = 'integrity_hash'")
db.execute("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO patient "
           "(canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at) "
           "SELECT 'n' || i, i, 'gesden', '{}', '{}', '' FROM n")
db.commit()
PY
for format in json csv; do
    { "$MUDANZA" -q dpmf extract large.dpm patient --format $format 2>err; echo $? >code; } | head -n 1 >out
    equal "$(cat code)" 141
    is_empty err
    if [ -w /dev/full ]; then
        "$MUDANZA" -q dpmf extract large.dpm patient --format $format >/dev/full 2>err
        equal $? 1
        has err "standard output"
        equal "$(wc -l <err)" 1
    fi
done
finish
