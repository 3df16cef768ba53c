#!/bin/bash
# plan and status say where each step stands and why: every kind of input with before and after, what a change
# drags along, and the statuses that are no change: failed, blocked, partial, skipped, running.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3 zstandard
state=clinics/same/state
config=clinics/same/config.yaml
profile=clinics/profiles/dentalpin
mapping=$profile/patient.yaml

# why STEP: its status and causes
why() {
    run 0 --json plan same
    value '[(s["status"], [(c["cause"], c["what"], c["before"], c["after"]) for c in s["why"]]) for s in d["steps"] if s["step"] == "'"$1"'"][0]'
}
told() { # TEXT: plan says it
    run 0 plan same -v
    has out "$1"
}
done_again() {
    run 0 autopilot same
    run 0 --json plan same
    equal "$(value 'd["todo"], d["eta_s"], [s["step"] for s in d["steps"] if s["status"] != "done" or s["why"]]')" \
        "(0, [0.0, 0.0], [])"
}
sql() { # FILE STATEMENT
    "$python" -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
print(*["|".join(map(str, r)) for r in c.execute(sys.argv[2])], sep="\n")
c.commit()' "$@"
}

clinic_file --patients 20 --seed 3 source.dpm
clinic_file --patients 20 --seed 3 --layering zstd other.dpm
clinic same "$work/source.dpm"
printf '  as_of: %s\n' "$as_of" >>"$config"
mkdir -p "$profile"
cp "$TOP_SRCDIR/clinics/profiles/dentalpin/patient.yaml" "$TOP_SRCDIR/clinics/profiles/dentalpin/profile.yaml" "$profile"
chmod u+w "$profile"/*

# Before the first run nobody knows how long it takes.
run 0 --json plan same
equal "$(value '{s["status"] for s in d["steps"]}, d["rows"], d["eta_s"]')" "({'pending'}, None, None)"
run 0 plan same
has out '. pending'
has out 'time: unknown'
done_again

# How a file is written changes nothing.
sed -i -e '1i # a remark' -e 's/^columns:$/\n\ncolumns:   # of patients/' -e "s/^table: patients$/table: 'patients'/" "$mapping"
grep -q "^table: 'patients'$" "$mapping" || complain "the mapping was not rewritten"
printf 'about: another sentence\n' >>"$mapping"
touch -d 2020-01-01 source.dpm
run 0 --json plan same
equal "$(value 'd["todo"]')" 0

# A column of a mapping: where it says what, and what follows.
sed -i 's/^  profession: .*/  profession: "'"'dentist'"'"/' "$mapping"
equal "$(why patient/validate)" "('stale', [('mapping', 'patient.yaml: column profession', 'NULL', \"'dentist'\")])"
equal "$(value '[(s["perhaps"], [c["cause"] for c in s["why"]]) for s in d["steps"] if s["step"] == "patient/insert"]')" \
    "[(True, ['first'])]"
equal "$(value 'd["todo"], d["perhaps"], d["rows"] >= 60, 0 <= d["eta_s"][0] < d["eta_s"][1] < 60')" "(3, 2, True, True)"
equal "$(value '[t for s in d["steps"] if s["step"] == "patient/validate" for t in s["then"] if t["step"] in ("patient/insert", "center/insert")]')" \
    "[{'step': 'patient/insert', 'certain': False, 'rows': 20}]"
equal "$(value '[s["step"] for s in d["steps"] if s["then"]]')" "['patient/validate']"
told "mapping patient.yaml: column profession changed: NULL -> 'dentist'"
told 'then perhaps '
told 'of these 2 only if what they read comes out different'
run 0 status same
has out '~ stale'
has out 'mudanza run same patient'

# What it made came out different: by column.
run 0 run same patient --stage V --json
grep '"type":"step.start","[^}]*patient/validate' out >start
grep -qF '"why":["mapping:patient.yaml: column profession"]' start || complain "the event does not tell why"
equal "$(why patient/insert)" "('stale', [('upstream', 'patient/validate: profession', None, None)])"
told 'the result of patient/validate: profession changed'
done_again

