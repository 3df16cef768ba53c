#!/bin/bash
# Rows that the source does not give any more: they stay in the target, are counted apart, and the account balances.
# VANISHED_KILLS says how often a run that finds them is killed (2), CHAOS_SEED from which number the moments are drawn.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python zstandard
RANDOM=${CHAOS_SEED:-$$}
echo "CHAOS_SEED=${CHAOS_SEED:-$$}"

# give FILE: the clinics' source from now on
give() {
    cp "$1" source.dpm
}
change() {
    PYTHONDONTWRITEBYTECODE=1 "$python" "$support/change_dpmf.py" "$@" || complain "change_dpmf.py"
}
# people_see NAME: every row of the target but those of the ledger
people_see() {
    "$python" "$support/judge_rollback.py" rows "clinics/$1/state/target.db"
}
# account NAME ABSENT: each entity's rows have one outcome, and so many are kept of what is gone
account() {
    balances "$1"
    [ "$2" = 0 ] && lacks out 'kept in the target:' || has out "kept in the target: $2"
    run 0 --json report "$1"
    equal "$(value '[a["entity"] for a in d["report"]["accounts"] if a["source"] != sum(a[k] for k in ("inserted", "updated", "unchanged", "linked", "skipped", "rejected"))]')" "[]"
    equal "$(value 'd["report"]["total"]["absent"]')" "$2"
    equal "$(value 'sum(i["rows"] for i in d["report"]["issues"] if i["code"] in ("source.vanished", "source.left_out"))')" "$2"
}
absent_of() {
    run 0 --json report "$1"
    value 'd["report"]["total"]["absent"]'
}
# told NAME: codes and numbers of what is told of such rows
told() {
    run 0 --json report "$1"
    value '{i["code"]: i["rows"] for i in d["report"]["issues"] if i["code"].startswith("source.")}'
}
# again CODE NAME: nothing is left to do
again() {
    sum=$(sha256sum <"clinics/$2/state/target.db")
    run "$1" autopilot "$2" --as-of "$as_of"
    has out 'nothing to do'
    equal "$(sha256sum <"clinics/$2/state/target.db")" "$sum"
}
# nothing_went BEFORE NAME: every row that was there still is; changed ones count as there
nothing_went() {
    people_see "$2" | sed 's/^\([a-z_]*\) .*/\1/' | uniq -c >now.counts
    sed 's/^\([a-z_]*\) .*/\1/' "$1" | uniq -c >before.counts
    "$python" - before.counts now.counts <<'PY' || complain "rows of $2 are gone"
import sys
before, now = ({k: int(n) for n, k in (line.split() for line in open(f))} for f in sys.argv[1:])
sys.exit([k for k in before if now.get(k, 0) < before[k]] or 0)
PY
}

# ---- rows that are rejected or skipped now, and rows that were not there before
clinic_file --patients 30 --seed 6 clean.dpm
clinic_file --patients 30 --seed 6 --dirty 4 dirty.dpm
for way in clean,dirty dirty,clean; do
    name=${way%,*} code=0 back=3
    [ "$name" = clean ] && code=3 back=0
    give "$name.dpm"
    clinic "$name" "$work/source.dpm"
    run "$back" autopilot "$name" --as-of "$as_of"
    people_see "$name" >before
    account "$name" 0
    give "${way#*,}.dpm"
    run "$code" autopilot "$name" --as-of "$as_of"
    nothing_went before "$name"
    absent=$(absent_of "$name")
    [ "$absent" -gt 0 ] || complain "$way: no row is missed"
    account "$name" "$absent"
    again "$code" "$name"
    account "$name" "$absent"
    run 0 verify "$name"
done
equal "$(told clean)" "{'source.left_out': 19, 'source.part_vanished': 11}"
equal "$(told dirty)" "{'source.part_vanished': 1, 'source.vanished': 1}"

