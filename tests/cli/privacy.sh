#!/bin/bash
# One word marks what patients told, wherever a source may hold it, and the passphrase. Whatever becomes of a run and
# whatever is asked afterwards: the word is in the databases of the rows and in the rejects, and nowhere else. Another
# word marks names of fields and columns, which only `inspect` shows.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3 cryptography zstandard
export TMPDIR="$work/temp"
mkdir -m 700 "$TMPDIR"
clinic_file --patients 40 --seed 8 --dirty 3 plain.dpm
"$python" - plain.dpm source.enc <<'PY' || exit 99
import json, os, pathlib, re, sqlite3, sys, types
sys.path.insert(0, os.environ["TOP_SRCDIR"] + "/tests/support")
sys.dont_write_bytecode = True
import make_dpmf
db = sqlite3.connect(sys.argv[1])
told = re.compile("name|title|notes|phone|email|national_id|description|text|message|body|subject|address|city|path|signed|dosage|reason|number$")
odd = re.compile("date|amount|price|status|starts_at|sex|minutes")
tables = [t for (t,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if t[0] != "_" and t != "sqlite_sequence"]
for table in tables:
    catalogue = table == "treatment_catalog_item"  # what a treatment is called is no patient's: people decide by it
    for n, (key, payload, raw) in enumerate(db.execute(f'SELECT canonical_uuid, payload, raw_source_data FROM "{table}" ORDER BY 1').fetchall()):
        try:
            values, columns = json.loads(payload), json.loads(raw)
        except ValueError:
            continue
        if not isinstance(values, dict) or not isinstance(columns, dict):
            continue
        for field, value in values.items():
            if isinstance(value, str) and told.search(field) and n % 2 and not catalogue and not field.startswith(("source_", "tenant")):
                values[field] = f"Zqmarca {n}" if "email" not in field else f"zqmarca{n}@example.org"
            if value is not None and odd.search(field) and n % 7 == 3:
                values[field] = f"zqmarca {n}"
        values["zqclave"] = {"zqclave": ["zqmarca"]}
        columns["Zqclave"] = f"zqmarca {n}"
        db.execute(f'UPDATE "{table}" SET payload = ?, raw_source_data = ? WHERE canonical_uuid = ?', (json.dumps(values), json.dumps(columns), key))
db.execute("UPDATE _warnings SET message = 'zqmarca', raw_data = json_object('zqmarca', 'zqmarca')")
db.execute("UPDATE _files SET relative_path = 'zqmarca/' || rowid || '.png'")
digest = make_dpmf.Container._hash(types.SimpleNamespace(db=db))
db.execute("UPDATE _meta SET value = ? WHERE key = 'integrity_hash'", (digest,))
db.commit()
db.close()
make_dpmf.encrypt(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), "raw", "frase zqmarca secreta", None)
PY
printf 'frase zqmarca secreta' >phrase

