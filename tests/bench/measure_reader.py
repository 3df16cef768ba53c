#!/usr/bin/env python3
"""Times the container reader on a raw DPMF file and on the same file in its other layerings.

usage: measure_reader.py MUDANZA FILE FOLDER ROUNDS

Verification of the raw file is compared with `openssl dgst -sha256` in the same round, since machines are busy at
times. The rate of a layering is that of `dpmf info`, which unpacks and opens; what it takes for a file with
next to nothing in it, scrypt included, is subtracted.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))
sys.dont_write_bytecode = True
import make_dpmf  # noqa: E402

PASSPHRASE = "bench"


def timed(*command):
    """Seconds of the wall and of the processor."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True,
                   env={**os.environ, "MUDANZA_PASSPHRASE": PASSPHRASE})
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def against_openssl(mudanza, raw, rounds):
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(timed("openssl", "dgst", "-sha256", str(raw)))
        ours.append(timed(mudanza, "dpmf", "verify", str(raw)))
    for what, of in ("wall", 0), ("processor", 1):
        ratio = statistics.median(a[of] / b[of] for a, b in zip(ours, theirs))
        print(f"verify raw, {what:9} {statistics.median(a[of] for a in ours):7.2f} s; openssl dgst "
              f"{statistics.median(b[of] for b in theirs):6.2f} s; ratio {ratio:.2f}")


def layered(folder, raw, name):
    """The raw file in three layerings."""
    packed, sealed, both = (folder / (name + end) for end in (".zst", ".enc", ".zst.enc"))
    make_dpmf.compress(raw, packed, 3)
    make_dpmf.encrypt(raw, sealed, "raw", PASSPHRASE, None)
    make_dpmf.encrypt(packed, both, "zstd", PASSPHRASE, None)
    return {"decompress": packed, "decrypt": sealed, "both": both}


def rates(mudanza, folder, raw, rounds):
    tiny = folder / "tiny.dpm"
    subprocess.run([sys.executable, make_dpmf.__file__, "--patients", "1", str(tiny)], check=True,
                   stdout=subprocess.DEVNULL)
    nothing, whole = layered(folder, tiny, "tiny"), layered(folder, raw, "whole")
    megabytes = raw.stat().st_size / 1e6
    for what, path in whole.items():
        took = []
        for _ in range(rounds):
            none, all_of_it = (timed(mudanza, "dpmf", "info", str(p)) for p in (nothing[what], path))
            took.append([b - a for a, b in zip(none, all_of_it)])
        wall, processor = (megabytes / max(statistics.median(t[i] for t in took), 1e-6) for i in (0, 1))
        print(f"{what:10} {wall:6.0f} MB of database per second of wall, {processor:6.0f} of processor")


def main():
    mudanza, raw, folder, rounds = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    print(f"{raw.stat().st_size / 1e6:.0f} MB, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    against_openssl(mudanza, raw, rounds)
    rates(mudanza, folder, raw, rounds)


main()
