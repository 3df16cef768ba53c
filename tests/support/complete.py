"""Completes a line in a real shell on a terminal: complete.py bash|zsh SCRIPT LINE...

For each LINE the keys are typed, then Tab. Prints what became of the line, each word between < and >, and
behind it the words the shell listed."""
import fcntl
import os
import pty
import re
import select
import struct
import sys
import tempfile
import termios
import time

shell, script = sys.argv[1:3]
setup = {
    "bash": "bind 'set enable-bracketed-paste off'\nbind 'set bell-style none'\nbind 'set show-all-if-ambiguous on'\n. '%s'\nPS1='ready> '\n",
    "zsh": "unset zle_bracketed_paste\nunsetopt automenu listbeep promptsp promptcr\nbindkey -e\nautoload -U compinit\n"
           "compinit -u -D\n. '%s'\nPS1='ready> '\n",
}[shell] % os.path.abspath(script)
home = tempfile.TemporaryDirectory()
for name in (".bashrc", ".zshrc"):
    with open(os.path.join(home.name, name), "w") as file:
        file.write(setup)


def start():
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb" if shell == "bash" else "vt100", HOME=home.name, ZDOTDIR=home.name, LC_ALL="C.UTF-8")
        call = ["bash", "--noprofile", "--rcfile", home.name + "/.bashrc", "-i"] if shell == "bash" else ["zsh", "-d", "-i"]
        os.execvp(call[0], call)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    return fd


def read_until(fd, pattern):
    text, deadline = "", time.monotonic() + 30
    while not re.search(pattern, text):
        if time.monotonic() > deadline or not select.select([fd], [], [], 30)[0]:
            sys.exit("%s: in vain waited for %s in %r" % (shell, pattern, text))
        text += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]", "", os.read(fd, 65536).decode()).replace("\0", "")
    return text


fd = start()
read_until(fd, "ready> ")
for line in sys.argv[3:]:
    os.write(fd, (line + "\t\x01printf '<%s>' \r").encode())
    seen = read_until(fd, r"<mudanza>(<[^<>]*>)*[^<]*?ready> ")
    result = re.search(r"<mudanza>(.*?)(%\s*)?\r?\n?ready> ", seen.replace("\r\n", "\n"), re.S).group(1)
    listed = re.split(r"ready>|<?mudanza", seen[seen.find("\n") + 1:])[0].split()
    print(" ".join([result, *listed]))
os.write(fd, b"\x03exit\r")
