"""chaos_kills.py CALM KILLS SEED - kill runs of copies of a clinic in every way, and judge what becomes of them.

CALM names a clinic of this workspace whose run nobody disturbed; MUDANZA is the program. At least KILLS workers
are killed (-9), at moments spread over the time such a run takes. Each copy is gone on with until it ends, and
then has to show what CALM shows: rows, ledger, issues, steps, account and exit code. Prints what was done.
"""

import collections
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from chaos_picture import MUDANZA, WORK, Wrong, call, judge, judge_dead, picture  # noqa: E402

PATIENCE_S = 300  # a busy machine is no failure
READERS = (["monitor", "--plain"], ["monitor", "--json"], ["logs", "-f"], ["status", "--json"])
SOFT = {"HUP": signal.SIGHUP, "TERM": signal.SIGTERM, "INT": signal.SIGINT}
HARD = dict(SOFT, KILL=signal.SIGKILL)


def begin(args, out=subprocess.DEVNULL):
    """Every signal as a terminal would leave it, whatever the caller ignores."""
    def usual():
        for number in SOFT.values():
            signal.signal(number, signal.SIG_DFL)
    return subprocess.Popen([MUDANZA, *args], stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=usual)


def ended(child, what):
    try:
        return child.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        raise Wrong(f"{what} does not end") from None


def reached(name):
    """Where the newest run was, by the last line of its events."""
    files = sorted(glob.glob(f"clinics/{name}/state/runs/*/events.ndjson"))
    if not files:
        return "before its first event"
    with open(files[-1], "rb") as f:
        lines = f.read().split(b"\n")
    line = next((x for x in reversed(lines[:-1]) if x), b"{}")
    event = json.loads(line)  # every line but one cut short by the kill has to be whole
    if event.get("type") == "run.end":
        return "run.end"
    step = event.get("step") or ""
    return step.split("/")[-1] if step else event.get("type", "nothing")


class Chaos:
    def __init__(self, calm, seed, took, exit_code):
        self.calm, self.took, self.exit_code = calm, took, exit_code
        self.random = random.Random(seed)
        self.kills = collections.Counter()  # by the way of killing
        self.places = collections.Counter()  # by where the run was
        self.moment = 0.0

    # ---- pieces -----------------------------------------------------------------------------------

    def work(self, name, mode):
        return begin([mode, name, *WORK])

    def kill(self, name, worker, how, number=signal.SIGKILL):
        """The worker dies now, unless it has ended already."""
        worker.send_signal(number)
        code = ended(worker, f"a worker sent {number.name}")
        if code == -signal.SIGKILL:
            self.kills[how] += 1
            self.places[reached(name)] += 1
        elif number == signal.SIGKILL and code != self.exit_code:
            raise Wrong(f"the worker had ended by itself, with {code}")
        return code

    def sleep_some(self, most):
        time.sleep(self.random.random() * most)

    def reader(self, name, which):
        """A reader of a run that has a record; None: the run ended before, or has none yet."""
        until = time.monotonic() + PATIENCE_S
        while not glob.glob(f"clinics/{name}/state/runs/*/events.ndjson"):
            if time.monotonic() > until:
                raise Wrong("no run begins")
            time.sleep(0.005)
        return begin([which[0], name, *which[1:]])

    # ---- ways of killing --------------------------------------------------------------------------

    def once(self, name):
        worker = self.work(name, "autopilot")
        time.sleep(self.moment)
        self.kill(name, worker, "once")

    def again_and_again(self, name):
        for n in range(self.random.randint(2, 4)):
            worker = self.work(name, "resume" if n else "autopilot")
            self.sleep_some(self.took)
            self.kill(name, worker, "again and again")

    def paused(self, name):
        worker = self.work(name, "autopilot")
        time.sleep(self.moment)
        asked = subprocess.run([MUDANZA, "pause", name], stdin=subprocess.DEVNULL, capture_output=True)
        until = time.monotonic() + PATIENCE_S
        held = False
        while asked.returncode == 0 and worker.poll() is None and not held and time.monotonic() < until:
            time.sleep(0.01)
            with open(f"clinics/{name}/state/status.json", encoding="utf-8") as f:
                held = json.load(f)["state"] == "paused"
        self.kill(name, worker, "paused" if held else "while asked to pause")

    def with_reader(self, name):
        which = self.random.choice(READERS)
        worker = self.work(name, "autopilot")
        reader = self.reader(name, which)
        time.sleep(self.moment)
        code = self.kill(name, worker, f"with {' '.join(which)}")
        left = ended(reader, f"{' '.join(which)} of a dead worker")
        wanted = (0, 1, self.exit_code) if which[0] == "monitor" else (0,)
        if left not in wanted:
            raise Wrong(f"{which} ended with {left} after the worker's {code}")

    def reader_killed(self, name):
        """The worker does not care; it is killed later, or lives."""
        which, how = self.random.choice(READERS[:3]), self.random.choice(sorted(HARD))
        worker = self.work(name, "autopilot")
        reader = self.reader(name, which)
        time.sleep(self.moment / 2)
        reader.send_signal(HARD[how])
        left = ended(reader, f"{' '.join(which)} sent {how}")
        if left not in (-HARD[how], 128 + HARD[how], 0, self.exit_code):
            raise Wrong(f"{which} sent {how} ended with {left}")
        if self.random.random() < 0.5:
            code = ended(worker, "a worker whose reader was killed")
            if code != self.exit_code:
                raise Wrong(f"{which} was sent {how}, and the worker ended with {code}")
        else:
            self.sleep_some(self.took / 2)
            self.kill(name, worker, f"after its reader, by {how}")

    def signalled(self, name):
        """A signal and then the kill: in the middle of stopping in good order, or with HUP of going on."""
        how = self.random.choice(sorted(SOFT))
        worker = self.work(name, "autopilot")
        time.sleep(self.moment)
        worker.send_signal(SOFT[how])
        self.sleep_some(0.05)
        worker.send_signal(signal.SIGKILL)
        code = ended(worker, f"a worker sent {how}")
        if code == -signal.SIGKILL:
            self.kills[f"after {how}"] += 1
            self.places[reached(name)] += 1
        elif code not in (self.exit_code, 128 + SOFT[how], -SOFT[how]):
            raise Wrong(f"sent {how}, the worker ended with {code}")

    def both_signalled(self, name):
        """Worker and reader at the same moment, each by its own signal."""
        which = self.random.choice(READERS[:3])
        worker = self.work(name, "autopilot")
        reader = self.reader(name, which)
        time.sleep(self.moment)
        to_worker, to_reader = self.random.choice(sorted(HARD)), self.random.choice(sorted(HARD))
        reader.send_signal(HARD[to_reader])
        worker.send_signal(HARD[to_worker])
        ended(reader, f"{' '.join(which)} sent {to_reader}")
        code = ended(worker, f"a worker sent {to_worker}")
        if code == -signal.SIGKILL:
            self.kills[f"with {which[0]} sent {to_reader}"] += 1
            self.places[reached(name)] += 1
        elif code not in (self.exit_code, 128 + HARD[to_worker], -HARD[to_worker]):
            raise Wrong(f"the worker sent {to_worker} ended with {code}")


