"""judge_strict.py TRUTH.tsv CLINIC - was exactly what make_strict.py spoilt rejected, each with its reason and place?

CLINIC has moved that source into the database of the same name. A row that another one keeps out says which one.
"""

import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
import pg_rows  # noqa: E402

# The code of each kind, and a word its detail has to have (%s: the id of the row in the way).
CODES = {
    "not_null": ("patient.number.required", ""),
    "enum": ("patient.colour.word", ""),
    "length": ("patient.name.too_long", ""),
    "overflow": ("patient.weight.range", ""),
    "date": ("patient.born.type", ""),
    "nul": ("patient.name.type", ""),
    "utf8": ("patient.name.type", ""),
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


def main():
    truth_path, clinic = sys.argv[1:]
    with open(truth_path, encoding="utf-8") as f:
        truth = {uuid: kind for uuid, _, kind in (line.rstrip("\n").split("\t") for line in f)}
    told = []
    done = subprocess.run([os.environ["MUDANZA"], "rejects", "list", clinic, "--json"], stdin=subprocess.DEVNULL,
                          capture_output=True, encoding="utf-8", check=True)
    rejects = {r["id"]: r for r in json.loads(done.stdout)["rejects"]}
    stored = pg_rows.copies(clinic, {
        "count": "SELECT count(*) FROM people", "badges": "SELECT count(*) FROM badges",
        "way": "SELECT m.id FROM mudanza.entity_mappings m JOIN people p ON p.id::text = m.id ORDER BY m.key LIMIT 1",
        "ledger": "SELECT key FROM mudanza.entity_mappings",
    })
    for uuid in truth.keys() ^ rejects.keys():
        told.append(f"{uuid}: {truth.get(uuid, 'healthy')}, but " + (f"rejected {rejects[uuid]}" if uuid in rejects else "kept"))
    for uuid in sorted(truth.keys() & rejects.keys()):
        code, word = CODES[truth[uuid]]
        seen = rejects[uuid]
        word = word.replace("%s", stored["way"][0])
        if seen["code"] != code or word not in (seen["detail"] or "") or not seen["row"] or not seen["source_id"]:
            told.append(f"{uuid}, {truth[uuid]}: {seen}")
        if any(secret in (seen["detail"] or "") for secret in SECRETS):
            told.append(f"{uuid}, {truth[uuid]}: the detail has a value: {seen['detail']}")
    if set(stored["ledger"]) & truth.keys():
        told.append("rejected rows are in the ledger")
    if stored["count"] != [str(len(stored["ledger"]) + 1)] or stored["badges"] != stored["count"]:
        told.append(f"{stored['count']} people and {stored['badges']} badges of {len(stored['ledger'])} in the ledger")
    print("\n".join(told[:20]) if told else f"{len(truth)} rows rejected, {len(stored['ledger'])} kept")
    return 1 if told else 0


sys.exit(main())
