"""judge_dirt.py EXPECTED.tsv TRUTH.tsv SOURCE.dpm STATE - did every damaged row end as it should?

EXPECTED.tsv says what becomes of a row by entity, kind of damage and damaged field; TRUTH.tsv names the rows
that make_dpmf.py damaged in SOURCE.dpm; STATE is the state folder of a clinic that has moved it. Prints the
number of rows judged by outcome; says every row that ended otherwise, and every healthy row that was
rejected for a reason of its own, and exits with 1.
"""

import csv
import sqlite3
import sys
from collections import Counter, defaultdict
from pathlib import Path


def table(path):
    with open(path, encoding="utf-8", newline="") as f:
        lines = (line for line in f if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def reader(path):
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


expected_path, truth_path, source_path, state = sys.argv[1:]
expected = {(r["entity"], r["kind"], r["field"]): r["outcome"] for r in table(expected_path)}
truth = [row for row in table(truth_path) if row["entity_type"] != "_files"]  # the manifest has no rows of its own
cache, target = reader(Path(state, "cache.db")), reader(Path(state, "target.db"))

rejects = {(entity, key): (code, by_parent) for entity, key, code, by_parent in
           cache.execute("SELECT entity, key, code, by_parent FROM _rejects")}
skips = {(entity, key): reason for entity, key, reason in
         cache.execute("SELECT entity, key, reason FROM _skips WHERE reason NOT IN ('raw', 'filter')")}
issues = defaultdict(set)
for entity, key, code in cache.execute("SELECT entity, key, code FROM _issues"):
    issues[entity, key].add(code)
kept = set(target.execute("SELECT e.name, m.key FROM mudanza_entity_mappings m JOIN mudanza_entities e ON e.id = m.entity"))
raw = set(target.execute("SELECT e.name, r.key FROM mudanza_raw_entities r JOIN mudanza_entities e ON e.id = r.entity"))
somewhere = kept | raw
of_profile = {entity for entity, _, _ in expected}
judged, wrong = Counter(), []


def tell(row, outcome):
    place = row["entity_type"], row["canonical_uuid"]
    ended = ("rejected %s%s" % (rejects[place][0], " by its parent" if rejects[place][1] else "") if place in rejects else
             "skipped " + skips[place] if place in skips else
             "kept" if place in kept else "raw" if place in raw else "nowhere")
    wrong.append("%s %s, %s of %s: wanted %s, ended %s with issues %s" % (
        *place, row["kind"], row["field"], outcome, ended, sorted(issues[place])))


for row in truth:
    place = row["entity_type"], row["canonical_uuid"]
    what = row["entity_type"], row["kind"], row["field"]
    outcome = expected.get(what, None if row["entity_type"] in of_profile else "raw")
    if outcome is None:
        wrong.append("the table says nothing of %s, %s of %s" % what)
        continue
    verb, _, code = outcome.partition(" ")
    if verb != "rejected" and rejects.get(place, ("", 0))[1]:
        verb, code = "rejected", rejects[place][0]
        judged["rejected by a parent"] += 1
    elif verb != "skipped" and place in skips:  # on purpose, whatever its damage
        judged["skipped whatever its damage"] += 1
        continue
    else:
        judged[verb + (" with its issue" if verb == "kept" and code else "")] += 1
    if verb == "rejected":
        good = rejects.get(place, ("",))[0] == code and place not in somewhere
    elif verb == "skipped":
        good = skips.get(place) == code and place not in somewhere and place not in rejects
    elif verb == "raw":
        good = place in raw and place not in rejects
    else:
        good = place in somewhere and place not in rejects and (not code or code in issues[place])
    if not good:
        tell(row, outcome)

damaged = {(row["entity_type"], row["canonical_uuid"]) for row in truth}
for place, (code, by_parent) in rejects.items():
    if place not in damaged and not by_parent:
        wrong.append("%s %s was healthy and is rejected: %s" % (*place, code))

source = reader(source_path)
for (entity,) in source.execute("SELECT entity_type FROM _entities").fetchall():
    for (key,) in source.execute(f'SELECT canonical_uuid FROM "{entity}"'):
        ends = ((entity, key) in rejects) + ((entity, key) in somewhere)
        skipped = not ends and cache.execute("SELECT count(*) FROM _skips WHERE entity = ? AND key = ?", (entity, key)).fetchone()[0]
        if ends + skipped != 1:
            wrong.append("%s %s has %d ends" % (entity, key, ends + skipped))

print("judged %d:" % len(truth), ", ".join("%d %s" % (n, word) for word, n in sorted(judged.items())))
print("rejected by a parent, of all rows:", sum(1 for _, by_parent in rejects.values() if by_parent))
print("\n".join(wrong[:40]))
print("%d rows ended otherwise" % len(wrong))
sys.exit(1 if wrong else 0)