# judge_files WHEN: the word is in the databases of the rows and in the rejects, which nobody else may read
judge_files() {
    find clinics temp xdg -type f -print0 2>/dev/null | xargs -0 grep -laiE 'zq(marca|clave)' >found
    grep -Ev '/(cache|target)\.db(-wal|-journal)?$|/cache\.db\.new(-journal)?$|/rejects\.ndjson$' found >out && complain "$1: marked values in files"
    while read -r file; do
        [ "$(stat -c %a "$file")" = 600 ] || complain "$1: $file can be read by others"
    done <found
    left=$(find temp clinics -path '*/tmp/*' -type f)
    [ -z "$left" ] || complain "$1: temporary files with a name: $left"
}
# ask CALL...: what a command prints holds no mark, whatever its exit code is
ask() {
    "$MUDANZA" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -ne 2 ] || complain "mudanza $*: wrong usage"
    case $1 in inspect) words=zqmarca ;; *) words='zq(marca|clave)' ;; esac
    ! grep -qaiE "$words" out err || complain "a marked value in: $*"
}
ask_all() { # CLINIC
    patient=$("$python" -c 'import sqlite3, sys
print(*[k for (k,) in sqlite3.connect(sys.argv[1]).execute("SELECT canonical_uuid FROM patient ORDER BY 1 LIMIT 2")])' "clinics/$1/state/cache.db")
    issue=$("$python" -c 'import sqlite3, sys
print(*[k for (k,) in sqlite3.connect(sys.argv[1]).execute("SELECT fp FROM issues ORDER BY 1 LIMIT 1")])' "clinics/$1/state/control.db")
    for json in '' --json; do
        for call in "status $1" "plan $1 --passphrase-file phrase" "runs $1" "report $1" "logs $1" "monitor $1" "doctor $1" "config show $1" \
            "config validate $1" "warnings list $1 -v" "warnings list $1 --rows 500" "warnings show $1 $issue" "warnings export $1" \
            "rejects list $1 -v" "rejects list $1 --rows 500" "rejects export $1" "preview $1 --passphrase-file phrase" \
            "preview $1 patient --rows 40 --passphrase-file phrase" "preview $1 appointment --rows 40 --passphrase-file phrase" "inspect $1 patient:${patient% *}" \
            "inspect $1 patient:${patient#* }" "mapping explain $1 patient" "rollback $1 1 --plan" "hooks test $1" ps \
            'dpmf info source.enc --passphrase-file phrase' 'dpmf verify source.enc --passphrase-file phrase'; do
            # shellcheck disable=SC2086  # a call is several words
            ask $call $json
        done
    done
    for format in text md html json csv; do ask report "$1" --format $format; done
    for format in csv json; do ask rejects export "$1" --format $format; ask warnings export "$1" --format $format; done
    ask warnings export "$1" --format yaml
}

# hooked NAME FILE: a clinic that keeps what its hooks are told, and how the worker that calls them was begun
cat >keep.sh <<'SH'
#!/bin/sh
{ cat; env; } >>"$1"
for file in /proc/$PPID/cmdline /proc/$PPID/environ /proc/$$/cmdline; do tr '\0' '\n' <$file >>"$1.seen" 2>/dev/null; done
SH
chmod 700 keep.sh
hooked() {
    clinic "$1" "$work/$2"
    printf 'hooks:\n  - on: [run.start, run.end, step.failed]\n    exec: ["%s", "%s"]\n' "$work/keep.sh" "$work/clinics/$1/hook.txt" >>"clinics/$1/config.yaml"
}

# a run that comes to its end, with the passphrase from each place it may come from
hooked sol source.enc
run 3 autopilot sol --as-of "$as_of" --max-rejects 1000000 --passphrase-file phrase
for base in target cache; do
    grep -qai zqmarca clinics/sol/state/$base.db || complain "the marks did not reach $base.db: this shows nothing"
done
grep -q '"run.end"' clinics/sol/hook.txt || complain "no hook was called"
judge_files "after a run"
run 0 warnings ignore sol --severity warning --reason 'as agreed'
run 0 warnings note sol --severity error --note 'looked at'
ask_all sol
judge_files "after all questions"
run 0 verify sol --passphrase-file phrase
run 0 inspect sol "patient:${patient% *}" --unmask --note 'a call'
judge_files "after one was unmasked"
[ -s clinics/sol/state/audit.log ] || complain "nothing was audited"
run 0 rollback sol 1 --plan --json
phrase=$(value 'd["confirm"]')
run 0 rollback sol 1 --confirm "$phrase"
judge_files "after a rollback"

# one that is given up because of its rejects, one that cannot read its source, one that is killed
hooked strict source.enc
"$MUDANZA" autopilot strict --as-of "$as_of" --max-rejects 0 --on-reject stop --passphrase-file phrase >out 2>err </dev/null
equal $? 4
judge_files "after a run that failed"
ask_all strict
hooked wrong source.enc
printf 'frase zqmarca falsa' >wrong
run 6 autopilot wrong --passphrase-file wrong
judge_files "after a wrong passphrase"
hooked damaged damaged.dpm
head -c 300000 plain.dpm >damaged.dpm
run 6 autopilot damaged
judge_files "after a damaged source"
hooked dead source.enc
exec 5<phrase
"$MUDANZA" autopilot dead --as-of "$as_of" --max-rejects 1000000 --passphrase-fd 5 >dead.out 2>&1 </dev/null &
dead=$!
wait_until grep -sq 'patient/insert' clinics/dead/state/runs/000001/events.ndjson
kill -9 "$dead"
wait "$dead" 2>/dev/null
judge_files "after a kill"
run 3 resume dead --as-of "$as_of" --passphrase-file phrase
judge_files "after a resume"
ask_all dead

# A fault leaves no core, and nobody else may look into the process.
mkfifo pipe
hooked fault source.enc
(ulimit -c unlimited; exec "$MUDANZA" autopilot fault --passphrase-file "$work/pipe" >fault.out 2>&1 </dev/null) &
fault=$!
wait_until grep -sq '"run":1,' clinics/fault/state/lock
grep -q 'Max core file size *0 *0 ' /proc/$fault/limits || complain "cores are allowed"
equal "$(stat -c %u /proc/$fault/environ)" 0
kill -SEGV "$fault"
wait "$fault" 2>/dev/null
[ -z "$(find . -name 'core*' -size +0)" ] || complain "a core file"

for clinic in sol strict wrong damaged dead; do
    grep -q autopilot clinics/$clinic/hook.txt.seen || complain "the worker of $clinic was not seen: this shows nothing"
done
finish
