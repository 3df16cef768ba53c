#!/bin/sh
# Hooks: who is called when, with what, and that nothing they do stops a run.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 20 --seed 5 source.dpm
clinic sol "$work/source.dpm"
state=clinics/sol/state
events=$state/runs/000001/events.ndjson

# Tells what it was given: the event, the variables, the open descriptors.
cat >clinics/sol/told.sh <<'SH'
#!/bin/sh
out=$1
cat >>"$out/in.ndjson"
env >>"$out/env"
for fd in /proc/$$/fd/*; do readlink "$fd"; done >>"$out/fds" 2>/dev/null
exit 0
SH
cat >clinics/sol/fails.sh <<'SH'
#!/bin/sh
printf 'no such\033[2J channel\n' >&2
exit 7
SH
cat >clinics/sol/hangs.sh <<'SH'
#!/bin/sh
trap '' TERM
sleep 60 &
echo $! >"$1"
wait
sleep 60
SH
cat >clinics/sol/open.sh <<'SH'
#!/bin/sh
echo called >called
SH
chmod 700 clinics/sol/*.sh
chmod 722 clinics/sol/open.sh
cat >>clinics/sol/config.yaml <<Y
hooks:
  - on: [run.start, run.end, step.failed, heartbeat]
    exec: [told.sh, "$work"]
  - on: run.start
    exec: fails.sh
  - on: run.start
    exec: [hangs.sh, "$work/sleeper"]
    timeout: 1s
  - on: run.start
    exec: open.sh
  - on: run.start
    exec: /nowhere/at/all
Y
run 0 config validate sol

# A run with all of them ends well, and its last event is its end.
MUDANZA_PASSPHRASE=hunter2 HOOK_SECRET=hunter3 "$MUDANZA" autopilot sol --as-of "$as_of" >out 2>err || complain "the run failed"
tail -n 1 "$events" | grep -q '"type":"run.end"' || complain "the last event is not the end"
grep -c '"type":"hook"' "$events" >/dev/null || complain "no hook left an event"
"$python" - in.ndjson env fds "$events" "$state/runs/000001/run.log" <<'PY' >told 2>&1 || { cp told err; complain "a hook was told something else"; }
import json, sys
given = [json.loads(line) for line in open(sys.argv[1])]
assert [e["type"] for e in given] == ["run.start", "run.end"], given
assert all(e["clinic"] == "sol" and e["run"] == 1 and e["v"] == 1 for e in given)
env = open(sys.argv[2]).read()
assert "hunter" not in env and "MUDANZA_PASSPHRASE" not in env and "MUDANZA_DATA_DIR" not in env, env
for line in ("MUDANZA_CLINIC=sol", "MUDANZA_ENV=DEV", "MUDANZA_RUN=1", "MUDANZA_EVENT=run.start", "MUDANZA_EVENT=run.end",
             "MUDANZA_STATUS=done"):
    assert line in env.split("\n"), line
for line in open(sys.argv[3]):
    assert not any(word in line for word in ("/state/", "socket", "eventfd", ".db")), "descriptor: " + line
lines = open(sys.argv[4]).read() + open(sys.argv[5]).read()
for part in ("fails.sh ended with 7", "hangs.sh was ended after 1 s", "others can write to", "/nowhere/at/all"):
    assert part in lines, part
assert "\x1b" not in lines
PY
[ ! -e called ] || complain "a program that others can write to was called"
grep -qs '^State:.[^ZX]' "/proc/$(cat sleeper)/status" && complain "what the hook started was left behind"

# run.log: lines for people, without progress; the reader of events sees the same.
grep -q '  run.start  ' "$state/runs/000001/run.log" || complain "no start in run.log"
grep -q '  run.end  done' "$state/runs/000001/run.log" || complain "no end in run.log"
! grep -q 'step.progress' "$state/runs/000001/run.log" || complain "progress in run.log"
equal "$(stat -c %a "$state/runs/000001/run.log")" 600

# A hook still at work keeps no lock: another worker can begin.
run 0 autopilot sol

# The test of hooks: a sample, and how each call ended.
rm -f in.ndjson
run 0 hooks test sol run.end
has out 'ok'
grep -q '"type":"run.end".*"sample":true' in.ndjson || complain "no sample was given"
run 4 hooks test sol run.start --json
document hooks.test
equal "$(value '[(c["program"].split("/")[-1], c["state"], c["exit"]) for c in d["calls"]]')" \
    "[('told.sh', 'done', 0), ('fails.sh', 'failed', 7), ('hangs.sh', 'timeout', None), ('open.sh', 'refused', None), ('all', 'refused', None)]"
equal "$(value 'd["calls"][1]["output"]' | tr -d '\n' | od -An -c | tr -d ' ')" "$(printf 'no such\033[2J channel' | od -An -c | tr -d ' ')"
run 4 hooks test sol run.start
lacks out "$(printf '\033')"
run 2 hooks test sol gate
has err 'no hook'
run 2 hooks test sol nonsense

# What is wrong with them is told with its place.
clinic luna "$work/source.dpm"
cat >>clinics/luna/config.yaml <<'Y'
hooks:
  - on: [run.end, run.ended]
    exec: [../sol/told.sh]
    timeout: 1h
  - exec: []
  - on: gate
    exec: [/bin/true]
    shell: yes
Y
run 5 config validate luna
has out 'config.yaml:13:19: error: hooks.on: there is no event "run.ended"'
has out 'config.yaml:14:11: error: hooks.exec: ../sol/told.sh is outside'
has out 'config.yaml:15:14: error: hooks.timeout is longer than 600 s'
has out 'hooks.on is missing'
has out 'unknown key "hooks.shell"'
run 2 hooks test sol luna extra
finish
