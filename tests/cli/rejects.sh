#!/bin/sh
# Rows that were kept out: by cause, with their place, with their bytes only when asked for, and once more.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 40 --seed 6 --dirty 4 dirty.dpm
clinic sol "$work/dirty.dpm"
run 0 rejects list sol
has out 'no rejected rows'
run 3 autopilot sol --as-of "$as_of"
rejected=$("$MUDANZA" report sol --json | "$python" -c 'import json, sys; print(json.load(sys.stdin)["report"]["total"]["rejected"])')
[ "$rejected" -gt 3 ] || complain "hardly any rejects"

# By cause, and one by one: as many as the account says, each with its place.
run 0 rejects list sol --json --rows 1000
document rejects.list
equal "$(value 'sum(c["rows"] for c in d["causes"]), len(d["rejects"])')" "($rejected, $rejected)"
equal "$(value 'all(r["row"] > 0 and r["issue"] and r["state"] == "open" and "payload" not in r for r in d["rejects"])')" True
value 'd["rejects"][0]["code"], d["rejects"][0]["step"]' >one
code=$(value 'd["rejects"][0]["code"]')
step=$(value 'd["rejects"][0]["step"]')
run 0 rejects list sol
has out "$code"
run 0 rejects list sol -v --code "$code" --step "$step"
has out "$code"
run 0 rejects list sol --entity nothing
has out 'no rejected rows'

# What to type next stands below.
run 0 rejects list sol
has out 'next: mudanza rejects list sol -v'
has out 'next: mudanza rejects retry sol'
run 0 rejects list sol -v
has out 'next: mudanza inspect sol ENTITY:KEY'
run 0 rejects list sol -q
lacks out 'next:'

# Their bytes: only when asked for, and then noted first.
run 0 rejects export sol
lacks out canonical_uuid
[ ! -e clinics/sol/state/audit.log ] || complain "noted although nothing was shown"
run 0 rejects export sol --format json --with-values
document rejects.export
"$python" - "$work/dirty.dpm" "$work/out" clinics/sol/state/runs/000001/rejects.ndjson <<'PY' >err 2>&1 || complain "not the bytes of the source"
import json, sqlite3, sys
source = sqlite3.connect(sys.argv[1])
rejects = json.load(open(sys.argv[2], encoding="utf-8"))["rejects"]
for r in rejects:
    rows = source.execute('SELECT payload FROM "%s" ORDER BY canonical_uuid' % r["entity"]).fetchall()
    if rows[r["row"] - 1][0] != r["payload"]:
        sys.exit("%s: row %d is another" % (r["id"], r["row"]))
if [json.loads(line) for line in open(sys.argv[3], encoding="utf-8")] != rejects:
    sys.exit("rejects.ndjson differs")
PY
equal "$(grep -c '"action":"rejects.export"' clinics/sol/state/audit.log)" 1
equal "$(stat -c %a clinics/sol/state/audit.log clinics/sol/state/runs/000001/rejects.ndjson | tr '\n' ' ')" "600 600 "
run 0 rejects export sol --with-values
has out 'payload,raw'
run 2 rejects export sol --format yaml

# Tried again: the same source, so the same rejects.
run 3 rejects retry sol --json
equal "$(head -n 1 out | "$python" -c 'import json, sys; d = json.loads(sys.stdin.readline()); print(d["type"], d["mode"])')" "run.start run"
run 3 rejects retry sol "$step" --as-of "$as_of"

# All of them left out by decision: the run is done, and says how many.
run 0 warnings ignore sol --severity error --reason 'damaged in the old program'
run 0 autopilot sol --as-of "$as_of"
has out "$rejected rows stay out by decision"
run 0 rejects list sol --json
equal "$(value 'sum(c["ignored"] for c in d["causes"])')" "$rejected"
balances sol

# Without the cache nobody knows the rows.
rm clinics/sol/state/cache.db*
run 2 rejects list sol
has err 'is gone'
finish
