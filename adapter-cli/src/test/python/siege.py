"""What attacks have in common: frames of HTTP/2, and many connections at a time, with a bound on all that they cost.

A connection is played by a generator, which yields bytes to send, or a number of seconds to wait. At its end the
connection is held, and taken no more of than its reader's rate, until the siege is over.
"""
import resource
import select
import socket
import struct
import time

# What all connections of a siege send together, in bytes a second, and how many are opened.
RATE = 24 << 20
OPENED = 1500
# How long one of them may send before others get their turn.
TURN = 1 << 18
AS_IT_COMES = 1 << 30

DATA, HEADERS, PRIORITY, RESET, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM, END_HEADERS, ACK = 1, 4, 1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def number(value):
    """A length of HPACK, with seven bits in its first byte."""
    if value < 127:
        return bytes([value])
    out = [127]
    value -= 127
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes(out + [value])


def field(name, value):
    """A header that no table takes in."""
    return b"\x10" + number(len(name)) + name + number(len(value)) + value


def block(method, path, *more):
    pseudo = [(b":method", method), (b":path", path), (b":scheme", b"http"), (b":authority", b"x")]
    return b"".join(field(*one) for one in [*pseudo, *more])


def headers(stream, fields, end=False):
    parts = [fields[i : i + 16384] for i in range(0, len(fields), 16384)]
    kinds = [HEADERS] + [CONTINUATION] * (len(parts) - 1)
    frames = []
    for i, (kind, part) in enumerate(zip(kinds, parts)):
        flags = (END_HEADERS if i == len(parts) - 1 else 0) | (END_STREAM if end and i == 0 else 0)
        frames.append(frame(kind, flags, stream, part))
    return b"".join(frames)


def data(stream, payload, end=True):
    return frame(DATA, END_STREAM if end else 0, stream, payload)


def hello(window=None, acknowledge=True):
    """Begins HTTP/2; with a window of its own for each reply."""
    settings = b"" if window is None else struct.pack(">HI", 4, window)
    return PREFACE + frame(SETTINGS, 0, 0, settings) + (frame(SETTINGS, ACK, 0) if acknowledge else b"")


def streams(count=999):
    return range(1, 2 * count, 2)


class Connection:
    def __init__(self, port, script, reads, small):
        self.socket = socket.socket()
        self.socket.setblocking(False)
        if small:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect_ex(("127.0.0.1", port))
        self.script = script
        self.reads = reads
        self.readable = 0.0
        self.unsent = b""
        self.waits_until = 0.0
        self.done = False
        self.interest = -1

    def interested(self, now):
        sends = not self.done and self.waits_until <= now
        return (select.EPOLLIN if self.reads else 0) | (select.EPOLLOUT if sends else 0)

    def send(self, now):
        """How much the system took."""
        sent = 0
        while sent < TURN:
            if not self.unsent:
                step = next(self.script, None)
                if step is None:
                    self.done = True
                    return sent
                if not isinstance(step, bytes):
                    self.waits_until = now + step
                    return sent
                self.unsent = step
            try:
                count = self.socket.send(self.unsent)
            except BlockingIOError:
                return sent
            self.unsent = self.unsent[count:]
            sent += count
        return sent

    def read(self, seconds):
        """Takes what its rate allows; False at the end."""
        self.readable = min(self.reads, self.readable + self.reads * seconds)
        size = min(1 << 16, int(self.readable))
        if not size:
            return True
        try:
            count = len(self.socket.recv(size))
        except BlockingIOError:
            return True
        self.readable -= count
        return count > 0


class Siege:
    """Connections of one kind or several, which are replaced when the server ends them."""

    def __init__(self, seconds):
        self.until = time.monotonic() + seconds
        self.poll = select.epoll()
        self.kinds = []
        self.alive = {}
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def add(self, count, port, script, reads=0, small=False):
        """So many connections; script makes the generator for each."""
        self.kinds.append((count, port, script, reads, small))
        return self

    def run(self):
        opened = sent = 0
        began = last = time.monotonic()
        while last < self.until:
            opened += self.open(int(OPENED * (0.1 + last - began)) - opened)
            self.listen(last)
            ready = self.poll.poll(0.02)
            now = time.monotonic()
            allowed = sent < RATE * (0.1 + now - began)
            for descriptor, events in ready:
                sent += self.serve(descriptor, events, now, now - last, allowed)
            if ready and not allowed:
                time.sleep(0.005)
            last = now
        for connection, _ in self.alive.values():
            connection.socket.close()

    def open(self, most):
        opened = 0
        for kind, (count, port, script, reads, small) in enumerate(self.kinds):
            missing = count - sum(1 for _, of in self.alive.values() if of == kind)
            for _ in range(min(missing, most - opened)):
                connection = Connection(port, script(), reads, small)
                self.alive[connection.socket.fileno()] = connection, kind
                self.poll.register(connection.socket, select.EPOLLOUT)
                opened += 1
        return opened

    def listen(self, now):
        for descriptor, (connection, _) in self.alive.items():
            interest = connection.interested(now)
            if interest != connection.interest:
                connection.interest = interest
                self.poll.modify(descriptor, interest)

    def serve(self, descriptor, events, now, seconds, allowed):
        connection, _ = self.alive[descriptor]
        sent = 0
        try:
            alive = not events & (select.EPOLLERR | select.EPOLLHUP)
            if alive and events & select.EPOLLIN:
                alive = connection.read(seconds)
            if alive and events & select.EPOLLOUT and allowed:
                sent = connection.send(now)
        except OSError:
            alive = False
        if not alive:
            self.poll.unregister(descriptor)
            connection.socket.close()
            del self.alive[descriptor]
        return sent
