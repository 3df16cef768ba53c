#!/usr/bin/python3
"""make_worst.py FOLDER - write DPMF files that ask for as much memory as a reader may be made to give.

They are sound or not; what matters is the memory. The passphrase of the encrypted ones is "worst".
"""

import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.dont_write_bytecode = True
import make_dpmf  # noqa: E402

MIB = 1 << 20
SIX = "canonical_uuid, source_id, source_system, payload, raw_source_data, extracted_at"
TABLES = """
CREATE TABLE _meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO _meta VALUES ('format_version', '0.1.0');
CREATE TABLE _entities (entity_type TEXT PRIMARY KEY, row_count INTEGER NOT NULL, schema_version TEXT NOT NULL);
CREATE TABLE _files (canonical_uuid TEXT PRIMARY KEY, parent_entity_type, parent_canonical_uuid, relative_path,
    declared_size_bytes, sha256, mime_hint);
CREATE TABLE _warnings (id INTEGER PRIMARY KEY, entity_type, source_id, severity, code, message, raw_data);
"""


def database(path, encoding="UTF-8", filler=0, key="TEXT PRIMARY KEY", **tables):
    """tables: for each its rows, (key, payload); filler: bytes in a table that nobody lists."""
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA encoding='{encoding}'")
    db.executescript(TABLES)
    for name, rows in tables.items():
        own_key = "TEXT" if name.startswith("plain") else key
        db.execute(f"CREATE TABLE {name} ({SIX.replace('canonical_uuid', 'canonical_uuid ' + own_key)})")
        db.executemany(f"INSERT INTO {name} VALUES (?, 's', 'gesden', ?, '{{}}', '2026-01-01')", rows)
        db.execute("INSERT INTO _entities SELECT ?, count(*), '0.1.0' FROM " + name, (name,))
    if filler:
        db.execute("CREATE TABLE filler (x)")
        db.executemany("INSERT INTO filler VALUES (zeroblob(?))", [(8 * MIB,)] * (filler // (8 * MIB)))
    db.commit()
    db.close()
    return path


def widest(path, table, encoding, letter):
    """One row, and in each of its columns a value of just the size that is allowed."""
    db = sqlite3.connect(database(path, encoding, patient=[]))
    value = letter * (17 * MIB // len(letter.encode(encoding)) - 9)
    columns = 7 if table == "_files" else 6
    db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", [value] * columns)
    db.commit()
    db.close()


def text(size):
    return '{"a":"' + "x" * (size - 8) + '"}'


def packed(source, target):
    """A frame with the largest window that is accepted, all of which is used."""
    import zstandard
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=27)
    with source.open("rb") as plain, target.open("wb") as out:
        zstandard.ZstdCompressor(compression_params=parameters).copy_stream(plain, out)
    return target


def main():
    folder = Path(sys.argv[1])
    keys = [(f"{i * 7919 % 400000:048d}", "{}") for i in range(400000)]
    rows = [(f"{i * 7919 % 170000:08d}", text(600)) for i in range(170000)]
    database(folder / "many-keys.dpm", plain=keys)
    database(folder / "long-keys.dpm", plain=[(chr(97 + i) * 15 * MIB, "{}") for i in range(3)])
    database(folder / "long-keys-16.dpm", plain=[(chr(97 + i) * 7 * MIB, "{}") for i in range(6)], encoding="UTF-16")
    database(folder / "long-rows-16.dpm", patient=[(str(i), "ñ" * (15 * MIB // 2)) for i in range(6)], encoding="UTF-16")
    database(folder / "longest-16.dpm", patient=[("k", "€" * (8 * MIB))], encoding="UTF-16")
    database(folder / "blob.dpm", patient=[("k", bytes(16 * MIB))])
    database(folder / "too-long.dpm", patient=[("k", text(63 * MIB))])
    database(folder / "too-long-key.dpm", plain=[("k" * (40 * MIB), "{}")])
    database(folder / "one-after-another.dpm", a=rows, plain=keys, z=[("k", "€" * (5 * MIB))] * 1, encoding="UTF-8")
    database(folder / "one-after-another-16.dpm", a=rows[:90000], plain=keys[:250000], z=[("k", "€" * (5 * MIB))], encoding="UTF-16")
    for table in ("_files", "patient"):
        widest(folder / f"widest-{table}.dpm", table, "UTF-8", "x")
        widest(folder / f"widest-{table}-16.dpm", table, "UTF-16le", "€")
    wide = database(folder / "wide", patient=((f"{i:06d}", text(15 * MIB)) for i in range(4)), filler=160 * MIB)
    make_dpmf.encrypt(packed(wide, folder / "window.dpm.zst"), folder / "window.dpm.zst.enc", "zstd", "worst", None)
    wide.unlink()


if __name__ == "__main__":
    main()
