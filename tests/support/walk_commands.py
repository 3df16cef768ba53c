"""Calls every command of mudanza with --json, well and badly, and checks what it prints against tests/schemas.

walk_commands.py MUDANZA SCHEMAS: in a workspace with the clinics sol (a dirty source.dpm), gate and gone."""
import glob
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from json_schemas import Schemas, Wrong, fields_of

program, folder = sys.argv[1:]
os.environ["VISUAL"] = "true"
schemas = Schemas(folder)

# What a command is called with, in the order of the calls; NAME in capitals is looked up when its turn comes.
calls = [
    "init luna --source source.dpm --profile dentalpin", "clinics list", "config validate sol", "config show sol",
    "config show sol --origin", "config fix sol --plan", "config fix luna --plan", "config fix luna --yes", "config edit sol",
    "config diff sol", "config schema", "config schema commands", "config explain", "config explain profile", "doctor", "doctor sol", "doctor gone",
    "plan sol", "status sol", "preview sol", "run sol patient", "autopilot sol", "autopilot gate", "autopilot gone",
    "resume sol", "plan sol", "plan sol --stale", "preview sol patient --rows 2", "compare sol patient", "rehearse sol patient --limit 3", "verify sol", "status sol", "ps",
    "monitor sol", "runs sol", "report sol", "report gone", "report sol 1", "logs sol", "logs gone", "hooks test gate",
    "inspect sol RECORD", "inspect sol RECORD --field first_name", "inspect sol RECORD --unmask", "inspect sol REJECT",
    "warnings list sol", "warnings list sol -v --state all", "warnings list sol --by cause", "warnings show sol ISSUE",
    "warnings note sol ISSUE --note text", "warnings resolve sol ISSUE", "warnings ask sol ISSUE",
    "warnings assign sol ISSUE --who ana", "questions export sol", "questions import sol ANSWERS",
    "warnings reopen sol --state all", "warnings ignore sol --code * --reason why", "warnings show sol ISSUE",
    "warnings export sol --state all", "warnings import sol", "warnings list gone", "rejects list sol",
    "links build sol", "links list sol", "links list sol LINK", "links accept sol --state pending --plan", "links accept sol LINK",
    "links relink sol LINK --with T04", "links create sol LINK --in diagnostico", "links ignore sol LINK --note none",
    "links reset sol LINK", "links what-if sol 0.5", "links export sol", "links import sol", "links list gone",
    "rejects list sol -v", "rejects export sol", "rejects export sol --with-values", "rejects retry sol",
    "rollback sol WROTE --plan", "rollback sol WROTE --confirm PHRASE", "report sol",
    "status sol", "runs sol", "autopilot --all", "dpmf info source.dpm", "dpmf verify source.dpm",
    "dpmf verify clinics/sol/config.yaml", "dpmf export sol out.dpm", "dpmf extract source.dpm patient",
    "csv sniff people.csv", "csv cat people.csv", "xlsx sheets people.xlsx", "xlsx cat people.xlsx",
    "mapping check dentalpin", "mapping explain sol patient", "mapping eval date_of('x','ymd')", "mapping eval 1+1",
    "files status sol", "files status sol --rows 3", "files scan sol .",
    "purge sol cache --plan", "purge sol runs --plan", "purge sol cache --confirm PURGE", "status sol", "preview sol",
    "completion bash", "completion zsh", "completion clinics", "help", "help run", "help exit-codes", "help environment", "help events", "help signals", "version",
]
idle = ("pause", "continue", "stop", "files receive")  # see at_work() and receiving()


def rest_of(worker):
    """What it still says; communicate() would miss what readline() has read ahead."""
    rest = worker.stdout.read()
    worker.wait(timeout=60)
    return rest


