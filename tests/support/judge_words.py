#!/usr/bin/python3
"""judge_words.py MANIFEST.tsv - what dpmf verify says of every file, in English and in Spanish.

A refusal names the file and gives a reason and a hint, a warning a message; none is the same in both.
"""

import json
import os
import subprocess
import sys


def verify(language, path, passphrase):
    env = dict(os.environ, MUDANZA_PASSPHRASE=passphrase)
    command = [os.environ["MUDANZA"], "--lang", language, "--json", "dpmf", "verify", path]
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True)
    return json.loads(done.stdout)


def said(document):
    if document["verdict"].startswith("reject:"):
        yield "reason", document["reason"]
        yield "hint", document["hint"]
    for warning in document["warnings"]:
        yield warning["code"], warning["message"]


failures = 0
folder = os.path.dirname(sys.argv[1])
with open(sys.argv[1], encoding="utf-8") as manifest:
    for line in list(manifest)[1:]:
        name, passphrase, expected = line.split("\t")[:3]
        if expected == "accept":
            continue
        path = os.path.join(folder, name)
        english, spanish = (verify(language, path, passphrase) for language in ("en", "es"))
        bad = []
        if english["reason"] and not all(d["reason"].startswith(path + ": ") for d in (english, spanish)):
            bad.append("the file is not named")
        both = zip(said(english), said(spanish))
        bad += [f"{what}: {a!r}, {b!r}" for (what, a), (_, b) in both if not a or a == b]
        if not list(said(english)) or bad:
            failures += 1
            print(f"{name}: {bad}")
sys.exit(failures > 0)
