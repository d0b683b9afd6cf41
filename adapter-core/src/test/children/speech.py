"""How the scripted child is reached, and what it says there: bare JSON lines or JSON-RPC, on stdin and stdout or a socket.

A socket it is where the adapter says so (ADAPTER_SOCKET), or where the child listens itself: unix:PATH or tcp:PORT, with
{worker} for its number.
"""
import json
import os
import socket
import sys
import threading

WORKER = os.environ.get("ADAPTER_WORKER", "0")


class Stream:
    """Where requests come from and replies go; opened when first needed, as a program does that has loaded by then."""

    def __init__(self):
        self.address = None
        self.socket = None
        self.sink = None
        self.closed = False
        # One lock around each piece that is written: lines of several threads must not be mixed.
        self.lock = threading.RLock()

    def listen_at(self, address):
        self.address = address.replace("{worker}", WORKER)

    def open(self):
        with self.lock:
            if self.sink is None:
                self.socket = self._accept() if self.address else self._connect()
                self.sink = self.socket.fileno() if self.socket else 1

    def _connect(self):
        path = os.environ.get("ADAPTER_SOCKET")
        return connect(path) if path else None

    def _accept(self):
        kind, _, where = self.address.partition(":")
        if kind == "unix":
            if os.path.exists(where):
                os.unlink(where)
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(where)
        else:
            listener = socket.create_server(("127.0.0.1", int(where)))
        with listener:
            listener.listen()
            return listener.accept()[0]

    def source(self):
        """The descriptor that requests come from."""
        return self.socket.fileno() if self.socket else 0

    def read(self, size):
        """Whatever is there, up to this size; nothing at the end."""
        return os.read(self.source(), size)

    def lines(self):
        self.open()
        source = self.socket.makefile("rb") if self.socket else sys.stdin.buffer
        try:
            yield from source
        except ConnectionError:
            pass
        if self.closed:
            # Whoever is left without requests by a fault of its own lives until the adapter closes stdin.
            sys.stdin.buffer.read()

    def write(self, data):
        with self.lock:
            self.open()
            view = memoryview(data if isinstance(data, bytes) else data.encode())
            while view:
                view = view[os.write(self.sink, view) :]

    def close(self):
        """Closes what replies go to, and nothing else."""
        self.open()
        self.closed = True
        if self.socket:
            self.socket.shutdown(socket.SHUT_RDWR)
        else:
            os.close(1)


def connect(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    return connection


def compact(value):
    return json.dumps(value, separators=(",", ":"))


class Bare:
    """Request and reply are bare lines; an answer is given as JSON text."""

    @staticmethod
    def request(line):
        return {"method": "predict", "params": {"body": json.loads(line)}}

    @staticmethod
    def answer(_, text):
        return text

    @staticmethod
    def error(_, code, message):
        return compact({"error": {"code": code, "message": message}})


class Numbered(Bare):
    """As bare lines, with the number of the line in front of its answer."""

    read = 0

    @classmethod
    def request(cls, line):
        cls.read += 1
        return {"id": cls.read, **Bare.request(line)}

    @staticmethod
    def answer(ident, text):
        return f"{ident}\t{text}"

    @staticmethod
    def error(ident, code, message):
        return f"{ident}\t{Bare.error(ident, code, message)}"


def words(options):
    """Those of the format that the options ask for."""
    return JsonRpc if "jsonrpc" in options else Numbered if "numbered" in options else Bare


class JsonRpc:
    """JSON-RPC 2.0, one message a line."""

    @staticmethod
    def request(line):
        return json.loads(line)

    @staticmethod
    def answer(ident, text):
        return '{"jsonrpc":"2.0","id":%s,"result":%s}' % (json.dumps(ident), text)

    @staticmethod
    def error(ident, code, message):
        return compact({"jsonrpc": "2.0", "id": ident, "error": {"code": code, "message": message}})
