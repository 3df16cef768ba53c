#!/bin/sh
# doctor: every finding has a state, and a failing one an exit code.
. "$TOP_SRCDIR/tests/cli/lib.sh"
umask 077
state_of() {
    value "[c['state'] for c in d['checks'] if c['name'] == '$1']"
}

run 0 doctor
has out clock
run 0 --json doctor
document doctor
equal "$(value 'd["clinic"]')" None

cp "$TOP_SRCDIR/clinics/demo/sources/demo.dpm.zst.enc" source.enc
chmod u+w source.enc
run 0 init sonrisa --source source.enc --profile dentalpin
run 0 --json doctor sonrisa
document doctor
equal "$(value '[c["name"] for c in d["checks"] if c["state"] == "fail"]')" "[]"
equal "$(state_of source)" "['warn']" # encrypted, and nobody has the passphrase
run 0 --json doctor sonrisa --passphrase-file "$TOP_SRCDIR/clinics/demo/sources/passphrase"
equal "$(state_of source)" "['ok']"
equal "$(state_of lock)" "['ok']"

mkdir -p clinics/sonrisa/state
chmod 755 clinics/sonrisa/state
run 5 --json doctor sonrisa
equal "$(state_of state)" "['fail']"
run 5 doctor sonrisa
has out "chmod o-rwx"
chmod 700 clinics/sonrisa/state

printf 'this is not a database at all' >clinics/sonrisa/state/target.db
run 7 --json doctor sonrisa
equal "$(state_of target)" "['fail']"
rm clinics/sonrisa/state/target.db

# A file that opens and is not what its exporter wrote.
run 6 --json doctor sonrisa --passphrase-file "$TOP_SRCDIR/tests/cli/doctor.sh"
equal "$(state_of source)" "['fail']"
cp "$TOP_SRCDIR/tests/fixtures/dpmf/broken/hash_row_deleted.dpm" changed.dpm
run 0 init changed --source changed.dpm --profile dentalpin
run 6 doctor changed
has out 'fail  source'
has out 'Ask for the file again'
run 6 --json doctor changed
equal "$(state_of source)" "['fail']"
cp "$TOP_SRCDIR/tests/fixtures/dpmf/odd/hash_absent.dpm" absent.dpm
run 0 init absent --source absent.dpm --profile dentalpin
run 0 doctor absent
has out "mudanza dpmf verify $work/absent.dpm"
equal "$(find clinics/changed/state clinics/absent/state -type f ! -name .gitignore)" ''
# Too much to be read for a look.
cp changed.dpm large.dpm
chmod u+w large.dpm
truncate -s 600M large.dpm
run 0 init large --source large.dpm --profile dentalpin
run 0 doctor large
has out 'warn  source'
has out 'its content was not checked'

# Files of earlier runs that cannot be read, and programs of hooks that may not be called.
umask 022
printf '#!/bin/sh\nexit 1\n' >notify
chmod 755 notify
printf 'hooks:\n  - {on: run.end, exec: %s}\n  - {on: stall, exec: [%s, now]}\n' "$work/notify" "$work/notify" >>clinics/absent/config.yaml
run 0 --json doctor absent
equal "$(value '{c["name"]: c["state"] for c in d["checks"] if c["name"] in ("hooks", "history", "cache")}')" "{'history': 'ok', 'cache': 'ok', 'hooks': 'ok'}"
chmod 775 notify
run 0 doctor absent
has out 'warn  hooks'
has out "chmod go-w '$work/notify'"
chmod 644 notify
run 0 doctor absent
has out 'is no program that can be run'
rm notify
run 0 --json doctor absent
equal "$(state_of hooks)" "['warn']"
umask 077
mkdir -p clinics/absent/state
for name in control cache; do
    head -c 8192 /dev/urandom >clinics/absent/state/$name.db
    chmod 600 clinics/absent/state/$name.db
done
run 1 --json doctor absent
equal "$(state_of history)$(state_of cache)" "['fail']['fail']"
run 1 doctor absent
has out 'move it away'
has out 'delete it'
rm clinics/absent/state/*.db
run 0 autopilot absent
run 0 --json doctor absent
equal "$(state_of history)$(state_of cache)" "['ok']['ok']"
before=$(ls clinics/absent/state; cksum clinics/absent/state/c*.db)
run 0 doctor absent
equal "$(ls clinics/absent/state; cksum clinics/absent/state/c*.db)" "$before"
python3 -c 'import sqlite3
for name in ("control", "cache"):
    db = sqlite3.connect("clinics/absent/state/%s.db" % name)
    db.execute("PRAGMA user_version=99")
    db.close()'
run 1 --json doctor absent
equal "$(state_of history)$(state_of cache)" "['fail']['warn']"

printf 'PK: somebody packed it' >source.enc
run 6 --json doctor sonrisa
equal "$(state_of source)" "['fail']"
rm source.enc
run 6 --json doctor sonrisa
document doctor
equal "$(state_of source)" "['fail']"

printf 'surprise: 1\n' >>clinics/sonrisa/config.yaml
run 5 --json doctor sonrisa
document doctor
equal "$(state_of configuration)" "['fail']"
run 2 doctor sonrysa
has err sonrisa
finish
