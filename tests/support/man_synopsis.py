"""Compares the synopses of mudanza(1) with the tables of the program.

man_synopsis.py MUDANZA PAGE: each command's arguments, the flags its line names and the words they take, and the
topics of help."""
import json
import re
import subprocess
import sys

program, page = sys.argv[1:]


def ask(*words):
    return subprocess.run([program, *words], stdin=subprocess.DEVNULL, capture_output=True, check=True, encoding="utf-8").stdout


def of_page(line):
    """Arguments as a usage writes them, and the flags with their words (None: it does not name them)."""
    tokens = line.split()
    macro, depth, flag, arguments, flags, glue = None, 0, None, [], {}, False
    optional_rest = False
    for i, token in enumerate(tokens):
        if token in ("Ar", "Cm", "Fl", "Ns", "Li"):
            glue = glue or token == "Ns"
            macro = token if token != "Ns" else macro
            flag = flag if token in ("Ar", "Cm", "Ns") else None
        elif token in ("Oo", "Op"):
            depth += token == "Oo"
            optional_rest = optional_rest or token == "Op"
            flag = None
        elif token == "Oc":
            depth, flag = depth - 1, None
        elif token == "|":
            if macro == "Fl" or (macro == "Ar" and flag):
                flag = None
            elif not flag and arguments and tokens[i + 1] == "Fl":
                arguments[-1][1] = True  # it may be left out for the flag
            elif not flag and macro in ("Ar", "Cm") and arguments:
                glue = "|"
        elif token in (":", "="):
            if not flag:
                glue = token
        elif token == "...":
            pass
        elif token.startswith("-") or (macro == "Fl" and len(token) == 1):
            flag, macro = token.lstrip("-"), "Fl"
            flags[flag] = None
        elif flag and macro == "Cm":
            flags[flag] = (flags[flag] or []) + [token]
        elif flag:
            pass
        elif glue in (":", "|") or (glue and arguments):
            if token != "FILTER":
                arguments[-1][0] += (glue if glue in (":", "|") else "") + token
            glue = False
        elif token != "FILTER":
            arguments.append([token, depth > 0 or optional_rest])
    return [("[%s]" if optional else "%s") % name for name, optional in arguments], flags


def main():
    told = json.loads(ask("help", "--json"))
    words = dict(line.split(";", 1) for line in re.findall(r"^[a-z -]*--[a-z-]+;.*$", ask("completion", "bash"), re.M))
    letters = {flag["letter"]: flag["name"] for flag in told["flags"] if flag.get("letter")}
    text = open(page, encoding="utf-8").read().split("\n.Ss Commands\n")[1].split("\n.Ss Flags\n")[0]
    lines = re.findall(r"^\.It Cm (.*)$", text, re.M)
    bad = []
    for command in told["commands"]:
        name = command["name"]
        line = max((l for l in lines if l == name or l.startswith(name + " ")), key=len, default=None)
        if line is None:
            bad.append("%s is not in the page" % name)
            continue
        arguments, flags = of_page(line[len(name):])
        usage = command["usage"].replace("...", "").split()
        if arguments != usage:
            bad.append("%s: the program wants %s, the page says %s" % (name, usage, arguments))
        for flag, values in flags.items():
            flag = letters.get(flag, flag)
            if flag not in command["flags"]:
                bad.append("%s has no --%s" % (name, flag))
                continue
            known = words.get("%s --%s" % (name, flag), words.get("--" + flag, "")).split()
            if values and values != known:
                bad.append("%s --%s takes %s, the page says %s" % (name, flag, known, values))
    topics = re.search(r"^\.It Cm help.*?^\.Cm ([^.]*)", text, re.M | re.S).group(1).split(" , ")
    if [t.strip() for t in topics] != told["topics"]:
        bad.append("topics are %s, the page says %s" % (told["topics"], topics))
    print("\n".join(bad))
    return len(bad) > 0


sys.exit(main())
