#!/bin/sh
# One record from its source to its target: found by any of its ids, masked, whatever became of it.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 40 --seed 6 --dirty 4 source.dpm
state=clinics/sol/state

# change MARK: puts a mark and trailing blanks into what the first patient is called and into raw columns of it.
change() {
    "$python" - source.dpm "$1" <<'PY'
import json, os, sqlite3, sys, types
sys.path.insert(0, os.environ["TOP_SRCDIR"] + "/tests/support")
sys.dont_write_bytecode = True
import make_dpmf
db = sqlite3.connect(sys.argv[1])
key, payload, raw = db.execute("SELECT canonical_uuid, payload, raw_source_data FROM patient ORDER BY 1 LIMIT 1").fetchone()
payload, raw = json.loads(payload), json.loads(raw)
for field in ("given_name", "family_name", "email", "notes", "national_id"):
    payload[field] = sys.argv[2] + "\x1b[2J\u202e@marca.example" + field + "  "
raw["Marca"] = " " + sys.argv[2]
db.execute("UPDATE patient SET payload = ?, raw_source_data = ? WHERE canonical_uuid = ?", (json.dumps(payload), json.dumps(raw), key))
db.execute("UPDATE appointment SET payload = ? WHERE canonical_uuid = (SELECT max(canonical_uuid) FROM appointment)", ('"no object %s"' % sys.argv[2],))
digest = make_dpmf.Container._hash(types.SimpleNamespace(db=db))
db.execute("UPDATE _meta SET value = ? WHERE key = 'integrity_hash'", (digest,))
db.commit()
PY
}
# pick DATABASE SQL: the first column of the first row.
pick() {
    "$python" -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])' "$state/$1" "$2"
}
# masked RECORD FLAG...: neither text nor JSON of it holds a mark or a control character.
masked() {
    for how in --plain --json; do
        run 0 inspect sol "$@" "$how"
        ! grep -qi marca.example out || complain "a value of a patient in: inspect $* $how"
        ! grep -q ZMARCA out || complain "a value of a patient in: inspect $* $how"
        ! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" out || complain "control characters in: inspect $* $how"
    done
}

change ZMARCA
mkdir -p clinics/profiles/dentalpin # payments that the mapping leaves out are skipped here, not kept raw
sed '/^otherwise:/d' "$MUDANZA_DATA_DIR/profiles/dentalpin/payment.yaml" >clinics/profiles/dentalpin/payment.yaml
clinic sol "$work/source.dpm"

# Before anything ran: what is missing is said.
run 2 inspect sol patient:1
run 2 inspect sol patient
has err 'ENTITY:ID'
run 2 inspect sol patien:1
has err 'did you mean patient?'

run 3 autopilot sol --as-of "$as_of"
patient=$(pick cache.db 'SELECT canonical_uuid FROM patient ORDER BY 1 LIMIT 1')
source_id=$(pick cache.db "SELECT source_id FROM patient WHERE canonical_uuid = '$patient'")
row=$(pick target.db "SELECT id FROM mudanza_entity_mappings WHERE key = '$patient'")

# A healthy record, by each of its ids.
for id in "$patient uuid" "$source_id source_id" "$row target_id"; do
    run 0 inspect sol "patient:${id% *}" --json
    document inspect
    equal "$(value 'd["id"], d["matched"], d["outcome"]["word"], d["masked"]')" "('$patient', '${id#* }', 'inserted', True)"
done
equal "$(value 'd["source"]["row"], d["source"]["source_id"], d["source"]["payload"], d["missing"]')" "(1, '$source_id', None, [])"
equal "$(value '[(r["table"], r["id"], r["there"], r["different"]) for r in d["rows"]][:1]')" "[('patients', '$row', True, 0)]"
equal "$(value '{c["state"] for c in d["rows"][0]["columns"] if c["name"] != "id"}')" "{'same'}"
equal "$(value '[(r["runs"], r["step"], r["what"]) for r in d["runs"]]')" \
    "[('1', 'patient/extract', 'read'), ('1', 'patient/validate', 'checked'), ('1', 'patient/insert', 'written')]"
