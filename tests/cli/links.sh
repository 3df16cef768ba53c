#!/bin/bash
# Links: proposed, decided, waited for, exported and offered; on both kinds of target.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3 zstandard
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
source=$TOP_SRCDIR/tests/fixtures/dpmf/fake_clinica.dpm.zst
clinic sol "$source"
pg_clinic mar "$source"
sed -i '/unreviewed/s/proposed/block/' clinics/*/config.yaml

# totals CLINIC KEY...: some of the totals of its links.
totals() {
    run 0 links list "$@" --json
    value "' '.join(str(d['totals'][k]) for k in ('pending', 'accepted', 'relinked', 'create_new', 'ignored'))"
}
# key CLINIC LABEL
key() {
    "$MUDANZA" links list "$1" --grep "$2" --json | "$python" -c 'import json, sys; print(json.load(sys.stdin)["links"][0]["key"])'
}

for name in sol mar; do
    run 0 links build "$name" --as-of "$as_of"
    has out '10 items: 1 exact, 4 similar, 5 new'
    equal "$(totals "$name")" '10 0 0 0 0'

    # What nobody reviewed is not written by default, and everything behind it waits.
    run 8 autopilot "$name" --as-of "$as_of"
    has out "mudanza links list $name --state pending"
    balances "$name"
    run 0 plan "$name" --as-of "$as_of"
    has out '10 proposed links want a decision'
    run 0 links list "$name" "$(key "$name" "Extracción simple")"
    has out 'all words of one side'

    run 0 links accept "$name" --min-score 0.6 --plan --json
    equal "$(value "(d['changed'], len(d['weakest']))")" '(4, 4)'
    equal "$(totals "$name")" '10 0 0 0 0'
    run 0 links accept "$name" --min-score 0.6 --note 'looked through'
    has out "\`mudanza links reset $name ITEM...\` takes it back"
    run 0 links ignore "$name" "$(key "$name" Bonos)"
    has out "\`mudanza links reset $name $(key "$name" Bonos)\` takes it back"
    run 0 links create "$name" "$(key "$name" Empaste)" --in restauradora
    run 0 links relink "$name" "$(key "$name" Primera)" --with T04
    equal "$(totals "$name")" '3 4 1 1 1'
    run 8 resume "$name" --as-of "$as_of"
    run 2 links relink "$name" "$(key "$name" Corona)" --with nowhere
    run 2 links create "$name" "$(key "$name" Corona)" --in nowhere
    run 2 links ignore "$name" nobody-knows
    run 2 links accept "$name"
    run 8 links accept "$name" "$(key "$name" Primera)@0"
    run 0 links accept "$name" --state pending
    run 3 resume "$name" --as-of "$as_of"
    balances "$name"
    has out 'catalog_variant.parent_not_mapped'
    run 0 --json verify "$name"
    grep -q 'looked through' "clinics/$name/decisions/links.yaml" || complain "$name: no note in links.yaml"

    # A decision that is taken back makes its step stale, and says so.
    run 0 links reset "$name" "$(key "$name" Bonos)"
    run 0 plan "$name" --as-of "$as_of"
    has out 'decisions about the links of treatment_catalog_item changed'
    run 0 autopilot "$name" --as-of "$as_of" --unreviewed proposed
    balances "$name"
    run 0 links what-if "$name" 0.5
    has out 'a threshold of 0.50'
done
"$python" "$support/same_target.py" clinics/sol/state/target.db mar >out 2>err || complain "other rows in PostgreSQL"

# An item of the target that is gone after it was chosen is pending again; so is what is proposed otherwise now.
sqlite="import sqlite3, sys; d = sqlite3.connect('clinics/sol/state/target.db'); d.execute(sys.argv[1]); d.commit()"
"$python" -c "$sqlite" "UPDATE treatment_catalog_items SET deleted_at = '2026-01-01 00:00:00+00:00' WHERE internal_code IN ('T04', 'T18')"
run 8 autopilot sol --as-of "$as_of"
run 0 links list sol --json
equal "$(value "sorted((i['label'], i['state']) for i in d['links'] if i['changed'])")" \
    "[('Implante dental', 'accepted'), ('Primera visita', 'relinked')]"
"$python" -c "$sqlite" "UPDATE treatment_catalog_items SET deleted_at = NULL"
run 0 links build sol --as-of "$as_of"
run 0 links list sol --json
equal "$(value "sum(i['changed'] for i in d['links'])")" 0

# The file of decisions: not written over when people changed it, taken in when it is right.
cp clinics/sol/decisions/links.yaml before.yaml
sed -i 's/looked through/mended by hand/' clinics/sol/decisions/links.yaml
run 8 links ignore sol "$(key sol Corona)"
has err 'mudanza links import sol'
run 0 links import sol
has out '4 decisions taken in'
printf 'version: 1\nclinic: sol\nsystem: gesden\nlinks:\n  - {entity: x, key: "1", label: a, state: nosuch, by: a, at: b}\n' >clinics/sol/decisions/links.yaml
run 5 links import sol
cp before.yaml clinics/sol/decisions/links.yaml
run 0 links import sol

# A new clinic of the same system is offered what the others decided, by the ids and codes it has itself.
sed 's/17e11111-0000-4000-8000-000000000019/00000000-0000-4000-8000-00000000dead/' before.yaml >other.yaml
clinic luna "$source"
run 0 links build luna --as-of "$as_of"
run 0 links list luna --json
equal "$(value "d['totals']['offered'] > 0 and d['totals']['pending'] == 10")" True
run 0 links list luna "$(key luna Primera)" --json
equal "$(value "sorted(o['clinic'] for o in d['offers'])")" "['mar', 'sol']"
sed -i 's/^clinic: .*/clinic: "far"/' other.yaml
run 0 links import luna other.yaml
has out 'of another clinic'
run 0 links list luna "$(key luna 'Extracción simple')" --json
equal "$(value "[o['target'] for o in d['offers'] if o['clinic'] == 'far']")" "['17e11111-0000-4000-8000-000000000019']"
sed -i 's/^system: .*/system: "another"/' other.yaml
run 2 links import luna other.yaml
run 0 links accept luna --offered
run 0 links list luna "$(key luna Primera)" --json
equal "$(value "(d['links'][0]['state'], d['links'][0]['chosen']['code'])")" "('relinked', 'T04')"

# Two at once, and killed on the way: what is decided is whole, and the file can be taken in.
corona=$(key luna Corona)
for i in 1 2 3 4 5 6; do
    "$MUDANZA" links accept luna "$corona" --note "one $i" >/dev/null 2>&1 &
    "$MUDANZA" links ignore luna "$corona" --note "two $i" >/dev/null 2>&1 &
    victim=$!
    [ "$i" -lt 4 ] || kill -9 "$victim" 2>/dev/null
done
wait
run 0 links list luna "$corona" --json
equal "$(value "d['links'][0]['revision'] == len(d['history'])")" True
# A kill between decision and file leaves the file behind: the next decision writes it anew.
run 0 links accept luna "$corona" --note 'the last word'
grep -q 'the last word' clinics/luna/decisions/links.yaml || complain "the file lacks the last decision"

# Rehearsals and looks take everything as it is proposed.
clinic wait "$source"
sed -i '/unreviewed/s/proposed/block/' clinics/wait/config.yaml
run 0 rehearse wait --as-of "$as_of"
run 0 preview wait treatment_catalog_item
run 0 compare wait treatment_catalog_item
run 8 autopilot wait --as-of "$as_of" --unreviewed exact
run 0 links export wait --format yaml
run 0 links export wait
has out 'entity,key,label'
finish
