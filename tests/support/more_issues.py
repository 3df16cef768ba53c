#!/usr/bin/env python3
"""Adds issues to a control.db, as many as asked for: of several codes, entities and causes, some decided.

usage: more_issues.py CONTROL.DB NUMBER
"""

import sqlite3
import sys

INSERT = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :most - 1)
INSERT OR IGNORE INTO issues(step, entity, key, field, code, severity, detail, first_run, last_run, state, by, fp,
                             source_id, origin)
SELECT format('%s/validate', entity), entity, format('%08x-made', i * 7919 % 4294967291), 'field_' || i % 3,
       format('%s.made_%d', entity, i % 40), iif(i % 50 = 0, 'error', 'warning'),
       iif(i % 4 = 0, format('cause %d', i % 12), NULL), 1, run, iif(i % 500 = 7, 'ignored', 'open'),
       iif(i % 500 = 7, 'somebody', NULL), format('%016x', i), format('S-%d', i), i
FROM (SELECT i, CASE i % 5 WHEN 0 THEN 'patient' WHEN 1 THEN 'appointment' WHEN 2 THEN 'budget' WHEN 3 THEN 'payment'
                ELSE 'professional' END AS entity, (SELECT max(run) FROM runs) AS run FROM n)
"""


def main():
    path, most = sys.argv[1], int(sys.argv[2])
    db = sqlite3.connect(path)
    with db:
        db.execute(INSERT, {"most": most})
    print(db.execute("SELECT count(*) FROM issues").fetchone()[0], "issues")


if __name__ == "__main__":
    main()