# ---- rows that are gone, also all of an entity, known to the model or not
other='CREATE TABLE other_thing AS SELECT * FROM recall; UPDATE other_thing SET canonical_uuid = canonical_uuid || 0;'
change clean.dpm full.dpm "$other"
change clean.dpm thin.dpm "DROP TABLE recall; DROP TABLE communication; DROP TABLE patient_document; DELETE FROM _files;
    DELETE FROM debt WHERE rowid % 3 = 0;
    UPDATE appointment SET payload = json_set(payload, '\$.notes', NULL) WHERE rowid % 5 = 0;
    UPDATE payment SET payload = json_set(payload, '\$.amount', '-5') WHERE rowid % 4 = 0;
    DELETE FROM budget_line WHERE rowid % 7 = 0; DELETE FROM patient WHERE rowid = 11;"
give full.dpm
clinic sol "$work/source.dpm"
run 0 autopilot sol --as-of "$as_of"
account sol 0
rows_of sol >full.rows
people_see sol >before
cp -R clinics/sol clinics/killed
give thin.dpm
"$MUDANZA" autopilot sol --as-of "$as_of" >out 2>err
code=$?
[ "$code" = 0 ] || [ "$code" = 3 ] || complain "thin: exit $code"
nothing_went before sol
rows_of sol >thin.rows
account sol "$(absent_of sol)"
equal "$(value '{a["entity"]: (a["source"], a["absent"]) for a in d["report"]["accounts"] if a["entity"] in ("patient", "recall", "other_thing")}')" \
    "{'patient': (29, 1), 'recall': (0, 37), 'other_thing': (0, 37)}"
equal "$(sqlite3 clinics/sol/state/target.db 'SELECT count(*) FROM mudanza_raw_entities WHERE absent IS NOT NULL AND key IN (SELECT key FROM mudanza_entity_mappings WHERE absent IS NULL)')" 0
parts='SELECT count(*) FROM mudanza_absent_parts WHERE back IS NULL'
notes="table_id = (SELECT id FROM mudanza_tables WHERE name = 'clinical_notes')"
[ "$(sqlite3 clinics/sol/state/target.db "$parts AND $notes")" -gt 0 ] || complain "no note of an appointment is missed"
equal "$(sqlite3 clinics/sol/state/target.db "$parts AND $notes AND id NOT IN (SELECT id FROM clinical_notes)")" 0
has out source.part_vanished
again "$code" sol
account sol "$(absent_of sol)"
run 0 verify sol

# a run that is killed while it finds them is gone on with, and ends the same
began=${EPOCHREALTIME/./}
cp -R clinics/killed clinics/timed
run "$code" autopilot timed --as-of "$as_of"
took=$((${EPOCHREALTIME/./} - began))
for n in $(seq "${VANISHED_KILLS:-2}"); do
    rm -rf clinics/now
    cp -R clinics/killed clinics/now
    moment=$(((RANDOM * 32768 + RANDOM) % took))
    "$MUDANZA" autopilot now --as-of "$as_of" >/dev/null 2>&1 </dev/null &
    sleep "$((moment / 1000000)).$(printf '%06d' $((moment % 1000000)))" # the moment of death, no waiting for anything
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    run "$code" resume now --as-of "$as_of"
    rows_of now >rows
    cmp -s thin.rows rows || {
        diff thin.rows rows | cut -c1-150 | head -6 >out
        complain "killed after $moment us of $took: other rows"
    }
    account now "$(absent_of sol)"
done

# undone, all is as it was; given again, all of it is there
cp -R clinics/sol clinics/back
run 0 rollback sol 2 --plan --json
run 0 rollback sol 2 --confirm "$(value 'd["confirm"]')"
rows_of sol >rows
cmp -s full.rows rows || {
    diff full.rows rows | cut -c1-150 | head -6 >out
    complain "after the rollback: other rows"
}
give full.dpm
run 0 autopilot back --as-of "$as_of"
account back 0
equal "$(value 'sum(a["inserted"] for a in d["report"]["accounts"])')" 0
again 0 back
finish
