"""target_rows.py TARGET.db - print what a run left in the embedded target, in an order of its own.

Every row of every table, one JSON line each, sorted; of the ledger only what does not depend on how often
or in how many pieces a run worked: which row became which, and the rows kept raw.
"""

import json
import sqlite3
import sys

LEDGER = {
    "mudanza_entity_mappings": """
        SELECT s.clinic_id, s.source_system, e.name, m.key, t.name, m.id, m.linked, hex(m.source_hash),
               m.absent IS NOT NULL
        FROM mudanza_entity_mappings m JOIN mudanza_scopes s ON s.id = m.scope
        JOIN mudanza_entities e ON e.id = m.entity LEFT JOIN mudanza_tables t ON t.id = m.table_id""",
    "mudanza_raw_entities": """
        SELECT s.clinic_id, s.source_system, e.name, r.key, r.source_id, hex(r.source_hash), hex(r.content),
               r.absent IS NOT NULL
        FROM mudanza_raw_entities r JOIN mudanza_scopes s ON s.id = r.scope
        JOIN mudanza_entities e ON e.id = r.entity""",
    "mudanza_absent_parts": """
        SELECT s.clinic_id, s.source_system, e.name, p.key, t.name, p.id
        FROM mudanza_absent_parts p JOIN mudanza_scopes s ON s.id = p.scope
        JOIN mudanza_entities e ON e.id = p.entity JOIN mudanza_tables t ON t.id = p.table_id
        WHERE p.back IS NULL""",
    "mudanza_warnings": """
        SELECT s.clinic_id, s.source_system, e.name, w.step, w.key, w.code, w.detail
        FROM mudanza_warnings w JOIN mudanza_scopes s ON s.id = w.scope
        JOIN mudanza_entities e ON e.id = w.entity""",
}


def main():
    db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    tables = [name for (name,) in db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
    for table in tables:
        if table.startswith("mudanza_") and table not in LEDGER:
            continue
        rows = db.execute(LEDGER.get(table, f'SELECT * FROM "{table}"'))
        lines = sorted(json.dumps(row, ensure_ascii=False, default=bytes.hex) for row in rows)
        print(f"{table}: {len(lines)}")
        for line in lines:
            print(f"{table} {line}")


if __name__ == "__main__":
    main()
