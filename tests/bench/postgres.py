#!/usr/bin/env python3
"""postgres.py SOURCE.dpm WORKSPACE - a migration into PostgreSQL, timed beside psql's \\copy of the same rows.

Each round, on the one private server that libpq's variables name, with a checkpoint before each clock:

  first    autopilot of SOURCE into a fresh database of the profile's schema and seed, with verification
  copy     psql, one session: \\copy of exactly the rows that the run added to the application's tables and to
           mudanza.raw_entities, from CSV, into the same tables of another fresh database: same indexes, same keys
  again    autopilot once more, with 1 % of the rows changed

and at the end a clinic of 50,000 rows, clean and with 1 % of rows that the server refuses.
BENCH_ROUNDS rounds (5), medians, and ratios of each round; BENCH_FLAGS: more flags of autopilot. Where others use the
machine too, only processor time says something: that of the server is counted on both sides.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
import measure  # noqa: E402

MUDANZA, TOP = os.environ["MUDANZA"], os.environ["TOP_SRCDIR"]
FLAGS = ["--as-of", "2026-11-01T00:00:00Z", "--max-rejects", "10000000", "--unreviewed", "proposed",
         *os.environ.get("BENCH_FLAGS", "").split()]
TICKS = os.sysconf("SC_CLK_TCK")
# One text of every patient in a hundred changes, and one number of what hangs on them.
CHANGED = """
UPDATE patient SET payload = json_set(payload, '$.given_name', 'Otra') WHERE rowid % 100 = 0;
UPDATE appointment SET payload = json_set(payload, '$.notes', 'otra') WHERE rowid % 100 = 0;
UPDATE budget_line SET payload = json_set(payload, '$.units', 2) WHERE rowid % 100 = 0;
UPDATE payment SET payload = json_set(payload, '$.notes', 'otra') WHERE rowid % 100 = 0;
UPDATE applied_treatment SET payload = json_set(payload, '$.notes', 'otra') WHERE rowid % 100 = 0;
UPDATE debt SET payload = json_set(payload, '$.notes', 'otra') WHERE rowid % 100 = 0;
UPDATE fiscal_document_line SET payload = json_set(payload, '$.units', 2) WHERE rowid % 100 = 0;
UPDATE communication SET payload = json_set(payload, '$.notes', 'otra') WHERE rowid % 100 = 0;
"""


def psql(database, sql):
    done = subprocess.run(["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", database], input=sql,
                          capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(f"psql: {done.stderr}")
    return done.stdout.strip()


def database(name, template="fresh"):
    psql("postgres", f"DROP DATABASE IF EXISTS {name};\nCREATE DATABASE {name} TEMPLATE {template};\nCHECKPOINT;")


def server_seconds():
    """Processor time of all the server's sessions, which must have ended."""
    while psql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'") != "1":
        time.sleep(0.05)
    with open(os.path.join(os.environ["PGHOST"], "data", "postmaster.pid"), encoding="ascii") as f:
        pid = f.readline().strip()
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        words = f.read().rpartition(")")[2].split()
    return (int(words[13]) + int(words[14])) / TICKS


