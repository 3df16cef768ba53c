"""same_target.py TARGET.db DATABASE - whether an embedded target and a PostgreSQL one hold the same rows.

Every table of the application, column for column, and of the ledger which source row became which row. Values are
brought to one text by the column's type in PostgreSQL: numbers and JSON by value, instants in UTC. Prints how many
rows were compared, or what differs (columns and keys of rows that were invented for a test).
"""

import collections
import datetime
import decimal
import json
import sqlite3
import sys

sys.dont_write_bytecode = True
import pg_rows  # noqa: E402
import target_rows  # noqa: E402


def number(text):
    value = decimal.Decimal(str(text))
    return format(value.normalize() if value else decimal.Decimal(0), "f")


def document(text):
    def constant(text):
        raise ValueError(f"{text} is no JSON")
    value = json.loads(text, parse_float=number, parse_int=number, parse_constant=constant)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def instant(text):
    value = datetime.datetime.fromisoformat(text)
    return value.astimezone(datetime.timezone.utc).isoformat() if value.tzinfo else value.isoformat()


def truth(value):
    return {"t": "true", "f": "false", 1: "true", 0: "false", "1": "true", "0": "false"}[value]


def octets(value):
    return value.hex() if isinstance(value, bytes) else value.removeprefix("\\x").lower()


CANONICAL = {
    "uuid": lambda x: str(x).lower(),
    "boolean": truth,
    "smallint": number, "integer": number, "bigint": number, "numeric": number,
    "double precision": lambda x: repr(float(x)),
    "json": document, "jsonb": document,
    "timestamp with time zone": instant, "timestamp without time zone": instant,
    "bytea": octets,
}


def canonical(kinds, row):
    return tuple(None if x is None else CANONICAL.get(kind, str)(x) for kind, x in zip(kinds, row))


def differences(table, names, lite, pg):
    """Lines that say what differs; rows that share their first value are compared column by column."""
    only_lite = list((collections.Counter(lite) - collections.Counter(pg)).elements())
    only_pg = list((collections.Counter(pg) - collections.Counter(lite)).elements())
    if not only_lite and not only_pg:
        return []
    told = [f"{table}: {len(only_lite)} rows only in SQLite, {len(only_pg)} only in PostgreSQL"]
    by_id = {row[0]: row for row in only_pg}
    columns = collections.Counter()
    for row in only_lite:
        for name, a, b in zip(names, row, by_id.get(row[0], row)):
            if a != b:
                if not columns[name]:
                    told.append(f"  {row[0]} {name}: SQLite {a!r:.150}, PostgreSQL {b!r:.150}")
                columns[name] += 1
    told += [f"  {name}: {n} rows" for name, n in columns.items()]
    return told


def main():
    path, database = sys.argv[1:]
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    here = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("sqlite_", "mudanza_"))}
    columns = pg_rows.tables(database)
    told = [f"table {name} is in one of them only" for name in sorted(here ^ set(columns))]
    queries = {name: "SELECT " + ", ".join(f'"{x}"' for x, _ in columns[name]) + f' FROM "{name}"' for name in columns}
    there = pg_rows.copies(database, {**queries, **pg_rows.LEDGER})
    count = 0
    for name in sorted(here & set(columns)):
        kinds = [kind for _, kind in columns[name]]
        lite = [canonical(kinds, row) for row in db.execute(queries[name])]
        pg = [canonical(kinds, pg_rows.fields(line)) for line in there[name]]
        told += differences(name, [x for x, _ in columns[name]], lite, pg)
        count += len(lite)
    for name in pg_rows.LEDGER:
        lite = [[x if x is None else str(x) for x in row] for row in db.execute(target_rows.LEDGER[name.replace(".", "_")])]
        pg = [[None if x is None else octets(x).upper() if x.startswith("\\x") else {"t": "1", "f": "0"}.get(x, x)
               for x in pg_rows.fields(line)] for line in there[name]]
        told += differences(name, [f"column {n}" for n in range(20)], list(map(tuple, lite)), list(map(tuple, pg)))
        count += len(lite)
    print("\n".join(told) if told else f"{count} rows are the same")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
