"""judge_expected.py EXPECTED.json DIFFERENCES.tsv MANUAL STATE - did a clinic become what it should?

EXPECTED.json says what the application's own importer makes of a source file: rows a table, warnings a code, raw rows,
mappings, sums, and some rows column by column. DIFFERENCES.tsv lists, by clinic, what is meant to be otherwise, what it
is instead and under which name the manual page MANUAL explains it; one that makes no difference is wrong, too. STATE is
the state folder of a clinic that moved the file into the embedded target. Says what is otherwise, and exits with 1.
"""

import csv
import json
import re
import sqlite3
import sys
from decimal import Decimal
from pathlib import Path

# Rows, and what their columns come to, by these columns.
SUMS = {
    "payments_by_method": ("payments", ["method"], {"amount": "amount"}),
    "payments_total": ("payments", [], {"amount": "amount"}),
    "refunds_total": ("refunds", [], {"amount": "amount"}),
    "budgets_by_status": ("budgets", ["status"], {"amount": "total"}),
    "budgets_total": ("budgets", [], {"amount": "total", "subtotal": "subtotal", "discount": "total_discount",
                                      "tax": "total_tax"}),
    "budget_items_total": ("budget_items", [], {"amount": "line_total"}),
    "invoices_by_status": ("invoices", ["status"], {"amount": "total"}),
    "invoices_total": ("invoices", [], {"amount": "total", "subtotal": "subtotal", "tax": "total_tax"}),
    "invoice_items_total": ("invoice_items", [], {"amount": "line_total"}),
    "earned_total": ("patient_earned_entries", [], {"amount": "amount"}),
    "treatments_by_status": ("treatments", ["status"], {"amount": "price_snapshot"}),
    "treatments_by_type": ("treatments", ["clinical_type"], {}),
    "teeth_by_condition": ("tooth_records", ["general_condition"], {}),
    "appointments_by_status": ("appointments", ["status"], {}),
    "notes_by_type": ("clinical_notes", ["note_type"], {}),
    "recalls_by_status": ("recalls", ["status"], {}),
    "sessions_by_status": ("planned_treatment_item_sessions", ["status"], {}),
    "plan_items_by_status": ("planned_treatment_items", ["status"], {}),
    "memberships_by_role": ("clinic_memberships", ["role", "is_professional"], {}),
}
# Mappings that are no rows of the source.
ASIDE = {"patient_for_client", "appointment_note", "applied_treatment_record"}
# Where the id of a row is that another one refers to.
RECORDS = {"patient_alert": "out_patient_alert_allergy", "applied_treatment_record": "out_applied_treatment",
           "applied_treatment": "out_applied_treatment_item"}