# A check, and a code's severity.
sed -i "s/^    message: a name is missing/    message: there is no name/" "$mapping"
has_piece="('stale', [('mapping', 'patient.yaml: check patient.name.missing', "
[[ "$(why patient/validate)" == "$has_piece"* ]] || complain "the check is not told"
told 'mapping patient.yaml: check patient.name.missing changed: ...'
told 'there is no name'
done_again
code=$(sed -n 's/^  \(professional.filtered.agenda_orphan\): .*/\1/p' "$profile/profile.yaml")
sed -i "s/^  $code: {severity: information/  $code: {severity: warning/" "$profile/profile.yaml"
equal "$(why user/validate)" "('stale', [('profile', '$code', 'information', 'warning')])"
done_again

# Settings; what is secret is not shown, nor kept.
printf '  professional_min_activity_months: 36\n' >>"$config"
equal "$(why patient/validate)" "('stale', [('setting', 'professional_min_activity_months', '24', '36')])"
told 'setting professional_min_activity_months changed: 24 -> 36'
done_again
sed -i 's/^  secret: .*/  secret: 00ff7a6120746573747320736563726574206f6620696e76656e74656400/' "$config"
equal "$(why patient/validate)" "('stale', [('setting', 'secret', None, None)])"
told 'setting secret changed'
done_again
equal "$(sql $state/control.db "SELECT count(*) FROM step_inputs WHERE text LIKE '%ff7a61207465%'")" 0

# The moment taken for now.
sed -i 's/^  as_of: .*/  as_of: 2026-11-02T00:00:00Z/' "$config"
equal "$(why patient/validate)" "('stale', [('as_of', '', '2026-11-01 00:00:00+00:00', '2026-11-02 00:00:00+00:00')])"
done_again

# A column of the target.
sql $state/target.db 'ALTER TABLE patients ADD COLUMN shoe_size INTEGER'
equal "$(why patient/validate)" "('stale', [('catalogue', 'patients.shoe_size', None, 'integer(4)')])"
told 'target column patients.shoe_size is new: integer(4)'
done_again

# The rules of another version of mudanza.
sql $state/control.db "UPDATE step_inputs SET digest = 'x', text = '0' WHERE kind = 'rules' AND step = 'patient/validate'"
sql $state/control.db "UPDATE steps SET fingerprint = 'x' WHERE step = 'patient/validate'"
equal "$(why patient/validate)" "('stale', [('rules', 'validate', '0', '1')])"
done_again

# The source: shown by digest, size and time.
old=$(sha256sum <source.dpm | cut -c1-8)
cp other.dpm source.dpm
new=$(sha256sum <source.dpm | cut -c1-8)
equal "$(why patient/extract | sed 's/ ([^)]*Z)//g')" "('stale', [('source', '', '$old', '$new')])"
run 0 --json plan same
equal "$(value '{s["status"] for s in d["steps"]}, d["perhaps"] == sum(s["stage"] != "extract" for s in d["steps"])')" "({'stale'}, True)"
told "the source file changed: $old ("
done_again

# A step that failed, and those that wait for it.
printf '  - {code: patient.x.fatal, when: "1", severity: fatal, message: no}\n' >"$work/check"
sed -i "/^checks:$/r $work/check" "$mapping"
run 4 autopilot same
run 0 --json plan same
equal "$(value '[s["status"] for s in d["steps"] if s["step"] in ("patient/validate", "patient/insert", "budget/validate")]')" \
    "['failed', 'blocked', 'blocked']"
equal "$(why patient/validate | cut -c1-23)" "('failed', [('error', '"
equal "$(why budget/validate)" "('blocked', [('waits', 'patient/validate', None, None)])"
run 0 status same
has out 'x failed'
has out '# blocked'
has out 'mudanza run same patient --failed'

# Mended, all of it goes on.
sed -i '/^  - {code: patient.x.fatal/d' "$mapping"
equal "$(why patient/validate | tr '(' '\n' | grep -c "'mapping', 'patient.yaml: check patient.x.fatal'")" 1
done_again

# Rows that were rejected.
clinic_file --patients 20 --seed 6 --dirty 4 dirty.dpm
clinic luna "$work/dirty.dpm"
run 3 autopilot luna --as-of "$as_of" --max-rejects 1000
run 0 --json plan luna
equal "$(value 'd["todo"], {(c["cause"], int(c["what"]) == s["rejected"] > 0) for s in d["steps"] if s["status"] == "partial" for c in s["why"]}')" \
    "(0, {('rejects', True)})"
