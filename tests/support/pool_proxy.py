"""pool_proxy.py SERVER PLACE - passes a PostgreSQL socket on as a pooler does: with a process number of its own."""

import os
import socket
import sys
import threading


def pump(source, sink, change):
    seen = b""
    try:
        while data := source.recv(65536):
            if change:
                seen += data
                at = seen.find(b"K\0\0\0\x0c")
                if at < 0:
                    continue
                data, change = seen[: at + 5] + b"\0\0\0\7" + seen[at + 9 :], False
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[2] + ".new")
listener.listen()
os.rename(sys.argv[2] + ".new", sys.argv[2])
while True:
    client, _ = listener.accept()
    server = socket.socket(socket.AF_UNIX)
    server.connect(sys.argv[1])
    threading.Thread(target=pump, args=(client, server, False), daemon=True).start()
    threading.Thread(target=pump, args=(server, client, True), daemon=True).start()
