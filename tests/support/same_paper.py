"""same_paper.py NAME OTHER - whether two clinics of this workspace were told the same about their runs.

The account, the report, the warnings and the rejects as documents, but for what names the clinic, the place of its
target, the time and the speed. Prints what differs.
"""

import json
import os
import subprocess
import sys

MUDANZA = os.environ["MUDANZA"]
COMMANDS = (["report", "--format", "json"], ["warnings", "list", "--json"], ["rejects", "list", "--json"])
# Keys that say which clinic, where, when or how fast; and bytes of files.
OWN = {"clinic", "target", "target_type", "started_at", "ended_at", "took_s", "rate", "on_disk", "command", "resume"}


def plain(value):
    if isinstance(value, dict):
        return {key: plain(x) for key, x in value.items() if key not in OWN}
    if isinstance(value, list):
        return [plain(x) for x in value]
    return value


def asked(name, command):
    done = subprocess.run([MUDANZA, *command, name], stdin=subprocess.DEVNULL, capture_output=True,
                          encoding="utf-8", check=True)
    return plain(json.loads(done.stdout))


def differences(a, b, place):
    if type(a) is not type(b):
        yield f"{place}: {a!r:.200} and {b!r:.200}"
    elif isinstance(a, dict):
        for key in sorted(a.keys() | b.keys()):
            yield from differences(a.get(key), b.get(key), f"{place}.{key}")
    elif isinstance(a, list):
        if len(a) != len(b):
            yield f"{place}: {len(a)} and {len(b)} of them"
        for n, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, f"{place}[{n}]")
    elif a != b:
        yield f"{place}: {a!r:.200} and {b!r:.200}"


def main():
    told = []
    for command in COMMANDS:
        pair = [asked(name, command) for name in sys.argv[1:3]]
        told += differences(*pair, " ".join(command[:2] if command[1] == "list" else command[:1]))
    print("\n".join(told[:30]) if told else "the same was told")
    return 1 if told else 0


sys.exit(main())
