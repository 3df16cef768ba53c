"""pg_rows.py DATABASE - print what a run left in a PostgreSQL target, in an order of its own.

As target_rows.py does for the embedded target: every row of every table, one line each, sorted; of the ledger
only what does not depend on how often or in how many pieces a run worked. Where the server is, libpq's own
variables say. Other scripts take `copies` from here.
"""

import os
import re
import subprocess
import sys

LEDGER = {
    "mudanza.entity_mappings": """
        SELECT s.clinic_id, s.source_system, e.name, m.key, replace(t.name, 'mudanza.', 'mudanza_'), m.id, m.linked,
            m.source_hash, m.absent IS NOT NULL
        FROM mudanza.entity_mappings m JOIN mudanza.scopes s ON s.id = m.scope
        JOIN mudanza.entities e ON e.id = m.entity LEFT JOIN mudanza.tables t ON t.id = m.table_id""",
    "mudanza.raw_entities": """
        SELECT s.clinic_id, s.source_system, e.name, r.key, r.source_id, r.source_hash, r.content, r.absent IS NOT NULL
        FROM mudanza.raw_entities r JOIN mudanza.scopes s ON s.id = r.scope
        JOIN mudanza.entities e ON e.id = r.entity""",
    "mudanza.absent_parts": """
        SELECT s.clinic_id, s.source_system, e.name, p.key, t.name, p.id
        FROM mudanza.absent_parts p JOIN mudanza.scopes s ON s.id = p.scope
        JOIN mudanza.entities e ON e.id = p.entity JOIN mudanza.tables t ON t.id = p.table_id
        WHERE p.back IS NULL""",
    "mudanza.warnings": """
        SELECT s.clinic_id, s.source_system, e.name, w.step, w.key, w.code, w.detail
        FROM mudanza.warnings w JOIN mudanza.scopes s ON s.id = w.scope
        JOIN mudanza.entities e ON e.id = w.entity""",
}
SESSION = "-c timezone=UTC -c datestyle=ISO -c extra_float_digits=1 -c client_encoding=UTF8"
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
MARK = "\\!"  # begins no line of COPY: there a backslash is always part of an escape
TABLES = """SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"""
COLUMNS = """SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum"""


def copies(database, queries):
    """For each query its lines in COPY's text format, all of one moment."""
    script = ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"]
    for name, query in queries.items():
        script += [f"\\echo '\\{MARK}{name}'", f"COPY ({query}) TO STDOUT;"]
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database], input="\n".join(script) + "\n",
                          env={**os.environ, "PGOPTIONS": SESSION}, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"psql: {done.stderr}")
    seen, lines = {}, None
    for line in done.stdout.split("\n")[:-1]:
        if line.startswith(MARK):
            lines = seen[line[len(MARK):]] = []
        else:
            lines.append(line)
    return seen


def fields(line):
    """The values of a line; None for NULL."""
    return [None if x == "\\N" else re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), x) for x in line.split("\t")]


def tables(database):
    """Of each table its columns, as (name, type)."""
    seen = {}
    for line in copies(database, {"columns": COLUMNS})["columns"]:
        table, column, kind = fields(line)
        seen.setdefault(table, []).append((column, kind))
    return seen


def rows(database):
    """Every table with its rows as sorted lines."""
    queries = {name: f'SELECT * FROM public."{name}"' for name in copies(database, {"tables": TABLES})["tables"]}
    return {name: sorted(lines) for name, lines in copies(database, {**queries, **LEDGER}).items()}


def main():
    for table, lines in rows(sys.argv[1]).items():
        print(f"{table}: {len(lines)}")
        for line in lines:
            print(f"{table} {line}")


if __name__ == "__main__":
    main()
