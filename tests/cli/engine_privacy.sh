#!/bin/sh
# No value of a patient in events, logs, reports or arguments; nothing from the file moves the cursor.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 15 --seed 8 --dirty 3 source.dpm

# Marks in texts of every kind, with what terminals obey, and in ids a row is known by.
"$python" - source.dpm <<'PY'
import json, os, sqlite3, sys, types
sys.path.insert(0, os.environ["TOP_SRCDIR"] + "/tests/support")
sys.dont_write_bytecode = True
import make_dpmf
db = sqlite3.connect(sys.argv[1])
for table, fields in {"patient": ("first_name", "last_name", "email", "national_id", "birth_date", "notes"),
                      "appointment": ("notes", "status", "starts_at"), "budget": ("title", "name", "status"),
                      "professional": ("first_name", "last_name", "email")}.items():
    for key, payload in db.execute('SELECT canonical_uuid, payload FROM "%s" ORDER BY 1 LIMIT 4' % table).fetchall():
        values = json.loads(payload)
        for field in fields:
            if field in values:
                values[field] = "MARCA\x1b]0;MARCA\x07\x1b[2J\u202eMARCA"
        db.execute('UPDATE "%s" SET payload = ? WHERE canonical_uuid = ?' % table, (json.dumps(values), key))
digest = make_dpmf.Container._hash(types.SimpleNamespace(db=db))
db.execute("UPDATE _meta SET value = ? WHERE key = 'integrity_hash'", (digest,))
db.commit()
PY
clinic sol "$work/source.dpm"
run 3 autopilot sol --as-of "$as_of" --max-rejects 1000000

# Where marks may be: the two databases. Where they may not: everything else.
grep -q MARCA clinics/sol/state/target.db || complain "the marks did not reach the target: this shows nothing"
if grep -rlc MARCA clinics/sol/state --exclude='cache.db*' --exclude='target.db*' --exclude='control.db*' >out; then
    complain "values of patients in files of the run"
fi
"$python" - <<'PY' >out 2>err || complain "values of patients in control.db"
import sqlite3, sys
text = "\n".join(sqlite3.connect("clinics/sol/state/control.db").iterdump())
sys.exit("MARCA" in text)
PY

# What is shown holds no value and no control character.
clean() {
    ! grep -q MARCA "$work/out" "$work/err" || complain "a value of a patient in: $*"
    ! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$work/out" "$work/err" || complain "control characters in: $*"
    ! grep -q "$(printf '\342\200\256')" "$work/out" "$work/err" || complain "text turned around in: $*"
}
for call in 'status sol' 'plan sol' 'report sol' 'report sol --format md' 'report sol --format json' 'logs sol' 'logs sol --json' \
    'warnings list sol -v' 'warnings list sol --json' 'runs sol' 'preview sol' 'preview sol patient --rows 12' \
    'preview sol patient --rows 12 --json' 'preview sol appointment --rows 12' 'preview sol client --rows 12' 'mapping explain sol patient'; do
    # shellcheck disable=SC2086  # a call is several words
    run 0 $call
    clean "$call"
done
finish
