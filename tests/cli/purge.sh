#!/bin/sh
# Throwing away: what goes, what stays and why, only with the right phrase, only inside the state folder.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 8 --seed 9 --dirty 3 source.dpm
clinic sol "$work/source.dpm"
state=clinics/sol/state
printf 'retention: {runs: 2}\n' >>clinics/sol/config.yaml
run 0 purge sol clinic --plan
has out 'nothing is there'
run 3 autopilot sol --as-of "$as_of"
run 3 autopilot sol
run 0 verify sol
run 0 verify sol
run 0 verify sol

# Retention: of five runs two are the newest, the first can be rolled back; the others went if nothing holds them.
[ -d "$state/runs/000001" ] && [ -d "$state/runs/000004" ] && [ -d "$state/runs/000005" ] || complain "a run is gone that is held"
[ ! -d "$state/runs/000003" ] || complain "an old run that nothing holds is still there"
grep -q '"type":"retention","clinic":"sol","run":5,"runs":1' "$state/runs/000005/events.ndjson" || complain "no event tells it"
run 0 purge sol runs --plan --json
document purge
equal "$(value '[i["path"] for i in d["items"]], {k["path"]: k["why"] for k in d["kept"]}["runs/000001"]')" \
    "(['runs/000004'], 'it can still be rolled back')"

# Nothing goes without the phrase, with --read-only, or while a worker holds the clinic.
run 0 purge sol cache --plan
has out "--confirm 'sol'"
run 0 purge sol cache --plan --json
document purge
equal "$(value 'd["confirm"], d["rows"], d["done"], d["bytes"] > 1000, all(i["patient_data"] for i in d["items"])')" "('sol', 0, False, True, True)"
run 8 purge sol cache
run 8 purge sol cache --confirm luna
run 2 purge sol cache --confirm sol --read-only
run 2 purge sol cache --confirm sol --plan
run 2 purge sol everything --plan
"$python" - "$state/lock" "$MUDANZA" purge sol cache --confirm sol >out 2>err <<'PY' || complain "the lock was not heeded"
import fcntl, os, struct, subprocess, sys
fd = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(fd, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))  # F_OFD_SETLK
sys.exit(subprocess.run(sys.argv[2:]).returncode != 10)
PY
[ -s "$state/cache.db" ] || complain "the cache is gone without the phrase"

# The cache: what was read goes, and can be read again; the target does not notice.
rows_of sol >before
run 0 purge sol cache --confirm sol
[ ! -e "$state/cache.db" ] && [ ! -e "$state/runs/000001/rejects.ndjson" ] || complain "data of patients is left"
grep -q '"action":"purge","what":"cache"' "$state/audit.log" || complain "no line in audit.log"
run 3 autopilot sol
rows_of sol >after
cmp -s before after || complain "the target is not as before"

# By itself, once it is as old as retention.cache and nothing needs it: not while rows are kept out undecided, nor
# without the source; what was made yesterday stays.
made_before() {
    "$python" - "$state/control.db" "$1" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE steps SET ended_at = strftime('%Y-%m-%dT%H:%M:%fZ', ended_at, ?)", ("%+d days" % -int(sys.argv[2]),))
db.commit()
PY
}
cache_stays() {
    [ -s "$state/cache.db" ] && ls "$state"/runs/*/rejects.ndjson >/dev/null || complain "the cache is gone $1"
}
made_before 40
run 3 autopilot sol
cache_stays "with rows kept out"
run 0 warnings ignore sol --severity error --reason 'the clinic knows'
made_before -15
run 0 autopilot sol
cache_stays "before its time"
made_before 15
mv source.dpm elsewhere.dpm
run 0 verify sol
mv elsewhere.dpm source.dpm
cache_stays "without a source"
run 0 autopilot sol --json
[ ! -e "$state/cache.db" ] && ! ls "$state"/runs/*/rejects.ndjson 2>/dev/null || complain "old data of patients is left"
grep -qE '"type":"retention",.*"cache_bytes":[1-9]' out || complain "no event tells that the cache went"
run 0 report sol --format json
equal "$(value '[f["what"] for f in d["on_disk"]]')" "['target']"
run 0 autopilot sol
rows_of sol >after
cmp -s before after || complain "the target is not as before its cache went by itself"
rm -r clinics/sol/decisions

# All of it: nothing behind links, nothing that is not ours; in PROD with the number of rows.
mkdir precious
echo data >precious/file
ln -s "$work/precious" "$state/runs/000001/link"
ln -s "$work/precious" "$state/tmp"
echo mine >"$state/mine.txt"
echo '*.tmp' >"$state/.gitignore"
run 0 purge sol clinic --plan --json
equal "$(value 'sorted(k["path"] for k in d["kept"])')" "['.gitignore', 'mine.txt']"
echo '*' >"$state/.gitignore" # as init makes it
sed -i 's/env: DEV/env: PROD/' clinics/sol/config.yaml
run 0 purge sol clinic --plan
has out 'none on record'
run 0 purge sol clinic --plan --json
rows=$(value 'd["rows"]')
[ "$rows" -gt 100 ] || complain "$rows rows in PROD"
equal "$(value 'd["confirm"]')" "sol $rows"
run 8 purge sol clinic --confirm sol
[ -s "$state/target.db" ] || complain "the target is gone without the number of rows"
run 0 purge sol clinic --confirm "sol $rows" --json
document purge
equal "$(value 'd["done"], [k["path"] for k in d["kept"]]')" "(True, ['mine.txt'])"
equal "$(ls -A "$state")" mine.txt
equal "$(cat precious/file)" data
[ -s clinics/sol/config.yaml ] && [ -s source.dpm ] || complain "configuration or source is gone"
rm "$state/mine.txt"
rmdir "$state"
run 0 plan sol
sed -i 's/env: PROD/env: DEV/' clinics/sol/config.yaml
run 3 autopilot sol --as-of "$as_of"
run 0 purge sol clinic --confirm sol
[ ! -e "$state" ] || complain "the empty state folder stays"

# A state folder that is a link is not followed.
mkdir elsewhere
chmod 700 elsewhere
cp source.dpm elsewhere/cache.db
ln -s "$work/elsewhere" "$state"
run 5 purge sol clinic --plan
run 5 purge sol clinic --confirm sol
[ -e elsewhere/cache.db ] || complain "something behind a link is gone"
finish
