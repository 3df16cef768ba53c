"""send_files.py URL TOKEN CLIENTS FILE... - sends files as the agents of clinics do, several at a time, and bad ones between.

Each file is sent with its digest, sometimes in capitals, sometimes before the bytes; every fifth one also with another
file's digest, with bytes nobody listed, cut short, and under a name that climbs. Prints how often each answer came.
"""

import collections
import hashlib
import json
import os
import queue
import socket
import sys
import threading
import time
import urllib.parse

url, token, clients = urllib.parse.urlsplit(sys.argv[1]), sys.argv[2], int(sys.argv[3])
files = sys.argv[4:]
counts, lock = collections.Counter(), threading.Lock()


def form(data, sha, name, first):
    edge = b"--edge"
    file = (b"%b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%b\"\r\nContent-Type: application/octet-stream\r\n\r\n%b\r\n"
            % (edge, name.encode(), data))
    digest = b"%b\r\nContent-Disposition: form-data; name=\"sha256\"\r\n\r\n%b\r\n" % (edge, sha.encode())
    return (digest + file if first else file + digest) + b"--edge--\r\n"


def post(body, cut=0):
    head = ("POST %s/jobs/current/binaries HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\n"
            "Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: %d\r\n\r\n" % (url.path, token, len(body)))
    with socket.create_connection((url.hostname, url.port), timeout=120) as s:
        s.sendall(head.encode() + body[:len(body) - cut])
        if cut:
            return 0, {}
        answer = b""
        while part := s.recv(65536):
            answer += part
    head, _, text = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(text)


def patiently(body):
    """As an agent does: come back when the server is busy or the row is not there yet."""
    while True:
        code, answer = post(body)
        if code not in (409, 503):
            return code, answer
        with lock:
            counts["again %d" % code] += 1
        time.sleep(0.05)


def send(i, path):
    data = open(path, "rb").read()
    sha = hashlib.sha256(data).hexdigest()
    code, answer = patiently(form(data, sha.upper() if i % 3 == 0 else sha, os.path.basename(path), i % 2 == 0))
    yield "right %d %s" % (code, answer.get("status"))
    if i % 5:
        return
    other = hashlib.sha256(open(files[i - 1], "rb").read()).hexdigest()
    yield "wrong %d" % patiently(form(data + b"x", other, "a", False))[0]
    yield "unknown %d" % patiently(form(data + b"x", hashlib.sha256(data + b"x").hexdigest(), "a", False))[0]
    post(form(data, sha, "a", False), cut=len(data) // 2 + 1)
    yield "cut"
    yield "climbs %d" % patiently(form(data + b"y", hashlib.sha256(data + b"y").hexdigest(), "../../../../../climbed", True))[0]


def work():
    while True:
        try:
            i, path = todo.get_nowait()
        except queue.Empty:
            return
        for outcome in send(i, path):
            with lock:
                counts[outcome] += 1


todo = queue.Queue()
for one in enumerate(files):
    todo.put(one)
threads = [threading.Thread(target=work) for _ in range(clients)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(json.dumps(counts, sort_keys=True))
