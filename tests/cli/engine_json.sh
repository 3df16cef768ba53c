#!/bin/sh
# Every command speaks JSON, and nothing else on standard output: the table of commands says which there are.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python sqlite3
clinic_file --patients 8 --seed 9 --dirty 2 source.dpm
clinic sol "$work/source.dpm"
printf "hooks:\n  - on: run.end\n    exec: /bin/true\n" >>clinics/sol/config.yaml
"$MUDANZA" help --json >help.json
"$python" - "$MUDANZA" help.json <<'PY' >out 2>err || complain "a command does not speak JSON as it should"
import json, subprocess, sys
program, commands = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))["commands"]
arguments = {
    "init": ["luna", "--source", "source.dpm", "--profile", "dentalpin"],
    "clinics list": [], "config validate": ["sol"], "config show": ["sol"], "config explain": ["profile"], "doctor": ["sol"],
    "plan": ["sol"], "preview": ["sol", "patient"], "run": ["sol", "patient"], "autopilot": ["sol"], "resume": ["sol"],
    "verify": ["sol"], "status": ["sol"], "ps": [], "monitor": ["sol"],
    "pause": ["sol"], "continue": ["sol"], "stop": ["sol"], "runs": ["sol"], "report": ["sol"], "logs": ["sol"], "warnings list": ["sol"],
    "warnings show": ["sol", "ISSUE"], "warnings ignore": ["sol", "--code", "*", "--reason", "why"],
    "warnings resolve": ["sol", "ISSUE"], "warnings ask": ["sol", "ISSUE"], "warnings reopen": ["sol", "--state", "all"],
    "warnings note": ["sol", "ISSUE", "--note", "text"], "warnings export": ["sol"], "warnings import": ["sol"],
    "rejects list": ["sol"], "rejects export": ["sol"], "rejects retry": ["sol"], "rollback": ["sol", "3", "--plan"],
    "purge": ["sol", "runs", "--plan"], "hooks test": ["sol", "run.end"],
    "dpmf export": ["sol", "out.dpm"], "dpmf info": ["source.dpm"], "dpmf verify": ["source.dpm"], "mapping check": ["dentalpin"],
    "mapping explain": ["sol", "patient"], "mapping eval": ["1+1"], "help": ["exit-codes"], "version": [],
}
def lines_of(call, codes):
    done = subprocess.run([program, *call, "--json"], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    if done.returncode not in codes or not done.stdout.endswith("\n"):
        sys.exit("%s: exit %d\n%s%s" % (call, done.returncode, done.stdout, done.stderr))
    return [json.loads(line) for line in done.stdout.splitlines()]
idle = ("pause", "continue", "stop")  # nobody is at work: control.sh asks them of a worker
for command in commands:
    name = command["name"]
    if name == "dpmf extract":  # prints rows, as they are
        continue
    if name in idle:
        if [line["type"] for line in lines_of(name.split() + arguments[name], (2,))] != ["error"]:
            sys.exit("%s: no error" % name)
        continue
    call = arguments[name]
    if "ISSUE" in call:
        issue = lines_of(["warnings", "list", "sol", "--state", "all"], (0,))[0]["warnings"][0]["issue"]
        call = [issue if word == "ISSUE" else word for word in call]
    lines = lines_of(name.split() + call, (0, 3))
    if any(line["v"] != 1 or "type" not in line for line in lines):
        sys.exit("%s: no v or type" % name)
    if lines[0]["type"] != command["document"]:
        sys.exit("%s: begins with %s" % (name, lines[0]["type"]))
    if lines[0]["type"] != "run.start" and len(lines) != 1:
        sys.exit("%s: %d documents" % (name, len(lines)))
    if lines[0]["type"] == "run.start" and lines[-1]["type"] != "run.end":
        sys.exit("%s: the stream ends with %s" % (name, lines[-1]["type"]))
for name in arguments:  # and so do their mistakes
    mistake = lines_of(name.split() + ["--no-such-flag"], (2,))
    if len(mistake) != 1 or mistake[0]["type"] != "error":
        sys.exit("%s: a mistake is told as %s" % (name, mistake))
PY
finish
