"""judge_rollback.py - people at work on a migrated target, and what a rollback may leave of it.

    judge_rollback.py rows TARGET                  every row but those of the ledger, sorted, one JSON line each
    judge_rollback.py seed PROFILE_DIR NEW.db      the target as it was before the first run
    judge_rollback.py edit TARGET EDITS.json       ten rows edited by hand, one added below a migrated one
    judge_rollback.py judge TARGET SEED EDITS.json DOCUMENT.json
                                                   after the rollback: what stayed is what had to, and is listed

A target is the path of an embedded one, NAME.db, or a database of the PostgreSQL that libpq's variables name.
What has to stay is found here from the foreign keys of the target alone: the edited rows, all they refer to,
and all the added row refers to. A clinical note needs its owner, which no foreign key says.
"""

import json
import sqlite3
import subprocess
import sys

from pg_rows import copies, fields

EDITED = {"patients": (3, "address"), "appointments": (2, "treatment_type"), "budget_items": (2, "notes"),
          "clinical_notes": (1, "body"), "payments": (1, "notes"), "users": (1, "first_name")}


class Embedded:
    """A target in a file."""

    ledger = "mudanza_"

    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("PRAGMA foreign_keys = ON")

    def ask(self, sql):
        return self.db.execute(sql).fetchall()

    def run(self, sql):
        self.db.execute(sql)
        self.db.commit()

    def tables(self):
        return [name for (name,) in self.ask(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name NOT LIKE 'mudanza_%' ORDER BY name")]

    def columns(self, table):
        return [c[1] for c in self.ask(f"PRAGMA table_info({table})")]

    def key_of(self, table):
        return next(name for _, name, _, _, _, pk in self.ask(f"PRAGMA table_info({table})") if pk == 1)

    def keys(self, table):
        return [(k[2], k[3], k[4]) for k in self.ask(f"PRAGMA foreign_key_list({table})")]

    def ours(self, table):
        return [i for (i,) in self.ask(
            "SELECT DISTINCT e.value FROM mudanza_journal j, json_each(j.ids) e WHERE j.operation = 'insert'"
            f" AND j.table_id = (SELECT id FROM mudanza_tables WHERE name = '{table}') ORDER BY 1")]

    def whole(self):
        return not self.ask("PRAGMA foreign_key_check")


class Postgres:
    """A target in a database."""

    ledger = "mudanza."

    def __init__(self, name):
        self.name = name

    def ask(self, sql):
        return [tuple(fields(line)) for line in copies(self.name, {"all": sql})["all"]]

    def run(self, sql):
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.name, "-c", sql], check=True)

    def tables(self):
        return [name for (name,) in self.ask(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1")]

    def columns(self, table):
        return [c for (c,) in self.ask(f"SELECT attname FROM pg_attribute WHERE attrelid = 'public.{table}'::regclass"
                                       " AND attnum > 0 AND NOT attisdropped ORDER BY attnum")]

    def key_of(self, table):
        return self.ask("SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum ="
                        f" i.indkey[0] WHERE i.indisprimary AND i.indrelid = 'public.{table}'::regclass")[0][0]

    def keys(self, table):
        return self.ask("SELECT p.relname, f.attname, t.attname FROM pg_constraint k JOIN pg_class p ON p.oid ="
                        " k.confrelid JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = k.conkey[1]"
                        " JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = k.confkey[1]"
                        f" WHERE k.contype = 'f' AND k.conrelid = 'public.{table}'::regclass")

    def ours(self, table):
        return [i for (i,) in self.ask(
            f"WITH n AS (SELECT id FROM mudanza.tables WHERE name = '{table}') SELECT id FROM (SELECT m.id FROM"
            " mudanza.entity_mappings m JOIN n ON n.id = m.table_id WHERE NOT m.linked UNION SELECT unnest(j.ids) FROM"
            " mudanza.journal j JOIN n ON n.id = j.table_id WHERE j.operation = 'insert') x ORDER BY 1")]

    def whole(self):
        return True  # the server does not let it be otherwise


def opened(name):
    return Embedded(name) if name.endswith(".db") else Postgres(name)


def rows(db):
    for table in db.tables():
        for row in sorted(json.dumps(r, ensure_ascii=False, default=bytes.hex) for r in db.ask(f'SELECT * FROM "{table}"')):
            yield f"{table} {row}"


def identities(db):
    return {(table, i) for table in db.tables() for (i,) in db.ask(f'SELECT "{db.key_of(table)}" FROM "{table}"')}


def parents(db, table, i):
    for above, column, to in db.keys(table):
        for (value,) in db.ask(f"""SELECT "{column}" FROM "{table}" WHERE "{db.key_of(table)}" = '{i}'"""):
            if value is not None:
                yield above, value
    if table == "clinical_notes":
        yield from db.ask(f"SELECT owner_type || 's', owner_id FROM clinical_notes WHERE id = '{i}'")


def edit(db, path):
    changed = []
    for table, (n, column) in EDITED.items():
        found = db.ours(table)
        for i in found[:: max(1, len(found) // n)][:n]:
            db.run(f"""UPDATE "{table}" SET "{column}" = '{{"by": "hand"}}' WHERE id = '{i}'""")
            changed.append([table, i])
    assert len(changed) == 10, changed
    patient = next(p for p in reversed(db.ours("patients")) if ["patients", p] not in changed)
    ((admin,),) = db.ask("SELECT id FROM users WHERE email = 'admin@example.invalid'")
    new = {"id": "'0a0d0000-0000-4000-8000-000000000001'", "patient_id": f"'{patient}'", "cabinet_id": "NULL",
           "professional_id": f"'{admin}'"}
    columns = db.columns("appointments")
    db.run(f"INSERT INTO appointments ({', '.join(columns)}) SELECT {', '.join(new.get(c, c) for c in columns)}"
           " FROM appointments LIMIT 1")
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"changed": changed, "added": ["appointments", new["id"].strip("'")]}, out)


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
    mapped = {(t, i) for t, i in db.ask(f"SELECT n.name, m.id FROM {db.ledger}entity_mappings m"
                                        f" JOIN {db.ledger}tables n ON n.id = m.table_id WHERE NOT m.linked")}
    assert mapped <= stays and {r for r in stays if r[0] in ("patients", "budgets", "payments")} <= mapped, mapped
    assert db.whole()


def main():
    what, path, *more = sys.argv[1:]
    if what == "seed":
        target = sqlite3.connect(more[0])
        for name in ("schema", "seed"):
            with open(f"{path}/{name}.sqlite.sql", encoding="utf-8") as sql:
                target.executescript(sql.read())
        target.commit()
        return
    target = opened(path)
    if what == "rows":
        for line in rows(target):
            print(line)
    elif what == "edit":
        edit(target, more[0])
    else:
        judge(target, opened(more[0]), *(json.load(open(name, encoding="utf-8")) for name in more[1:]))


main()