expected_path, differences_path, manual, state = sys.argv[1:]
clinic = Path(expected_path).stem.removeprefix("expected_")
expected = json.loads(Path(expected_path).read_text(encoding="utf-8"))
named = set(re.findall(r"^\.It Li ([a-z_]+)(?: Pq Cm full)?$", Path(manual).read_text(encoding="utf-8"), re.M))
wrong, differs, met = [], {}, set()
with open(differences_path, encoding="utf-8", newline="") as f:
    for row in csv.DictReader((line for line in f if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE):
        wrong += [f"the manual page has no difference {name}" for name in row["names"].split() if name not in named]
        if row["clinic"] in (clinic, "*"):
            differs[row["what"], row["key"]] = row["instead"]


def reader(name):
    db = sqlite3.connect(f"file:{Path(state, name)}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    return db


target, cache = reader("target.db"), reader("cache.db")


def compare(what, key, wanted, got):
    """A difference that is meant replaces what is wanted."""
    if got == wanted:
        return
    if (what, key) in differs:
        met.add((what, key))
        wanted = json.loads(differs[what, key])
    if got != wanted:
        wrong.append(f"{what} {key}: wanted {json.dumps(wanted)}, is {json.dumps(got)}")


def count_by(db, sql):
    return dict(db.execute(sql).fetchall())


def sums(table, by, columns):
    groups = {}
    for row in target.execute(f"SELECT * FROM {table}"):
        entry = groups.setdefault(tuple(row[c] for c in by), dict.fromkeys(["n", *columns], Decimal(0)))
        entry["n"] += 1
        for name, column in columns.items():
            entry[name] += Decimal(str(row[column] or 0))
    if not by and not groups:
        groups[()] = dict.fromkeys(["n", *columns], Decimal(0))
    found = [{**dict(zip(by, group)), **{k: int(v) if k == "n" else f"{v:.2f}" for k, v in entry.items()}}
             for group, entry in sorted(groups.items())]
    return found if by else found[0]


for table, rows in expected["tables"].items():
    compare("rows", table, rows["total"], target.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

codes = {}
for warning in expected["warnings"]:
    codes[warning["code"]] = codes.get(warning["code"], 0) + warning["count"]
got = count_by(cache, "SELECT code, count(DISTINCT entity || ' ' || key) FROM _issues GROUP BY code")
for code in sorted(codes.keys() | got.keys()):
    compare("code", code, codes.get(code, 0), got.get(code, 0))

mapped = {}
for mapping, rows in expected["mappings"].items():
    entity = mapping.split(" -> ")[0]
    if entity not in ASIDE:
        mapped[entity] = mapped.get(entity, 0) + rows
mapped["_files"] = sum(expected["files"].values())
got = count_by(target, "SELECT e.name, count(*) FROM mudanza_entity_mappings m JOIN mudanza_entities e ON e.id = m.entity"
                       " GROUP BY e.name")
for entity in sorted(mapped.keys() | got.keys()):
    compare("mapped", entity, mapped.get(entity, 0), got.get(entity, 0))
got = count_by(target, "SELECT e.name, count(*) FROM mudanza_raw_entities r JOIN mudanza_entities e ON e.id = r.entity"
                       " GROUP BY e.name")
for entity in sorted(expected["raw_only"].keys() | got.keys()):
    compare("raw", entity, expected["raw_only"].get(entity, 0), got.get(entity, 0))
for name, wanted in expected["sums"].items():
    if isinstance(wanted, list):
        wanted = sorted(wanted, key=lambda e: [str(e[c]) for c in SUMS[name][1]])
    compare("sum", name, wanted, sums(*SUMS[name]))

made = {name for (name,) in cache.execute("SELECT name FROM sqlite_master WHERE name LIKE 'out_%'")}


def resolve(entity, key):
    """The id of the row that a record of the source became."""
    for table in (RECORDS.get(entity), f"out_{entity}", f"out_{entity}_note"):
        row = table in made and cache.execute(f"SELECT id FROM {table} WHERE key = ?", (key.removesuffix(":note"),)).fetchone()
        if row:
            return row["id"]
    return None


def made_aside(table, patient, which):
    """The id of a row that several records share."""
    column = {"treatment_plans": "title", "tooth_records": "tooth_number"}[table]
    row = target.execute(f"SELECT id FROM {table} WHERE patient_id = ? AND {column} = ?",
                         (resolve("patient", patient), which)).fetchone()
    return row and row["id"]


def plain(value, wanted):
    if isinstance(wanted, (dict, list)) and isinstance(value, str):
        return json.loads(value)
    if isinstance(wanted, bool):
        return bool(value)
    if value is not None and re.fullmatch(r"-?\d+(\.\d+)?", str(wanted)) and re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
        return Decimal(str(value)) == Decimal(str(wanted)) and wanted
    return value


def otherwise(row, columns, instant):
    """The columns of a row that are not as wanted."""
    names = []
    for column, wanted in columns.items():
        if wanted in ("$new", "$random"):
            continue
        if wanted == "$now":
            wanted = instant
        elif isinstance(wanted, dict) and "ref" in wanted:
            wanted = resolve(*wanted["ref"])
        elif isinstance(wanted, dict) and "row" in wanted:
            wanted = made_aside(*wanted["row"])
        elif isinstance(wanted, dict) and "seed" in wanted:
            wanted = wanted["seed"]
        if plain(row[column], wanted) != wanted:
            names.append((column, wanted, row[column]))
    return names


instant = expected["import_instant"].replace("T", " ").replace("Z", "+00:00")
for spot in expected.get("spot_checks", []):
    for want in spot["rows"]:
        found = [otherwise(row, want["columns"], instant) for row in target.execute(f"SELECT * FROM {want['table']}")]
        for column, wanted, got in min(found, key=len, default=[("id", "a row", None)]):
            name = f"{want['table']}.{column}"
            if ("column", name) in differs:
                met.add(("column", name))
            else:
                wrong.append(f"{spot['entity']} {spot['source_id']}, {name}: wanted {wanted}, is {got}")

if target.execute("SELECT count(*) FROM communication_messages").fetchone()[0]:
    wrong.append("messages are queued")
wrong += [f"{what} {key} was to be otherwise, and is not" for what, key in differs if (what, key) not in met]
print("\n".join(wrong) or f"{clinic}: as it should be, with {len(met)} differences that are meant")
sys.exit(1 if wrong else 0)