def main():
    calm, kills, seed = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    shutil.copytree(f"clinics/{calm}", "template", ignore=shutil.ignore_patterns("state"))
    began = time.monotonic()
    exit_code = ended(begin(["autopilot", calm, *WORK]), "the undisturbed run")
    took = time.monotonic() - began
    print(f"the undisturbed run took {took:.2f} s and ended with {exit_code}", flush=True)
    chaos = Chaos(picture(calm), seed, took, exit_code)
    ways = (chaos.once, chaos.paused, chaos.again_and_again, chaos.with_reader, chaos.signalled, chaos.reader_killed,
            chaos.both_signalled, chaos.once)
    clinics = failures = 0
    while sum(chaos.kills.values()) < kills and clinics < 4 * kills + 20:
        name = f"c{clinics}"
        shutil.copytree("template", f"clinics/{name}")
        chaos.moment = took * (sum(chaos.kills.values()) + chaos.random.random()) / kills
        way = ways[clinics % len(ways)]
        try:
            way(name)
            judge_dead(name)
            judge(name, chaos.calm, chaos.exit_code)
        except Wrong as wrong:
            failures += 1
            print(f"FAIL: {name}, {way.__name__} at {chaos.moment:.3f} of {took:.3f} s, in {reached(name)}: {wrong}", flush=True)
            shutil.move(f"clinics/{name}", os.path.join(os.environ.get("CHAOS_KEEP", "."), f"failed-{seed}-{name}"))
        else:
            shutil.rmtree(f"clinics/{name}")
        clinics += 1
        if clinics % 20 == 0:
            print(f"{clinics} clinics, {sum(chaos.kills.values())} kills, {failures} failures", flush=True)
    print(f"{sum(chaos.kills.values())} kills of workers of {clinics} clinics, {failures} failures")
    for title, counts in (("how", chaos.kills), ("where", chaos.places)):
        print(f"{title}: " + ", ".join(f"{k} {n}" for k, n in counts.most_common()))
    listed = json.loads(call(["ps", "--json"], (0,)))["workers"]
    if listed:
        print(f"FAIL: ps still lists {listed}")
    return 1 if failures or listed or sum(chaos.kills.values()) < kills else 0


sys.exit(main())
