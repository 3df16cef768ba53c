"""Odd and broken DPMF files made from one small clinic, each with the verdict it deserves.

    odd_dpmf.py make FOLDER             writes the files and cases.tsv (file, passphrase, verdict, code, why)
    odd_dpmf.py judge FOLDER MUDANZA    makes them and compares `mudanza dpmf verify --json` on each

The verdicts are judged from mudanza-dpmf(5), never from what the reader says: what opens and is harmless is
accept; what opens but loses or changes something is accept:warn, and the warning's code is given; the rest is
refused with its class. Needs python3-zstandard and python3-cryptography.
"""
import hashlib
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

PASSPHRASE = "correct horse battery staple"
MAX_SECONDS = 10
SIX = "canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at"
TYPED = ("canonical_uuid TEXT PRIMARY KEY, source_id TEXT NOT NULL, source_system TEXT NOT NULL, payload TEXT"
         " NOT NULL, raw_source_data TEXT NOT NULL, extracted_at TEXT NOT NULL")
TABLES = {
    "_meta": "CREATE TABLE _meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "_entities": "CREATE TABLE _entities (entity_type TEXT PRIMARY KEY, row_count INTEGER NOT NULL,"
                 " schema_version TEXT NOT NULL)",
    "_files": "CREATE TABLE _files (canonical_uuid TEXT PRIMARY KEY, parent_entity_type TEXT NOT NULL,"
              " parent_canonical_uuid TEXT NOT NULL, relative_path TEXT NOT NULL,"
              " declared_size_bytes INTEGER, sha256 TEXT, mime_hint TEXT)",
    "_warnings": "CREATE TABLE _warnings (id INTEGER PRIMARY KEY AUTOINCREMENT, entity_type TEXT, source_id"
                 " TEXT, severity TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, raw_data TEXT)",
    "patient": f"CREATE TABLE patient ({TYPED})",
    "payment": f"CREATE TABLE payment ({TYPED})",
}
# The same columns without types, keys or constraints: values stay as they are put in.
LOOSE = {
    "_meta": "CREATE TABLE _meta (key, value)",
    "_entities": "CREATE TABLE _entities (entity_type, row_count, schema_version)",
    "_files": "CREATE TABLE _files (canonical_uuid, parent_entity_type, parent_canonical_uuid, relative_path,"
              " declared_size_bytes, sha256, mime_hint)",
    "_warnings": "CREATE TABLE _warnings (id, entity_type, source_id, severity, code, message, raw_data)",
    "patient": f"CREATE TABLE patient ({SIX})",
}
CONTENT = """
INSERT INTO _meta VALUES ('format_version', '0.1.0'), ('source_system', 'gesden'),
  ('source_adapter_version', '0.0.3'), ('exporter_tool', 'odd_dpmf.py'), ('exporter_version', '1'),
  ('exported_at', '2026-11-01T00:00:00+00:00'), ('tenant_label', 'clínica'),
  ('integrity_hash_algo', 'sha256');
INSERT INTO _entities VALUES ('patient', 0, '0.1.0'), ('payment', 0, '0.1.0');
INSERT INTO patient VALUES
  ('a1', '1', 'gesden', '{"given_name":"Ana"}', '{"Id":1}', '2026-11-01T00:00:00+00:00'),
  ('b2', '2', 'gesden', '{"given_name":"Zoë"}', '{}', '2026-11-01T00:00:00+00:00');
INSERT INTO payment VALUES ('c3', '1', 'gesden', '{"amount":"12.50"}', '{}', '2026-11-01T00:00:00+00:00');
INSERT INTO _files VALUES ('f1', 'patient', 'a1', 'rx/1.jpg', 12, NULL, NULL);
INSERT INTO _warnings VALUES (1, NULL, NULL, 'info', 'export.summary', 'done', NULL);
"""
HASHED = (("_files", "canonical_uuid, parent_entity_type, parent_canonical_uuid, relative_path,"
                     " declared_size_bytes, sha256, mime_hint", "canonical_uuid"),
          ("_warnings", "id, entity_type, source_id, severity, code, message, raw_data", "id"))


def integrity_hash(db):
    db.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    digest = hashlib.sha256()

    def feed(label, sql):
        for row in db.execute(sql):
            line = "|".join([label, *map(str, row)]) + "\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
    feed("_entities", "SELECT entity_type, row_count, schema_version FROM _entities ORDER BY entity_type")
    for kind, in db.execute("SELECT entity_type FROM _entities ORDER BY entity_type").fetchall():
        feed(kind, f'SELECT canonical_uuid, source_id, source_system, payload, raw_source_data FROM "{kind}"'
                   " ORDER BY canonical_uuid")
    for table, columns, order in HASHED:
        feed(table, f"SELECT {columns} FROM {table} ORDER BY {order}")
    return digest.hexdigest()


def text(value):
    """Any text, any bytes, as an SQL literal of type TEXT."""
    raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return f"CAST(x'{raw.hex()}' AS TEXT)"


def clinic(sql="", *, before="", late="", loose=(), tables=None, page_size=1024, encoding="UTF-8",
           counts=True, sealed=True):
    """The bytes of a raw file. before: pragmas; sql: changes that the hash covers; late: what it does not."""
    ddl = {**TABLES, **{name: LOOSE[name] for name in loose}, **(tables or {})}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "x.dpm")
        db = sqlite3.connect(path, isolation_level=None)
        db.executescript(f"PRAGMA page_size={page_size}; PRAGMA encoding='{encoding}'; PRAGMA user_version=1;"
                         "PRAGMA journal_mode=OFF; PRAGMA ignore_check_constraints=ON;" + before)
        db.executescript("BEGIN;" + ";".join(ddl.values()) + ";" + CONTENT + sql + ";COMMIT")
        if counts:
            for kind in ("patient", "payment"):
                db.execute(f"UPDATE _entities SET row_count = (SELECT count(*) FROM {kind})"
                           f" WHERE entity_type = '{kind}'")
        if sealed:
            db.execute("INSERT INTO _meta VALUES ('integrity_hash', ?)", (integrity_hash(db),))
        db.executescript(late)
        db.close()
        return path.read_bytes()


