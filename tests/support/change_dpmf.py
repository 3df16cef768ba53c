"""change_dpmf.py IN.dpm OUT.dpm SQL - a raw DPMF with other content, its counts and its seal made to fit.

What SQL drops is taken out of the list of entities too; a table it makes is put into it.
"""

import shutil
import sqlite3
import sys

from odd_dpmf import integrity_hash

shutil.copyfile(sys.argv[1], sys.argv[2])
db = sqlite3.connect(sys.argv[2], isolation_level=None)
db.executescript(sys.argv[3])
kinds = [kind for (kind,) in db.execute(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite_%'")]
db.execute("DELETE FROM _entities WHERE entity_type NOT IN (SELECT name FROM sqlite_master)")
for kind in kinds:
    db.execute("INSERT OR REPLACE INTO _entities SELECT ?1, (SELECT count(*) FROM \"%s\"),"
               " coalesce((SELECT schema_version FROM _entities WHERE entity_type = ?1), '0.1.0')" % kind, (kind,))
db.execute("UPDATE _meta SET value = ? WHERE key = 'integrity_hash'", (integrity_hash(db),))
