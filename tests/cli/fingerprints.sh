#!/bin/sh
# A run does what has changed and nothing else: what makes a step stale, and what does not.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python zstandard
target=clinics/same/state/target.db
config=clinics/same/config.yaml
mapping=clinics/profiles/dentalpin/patient.yaml

# stale: the steps a run would do now, in its order
stale() {
    run 0 --json plan same
    value '" ".join(s["step"] for s in d["steps"] if s["status"] not in ("done", "partial"))'
}
nothing_is_stale() {
    equal "$(stale)" "" || return
    sum=$(sha256sum <"$target")
    run 9 --json autopilot same --fail-if-noop
    equal "$(sha256sum <"$target")" "$sum" # $1
}
# counts ENTITY: what the last run did with it
counts() {
    run 0 --json report same
    value '" ".join("%s %d" % (k, e[k]) for e in d["report"]["accounts"] if e["entity"] == "'"$1"'" for k in ("inserted", "updated", "unchanged"))'
}

clinic_file --patients 30 --seed 3 source.dpm
clinic_file --patients 30 --seed 4 other.dpm
clinic same "$work/source.dpm"
printf '  as_of: %s\n' "$as_of" >>"$config"
run 0 autopilot same
equal "$(counts patient)" "inserted 30 updated 0 unchanged 0"

# again: nothing is written, and it says so
sum=$(sha256sum <"$target")
run 0 autopilot same
has out "nothing to do"
equal "$(sha256sum <"$target")" "$sum"
nothing_is_stale

# how a mapping is written does not matter
mkdir -p clinics/profiles/dentalpin
cp "$TOP_SRCDIR/clinics/profiles/dentalpin/patient.yaml" "$mapping"
chmod u+w "$mapping"
nothing_is_stale
sed -i -e '1i # a remark' -e 's/^columns:$/\n\ncolumns:   # of patients/' -e "s/^table: patients$/table: 'patients'/" "$mapping"
grep -q "^table: 'patients'$" "$mapping" || complain "the mapping was not rewritten"
nothing_is_stale

# what it says does
sed -i 's/^  profession: .*/  profession: "'"'dentist'"'"/' "$mapping"
equal "$(stale)" "patient/validate patient/insert patient/verify"
run 0 autopilot same
equal "$(counts patient)" "inserted 0 updated 30 unchanged 0"
equal "$(counts budget_line)" "inserted 0 updated 0 unchanged $(sqlite3 "$target" 'SELECT count(*) FROM budget_items')"
equal "$(sqlite3 "$target" "SELECT count(*) FROM patients WHERE profession = 'dentist'")" 30
nothing_is_stale

# what a work file says, for those who read its table
cp "$TOP_SRCDIR/clinics/profiles/dentalpin/work.phase.yaml" clinics/profiles/dentalpin/
chmod u+w clinics/profiles/dentalpin/work.phase.yaml
nothing_is_stale
sed -i 's/ORDER BY day, /ORDER BY /' clinics/profiles/dentalpin/work.phase.yaml
equal "$(stale)" "applied_treatment_phase/validate applied_treatment_phase/insert applied_treatment_phase/verify"
rm clinics/profiles/dentalpin/work.phase.yaml
nothing_is_stale

# a setting that the mappings read
sed -i 's/^settings:$/settings:\n  professional_min_activity_months: 3/' "$config"
equal "$(stale | tr ' ' '\n' | grep -c '/validate$')" "$(value 'sum(s["stage"] == "validate" for s in d["steps"])')"
equal "$(stale | tr ' ' '\n' | grep -c '/extract$')" 0
run 0 autopilot same
nothing_is_stale

# the source: its time is nothing, its content everything
touch -d 2020-01-01 source.dpm
nothing_is_stale
cp other.dpm source.dpm
equal "$(stale | wc -w | tr -d ' ')" "$(value 'len(d["steps"])')"
finish