def one_document(output):
    if output.count(b"\n") != 1 or not output.endswith(b"\n"):
        raise ValueError("not exactly one line")
    return json.loads(output)


def judge(mudanza, path, case, temp):
    """What is wrong with the answer for one file; an empty list when nothing is."""
    command = [mudanza, "--json", "dpmf", "verify", str(path)]
    environment = {**os.environ, "TMPDIR": str(temp)}
    if case.passphrase:
        environment["MUDANZA_PASSPHRASE"] = case.passphrase
    before, began = sorted(os.listdir(path.parent)), time.monotonic()
    done = subprocess.run(command, capture_output=True, env=environment, stdin=subprocess.DEVNULL)
    took = time.monotonic() - began
    try:
        document = one_document(done.stdout)
        verdict, codes = document["verdict"], [w["code"] for w in document["warnings"]]
    except (ValueError, KeyError) as error:
        return [f"no document: {error}; exit {done.returncode}; {done.stdout[:200]!r} {done.stderr[:200]!r}"]
    wrong = []
    if verdict != case.verdict:
        wrong.append(f"{verdict}, not {case.verdict} ({document['reason']} {codes})")
    elif case.code and set(codes) != set(case.code.split()):
        wrong.append(f"warnings {codes}, not {case.code}")
    if done.returncode != (8 if verdict == "reject:passphrase" else 6 if verdict.startswith("reject:") else 0):
        wrong.append(f"exit {done.returncode}")
    if bool(document["reason"]) != verdict.startswith("reject:"):
        wrong.append(f"reason {document['reason']!r}")
    if took > MAX_SECONDS:
        wrong.append(f"{took:.1f} s")
    if os.listdir(temp) or sorted(os.listdir(path.parent)) != before:
        wrong.append("left a file behind")
    return wrong


def main(arguments):
    import odd_dpmf_layers
    import odd_dpmf_tables
    import odd_dpmf_rows
    cases = odd_dpmf_layers.cases() + odd_dpmf_tables.cases() + odd_dpmf_rows.cases()
    action, folder = arguments[0], pathlib.Path(arguments[1])
    folder.mkdir(parents=True, exist_ok=True)
    names = [case.name for case in cases]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"two cases of one name: {twice}"
    for case in cases:
        (folder / case.name).write_bytes(case.make())
    with open(folder / "cases.tsv", "w", encoding="utf-8") as out:
        for case in cases:
            out.write("\t".join((case.name, case.passphrase, case.verdict, case.code, case.why)) + "\n")
    if action == "make":
        return 0
    failed = 0
    with tempfile.TemporaryDirectory() as temp:
        for case in cases:
            for wrong in judge(arguments[2], folder / case.name, case, temp):
                failed += 1
                print(f"{case.name}: {wrong}\n    {case.why}")
    print(f"{len(cases)} files, {failed} complaints")
    return 1 if failed else 0


class Case:
    def __init__(self, name, verdict, why, make, code="", passphrase=""):
        assert (verdict == "accept:warn") == bool(code), name
        self.name, self.verdict, self.why, self.make = name, verdict, why, make
        self.code, self.passphrase = code, passphrase


if __name__ == "__main__":
    sys.modules["odd_dpmf"] = sys.modules["__main__"]
    sys.exit(main(sys.argv[1:]))