def call(words):
    done = subprocess.run([program, *words, "--json"], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    return done.stdout, done.returncode


def ask(*words):
    return json.loads(call(words)[0])


def judged(words, wanted):
    """The output of a call, of one of the wanted types."""
    text, code = call(words)
    try:
        kind = schemas.output(text)
    except (Wrong, ValueError) as wrong:
        sys.exit("mudanza %s --json (exit %d): %s" % (" ".join(words), code, wrong))
    if kind not in wanted:
        sys.exit("mudanza %s --json (exit %d) printed %s, not %s\n%.500s" % (" ".join(words), code, kind, wanted, text))
    if kind == "error" and json.loads(text)["exit"] != code:
        sys.exit("mudanza %s --json: exit %d, but %s" % (" ".join(words), code, text))
    return text, code


def looked_up(word):
    if word == "ISSUE":
        return ask("warnings", "list", "sol", "--state", "all")["warnings"][0]["issue"]
    if word == "LINK":
        return ask("links", "list", "sol")["links"][0]["key"]
    if word == "RECORD":
        return "patient:" + ask("dpmf", "extract", "source.dpm", "patient")[0]["canonical_uuid"]
    if word == "REJECT":
        return "{entity}:{id}".format(**ask("rejects", "list", "sol", "-v")["rejects"][0])
    if word == "ANSWERS":
        with open("answers.csv", "w", encoding="utf-8") as answers:
            answers.write("issue,answer\n%s,yes\n" % ask("questions", "export", "sol")["questions"][0]["warning"]["issue"])
        return answers.name
    if word == "PURGE":
        return ask("purge", "sol", "cache", "--plan")["confirm"]
    if word in ("WROTE", "PHRASE"):  # a run to undo; a row of it was changed by hand, so it stays
        run = str([r["run"] for r in ask("runs", "sol")["runs"] if r["mode"] == "autopilot"][0])
        return run if word == "WROTE" else ask("rollback", "sol", run, "--plan")["confirm"]
    return word


def edit_target():
    with sqlite3.connect("clinics/sol/state/target.db") as target:
        target.execute("UPDATE appointments SET color = '#123456' WHERE id = (SELECT min(id) FROM appointments)")


def misspell(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("env: DEV", "env: dev"))


def command_of(words, documents):
    return max((name for name in documents if words[:len(name.split())] == name.split()), key=len)


def at_work(clinic):
    """A worker that waits for its hours, and all that can be asked of it."""
    hours = time.strftime("%H:%M-", time.localtime(time.time() + 7200)) + time.strftime("%H:%M", time.localtime(time.time() + 10800))
    for last in ("continue", "stop"):
        worker = subprocess.Popen([program, "autopilot", clinic, "--window", hours, "--json"], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
        seen = [worker.stdout.readline() for _ in range(2)]  # run.start, paused
        for words, kind in ((["status", clinic], "status"), (["ps"], "ps"), (["pause", clinic], "control"), (["run", clinic], "error")):
            judged(words, [kind])
        if last == "stop":
            os.kill(worker.pid, signal.SIGUSR1)
            while '"state"' not in seen[-1]:
                seen.append(worker.stdout.readline())
        judged([last, clinic], ["control"])
        seen.append(rest_of(worker))
        schemas.output("".join(seen))
        with open(sorted(glob.glob("clinics/%s/state/runs/*/events.ndjson" % clinic))[-1], encoding="utf-8") as kept:
            if kept.read() != "".join(seen):
                sys.exit("events.ndjson of %s is not what --json printed" % clinic)


def stalled(clinic):
    """A worker whose passphrase nobody writes, with a hook for heartbeat: nothing moves, and it is told."""
    os.mkfifo("pipe")
    worker = subprocess.Popen([program, "autopilot", clinic, "--passphrase-file", "pipe", "--json"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    pipe = os.open("pipe", os.O_RDWR)
    seen = ""
    while '"type":"stall"' not in seen:
        seen += worker.stdout.readline()
    judged(["stop", clinic, "--now"], ["control"])
    seen += rest_of(worker)
    os.close(pipe)
    schemas.output(seen)


def receiving(clinic):
    """A server that is told to stop as soon as it listens."""
    server = subprocess.Popen([program, "files", "receive", clinic, "--listen", "127.0.0.1:0", "--json"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                              env={**os.environ, "MUDANZA_TOKEN": "a token of this test"})
    while "listening" not in server.stderr.readline():
        pass
    server.terminate()
    if schemas.output(rest_of(server)) != "files.receive" or server.returncode:
        sys.exit("files receive ended with %d" % server.returncode)


def old_cache(clinic):
    """What was read long ago goes at the end of a run, and an event tells it."""
    call(["autopilot", clinic, "--unreviewed", "proposed"])
    call(["warnings", "ignore", clinic, "--code", "*", "--reason", "why"])
    with sqlite3.connect("clinics/%s/state/control.db" % clinic) as control:
        control.execute("UPDATE steps SET ended_at = '2020-01-01T00:00:00.000Z'")
    judged(["autopilot", clinic, "--unreviewed", "proposed"], ["run.start"])


def compare_tables(documents):
    told = ask("help", "events")
    for event in told["events"]:
        wanted = told["every_event"] + event["fields"]
        got = fields_of(schemas.events[event["type"]].schema) if event["type"] in schemas.events else None
        if got != wanted or schemas.events[event["type"]].schema["title"] != event["about"]:
            sys.exit("tests/schemas/events/%s.json has\n%s\nhelp events has\n%s" % (event["type"], got, wanted))
    known = {event["type"] for event in told["events"]}
    if known != set(schemas.events):
        sys.exit("schemas of no event: %s" % (set(schemas.events) - known))
    printed = {name for some in documents.values() for name in some} - {"run.start"} | {"error"}
    if printed != set(schemas.documents):
        sys.exit("documents and schemas differ: %s" % sorted(printed ^ set(schemas.documents)))


documents = {command["name"]: command["documents"] for command in ask("help")["commands"]}
compare_tables(documents)
not_called = set(documents) - set(idle) - {command_of(words.split(), documents) for words in calls}
if not_called:
    sys.exit("no call of %s in walk_commands.py" % sorted(not_called))
for line in calls:
    if "--confirm" in line:
        edit_target()
    words = [looked_up(word) for word in line.split()]
    if words[:3] == ["config", "fix", "luna"]:
        misspell("clinics/luna/config.yaml")
    judged(words, documents[command_of(words, documents)])
receiving("sol")
at_work("luna")
stalled("stuck")
judged(["autopilot", "luna"], ["run.start"])
old_cache("luna")
for name in documents:  # and their mistakes
    judged(name.split() + ["--no-such-flag"], ["error"])
    if name not in ("clinics list", "ps", "version", "doctor"):
        judged(name.split() + ["nosuch"], ["error", *documents[name]])
end = json.loads(call(["resume", "sol", "--quiet"])[0])
if end["type"] != "run.end":
    sys.exit("--quiet leaves %s" % end)
missing = set(schemas.documents) - schemas.seen_documents
if missing:
    sys.exit("never printed: %s" % sorted(missing))
unseen = set(schemas.events) - schemas.seen_events - {"retry", "bulk"}  # a server has to be there, or to go away
if unseen:
    sys.exit("events never seen: %s" % sorted(unseen))