class Clinic:
    """A clinic of the workspace, always in the database of its name."""

    def __init__(self, workspace, name, source, profile="dentalpin"):
        self.workspace, self.name, self.folder = workspace, name, os.path.join(workspace, name)
        self.source = os.path.join(workspace, f"{name}.dpm")
        os.symlink(os.path.abspath(source), self.source)
        os.makedirs(self.folder)
        with open(os.path.join(self.folder, "config.yaml"), "w", encoding="utf-8") as f:
            f.write(f"version: 1\nprofile: {profile}\nsource:\n  path: \"{os.path.abspath(self.source)}\"\ntarget:\n"
                    f"  type: postgres\n  host: \"{os.environ['PGHOST']}\"\n  dbname: {name}\n  user: {os.environ['PGUSER']}\n"
                    f"settings:\n  secret: {'6d' * 32}\n")
        with open(os.path.join(self.folder, "commands.yaml"), "w", encoding="utf-8") as f:
            f.write("pipeline: auto\n")

    def fresh(self):
        shutil.rmtree(os.path.join(self.folder, "state"), ignore_errors=True)
        database(self.name)

    def give(self, source):
        os.unlink(self.source)
        shutil.copyfile(source, self.source)

    def events(self):
        runs = os.path.join(self.folder, "state", "runs")
        names = sorted(os.listdir(runs)) if os.path.isdir(runs) else []
        return os.path.join(runs, names[-1], "events.ndjson") if names else None

    def autopilot(self, wanted=(0, 3)):
        """Seconds in all and by stage, the worker's processor seconds by stage, its peak of memory in MiB."""
        psql("postgres", "CHECKPOINT")
        old, server = self.events(), server_seconds()
        began = time.monotonic()
        worker = subprocess.Popen([MUDANZA, "autopilot", self.name, "--workspace", self.workspace, "--unreviewed", "proposed", *FLAGS],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        used = {}
        watcher = threading.Thread(target=self.watch, args=(worker.pid, old, used))
        watcher.start()
        _, status, usage = os.wait4(worker.pid, 0)
        took = time.monotonic() - began
        watcher.join()
        worker.returncode = os.waitstatus_to_exitcode(status)
        if worker.returncode not in wanted:
            sys.exit(f"autopilot {self.name}: exit {worker.returncode}")
        with open(self.events(), encoding="utf-8") as f:
            seconds, rows = measure.phases(f)
        # Keys and indexes that were off for the load are part of it.
        seconds["insert"] = seconds.get("insert", 0) + seconds.pop("bulk", 0) + seconds.pop("writers", 0)
        return {"took": took, "rows": rows, "memory": usage.ru_maxrss / 1024, "cpu": usage.ru_utime + usage.ru_stime,
                "server": server_seconds() - server, "stages": seconds, "used": used}

    def watch(self, pid, old, used):
        """Adds the processor time to the stage the worker is at, until it ends."""
        events, stage, before = None, "start", 0.0
        while True:
            try:
                with open(f"/proc/{pid}/stat", encoding="ascii") as f:
                    words = f.read().rpartition(")")[2].split()
            except OSError:
                return
            now = (int(words[11]) + int(words[12])) / TICKS
            used[stage] = used.get(stage, 0) + now - before
            before = now
            if words[0] == "Z":
                return
            if events is None and self.events() not in (None, old):
                events = open(self.events(), encoding="utf-8")
            for line in events or ():
                if line.endswith("\n") and '"step"' in line:
                    stage = json.loads(line)["step"].rpartition("/")[2]
            time.sleep(0.02)


def parents_first(name):
    """The tables a run filled, none before one it refers to; of a circle, in the order the run filled them."""
    left = psql(name, "SELECT name FROM mudanza.tables WHERE name NOT LIKE 'mudanza.%' ORDER BY id").split("\n")
    pairs = [line.split("|") for line in psql(name, "SELECT conrelid::regclass, confrelid::regclass FROM pg_constraint"
                                                    " WHERE contype = 'f' AND conrelid <> confrelid").split("\n")]
    order = []
    while left:
        free = [x for x in left if not any(child == x and parent in left for child, parent in pairs)] or left[:1]
        order.append(free[0])
        left.remove(free[0])
    return order


class Copy:
    """The rows a clinic's run added, as CSV files, and psql that takes them in again."""

    def __init__(self, workspace, clinic):
        self.folder, self.tables, self.server = os.path.join(workspace, "csv"), [], 0
        os.makedirs(self.folder)
        schema = subprocess.run(["pg_dump", "--schema-only", "-t", "mudanza.raw_entities", "-d", clinic.name],
                                stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
        database("empty")
        psql("empty", "CREATE SCHEMA mudanza;\n" + schema)
        # The rows in the order they were written in.
        for table in parents_first(clinic.name) + ["mudanza.raw_entities"]:
            where = ""
            if table != "mudanza.raw_entities":
                own = psql(clinic.name, f"SELECT coalesce(nullif(id_column, ''), 'id') FROM mudanza.tables WHERE name = '{table}'")
                seed = psql("empty", f"SELECT coalesce(string_agg(quote_literal({own}), ','), '''''') FROM {table}")
                where = f"WHERE {own}::text NOT IN ({seed})"
            path = os.path.join(self.folder, f"{table}.csv")
            psql(clinic.name, f"\\copy (SELECT * FROM {table} {where}) TO '{path}' (FORMAT csv)\n")
            self.tables.append((table, path))
        self.rows = 0

    def take(self):
        database("copied", "empty")
        script = "\n".join(f"\\copy {table} FROM '{path}' (FORMAT csv)" for table, path in self.tables)
        server, began = server_seconds(), time.monotonic()
        psql("copied", script)
        took, self.server = time.monotonic() - began, server_seconds() - server
        self.rows = sum(int(psql("copied", f"SELECT count(*) FROM {table}")) for table, _ in self.tables)
        return took


def fresh_profile(folder):
    psql("postgres", "DROP DATABASE IF EXISTS fresh;\nCREATE DATABASE fresh;")
    for name in ("schema", "seed"):
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "fresh", "-f", f"{folder}/{name}.pg.sql"],
                       stdout=subprocess.DEVNULL, check=True)


def tell(what, values, unit="", limit=None):
    middle = statistics.median(values)
    print(f"  {what:46} {middle:8.2f}{unit:4} ({min(values):.2f} to {max(values):.2f})"
          + (f"  at most {limit}: {'yes' if middle <= limit else 'NO'}" if limit is not None else ""), flush=True)


