"""judge_rollback.py - people at work on a migrated target, and what a rollback may leave of it.

    judge_rollback.py rows TARGET.db               every row but those of the ledger, sorted, one JSON line each
    judge_rollback.py seed PROFILE_DIR NEW.db      the target as it was before the first run
    judge_rollback.py edit TARGET.db EDITS.json    ten rows edited by hand, one added below a migrated one
    judge_rollback.py judge TARGET.db SEED.db EDITS.json DOCUMENT.json
                                                   after the rollback: what stayed is what had to, and is listed

What has to stay is found here from the foreign keys of the target alone: the edited rows, all they refer to,
and all the added row refers to. A clinical note needs its appointment, which no foreign key says.
"""

import json
import sqlite3
import sys

EDITED = {"patients": (3, "address"), "appointments": (2, "treatment_type"), "budget_items": (2, "notes"),
          "clinical_notes": (1, "body"), "payments": (1, "notes"), "users": (1, "first_name")}


def tables(db):
    return [name for (name,) in db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE 'mudanza_%' ORDER BY name")]


def rows(db):
    for table in tables(db):
        for row in sorted(json.dumps(r, ensure_ascii=False, default=bytes.hex) for r in db.execute(f'SELECT * FROM "{table}"')):
            yield f"{table} {row}"


def key_of(db, table):
    return next(name for _, name, _, _, _, pk in db.execute(f"PRAGMA table_info({table})") if pk == 1)


def identities(db):
    return {(table, i) for table in tables(db) for (i,) in db.execute(f'SELECT "{key_of(db, table)}" FROM "{table}"')}


def parents(db, table, i):
    for _, _, above, column, to, *_ in db.execute(f"PRAGMA foreign_key_list({table})"):
        for (value,) in db.execute(f'SELECT "{column}" FROM "{table}" WHERE "{key_of(db, table)}" = ?', (i,)):
            if value is not None:
                yield above, value
    if table == "clinical_notes":
        yield from db.execute("SELECT 'appointments', owner_id FROM clinical_notes WHERE id = ?", (i,))


def ours(db, table):
    return [i for (i,) in db.execute(
        "SELECT DISTINCT e.value FROM mudanza_journal j, json_each(j.ids) e WHERE j.operation = 'insert'"
        " AND j.table_id = (SELECT id FROM mudanza_tables WHERE name = ?) ORDER BY 1", (table,))]


def edit(db, path):
    db.execute("PRAGMA foreign_keys = ON")
    changed = []
    for table, (n, column) in EDITED.items():
        found = ours(db, table)
        for i in found[:: max(1, len(found) // n)][:n]:
            db.execute(f'UPDATE "{table}" SET "{column}" = \'{{"by": "hand"}}\' WHERE id = ?', (i,))
            changed.append([table, i])
    assert len(changed) == 10, changed
    patient = next(p for p in reversed(ours(db, "patients")) if ["patients", p] not in changed)
    model = db.execute("SELECT * FROM appointments LIMIT 1")
    row = dict(zip([c[0] for c in model.description], model.fetchone()))
    row.update(id="0a0d0000-0000-4000-8000-000000000001", patient_id=patient, cabinet_id=None,
               professional_id=db.execute("SELECT id FROM users WHERE email = 'admin@example.invalid'").fetchone()[0])
    db.execute(f"INSERT INTO appointments ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    db.commit()
    json.dump({"changed": changed, "added": ["appointments", row["id"]]}, open(path, "w", encoding="utf-8"))


def judge(db, seed, edits, document):
    before, now = identities(seed), identities(db)
    changed, added = {tuple(c) for c in edits["changed"]}, tuple(edits["added"])
    stays, todo = set(changed), [*changed, added]
    while todo:
        for parent in parents(db, *todo.pop()):
            if parent not in before and parent not in stays:
                stays.add(parent)
                todo.append(parent)
    listed = {(k["table"], k["id"]): k for k in document["kept"]}
    assert now == before | stays | {added}, (now - before - stays - {added}, stays - now, before - now)
    assert set(listed) == stays, (set(listed) - stays, stays - set(listed))
    for row, kept in listed.items():
        assert kept["reason"] == ("changed" if row in changed else "built_upon"), kept
        assert row in changed or kept["built"], kept
    assert {t["table"]: t["kept"] for t in document["tables"] if t["kept"]} == {
        table: sum(r[0] == table for r in stays) for table, _ in stays}, document["tables"]
    mapped = {(t, i) for t, i in db.execute(
        "SELECT n.name, m.id FROM mudanza_entity_mappings m JOIN mudanza_tables n ON n.id = m.table_id WHERE NOT m.linked")}
    assert mapped <= stays and {r for r in stays if r[0] in ("patients", "budgets", "payments")} <= mapped, mapped
    assert not db.execute("PRAGMA foreign_key_check").fetchall()


what, path, *more = sys.argv[1:]
if what == "seed":
    target = sqlite3.connect(more[0])
    for name in ("schema", "seed"):
        with open(f"{path}/{name}.sqlite.sql", encoding="utf-8") as sql:
            target.executescript(sql.read())
    target.commit()
    sys.exit()
target = sqlite3.connect(path)
if what == "rows":
    for line in rows(target):
        print(line)
elif what == "edit":
    edit(target, more[0])
else:
    judge(target, sqlite3.connect(more[0]), *(json.load(open(name, encoding="utf-8")) for name in more[1:]))
