"""chaos_calls.py CALM KILLS SEED - kill runs of copies of a clinic as they are about to make something durable.

CALM names a clinic of this workspace whose run nobody disturbed; MUDANZA is the program. Under strace each
fdatasync, fsync, rename and unlink of the worker's own thread is such a moment: before and after every transaction
of every file. KILLS of them, evenly spread, are tried; 0: all of them.
"""

import collections
import os
import random
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
from chaos_picture import MUDANZA, WORK, Wrong, judge, judge_dead, picture  # noqa: E402

CALLS = ("fdatasync", "fsync", "rename", "unlink")


def run(name, *flags):
    """Its exit code and the calls of its first thread, by name."""
    environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")
    done = subprocess.run(["strace", "-f", "-o", "trace", *flags, "--", MUDANZA, "autopilot", name, *WORK], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=False)
    with open("trace", encoding="utf-8") as f:
        lines = [line.split(None, 1) for line in f]
    own = [text for pid, text in lines if pid == lines[0][0]]
    return done.returncode, collections.Counter(text.split("(")[0] for text in own if "(" in text)


def main():
    calm, kills, seed = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    shutil.copytree(f"clinics/{calm}", "template", ignore=shutil.ignore_patterns("state"))
    exit_code, calls = run(calm, "-e", "trace=" + ",".join(CALLS))
    wanted = picture(calm)
    moments = [(name, n) for name in CALLS for n in range(1, calls[name] + 1)]
    step = len(moments) / kills if kills else 1
    first = random.Random(seed).random() * step
    chosen = [moments[int(first + k * step)] for k in range(kills)] if kills else moments
    print(f"{len(moments)} calls: {dict(calls)}, exit {exit_code}", flush=True)
    killed = failures = 0
    for name, n in chosen:
        shutil.copytree("template", "clinics/x")
        try:
            code, _ = run("x", "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={n}")
            killed += code in (-9, 137)
            judge_dead("x")
            judge("x", wanted, exit_code)
        except Wrong as wrong:
            failures += 1
            print(f"FAIL: killed at call {n} of {name}: {wrong}", flush=True)
        shutil.rmtree("clinics/x")
    print(f"killed at {killed} of {len(moments)} calls, {failures} failures")
    return 1 if failures or not killed else 0


sys.exit(main())
