#!/bin/sh
# Every command speaks JSON and nothing else: one document or one stream of events, each as tests/schemas has it.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3 jsonschema cryptography zstandard
clinic_file --patients 12 --seed 9 --dirty 12 source.dpm
clinic sol "$work/source.dpm"
clinic gone "$work/nowhere.dpm"
clinic gate "$work/source.dpm"
sed -i "/^policy:/a\  blocking: ['payment.*']" clinics/gate/config.yaml
printf "limits: {jobs: 2}\nhooks:\n  - {on: [run.start, heartbeat], exec: /bin/true}\n" >>clinics/gate/config.yaml
printf 'name,born\nAna,1990\n' >people.csv
"$python" "$support/make_xlsx.py" people.xlsx
PHRASE=walk
export PHRASE
clinic_file --patients 1 --seed 9 --layering enc --passphrase-env PHRASE source.enc
clinic stuck "$work/source.enc"
printf 'limits: {stall_after: 2s}\nhooks:\n  - {on: heartbeat, exec: /bin/true, every: 1s}\n' >>clinics/stuck/config.yaml
"$python" "$support/walk_commands.py" "$MUDANZA" "$TOP_SRCDIR/tests/schemas" >out 2>err ||
    complain "a command does not speak JSON as its schema has it"

# The code sends no event that the table does not have, and the table none that nobody sends.
grep -rhoE '(event_(try_)?begin|begin_event)\([^"]*"[a-z.]+"' "$TOP_SRCDIR/src/engine" --include='*.c' | cut -d'"' -f2 | sort -u >sent
"$MUDANZA" help events --json | "$python" -c 'import json, sys
print("\n".join(sorted(e["type"] for e in json.load(sys.stdin)["events"])))' >told
diff sent told >out || complain "events sent (<) and told by help events (>)"
finish
