#!/bin/bash
# The mappings of a clinic are checked against the live catalogue of its PostgreSQL target, as the embedded one's
# are; and a run stops when that catalogue is changed while it is at work.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
. "$support/pg_clinic.sh"
needs_python sqlite3
pg_fresh "$TOP_SRCDIR/clinics/profiles/dentalpin"
clinic_file --patients 12 --seed 7 source.dpm
pg_clinic sol "$work/source.dpm"

run 0 run sol --stage X
run 0 mapping check sol
has out 'sol: the mappings are valid'
run 0 --json mapping check sol
document mapping.check
equal "$(value 'd["profile"], d["clinic"], d["problems"]')" "('dentalpin', 'sol', [])"
run 0 mapping explain sol patient
has out 'patients'
run 2 mapping check luna
has err 'no profile and no clinic'

# change SQL TEXT: what the check says once somebody has done this to the tables.
change() {
    psql -q -X -v ON_ERROR_STOP=1 -d sol -c "$1"
    run 5 mapping check sol
    has out "$2"
    has out 'yaml:'
}
change 'ALTER TABLE patients ADD shoe_size int NOT NULL' "column 'shoe_size' of patients must not be NULL and is not filled"
change 'ALTER TABLE patients DROP shoe_size, ADD name_length int NOT NULL GENERATED ALWAYS AS (length(first_name)) STORED; ALTER TABLE patients RENAME profession TO occupation' \
    "table patients has no column 'profession'"
change "ALTER TABLE patients RENAME occupation TO profession; ALTER TABLE patients ALTER profession TYPE text[] USING NULL" \
    "column 'profession' has the type text[], which cannot be written"
change "ALTER TABLE patients ALTER profession TYPE text; CREATE TYPE sex AS ENUM ('male', 'female', 'prefer_not_say');
    ALTER TABLE patients ALTER gender TYPE sex USING NULL" "column 'gender' cannot hold 'other' (value.word)"
change 'ALTER TABLE patients ALTER gender TYPE int USING NULL' "column 'gender' cannot hold 'male' (value.type)"
run 5 plan sol
has err "column 'gender' cannot hold 'male' (value.type)"
run 5 run sol
has err "column 'gender' cannot hold 'male' (value.type)"
psql -q -X -d sol -c 'ALTER TABLE patients RENAME TO persons'
run 5 mapping check sol
has out "the target has no table 'patients'"

# Somebody changes a table while the run is held.
pg_clinic moved "$work/source.dpm"
"$python" - "$MUDANZA" <<'PY' >out 2>err || complain "the pause before the change"
import os, socket, subprocess, sys, time
state = "clinics/moved/state/"
child = subprocess.Popen([sys.argv[1], "autopilot", "moved"], stdin=subprocess.DEVNULL,
                         stdout=open("moved.out", "w"), stderr=open("moved.err", "w"))
events = state + "runs/000001/events.ndjson"
end = time.monotonic() + 20
def told(what):
    while not (os.path.exists(events) and '"type":"%s"' % what in open(events).read()):
        if child.poll() is not None or time.monotonic() > end:
            sys.exit("no " + what)
told("plan")
s = socket.socket(socket.AF_UNIX)
s.connect(state + "control.sock")
s.sendall(b'{"v":1,"id":"p","cmd":"pause"}\n')
s.makefile().readline()
told("paused")
subprocess.run(["psql", "-q", "-X", "-d", "moved", "-c", "ALTER TABLE patients ADD CHECK (first_name <> 'x')"], check=True)
s.sendall(b'{"v":1,"id":"c","cmd":"continue"}\n')
s.makefile().readline()
if child.wait(timeout=60) != 7:
    sys.exit("exit %d" % child.returncode)
PY
cp moved.err err
has err 'were changed while the run was at work'

# And while it writes: the step that comes to this table does not begin.
pg_clinic later "$work/source.dpm"
"$python" - "$MUDANZA" <<'PY' >out 2>err || complain "the change between two steps"
import subprocess, sys, time
psql = subprocess.Popen(["psql", "-q", "-X", "-A", "-t", "-d", "later"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def ask(sql):
    psql.stdin.write(sql + "\n\\echo done\n")
    psql.stdin.flush()
    return "".join(iter(lambda: psql.stdout.readline().replace("done\n", ""), ""))
ask("BEGIN; LOCK TABLE patients IN SHARE MODE;")
child = subprocess.Popen([sys.argv[1], "autopilot", "later"], stdin=subprocess.DEVNULL,
                         stdout=open("later.out", "w"), stderr=open("later.err", "w"))
end = time.monotonic() + 30
while not int(ask("SELECT count(*) FROM pg_locks WHERE NOT granted;")):
    if child.poll() is not None or time.monotonic() > end:
        sys.exit("nobody waits for patients")
ask("ALTER TABLE budgets ADD CHECK (total > -1); COMMIT;")
if child.wait(timeout=60) != 7:
    sys.exit("exit %d" % child.returncode)
PY
cp later.err err
has err 'were changed while the run was at work'
equal "$(pg_value later 'SELECT (SELECT count(*) FROM patients) > 0, (SELECT count(*) FROM budgets)')" 't|0'
run 0 resume later
balances later
finish
