"""A server's socket as seen through a bad line: Proxy(folder, upstream) passes on what comes and goes, counts it, and
can be told to close a connection after any byte of it."""

import os
import selectors
import socket
import threading


class Proxy:
    """Listens at folder/.s.PGSQL.5432, where libpq looks when its host is folder; upstream is the server's own
    socket. Each connection is served by a thread of its own."""

    def __init__(self, folder, upstream):
        self.upstream = upstream
        self.passed = 0  # bytes, in both directions, of all connections
        self.cut_at = None  # passed may not become more than this: then the connection is closed, once
        self.cuts = 0
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        path = os.path.join(folder, ".s.PGSQL.5432")
        self.listener.bind(path)
        os.chmod(path, 0o777)
        self.listener.listen(50)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def allowed(self, n):
        """How many of the next n bytes pass before the cut; all of them: there is none among them."""
        with self.lock:
            if self.cut_at is None or self.passed + n <= self.cut_at:
                self.passed += n
                return n
            n = self.cut_at - self.passed
            self.passed, self.cut_at = self.cut_at, None
            self.cuts += 1
            return n

    def serve(self, client):
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self.upstream)
            both = selectors.DefaultSelector()
            both.register(client, selectors.EVENT_READ, server)
            both.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in both.select():
                    data = key.fileobj.recv(65536)
                    n = self.allowed(len(data)) if data else 0
                    key.data.sendall(data[:n])
                    if not data or n < len(data):
                        return
        except OSError:
            pass  # either side has gone: so does the other
        finally:
            client.close()
            server.close()
