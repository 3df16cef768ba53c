"""What the tests that kill runs share: the picture of a clinic, which must not depend on how often it was killed."""

import collections
import contextlib
import glob
import json
import os
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True
import pg_rows  # noqa: E402

MUDANZA = os.environ["MUDANZA"]
WORK = ["--as-of", "2026-11-01T00:00:00Z", "--max-rejects", "1000000"]
SUPPORT = os.path.dirname(os.path.abspath(__file__))


class Wrong(Exception):
    pass


def call(args, wanted):
    done = subprocess.run([MUDANZA, *args], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    if done.returncode not in wanted:
        raise Wrong(f"mudanza {' '.join(args)}: exit {done.returncode}, not {wanted}: {done.stderr.strip()}")
    return done.stdout


def rows_in(path, query):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return sorted(map(repr, db.execute(query)))


def embedded_picture(path):
    dump = subprocess.run([sys.executable, f"{SUPPORT}/target_rows.py", path], capture_output=True, encoding="utf-8",
                          check=True)
    return {
        "rows": dump.stdout.split("\n"),
        "checkpoints": rows_in(path, "SELECT step, fingerprint, max(last_key), max(complete), sum(rows) FROM mudanza_checkpoints"
                                     " GROUP BY 1, 2"),
        "journal": rows_in(path, "SELECT t.name, j.operation, i.value, hex(substr(j.written, 16 * i.key + 1, 16))"
                                 " FROM mudanza_journal j LEFT JOIN mudanza_tables t ON t.id = j.table_id, json_each(j.ids) i"),
        "journal of keys": rows_in(path, "SELECT e.name, j.operation, i.value FROM mudanza_journal j"
                                         " LEFT JOIN mudanza_entities e ON e.id = j.entity, json_each(j.keys) i"),
    }


PG_LEDGER = {
    "checkpoints": "SELECT c.step, c.fingerprint, max(c.last_key), bool_or(c.complete), sum(b.rows) FROM mudanza.checkpoints c"
                   " JOIN mudanza.batches b USING (batch) GROUP BY 1, 2",
    "journal": "SELECT t.name, j.operation, i.id, i.written FROM mudanza.journal j"
               " LEFT JOIN mudanza.tables t ON t.id = j.table_id, unnest(j.ids, j.written) AS i (id, written)",
    "journal of keys": "SELECT e.name, j.operation, key FROM mudanza.journal j JOIN mudanza.batches b USING (batch)"
                       " JOIN mudanza.entities e ON e.id = b.entity, unnest(j.keys) AS key",
    "written": "SELECT t.name, m.id, m.written_hash FROM mudanza.entity_mappings m"
               " LEFT JOIN mudanza.tables t ON t.id = m.table_id",
}


def postgres_picture(database):
    return {
        "rows": [f"{table} {line}" for table, lines in pg_rows.rows(database).items() for line in lines],
        **{part: sorted(lines) for part, lines in pg_rows.copies(database, PG_LEDGER).items()},
    }


def database_of(name):
    """The database of a clinic whose target is a server; it has the clinic's name."""
    with open(f"clinics/{name}/config.yaml", encoding="utf-8") as f:
        return name if "type: postgres" in f.read() else None


def picture(name):
    """Everything that must not depend on how often a run was cut short. The account is that of the run that came
    to its end: if it was killed while it wrote its report, the next one has nothing left to do."""
    state = f"clinics/{name}/state"
    with contextlib.closing(sqlite3.connect(f"file:{state}/control.db?mode=ro", uri=True)) as db:
        run = db.execute("SELECT min(run) FROM runs WHERE status IN ('done', 'partial')").fetchone()[0]
    report = json.loads(call(["report", name, str(run), "--format", "json"], (0,)))
    if "LOST 0" not in call(["report", name, str(run), "--format", "text"], (0,)).split("\n"):
        raise Wrong("the account does not end with LOST 0")
    control = f"{state}/control.db"
    return {
        **(postgres_picture(name) if database_of(name) else embedded_picture(f"{state}/target.db")),
        "issues": rows_in(control, "SELECT step, entity, key, field, code, severity, detail, fp, source_id, origin, state,"
                                   " present, gone_run, back_run, revision FROM issues"),
        "decisions": rows_in(control, "SELECT fp, action, before, after, text FROM issue_history"),
        "steps": rows_in(control, "SELECT step, status, fingerprint, rows, done, rejected FROM steps"),
        "inputs": rows_in(control, "SELECT * FROM step_inputs"),
        "account": [json.dumps(report["accounts"], sort_keys=True)],
        "end": rows_in(control, f"SELECT status, exit_code FROM runs WHERE run = {run}"),
    }


def compare(calm, seen):
    for part, lines in calm.items():
        if lines == seen[part]:
            continue
        missing = list((collections.Counter(lines) - collections.Counter(seen[part])).elements())
        added = list((collections.Counter(seen[part]) - collections.Counter(lines)).elements())
        raise Wrong(f"other {part}: {len(missing)} missing, {len(added)} more\n"
                    + "\n".join([f"  - {x[:300]}" for x in missing[:4]] + [f"  + {x[:300]}" for x in added[:4]]))


def judge(name, calm, exit_code):
    """Goes on with a clinic; then it has to be as the one nobody disturbed."""
    call(["resume", name, *WORK], (exit_code,))
    compare(calm, picture(name))
    state = f"clinics/{name}/state"
    runs = rows_in(f"{state}/control.db", "SELECT status FROM runs")
    if "('running',)" in runs:
        raise Wrong(f"a run is at work for ever: {runs}")
    left = [x for pattern in ("tmp/*", "cache.db.new*", "*.new", "control.sock", "runs/*/*.new*")
            for x in glob.glob(f"{state}/{pattern}")]
    if left:
        raise Wrong(f"left behind: {left}")


def judge_dead(name):
    """At once after a kill: nobody is at work, and no plaintext has a name."""
    left = glob.glob(f"clinics/{name}/state/tmp/*")
    if left:
        raise Wrong(f"plaintext left behind: {left}")
    if json.loads(call(["status", name, "--json"], (0,)))["running"]:
        raise Wrong("status: somebody is at work")