for stage in extract validate insert; do
    equal "$(value "[r[\"at\"] for r in d[\"runs\"] if r[\"step\"] == \"patient/$stage\"]")" \
        "['$(pick control.db "SELECT ended_at FROM steps WHERE step = 'patient/$stage'")']"
done
equal "$(value 'sum(w["rows"] for w in d["waiting"] if w["entity"] == "appointment")')" \
    "$(pick cache.db "SELECT count(*) FROM appointment WHERE patient_uuid = '$patient'")"
equal "$(value '{n["outcome"]["word"] for n in d["needs"]} <= {"inserted", "raw"}, len(d["issues"]) > 0')" "(True, True)"
masked "patient:$patient"
masked "patient:$patient" --field first_name
run 0 inspect sol "patient:$patient"
has out '"Z*******  "'
has out "source.dpm, row 1 of patient"

# Also while somebody writes to all three databases; none of them changes.
cat "$state/cache.db" "$state/target.db" "$state/control.db" | cksum >before
"$python" - "$state" "$MUDANZA" "patient:$patient" >out 2>err <<'PY' || complain "not while somebody writes"
import sqlite3, subprocess, sys
writers = [sqlite3.connect("%s/%s.db" % (sys.argv[1], name)) for name in ("cache", "target", "control")]
for writer in writers:
    writer.execute("BEGIN IMMEDIATE")
sys.exit(subprocess.run([sys.argv[2], "inspect", "sol", sys.argv[3], "--read-only"]).returncode)
PY
has out "$row"
cat "$state/cache.db" "$state/target.db" "$state/control.db" | cksum | cmp -s - before || complain "looking changed a database"

# How a column got its value: fields, expression with its place, checks, target.
run 0 inspect sol "patient:$patient" --field first_name --json
equal "$(value '[(w["column"], w["from"][0]["name"], w["from"][0]["value"], w["state"], w["file"].split("/")[-1]) for w in d["ways"]]')" \
    "[('first_name', 'payload.given_name', 'Z*******  ', 'same', 'patient.yaml')]"
line=$(value 'd["ways"][0]["line"]')
sed -n "${line}p" "$MUDANZA_DATA_DIR/profiles/dentalpin/patient.yaml" | grep -q first_name: || complain "line $line is another"
equal "$(value '[c["met"] for c in d["ways"][0]["checks"] if c["code"] == "patient.name.control_characters"]')" "[True]"
run 0 inspect sol "patient:$patient" --field given_name --json
equal "$(value '[w["column"] for w in d["ways"]]')" "['first_name']"
run 2 inspect sol "patient:$patient" --field firstname
has err 'did you mean first_name?'

# Unmasked: noted first, with who and why; refused where it cannot be noted.
[ ! -e "$state/audit.log" ] || complain "noted although nothing was shown"
run 2 inspect sol "patient:$patient" --unmask --read-only
run 0 inspect sol "patient:$patient" --unmask --note 'the clinic asked' --json
equal "$(value 'd["masked"], "ZMARCA" in d["source"]["payload"], [f["value"] for f in d["source"]["raw_fields"] if f["name"] == "Marca"]')" \
    "(False, True, [' ZMARCA'])"
run 0 inspect sol "patient:$patient" --unmask
grep -q 'ZMARCA.*  "' out || complain "no value although unmasked"
! LC_ALL=C grep -q "$(printf '\033')" out || complain "control characters unmasked"
equal "$(grep -c '"action":"inspect.unmask".*'"$patient" "$state/audit.log")" 2
grep -q '"note":"the clinic asked"' "$state/audit.log" || complain "the note is not in audit.log"
equal "$(stat -c %a "$state/audit.log")" 600
rm "$state/audit.log"
mkdir "$state/audit.log"
run 1 inspect sol "patient:$patient" --unmask
is_empty out
rmdir "$state/audit.log"

# One that was rejected by a mapping, what it waited for, one that only links, one that was skipped.
rejected=$(pick cache.db "SELECT key FROM _rejects WHERE step = 'treatment_catalog_variant/validate' ORDER BY key")
run 0 inspect sol "treatment_catalog_variant:$rejected" --json
equal "$(value 'd["outcome"]["word"], d["outcome"]["reason"], d["outcome"]["step"]')" \
    "('rejected', 'catalog_variant.no_parent', 'treatment_catalog_variant/validate')"
equal "$(value '[r["what"] for r in d["runs"]]')" "['read', 'checked']"
equal "$(value '[i["code"] for i in d["issues"] if i["severity"] == "error" and len(i["issue"]) == 16]')" "['catalog_variant.no_parent']"
linked=$(pick target.db 'SELECT key FROM mudanza_entity_mappings m JOIN mudanza_entities e ON e.id = m.entity WHERE linked AND e.name = "patient_document" ORDER BY key')
run 0 inspect sol "patient_document:$linked" --json
equal "$(value 'd["outcome"]["word"], d["rows"][0]["linked"], d["rows"][0]["there"], d["rows"][0]["table"]')" "('linked', True, True, 'patients')"
note=$(pick cache.db "SELECT key FROM out_applied_treatment_note WHERE owner_type = 'patient' ORDER BY key")
run 0 inspect sol "applied_treatment:$note" --json
equal "$(value '[(r["table"], r["linked"], r["there"], r["different"]) for r in d["rows"]]')" "[('clinical_notes', False, True, 0)]"
skipped=$(pick cache.db "SELECT entity || ':' || key FROM _skips WHERE reason = 'applied_treatment.shadow_planned' ORDER BY 1")
run 0 inspect sol "$skipped" --json
equal "$(value 'd["outcome"]["word"], d["outcome"]["reason"], d["rows"]')" "('skipped', 'applied_treatment.shadow_planned', [])"
raw=$(pick cache.db "SELECT entity || ':' || key FROM _skips WHERE reason = 'raw' ORDER BY 1")
run 0 inspect sol "$raw" --json
equal "$(value 'd["outcome"]["word"], d["rows"]')" "('raw', [])"

# One that was kept back when the source was read: by its row; its bytes only unmasked.
last=$(pick cache.db "SELECT max(origin) FROM _rejects WHERE step = 'appointment/extract'")
run 0 inspect sol "appointment:#$last" --json
equal "$(value 'd["outcome"]["word"], d["outcome"]["reason"], d["matched"], d["source"]["row"], d["source"]["payload"], d["rows"]')" \
    "('rejected', 'payload.not_an_object', 'row', $last, None, [])"
masked "appointment:#$last"
run 0 inspect sol "appointment:$(pick cache.db "SELECT key FROM _rejects WHERE step = 'appointment/extract' AND origin = $last")" --unmask --json
equal "$(value 'd["source"]["payload"], d["matched"]')" "('\"no object ZMARCA\"', 'uuid')"

# Ids that fit nothing, or more than one record.
run 2 inspect sol "patient:${patient%?}x"
has err "did you mean patient:$patient"
twice=$("$python" - "$state/cache.db" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
print(db.execute("SELECT source_id FROM appointment GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1").fetchone()[0])
one, two = db.execute("SELECT canonical_uuid FROM appointment ORDER BY 1 DESC LIMIT 2").fetchall()
db.execute("UPDATE appointment SET source_id = 'TWICE' WHERE canonical_uuid IN (?, ?)", one + two)
db.commit()
PY
)
[ -n "$twice" ] || complain "no appointments"
run 2 inspect sol appointment:TWICE
both=$(sed -n 's/.*ask for one of //p' err)
equal "$(printf '%s\n' "$both" | tr ',' '\n' | grep -c 'appointment:')" 2
run 0 inspect sol "${both%%,*}"

# Changed at the source: the next run updates it; changed by people since: that differs.
change ZMARCA2
run 3 autopilot sol --as-of "$as_of"
run 0 inspect sol "patient:$patient" --json
equal "$(value 'd["outcome"]["word"], [(r["runs"], r["what"]) for r in d["runs"][2:]]')" "('updated', [('1', 'written'), ('2', 'changed')])"
"$python" -c 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute("UPDATE patients SET first_name = ? WHERE id = ?", ("Otra", sys.argv[2])); db.commit()' \
    "$state/target.db" "$row"
run 0 inspect sol "patient:$patient" --json
equal "$(value '[c["name"] for c in d["rows"][0]["columns"] if c["state"] == "differs"], d["made_anew"]')" "(['first_name'], False)"
# The row in the way: people wrote a budget with the token that one of the source will get.
clinic luna "$work/source.dpm"
state=clinics/luna/state
run 3 autopilot luna --as-of "$as_of"
cp "$state/target.db" before.db
run 0 rollback luna 1 --plan --json
run 0 rollback luna 1 --confirm "$(value 'd["confirm"]')"
taken=$("$python" - before.db "$state/target.db" <<'PY'
import sqlite3, sys
before, now = (sqlite3.connect(p) for p in sys.argv[1:])
before.row_factory = sqlite3.Row
row = before.execute("SELECT b.* FROM budgets b JOIN budget_items i ON i.budget_id = b.id ORDER BY b.id LIMIT 1").fetchone()
key = before.execute("SELECT key FROM mudanza_entity_mappings WHERE id = ?", (row["id"],)).fetchone()[0]
values = dict(row, id="11111111-2222-4333-8444-555555555555", budget_number="BY HAND")
now.execute("INSERT INTO budgets(%s) VALUES(%s)" % (", ".join(values), ", ".join("?" * len(values))), list(values.values()))
now.commit()
print(key)
PY
)
run 3 autopilot luna --as-of "$as_of"
run 0 inspect luna "budget:$taken" --json
equal "$(value 'd["outcome"]["word"], d["outcome"]["reason"], d["outcome"]["step"]')" "('rejected', 'target.unique', 'budget/insert')"
equal "$(value 'd["in_the_way"]["id"], d["in_the_way"]["constraint"], d["in_the_way"]["record"], [c["name"] for c in d["in_the_way"]["columns"]]')" \
    "('11111111-2222-4333-8444-555555555555', 'public_token', None, ['budget_number'])"
equal "$(value '[w["rows"] == w["rejected"] > 0 for w in d["waiting"] if w["entity"] == "budget_line"]')" "[True]"
line=$(pick target.db "SELECT key FROM mudanza_warnings WHERE code = 'target.foreign_key' AND step = 'budget_line/insert'")
run 0 inspect luna "budget_line:$line" --json
equal "$(value 'd["in_the_way"]["table"], d["in_the_way"]["absent"], [n["outcome"]["word"] for n in d["needs"] if n["entity"] == "budget"]')" \
    "('budgets', True, ['rejected'])"
run 0 inspect luna "budget:$taken" --lang es
has out 'EN MEDIO'

# Without cache, and without target, the rest is shown.
mv "$state/cache.db" "$state/away.db"
run 0 inspect luna "patient:$patient" --json
equal "$(value 'len(d["missing"]), d["outcome"]["word"], d["source"]["read"], d["rows"][0]["there"]')" "(1, 'inserted', False, True)"
mv "$state/away.db" "$state/cache.db"
mv "$state/target.db" "$state/away.db"
run 0 inspect luna "patient:$patient"
has out 'there is no target yet'
finish
