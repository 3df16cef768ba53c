#!/bin/sh
# The JSON schema of config.yaml and commands.yaml says what the validator says.
. "$TOP_SRCDIR/tests/cli/lib.sh"
. "$TOP_SRCDIR/tests/support/migration.sh"
needs_python jsonschema
run 0 config schema
cp out config.json
run 0 config schema commands
cp out commands.json
run 2 config schema other
run 0 --json config schema
document config.schema
run 0 --lang es config schema
has out "De dónde vienen los datos"
mkdir -p clinics/sol/state
printf '{"pipeline": "auto"}' >clinics/sol/commands.yaml
cat >cases <<'J'
{"profile": "dentalpin"}
{"profile": "dentalpin", "version": 1, "source": {"path": "x", "passphrase": "${file:/run/x}"}}
{"profile": "dentalpin", "source": {"passphrase": "hunter2"}}
{"profile": "dentalpin", "source": {"passphrase": null}}
{"source": {"path": "x"}}
{"profile": "dentalpin", "sorce": {}}
{"profile": "dentalpin", "version": 2}
{"profile": "dentalpin", "settings": {"any": "x", "other": 7}}
{"profile": "dentalpin", "settings": {"any": ["x"]}}
{"profile": "dentalpin", "limits": {"jobs": 8, "stall_after": "1h30m", "max_reject_ratio": "0.5%"}}
{"profile": "dentalpin", "limits": {"jobs": 9}}
{"profile": "dentalpin", "limits": {"jobs": "2"}}
{"profile": "dentalpin", "limits": {"stall_after": "5 minutes"}}
{"profile": "dentalpin", "limits": {"stall_after": 5}}
{"profile": "dentalpin", "limits": {"max_reject_ratio": 0.5}}
{"profile": "dentalpin", "policy": {"unreviewed": 0.85, "on_fail": "stop", "rehearse_in_prod": true}}
{"profile": "dentalpin", "policy": {"unreviewed": 1.5}}
{"profile": "dentalpin", "policy": {"on_fail": "explode"}}
{"profile": "dentalpin", "policy": {"rehearse_in_prod": "maybe"}}
{"profile": "dentalpin", "policy": {"blocking": "a.*"}}
{"profile": "dentalpin", "policy": {"blocking": ["a.*", "b"]}}
{"profile": "dentalpin", "policy": {"blocking": {"a": "b"}}}
{"profile": "dentalpin", "hooks": [{"on": "gate", "exec": ["/bin/true", "x"], "timeout": "5s"}]}
{"profile": "dentalpin", "hooks": [{"on": ["gate", "stall"]}]}
{"profile": "dentalpin", "hooks": {"on": "gate", "exec": "/bin/true"}}
{"profile": "dentalpin", "target": {"type": "postgres", "dbname": "x", "port": 5433}}
{"profile": "dentalpin", "target": "postgresql://db/x"}
J
"$python" - "$MUDANZA" <<'PY' || complain "schema and validator differ"
import json, subprocess, sys
import jsonschema

schema = json.load(open("config.json"))
other = json.load(open("commands.json"))
for one in (schema, other):
    jsonschema.Draft202012Validator.check_schema(one)
judge = jsonschema.Draft202012Validator(schema)
wrong = 0
for line in open("cases"):
    open("clinics/sol/config.yaml", "w").write(line)
    told = subprocess.run([sys.argv[1], "config", "validate", "sol"], capture_output=True, text=True)
    if judge.is_valid(json.loads(line)) != (told.returncode == 0):
        print(line, told.stdout, [e.message for e in judge.iter_errors(json.loads(line))])
        wrong += 1
judge = jsonschema.Draft202012Validator(other)
for text, good in (('{"pipeline": "auto"}', True), ('{"pipeline": "manual"}', False),
                   ('{"commands": [{"name": "a", "type": "sql", "params": {"x": "y"}}]}', True),
                   ('{"commands": [{"type": "sql"}]}', False), ('{"commands": [{"name": "a", "tipe": "sql"}]}', False)):
    if judge.is_valid(json.loads(text)) != good:
        print(text)
        wrong += 1
sys.exit(wrong != 0)
PY
finish
