#!/usr/bin/env python3
"""Runs a command that migrates the clinic 'bench' of a workspace and says where its time went.

usage: measure.py WORKSPACE COMMAND [ARGUMENT]...
"""

import datetime
import json
import os
import resource
import subprocess
import sys
import time


def phases(events):
    """Seconds per phase; what lies between two events counts for the later one."""
    seconds, rows, before = {}, 0, None
    for line in events:
        event = json.loads(line)
        now = datetime.datetime.fromisoformat(event["t"].replace("Z", "+00:00")).timestamp()
        stage = event.get("step", "").rpartition("/")[2] or event["type"]
        name = {"plan": "prepare", "run.start": "start", "run.end": "finish"}.get(stage, stage)
        if before is not None:
            seconds[name] = seconds.get(name, 0) + now - before
        before = now
        if event["type"] == "step.end" and stage == "extract":
            rows += event.get("rows", 0)
    return seconds, rows


def main():
    workspace, command = sys.argv[1], sys.argv[2:]
    began = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    took = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    state = os.path.join(workspace, "bench", "state")
    runs = os.path.join(state, "runs")
    with open(os.path.join(runs, sorted(os.listdir(runs))[-1], "events.ndjson"), encoding="utf-8") as events:
        seconds, rows = phases(events)
    print(f"{rows} source rows in {took:.1f} s: {rows / took:.0f} rows per second")
    print(f"processor {used.ru_utime:.1f} s user, {used.ru_stime:.1f} s system; peak memory {used.ru_maxrss / 1024:.0f} MiB")
    whole = sum(seconds.values()) or 1
    for name, part in seconds.items():
        print(f"  {name:10} {part:8.1f} s {100 * part / whole:5.1f} %")
    for name in ("cache.db", "target.db"):
        size = os.path.getsize(os.path.join(state, name))
        print(f"  {name:10} {size / 1e6:8.0f} MB")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
