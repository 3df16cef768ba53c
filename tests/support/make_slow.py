#!/usr/bin/python3
"""make_slow.py FOLDER - write DPMF files whose schema would keep a reader busy for ever, or fill its memory.

The letter before the first dash is how each is judged: a: accepted, r: refused, e: either.
"""

import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.dont_write_bytecode = True
from make_worst import SIX, TABLES  # noqa: E402

COSTLY = "x LIKE '%a%a%a%a%a%a%a%a%a%b'"  # of a text with a thousand a
LONG = "'" + "a" * 1000 + "'"
NESTED = "(" * 40 + "1" + "+1)" * 40
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


def columns(more="", key="PRIMARY KEY"):
    return SIX.replace("canonical_uuid", "canonical_uuid TEXT " + key) + more


FILES = {
    "e-view": f"CREATE VIEW v AS {ENDLESS}; CREATE TABLE patient ({columns()})",
    "r-view-as-entity": f"CREATE VIEW patient AS SELECT i AS {', i AS '.join(SIX.split(', '))} FROM ({ENDLESS})",
    "e-trigger": f"CREATE TABLE patient ({columns()});"
                 f"CREATE TRIGGER t AFTER INSERT ON patient BEGIN INSERT INTO _meta {ENDLESS.replace('SELECT i', 'SELECT i, i')}; END",
    "e-expression-index": f"CREATE TABLE patient ({columns()}); CREATE INDEX i ON patient (source_id LIKE '%a%b')",
    "e-partial-index": f"CREATE TABLE patient ({columns()}); CREATE INDEX i ON patient (payload) WHERE source_id LIKE '%a%b'",
    "e-check": f"CREATE TABLE patient ({columns(', CHECK (' + NESTED + ')')})",
    "e-costly-check": f"CREATE TABLE patient ({columns()});"
                      f"CREATE TABLE other (x, y CHECK ({COSTLY})); PRAGMA ignore_check_constraints=1; INSERT INTO other VALUES ({LONG}, 1)",
    "r-generated": f"CREATE TABLE patient ({columns(', g AS (source_id) NOT NULL')})",
    "e-generated-elsewhere": f"CREATE TABLE patient ({columns()}); CREATE TABLE other (x, g AS ({COSTLY}) NOT NULL);"
                             "PRAGMA ignore_check_constraints=1",
    "r-thousands-of-columns": f"CREATE TABLE patient ({columns(''.join(f', c{i}' for i in range(1900)))})",
    "a-without-rowid": f"CREATE TABLE patient ({columns()}) WITHOUT ROWID; INSERT INTO patient VALUES "
                       "('b', 's', 'gesden', '{}', '{}', 't'), ('a', 's', 'gesden', '{}', '{}', 't')",
    "a-strict": "CREATE TABLE patient (" + SIX.replace(",", " TEXT,") + " TEXT) STRICT; INSERT INTO patient VALUES "
                "('b', 's', 'gesden', '{}', '{}', 't'), ('a', 's', 'gesden', '{}', '{}', 't')",
    "a-nocase": f"CREATE TABLE patient ({columns(key='COLLATE NOCASE PRIMARY KEY')}); INSERT INTO patient VALUES "
                "('B', 's', 'gesden', '{}', '{}', 't'), ('a', 's', 'gesden', '{}', '{}', 't')",
    "r-large-schema": "PRAGMA writable_schema=ON; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
                      "i < 60000) INSERT INTO sqlite_schema SELECT 'table', 't' || i, 't' || i, 2, "
                      f"'CREATE TABLE t' || i || '({', '.join(f'c{k}' for k in range(60))})' FROM n",
    "r-meta": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) INSERT INTO _meta "
              "SELECT i || hex(zeroblob(32000)), hex(zeroblob(32000)) FROM n",
}


def main():
    folder = Path(sys.argv[1])
    for name, statements in FILES.items():
        db = sqlite3.connect(folder / (name + ".dpm"), isolation_level=None)
        db.executescript("PRAGMA synchronous=OFF;" + TABLES)
        db.execute("INSERT INTO _entities VALUES ('patient', 0, '0.1.0')")
        db.executescript(statements)
        if name == "e-generated-elsewhere":  # the insert would never end either
            db.executescript(f"PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE other (x)' WHERE name = 'other'")
        db.close()
        if name == "e-generated-elsewhere":
            db = sqlite3.connect(folder / (name + ".dpm"), isolation_level=None)
            db.executescript(f"INSERT INTO other VALUES ({LONG}); PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql ="
                             f" 'CREATE TABLE other (x, g AS ({COSTLY.replace(chr(39), chr(39) * 2)}) NOT NULL)' WHERE name = 'other'")
            db.close()


if __name__ == "__main__":
    main()
