"""judge_strict.py TRUTH.tsv CLINIC - was exactly what make_strict.py spoilt rejected, each with its reason and place?

CLINIC has moved that source into the database of the same name. A row that another one keeps out says which one.
"""

import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
import pg_rows  # noqa: E402

# The code of each kind, and its column or a word its detail has to have (%s: the id of the row in the way).
CODES = {
    "not_null": ("value.missing", "number"),
    "enum": ("value.word", "colour"),
    "length": ("value.too_long", "name"),
    "overflow": ("value.range", "weight"),
    "date": ("value.type", "born"),
    "nul": ("value.type", "name"),
    "utf8": ("value.type", "name"),
    "unique": ("target.unique", "0e000000-0000-4000-8000-000000000001"),
    "twice": ("target.unique", "%s"),
    "unique_index": ("target.unique", "one_address"),
    "unique_part": ("target.unique", "0b000000-0000-4000-8000-000000000001"),
    "foreign": ("target.foreign_key", "ward_id"),
    "foreign_deferred": ("target.foreign_key", "later_ward_id"),
    "check": ("target.check", "weighs_something"),
    "exclusion": ("target.unique", "own_seat"),
    "trigger": ("target.refused", "watch"),
}
SECRETS = ("taken", "TAKEN", "999999", "forbidden", "Person ", "yellow", "west")


def asked(what, clinic):
    done = subprocess.run([os.environ["MUDANZA"], what, "list", clinic, "--json"], stdin=subprocess.DEVNULL,
                          capture_output=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


def main():
    truth_path, clinic = sys.argv[1:]
    with open(truth_path, encoding="utf-8") as f:
        lines = [line.rstrip("\n").split("\t") for line in f]
    truth, way = {line[0]: line[2] for line in lines}, lines[0][3]
    told = []
    rejects = {r["id"]: r for r in asked("rejects", clinic)["rejects"]}
    columns = {w["issue"]: w["field"] for w in asked("warnings", clinic)["warnings"]}
    stored = pg_rows.copies(clinic, {
        "count": "SELECT count(*) FROM people", "badges": "SELECT count(*) FROM badges",
        "way": f"SELECT id FROM mudanza.entity_mappings WHERE key = '{way}'",
        "ledger": "SELECT key FROM mudanza.entity_mappings",
    })
    for uuid in truth.keys() ^ rejects.keys():
        told.append(f"{uuid}: {truth.get(uuid, 'healthy')}, but " + (f"rejected {rejects[uuid]}" if uuid in rejects else "kept"))
    for uuid in sorted(truth.keys() & rejects.keys()):
        code, word = CODES[truth[uuid]]
        seen = rejects[uuid]
        word = word.replace("%s", stored["way"][0])
        said = seen["detail"] or columns.get(seen["issue"]) or ""
        if seen["code"] != code or word not in said or not seen["row"] or not seen["source_id"]:
            told.append(f"{uuid}, {truth[uuid]}: {seen}")
        if any(secret in said for secret in SECRETS):
            told.append(f"{uuid}, {truth[uuid]}: the detail has a value: {said}")
    if set(stored["ledger"]) & truth.keys():
        told.append("rejected rows are in the ledger")
    if stored["count"] != [str(len(stored["ledger"]) + 1)] or stored["badges"] != stored["count"]:
        told.append(f"{stored['count']} people and {stored['badges']} badges of {len(stored['ledger'])} in the ledger")
    print("\n".join(told[:20]) if told else f"{len(truth)} rows rejected, {len(stored['ledger'])} kept")
    return 1 if told else 0


sys.exit(main())
