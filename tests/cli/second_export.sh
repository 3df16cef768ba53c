#!/bin/bash
# A newer export of the same clinic: what is new is inserted, what changed is updated, what is the same is not touched,
# what vanished is told; rows that people changed in the target meanwhile are treated as --on-conflict says. In
# the embedded target and in PostgreSQL. EXPORT_TARGETS: only these ("sqlite postgres").
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"

clinic_file --patients 450 --seed 12 all.dpm
change() {
    PYTHONDONTWRITEBYTECODE=1 "$python" "$support/change_dpmf.py" "$@" || complain "change_dpmf.py"
}
# Patients alone: nothing hangs on them. The first export lacks 50; in the second 30 are gone and 200 have another name.
only="$("$python" -c 'import json, sys
for kind in json.load(open("made.json"))["entities"]:
    if kind not in ("patient", "center"):
        print("DELETE FROM " + kind + ";")')"
change all.dpm one.dpm "$only DELETE FROM patient WHERE rowid > 400;"
change all.dpm two.dpm "$only DELETE FROM patient WHERE rowid > 370 AND rowid <= 400;
    UPDATE patient SET payload = json_set(payload, '\$.family_name', 'Segunda') WHERE rowid <= 200;"

# ask NAME SQL: of either kind of target, with the ledger's names of PostgreSQL
ask() {
    case $1 in
    postgres*) pg_value "$1" "$2" ;;
    *) "$python" -c 'import re, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for row in db.execute(re.sub(r"mudanza\.", "mudanza_", sys.argv[2])):
    print(*row, sep="|")
db.commit()' "clinics/$1/state/target.db" "$2" ;;
    esac
}
# new NAME: has the first export, and 20 of the rows that change are changed by people meanwhile
new() {
    cp one.dpm source.dpm
    case $1 in
    postgres*) pg_clinic "$1" "$work/source.dpm" ;;
    *) clinic "$1" "$work/source.dpm" ;;
    esac
    run 0 autopilot "$1" $at
    keys=$("$python" -c 'import sqlite3
print(", ".join(repr(x) for (x,) in sqlite3.connect("one.dpm").execute(
    "SELECT canonical_uuid FROM patient WHERE rowid <= 20")))')
    ask "$1" "UPDATE patients SET first_name = 'Mano' WHERE CAST(id AS varchar(36)) IN
        (SELECT m.id FROM mudanza.entity_mappings m WHERE m.key IN ($keys))"
    # And ten rows that the source did not change.
    ask "$1" "UPDATE patients SET phone = '000' WHERE CAST(id AS varchar(36)) IN
        (SELECT m.id FROM mudanza.entity_mappings m WHERE m.key IN ($("$python" -c 'import sqlite3
print(", ".join(repr(x) for (x,) in sqlite3.connect("one.dpm").execute(
    "SELECT canonical_uuid FROM patient WHERE rowid > 300 AND rowid <= 310")))')))"
    cp two.dpm source.dpm
}
# account NAME INSERTED UPDATED UNCHANGED REJECTED: of the patients, with 30 that are gone
account() {
    balances "$1"
    run 0 --json report "$1"
    equal "$(value '[[a[k] for k in ("source", "inserted", "updated", "unchanged", "rejected", "absent")]
        for a in d["report"]["accounts"] if a["entity"] == "patient"]')" "[[420, $2, $3, $4, $5, 30]]"
}
# stands NAME EDITED CHANGED: rows with the people's name, rows with the newer one
stands() {
    equal "$(ask "$1" "SELECT count(*) FROM patients WHERE first_name = 'Mano'")" "$2"
    equal "$(ask "$1" "SELECT count(*) FROM patients WHERE last_name LIKE 'Segunda%'")" "$3"
    equal "$(ask "$1" "SELECT count(*) FROM patients")" 450
}

at="--as-of $as_of"
for kind in ${EXPORT_TARGETS:-sqlite postgres}; do
    new "${kind}_ask"
    run 0 --json compare "${kind}_ask" patient --rows 3 --as-of "$as_of"
    equal "$(value '[[e[k] for k in ("rows", "insert", "update", "unchanged", "linked", "conflicts", "vanished")]
        for e in d["entities"] if e["entity"] == "patient"]')" "[[420, 50, 180, 170, 0, 20, 30]]"
    equal "$(value '{f["column"] for e in d["entities"] for r in e["differences"] if not r["conflict"]
        for f in r["fields"]}')" "{'last_name'}"
    lacks out Segunda
    run 0 compare "${kind}_ask" patient --on-conflict source-wins --as-of "$as_of"
    has out last_name
    lacks out Segunda
    equal "$(ask "${kind}_ask" "SELECT count(*) FROM patients WHERE last_name NOT LIKE 'Segunda%'")" 400
    run 8 run "${kind}_ask" --as-of "$as_of"
    account "${kind}_ask" 50 180 170 20
    stands "${kind}_ask" 20 180
    run 0 --json rejects list "${kind}_ask"
    equal "$(value '{c["code"]: c["rows"] for c in d["causes"]}')" "{'target.conflict': 20}"

    # Whoever decides later does not have to know which steps to do again.
    run 0 run "${kind}_ask" patient --as-of "$as_of" --on-conflict source-wins
    stands "${kind}_ask" 0 200

    # Those ten are nobody's fault: a comparison that is asked for names them.
    equal "$(ask "${kind}_ask" "SELECT count(*) FROM patients WHERE phone = '000'")" 10
    run 12 verify "${kind}_ask" --as-of "$as_of"

    # Days later: what only tells when it was written is no change.
    at="--as-of 2026-10-02T08:00:00Z"
    new "${kind}_later"
    at="--as-of $as_of"
    run 8 run "${kind}_later" --as-of "$as_of"
    account "${kind}_later" 50 180 170 20

    new "${kind}_source"
    run 0 run "${kind}_source" --as-of "$as_of" --on-conflict source-wins
    account "${kind}_source" 50 200 170 0
    stands "${kind}_source" 0 200

    new "${kind}_target"
    run 0 run "${kind}_target" --as-of "$as_of" --on-conflict target-wins
    account "${kind}_target" 50 180 190 0
    stands "${kind}_target" 20 180
    run 0 run "${kind}_target" --as-of "$as_of"
    stands "${kind}_target" 20 180
done
finish
