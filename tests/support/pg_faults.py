"""pg_faults.py CALM SEED - disturb runs of copies of a clinic whose target is PostgreSQL, and judge what becomes of them.

CALM names a clinic of this workspace that has not run yet; MUDANZA is the program, temp_pg_folder the folder of the
server (temp_pg.sh), CHAOS_* as pg_faults.sh says. Each copy gets a database of its own and one fault; it is gone on with
by `resume` and then has to show what CALM shows: rows, ledger, issues, steps, account and exit code.
"""

import collections
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from chaos_picture import MUDANZA, SUPPORT, WORK, Wrong, call, judge, judge_dead, picture  # noqa: E402
from cutting_proxy import Proxy  # noqa: E402

PATIENCE_S = 120
SOCKETS = os.environ["PGHOST"]


def often(what, usual):
    return int(os.environ.get(f"CHAOS_{what}", usual))


def psql(database, sql):
    done = subprocess.run(["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql],
                          capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise Wrong(f"psql: {done.stderr}")
    return done.stdout.strip()


def server(what):
    """what: temp_pg_crash or temp_pg_again."""
    done = subprocess.run(["bash", "-c", f'. "$0/temp_pg.sh"; temp_pg_folder=$1; {what}', SUPPORT, os.environ["temp_pg_folder"]],
                          stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise Wrong(f"{what}: {done.stdout}{done.stderr}")


def until(condition, what):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise Wrong(f"in vain waited for {what}")
        time.sleep(0.005)


class Faults:
    def __init__(self, calm, seed):
        self.template = calm
        self.random = random.Random(seed)
        self.seen = collections.Counter()
        self.clinics = self.failures = 0
        os.mkdir("line")
        os.chmod("line", 0o755)
        self.proxy = Proxy("line", os.path.join(SOCKETS, ".s.PGSQL.5432"))
        self.undisturbed()

    # ---- pieces -----------------------------------------------------------------------------------

    def undisturbed(self):
        """The run to compare with; through the proxy, which learns how many bytes it takes."""
        self.place("quiet", via_proxy=True)
        began = time.monotonic()
        worker = self.work("quiet")
        self.exit_code = worker.wait()
        self.took = time.monotonic() - began
        self.bytes = self.proxy.passed
        self.calm = picture("quiet")
        if not any(line.startswith("patients ") for line in self.calm["rows"]):
            raise SystemExit("the undisturbed run wrote no patients")
        self.drop("quiet")
        print(f"the undisturbed run took {self.took:.2f} s and {self.bytes} bytes, and ended with {self.exit_code}", flush=True)

    def place(self, name, via_proxy=False):
        shutil.copytree(f"clinics/{self.template}", f"clinics/{name}", ignore=shutil.ignore_patterns("state"))
        with open(f"clinics/{name}/config.yaml", "r+", encoding="utf-8") as f:
            text = f.read().replace(f"dbname: {self.template}", f"dbname: {name}")
            f.seek(0)
            f.truncate()
            f.write(text.replace(SOCKETS, os.path.abspath("line")) if via_proxy else text)
        psql("postgres", f'CREATE DATABASE "{name}" TEMPLATE fresh')

    def drop(self, name):
        psql("postgres", f'DROP DATABASE "{name}" WITH (FORCE)')
        shutil.rmtree(f"clinics/{name}")

    def work(self, name, mode="autopilot"):
        """A worker; its standard error goes to NAME.err."""
        with open(f"{name}.err", "ab") as err:
            return subprocess.Popen([MUDANZA, mode, name, *WORK], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err)

    def ended(self, worker, name):
        """It ended by itself: well, or with an error of the target that can be gone on from."""
        try:
            code = worker.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            worker.kill()
            raise Wrong("the worker does not end") from None
        how = "went on by itself" if code == self.exit_code else f"ended with {code}"
        self.seen[f"{how} ({sys._getframe(1).f_code.co_name})"] += 1
        if code == self.exit_code:
            return
        with open(f"{name}.err", encoding="utf-8") as f:
            said = f.read()
        if code != 7:
            raise Wrong(f"the worker ended with {code}: {said[-800:]}")
        with open(f"clinics/{name}/state/runs/000001/events.ndjson", encoding="utf-8") as f:
            events = [json.loads(line) for line in f]
        step = next((e["step"] for e in reversed(events) if "step" in e), "no step")
        print(f"{name} ended with 7 after {step}: {said.split(chr(10))[0] or events[-1]}", flush=True)

    def wait_some(self):
        time.sleep(self.random.random() * self.took)

    def sessions(self, name):
        return psql("postgres", f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}' AND application_name LIKE 'mudanza%'").split()

    # ---- faults -----------------------------------------------------------------------------------

    def killed(self, name):
        self.place(name)
        worker = self.work(name)
        for again in range(self.random.randint(1, 3)):
            if again:
                worker = self.work(name, "resume")
            self.wait_some()
            worker.send_signal(signal.SIGKILL)
            self.seen["killed" if worker.wait() == -signal.SIGKILL else "came to its end"] += 1
            judge_dead(name)

    def server_stopped(self, name):
        self.place(name)
        worker = self.work(name)
        self.wait_some()
        server("temp_pg_crash")
        time.sleep(self.random.random())
        server("temp_pg_again")
        self.ended(worker, name)

    def cut(self, name):
        """Several cuts in one run, the first of them anywhere."""
        self.place(name, via_proxy=True)
        before = self.proxy.cuts
        self.proxy.cut_at = self.proxy.passed + self.random.randrange(self.bytes)
        worker = self.work(name)
        if self.random.random() < 0.5:
            until(lambda: self.proxy.cuts > before or worker.poll() is not None, "the first cut")
            self.proxy.cut_at = self.proxy.passed + self.random.randrange(self.bytes // 4)
        self.ended(worker, name)
        self.seen["cuts"] += self.proxy.cuts - before
        self.proxy.cut_at = None

    def session_ended(self, name):
        self.place(name)
        worker = self.work(name)
        until(lambda: self.sessions(name) or worker.poll() is not None, "a session")
        self.wait_some()
        ended = psql("postgres", f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'")
        self.seen["sessions ended"] += int(ended)
        self.ended(worker, name)

    def hold(self, name):
        """A session of somebody else that holds a table the run needs, until its standard input is closed."""
        holder = subprocess.Popen(["psql", "-X", "-A", "-t", "-q", "-d", name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  env={**os.environ, "PGAPPNAME": "ward round"}, encoding="utf-8")
        holder.stdin.write("BEGIN; LOCK TABLE patients IN SHARE MODE; SELECT 'held';\n")
        holder.stdin.flush()
        if holder.stdout.readline().strip() != "held":
            raise Wrong("no lock")
        return holder

    def blocked(self, name):
        return psql("postgres", f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND wait_event_type = 'Lock'") != "0"

    def locked(self, name):
        self.place(name)
        holder = self.hold(name)
        worker = self.work(name)
        until(lambda: self.blocked(name), "the worker to wait for the lock")
        time.sleep(often("LOCK_S", 2))
        if worker.poll() is not None:
            raise Wrong("the worker did not wait for the lock")
        holder.communicate()
        self.ended(worker, name)
        with open(f"clinics/{name}/state/runs/000001/events.ndjson", encoding="utf-8") as f:
            self.seen["told who held it"] += "ward round" in f.read()

    def second_worker(self, name):
        """A second machine, that is another workspace with the same target, while the first is in the middle."""
        self.place(name)
        holder = self.hold(name)
        worker = self.work(name)
        try:
            until(lambda: self.blocked(name), "the first worker to be at work")
            for place in (".", "other"):
                if place == "other":
                    shutil.copytree(f"clinics/{name}", f"other/clinics/{name}", ignore=shutil.ignore_patterns("state"))
                done = subprocess.run([MUDANZA, "autopilot", name, *WORK, "--workspace", f"{place}/clinics"],
                                      stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=PATIENCE_S, check=False)
                if done.returncode != 10:
                    raise Wrong(f"a second worker in {place} ended with {done.returncode}: {done.stderr}")
        finally:
            holder.communicate()
            shutil.rmtree("other", ignore_errors=True)
        self.ended(worker, name)

    # ---- all of it ----------------------------------------------------------------------------------

    def do(self, fault, times):
        for _ in range(times):
            name = f"c{self.clinics}"
            self.clinics += 1
            try:
                fault(name)
                judge(name, self.calm, self.exit_code)
                self.drop(name)
            except Wrong as wrong:
                self.failures += 1
                print(f"FAIL: {name}, {fault.__name__}: {wrong}", flush=True)
                if os.environ.get("CHAOS_KEEP"):
                    shutil.move(f"clinics/{name}", os.path.join(os.environ["CHAOS_KEEP"], f"failed-{sys.argv[2]}-{name}"))
        print(f"{fault.__name__}: {times} done, {self.failures} failures so far", flush=True)


def main():
    faults = Faults(sys.argv[1], sys.argv[2])
    faults.do(faults.killed, often("KILLS", 3))
    faults.do(faults.server_stopped, often("STOPS", 2))
    faults.do(faults.cut, often("CUTS", 3))
    faults.do(faults.session_ended, often("ENDS", 1))
    faults.do(faults.locked, 1)
    faults.do(faults.second_worker, 1)
    print(", ".join(f"{what} {n}" for what, n in sorted(faults.seen.items())))
    listed = json.loads(call(["ps", "--json"], (0,)))["workers"]
    if listed:
        print(f"FAIL: ps still lists {listed}")
    return 1 if faults.failures or listed else 0


sys.exit(main())
