#!/bin/sh
# A workspace's own profile is checked and used; a mistake in it is told with its place by whoever meets it.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
mkdir -p clinics/profiles/own
cp "$TOP_SRCDIR"/clinics/profiles/dentalpin/* clinics/profiles/own
chmod -R u+w clinics/profiles
sed -i 's/^profile: dentalpin/profile: own/' clinics/profiles/own/profile.yaml
clinic_file --patients 6 --seed 3 source.dpm
clinic sol "$work/source.dpm"
sed -i 's/^profile: .*/profile: own/' clinics/sol/config.yaml

run 2 mapping check nobody
run 0 mapping check own
run 0 mapping check sol
run 0 autopilot sol --as-of "$as_of"
balances sol

mapping=clinics/profiles/own/patient.yaml
printf 'colums: {first_name: "1"}\n' >>"$mapping"
line=$(wc -l <"$mapping")
for call in 'mapping check own' 'mapping check sol' 'plan sol' 'autopilot sol' 'run sol' 'preview sol' 'mapping explain sol patient'; do
    # shellcheck disable=SC2086  # a call is several words
    run 5 $call
    cat out err >told
    grep -q "patient\.yaml:$line:1: .*colums" told || complain "$call does not tell the place"
done
run 5 mapping check own --json
document mapping.check
equal "$(value 'd["valid"], d["problems"][0]["line"]')" "(False, $line)"
finish
