#!/usr/bin/python3
"""judge_extract.py LIST - dpmf extract of every entity of files, held against the files themselves.

LIST: lines of a file and, behind a tab, its passphrase.

Calls $MUDANZA. JSON must parse, in the order and number that dpmf verify tells; CSV must hold the same. What
a raw file holds is read with sqlite3 and compared value by value. Complaints go to standard output.
"""

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys

COLUMNS = ("canonical_uuid", "source_id", "source_system", "extracted_at", "payload", "raw_source_data")
LEAD = list(COLUMNS[:4])
HALF = re.compile(r"\\ud[89ab]..(?!\\ud[c-f]..)|(?<!\\ud[89ab]..)\\ud[c-f]..", re.I)
NOTHING = object()  # an empty CSV cell without quotes


def mudanza(*args):
    env = dict(os.environ)
    if PASSPHRASE is not None:
        env["MUDANZA_PASSPHRASE"] = PASSPHRASE
    command = [os.environ["MUDANZA"], *args]
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True)
    return done.returncode, done.stdout


def complain(text):
    global failures
    failures += 1
    print(f"{FILE}: {text}"[:300])


def parsed(text):
    """The value and True, or None and False: what is JSON, numbers as they are written."""
    if text is None:
        return None, False
    refuse = {"parse_constant": lambda word: json.loads("x"), "parse_int": str, "parse_float": str}
    try:
        return json.loads(text, **refuse), True
    except (ValueError, RecursionError):
        return None, False


def depth(text):
    """How deep lists and objects are nested."""
    deepest = now = 0
    for sign in re.sub(r'"(\\.|[^"\\])*"', "", text):
        now += (sign in "[{") - (sign in "]}")
        deepest = max(deepest, now)
    return deepest


def stored(entity):
    """The rows as they stand in a raw file; None when it is packed."""
    with open(FILE, "rb") as f:
        if f.read(4) != b"SQLi":
            return None
    db = sqlite3.connect(f"file:{FILE}?immutable=1", uri=True)
    db.text_factory = lambda b: b.decode("utf-8", "replace")
    rows = db.execute(f'SELECT {", ".join(COLUMNS)} FROM "{entity}" ORDER BY canonical_uuid').fetchall()
    return [[v if v is None else str(v) for v in row] for row in rows]


def cells(text):
    """RFC 4180, read strictly: rows of texts, and NOTHING for what has no quotes and no bytes."""
    rows, row, i = [], [], 0
    while i < len(text):
        if text[i] == '"':
            value, i = "", i + 1
            while True:
                end = text.index('"', i)
                value += text[i:end]
                i = end + 1
                if text[i:i + 1] != '"':
                    break
                value += '"'
                i += 1
        else:
            end = min(k for k in (text.find(",", i), text.find("\r\n", i)) if k >= 0)
            value, i = text[i:end] or NOTHING, end
        row.append(value)
        if text[i] == ",":
            i += 1
        else:
            assert text[i:i + 2] == "\r\n", text[i:i + 20]
            rows.append(row)
            row, i = [], i + 2
    return rows


def judge_json(entity, out, count):
    lines = out.decode("utf-8").split("\n")
    rows, ok = parsed(out.decode("utf-8"))
    if not ok or len(rows) != count:
        return complain(f"{entity}: {count} rows expected, JSON {ok}")
    if len(lines) != (count + 3 if count else 2):
        complain(f"{entity}: not one object a line")
    for got, want in zip(rows, stored(entity) or []):
        for key, value in zip(COLUMNS, want):
            if key in LEAD:
                if got[key] != value:
                    complain(f"{entity}: {key} {got[key]!r}, not {value!r}")
                continue
            # what some readers refuse: more than 127 levels, half of a pair
            meant, ok = (None, False) if depth(value or "") > 127 else parsed(value)
            mended = HALF.sub(r"\\ufffd", value or "")
            if ok and mended != value:
                meant, ok = parsed(mended)[0], False
            if got[key] != meant or got.get(key + "_as_read") != (None if ok else value):
                complain(f"{entity}: {key} {got[key]!r}, not {value!r}")
    return None


def shown(value):
    """A JSON value as CSV shows it; None for what is compared as JSON."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.replace("\0", "\ufffd") if isinstance(value, str) else None


def judge_csv(entity, out, rows):
    text = out.decode("utf-8")
    table = cells(text)
    plain = [["" if c is NOTHING else c for c in row] for row in table]
    if list(csv.reader(io.StringIO(text, newline=""))) != plain:
        complain(f"{entity}: the csv module reads something else")
    head = table[0]
    if head[:4] != LEAD or head[-1] != "raw_source_data" or len(table) != len(rows) + 1:
        return complain(f"{entity}: {head}, {len(table) - 1} rows")
    for cell, row in zip(table[1:], rows):
        got = dict(zip(head, cell))
        if any(got[k] != (NOTHING if row[k] is None else row[k]) for k in LEAD):
            complain(f"{entity}: {cell[:4]} is not {row}")
        if 127 < depth(row.get("payload_as_read") or "") <= 500: # no limit where it is a text anyway
            row["payload"] = parsed(row["payload_as_read"])[0]
        wanted = row["payload"] if isinstance(row["payload"], dict) else {}
        if "payload" in got:
            text = None if got["payload"] is NOTHING else got["payload"]
            if row.get("payload_as_read", text) != text or (
                    "payload_as_read" not in row and parsed(text)[0] != row["payload"]):
                complain(f"{entity}: payload {got['payload']!r}")
            continue
        other = parsed(got["other"])[0] if got["other"] not in (NOTHING, "") else None
        if isinstance(row["payload"], dict):
            if (other or {}) != {k: v for k, v in wanted.items() if k not in head[4:-2]}:
                complain(f"{entity}: other is {got['other']!r}")
        elif got["other"] != row.get("payload_as_read", got["other"] if other == row["payload"] else 0):
            complain(f"{entity}: a payload that is no object went missing")
        for key in head[4:-2]:
            value = shown(wanted.get(key))
            if got[key] != value if value is not None else parsed(got[key])[0] != wanted[key]:
                complain(f"{entity}: {key} is {got[key]!r}, not {wanted.get(key)!r}")
    return None


def judge():
    code, out = mudanza("--json", "dpmf", "verify", FILE)
    verdict = json.loads(out)
    if code != 0:
        again, out = mudanza("dpmf", "extract", FILE, "patient")
        if again != code or code not in (6, 8) or out:
            complain(f"refused with {code}, and extract gave {again} and {len(out)} bytes")
        return
    # each call derives the key anew: one entity of an encrypted file is enough
    names = list(verdict["entities"])[:1 if PASSPHRASE else None]
    for entity in names:
        code, out = mudanza("-q", "dpmf", "extract", FILE, entity)
        again, table = mudanza("-q", "dpmf", "extract", FILE, entity, "--format", "csv")
        if code or again:
            complain(f"{entity}: exit {code} and {again}")
            continue
        judge_json(entity, out, verdict["entities"][entity])
        judge_csv(entity, table, parsed(out.decode("utf-8"))[0] or [])


failures = 0
with open(sys.argv[1], encoding="utf-8") as files:
    for line in files:
        FILE, PASSPHRASE = line.rstrip("\n").split("\t")
        PASSPHRASE = PASSPHRASE or None
        judge()
sys.exit(failures > 0)
