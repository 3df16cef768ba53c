#!/bin/sh
# A step whose source changed: why, a preview started from the screen, and the rows that would change, masked.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$TOP_SRCDIR/tests/tui/drive.sh"
needs_python sqlite3
clinic_file --patients 40 --seed 6 source.dpm
clinic sol "$work/source.dpm"
"$MUDANZA" autopilot sol --as-of "$as_of" >out 2>err
target=clinics/sol/state/target.db
before=$(rows_of sol)

# Two patients get another name in the source.
"$python" - source.dpm <<'PY'
import json, os, sqlite3, sys, types
sys.path.insert(0, os.environ["TOP_SRCDIR"] + "/tests/support")
sys.dont_write_bytecode = True
import make_dpmf
db = sqlite3.connect(sys.argv[1])
for key, payload in db.execute("SELECT canonical_uuid, payload FROM patient ORDER BY 1 LIMIT 2").fetchall():
    payload = json.loads(payload)
    payload["given_name"] = "Ximena"
    db.execute("UPDATE patient SET payload = ? WHERE canonical_uuid = ?", (json.dumps(payload), key))
digest = make_dpmf.Container._hash(types.SimpleNamespace(db=db))
db.execute("UPDATE _meta SET value = ? WHERE key = 'integrity_hash'", (digest,))
db.commit()
PY

tui_start 100 30 sol
tui_wait 'Board'
tui_wait 'professional'
tui_keys /
tui_wait 'Filter'
tui_type 'patient !link !alert !document'
tui_keys Enter
tui_gone '^ +professional '
tui_wait '^ +patient .*~'
tui_keys G
tui_wait '^> +patient '
tui_keys Enter
tui_wait 'sol > patient >'
tui_keys 6
tui_wait '\[6 Why\]'
tui_wait '~ stale'
tui_wait 'source'
tui_keys 3
tui_wait 'No row would change'
tui_keys d
tui_wait 'preview: read and check anew'
tui_keys p
tui_wait 'Reading and checking patient anew'
tui_wait '^ +- first_name +"[A-Z][*]+"'
tui_wait '^ +[+] first_name +"X[*]+"'
tui_wait '2 rows differ'
tui_keys 1
tui_wait 'update +2 +-> 3 Diff'
tui_keys 7
tui_wait '> +2 .*preview'
tui_keys 5
tui_wait 'patient/'
tui_keys Tab Tab Tab Tab
tui_wait '\[2 Samples\]'
tui_keys v
tui_wait 'There are none'
tui_keys q
tui_wait 'Board'
tui_keys Q
tui_end 0
tui_restored
[ -f "$target" ] || complain "there is no target"
equal "$(rows_of sol)" "$before"
finish
