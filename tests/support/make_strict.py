"""make_strict.py OUT.dpm ROWS [--shift N] [--percent P] - patients for the profile strict, some of which it cannot take.

Without --percent, rows that break one constraint each stand first, in the middle and last of what is to be the first
batch of 1,000, and first and last of what comes after it; each kind of constraint is N places further on than with
shift 0. With --percent so many of the rows, anywhere, break the constraints that only the server knows of.
Prints the rows that have to be rejected, tab-separated: canonical uuid, source id, kind, and the row in the way of
those of kind twice.
"""

import argparse
import random
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from make_dpmf import Container, canonical_uuid  # noqa: E402

# What the program sees by itself, and what only the server can say. Each changes a healthy patient.
SEEN = {
    "not_null": {"patient_number": None},
    "enum": {"sex": "yellow"},
    "length": {"given_name": "x" * 41},
    "overflow": {"address_postal_code": "12345.67"},
    "date": {"date_of_birth": "1980-02-30"},
    "nul": {"notes": "nul"},
    "utf8": {"notes": "utf8"},
}
TOLD = {
    "unique": {"patient_number": "taken"},
    "unique_index": {"email": "taken@EXAMPLE.invalid"},
    "unique_part": {"national_id": "taken"},
    "foreign": {"city": "west"},
    "foreign_deferred": {"address_street": "west"},
    "check": {"address_postal_code": "0.00"},
    "exclusion": {"phone": "999999"},
    "trigger": {"notes": "forbidden"},
}
BATCH = 1000


def patient(n):
    return {
        "patient_number": f"P{n}", "given_name": f"Person {n}", "email": f"p{n}@example.invalid", "sex": "green",
        "address_postal_code": "70.50", "date_of_birth": "1980-02-28", "phone": str(n), "city": "north",
        "address_street": "south", "notes": "a note", "national_id": f"B{n}",
    }


def places(rows, shift):
    """By place in the order of keys, what is wrong there: rows that reach the server make the batches."""
    kinds = list(TOLD)
    block = kinds[shift % len(kinds):] + kinds[:shift % len(kinds)]
    sent, at = {}, [0, BATCH // 2, BATCH - len(block), BATCH, rows - len(SEEN) * 3 - len(block) - 1]
    for begin in at:
        for n, kind in enumerate(block):
            sent[begin + n] = kind
    sent[rows - len(SEEN) * 3 - 1] = "twice"  # a key that an earlier row of this source has
    order, reached = [], 0
    for n in range(rows):
        if n < len(SEEN) or rows // 2 <= n < rows // 2 + len(SEEN) or n >= rows - len(SEEN):
            order.append(list(SEEN)[(n + shift) % len(SEEN)])
        else:
            order.append(sent.get(reached))
            reached += 1
    return order


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("rows", type=int)
    parser.add_argument("--shift", type=int, default=0)
    parser.add_argument("--percent", type=float)
    args = parser.parse_args()
    container = Container(args.out, argparse.Namespace(
        page_size=4096, today="2026-11-01", embed_raw=False, tenant="strict", dirty=0.0, seed="1", truth=None))
    keys = sorted((canonical_uuid("patient", str(n)), n) for n in range(1, args.rows + 1))
    if args.percent is None:
        order = places(args.rows, args.shift)
    else:
        chosen = random.Random(1)
        order = [chosen.choice(list(TOLD)) if chosen.random() * 100 < args.percent else None for _ in keys]
    way, first = next(key for key, kind in zip(keys, order) if kind is None)
    changes = {**SEEN, **TOLD, "twice": {"patient_number": f"P{first}"}}
    for (uuid, n), kind in zip(keys, order):
        container.add("patient", str(n), {**patient(n), **changes.get(kind, {})})
        if kind:
            print(uuid, n, kind, way, sep="\t")
    container.close([])


main()