def same_rows(clinic, copy):
    """What is timed on both sides must be the same rows."""
    for table, _ in copy.tables:
        counts = [psql(name, f"SELECT count(*) FROM {table}") for name in (clinic.name, "copied")]
        if counts[0] != counts[1]:
            sys.exit(f"{table}: {counts[0]} rows and {counts[1]}")


def migration(source, workspace, rounds):
    changed = os.path.join(workspace, "changed.dpm")
    subprocess.run([sys.executable, f"{TOP}/tests/support/change_dpmf.py", source, changed, CHANGED], check=True)
    clinic, copy, seen, effort = Clinic(workspace, "bench", source), None, [], []
    for n in range(rounds):
        clinic.give(source)
        clinic.fresh()
        first = clinic.autopilot()
        print(f"first: {first['rows']} rows, processor seconds {first['cpu']:.1f} here and {first['server']:.1f} of the server,"
              f" {first['rows'] / first['took']:.0f} rows/s", flush=True)
        copy = copy or Copy(workspace, clinic)
        copied = copy.take()
        same_rows(clinic, copy)
        clinic.give(changed)
        again = clinic.autopilot()
        seen.append((first, copied, again))
        effort.append([run["cpu"] + run["server"] for run in (first, again)] + [first["server"] / copy.server])
        stages, later = (", ".join(f"{name} {s:.1f}" for name, s in run["stages"].items()) for run in (first, again))
        print(f"round {n + 1}: {first['rows']} rows in {first['took']:.1f} s ({stages}); psql {copied:.1f} s for {copy.rows} rows;"
              f" again {again['took']:.1f} s ({later}); load {os.getloadavg()[0]:.1f}", flush=True)
    insert = [f["stages"]["insert"] for f, _, _ in seen]
    tell("insert phase", insert, " s")
    tell("psql \\copy", [c for _, c, _ in seen], " s")
    tell("insert phase / psql", [i / c for i, (_, c, _) in zip(insert, seen)], "", 1.5)
    tell("end to end without verify / psql", [(f["took"] - f["stages"].get("verify", 0)) / c for f, c, _ in seen], "", 2)
    tell("verify / insert phase", [f["stages"].get("verify", 0) / i for i, (f, _, _) in zip(insert, seen)], "", 1)
    tell("again with 1 % changed / first, all of it", [a["took"] / f["took"] for f, _, a in seen], "", 0.15)
    tell("again with 1 % changed / first, insert phase",
         [a["stages"].get("insert", 0) / i for i, (_, _, a) in zip(insert, seen)])
    tell("client's processor in insert / insert phase", [f["used"].get("insert", 0) / i for i, (f, _, _) in zip(insert, seen)],
         "", 0.2)
    tell("server's processor, all of it / of psql's", [e[2] for e in effort])
    tell("again / first, processor of both sides", [e[1] / e[0] for e in effort])
    tell("peak memory of the worker", [max(f["memory"], a["memory"]) for f, _, a in seen], " MiB", 256)
    sizes = psql(clinic.name, "SELECT relname, pg_total_relation_size(oid) / 1e6 FROM pg_class WHERE relkind = 'r'"
                              " AND relnamespace = 'mudanza'::regnamespace ORDER BY 2 DESC LIMIT 4").split("\n")
    print("  ledger, MB: " + ", ".join(x.replace("|", " ")[:28] for x in sizes))


def refused_rows(workspace, rounds):
    profile = f"{TOP}/tests/fixtures/profiles/strict"
    shutil.copytree(profile, os.path.join(workspace, "profiles", "strict"))
    fresh_profile(profile)
    clinics = []
    for name, more in (("clean", ["--percent", "0"]), ("dirty", ["--percent", "1"])):
        source = os.path.join(workspace, f"{name}50k.dpm")
        subprocess.run([sys.executable, f"{TOP}/tests/support/make_strict.py", source, "50000", *more],
                       stdout=subprocess.DEVNULL, check=True)
        clinics.append(Clinic(workspace, name, source, "strict"))
    seen = []
    for _ in range(rounds):
        times = []
        for clinic in clinics:
            clinic.fresh()
            times.append(clinic.autopilot()["stages"]["insert"])
        seen.append(times)
    tell("50,000 rows, insert phase", [clean for clean, _ in seen], " s")
    tell("the same, 1 % refused by the server", [dirty for _, dirty in seen], " s")
    tell("1 % refused / clean", [dirty / clean for clean, dirty in seen], "", 2)


def main():
    source, workspace = sys.argv[1:]
    rounds = int(os.environ.get("BENCH_ROUNDS", "5"))
    fresh_profile(f"{TOP}/clinics/profiles/dentalpin")
    migration(source, workspace, rounds)
    refused_rows(workspace, rounds)


main()
