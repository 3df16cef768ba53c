#!/bin/sh
# What a preview tells beside the rows: files, the exporter's warnings, and the profile's numbers with their settings.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 20 --seed 5 source.dpm
inactive=$("$python" - source.dpm <<'PY'
import sqlite3, sys
print(*sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM professional WHERE payload ->> '$.deactivated'").fetchone())
PY
)
clinic sol "$work/source.dpm"
told() {
    value '[(f["rows"], f["value"]) for f in d["figures"] if f["name"] == "'"$1"'"]'
}

run 0 preview sol --json --as-of "$as_of"
document preview
equal "$(told inactive_in_source)" "[($inactive, 'true')]"
equal "$(told verifactu_in_target)" "[(0, 'false')]"
equal "$(value 'sum(f["rows"] for f in d["figures"] if f["name"] == "by_role") == [s["source"] for s in d["steps"] if s["step"] == "professional"][0]')" True
equal "$(value 'd["files"]["total"] == d["files"]["with_sha256"] + d["files"]["without_sha256"]')" True
equal "$(value 'all(len(s["rows"]) == min(5, s["kept"]) for s in d["steps"] if s["columns"] and s["step"] == "patient")')" True
run 0 preview sol
has out 'professionals the source calls deactivated'
printf '  professional_exclude_inactive_in_source: "false"\n' >>clinics/sol/config.yaml
run 0 preview sol professional --json
equal "$(told inactive_in_source)" "[($inactive, 'false')]"
MUDANZA_LANG=es run 0 preview sol professional
has out 'profesionales que el origen da por desactivados'

# A number that cannot be worked out is a mistake of the profile, at its line.
cp -R "$MUDANZA_DATA_DIR" data
sed -i 's/SELECT count(\*) FROM professional WHERE deactivated = 1/SELECT count(*) FROM professionals/' data/profiles/dentalpin/profile.yaml
MUDANZA_DATA_DIR=$work/data run 5 preview sol
has err 'profile.yaml'
has err 'professionals'
finish