run 0 status luna
has out '% partial'
has out 'mudanza rejects list luna'

# Without a status: it runs as ever, but is not counted and nothing is told of it.
cat >clinics/same/commands.yaml <<'YAML'
commands:
  - name: Proof
    type: verify
    entity: patient
    skip_status: true
YAML
done_again
for step in patient budget; do
    sql $state/control.db "DELETE FROM steps WHERE step = '$step/verify'"
done
run 0 status same
equal "$(grep '^patient ' out | tr -s ' ' | cut -d' ' -f2-8)" '+ done + done + done -'
counted=$(grep -x '1 of [0-9]* steps to do' out) || complain "not one step to do"
run 0 plan same -v
has out "$counted"
equal "$(grep '^patient/verify ' out | tr -s ' ' | cut -d' ' -f2-)" '- 20 '
run 0 --json plan same
equal "$(value 'd["todo"], [(s["step"], s["status"]) for s in d["steps"] if not s["tracked"]]')" "(1, [('patient/verify', 'pending')])"
equal "$(value '"1 of %d steps to do" % (len(d["steps"]) - 1)')" "$counted"
run 0 run same --only budget/verify
run 0 --json plan same --fail-if-noop # a run would do what is not counted
equal "$(value 'd["todo"]')" 0
done_again
run 9 plan same --fail-if-noop

# Switched off: told where; those who need it wait, the others go on.
cat >clinics/same/commands.yaml <<'YAML'
commands:
  - name: Patients
    type: insert
    entity: patient
    skip_autopilot: true
YAML
equal "$(why patient/insert)" "('skipped', [('off', '2', None, None)])"
told 'switched off in commands.yaml, line 2'
run 0 status same
has out '- skipped'
equal "$(why patient/verify)" "('skipped', [('off', '2', None, None)])"

# Nothing is written of it, and those who refer to it wait.
cp "$config" clinics/luna/
cp clinics/same/commands.yaml clinics/luna/
rm -rf clinics/luna/state
run 4 autopilot luna
equal "$(sql clinics/luna/state/target.db 'SELECT count(*) FROM patients')" 0
run 0 --json plan luna
equal "$(value '[(s["status"], [(c["cause"], c["what"]) for c in s["why"]]) for s in d["steps"] if s["step"] in ("patient/insert", "budget/insert")]')" \
    "[('skipped', [('off', '2')]), ('blocked', [('waits', 'patient/insert')])]"

# A plan changes nothing, not even when a mapping has other columns than before: what was made stays until a run.
clinic kept "$work/source.dpm"
"$MUDANZA" autopilot kept --as-of "$as_of" >out 2>&1
made() {
    "$python" - <<'PY'
import sqlite3
db = sqlite3.connect("clinics/kept/state/cache.db")
for name, sql in db.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall():
    print(name, sql, db.execute('SELECT count(*) FROM "%s"' % name).fetchone() if name.startswith("out_") else "")
print(db.execute("SELECT * FROM _steps ORDER BY step").fetchall())
PY
}
made >before
cp "$mapping" whole.yaml
sed -i '/^  notes:/d' "$mapping"
run 0 plan kept --json
equal "$(value '[s["status"] for s in d["steps"] if s["step"] == "patient/validate"]')" "['stale']"
made >after
diff before after >out || complain "a plan changed the cache"
"$MUDANZA" autopilot kept --as-of "$as_of" >out 2>&1
made >after
! cmp -s before after || complain "the run made no other table"
cp whole.yaml "$mapping"

# A worker is on one, and is held there.
clinic_file --patients 400 --seed 7 large.dpm
clinic sol "$work/large.dpm"
"$MUDANZA" autopilot sol --as-of "$as_of" >sol.out 2>&1 </dev/null &
worker=$!
wait_until grep -Esq '"step":"[a-z_]+/(validate|insert)"' clinics/sol/state/status.json
kill -STOP "$worker"
step=$(sed 's/.*"step":"\([^"]*\)".*/\1/' clinics/sol/state/status.json)
run 0 --json status sol
equal "$(value '[s["step"] for s in d["steps"] if s["status"] == "running"]')" "['$step']"
run 0 plan sol
has out 'o running'
kill -CONT "$worker"
wait "$worker"
finish
