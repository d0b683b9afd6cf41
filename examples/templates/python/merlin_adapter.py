"""Serves a function of yours with merlin-adapter. Copy this file beside your program; it needs Python 3.8, and no packages.

    from merlin_adapter import Refused, serve

    def predict(body):                   # what a caller has sent, such as {"instances": [{"km": 2}]}
        return {"predictions": [11]}     # what the caller gets; values of numpy and pandas are welcome in it

    serve(predict)                       # the last line; start it with: merlin-adapter --format=jsonrpc -- python3 predict.py

raise Refused(422, "km is missing")      The caller gets this status and message. Any other exception is a 500 that names only
                                         its type; the log has the traceback. A NaN is a 502, or null with --nan=null.
def predict(body, call)                  call.headers, call.timeout_ms, call.protocol, and call.cancelled(): true when
                                         nobody waits any more. A call that is cancelled before its turn never starts.
serve(predict, batch=32)                 predict gets a list of up to 32 bodies, and returns a list of as many results, each
                                         of which may be a Refused(…). If it raises, each body is tried alone. For models
                                         that take many rows at once. A second parameter must be named calls.
serve(predict, threads=8)                Eight calls at a time. That pays only for programs that wait, for a database or a
                                         GPU: of Python's threads only one computes. Else use more copies (WORKERS).
log("warn", "the model is a week old")   A line in the adapter's log. So is all that is printed, from serve() on.
counter("hits", zone="a")                Metrics for /metrics: counter(name, increase=1), gauge(name, value), histogram(name,
                                         value, buckets=[…]), with help="…", and labels by their names. Those that the program
                                         keeps with prometheus_client are there without a line of code, after 5 s at most.
fatal("the GPU is gone")                 Have this program replaced.

Without --format=jsonrpc it reads bodies and writes results, also by hand: python3 predict.py < bodies.jsonl
"""

import contextlib
import inspect
import json
import math
import os
import select
import socket
import sys
import threading
import time
import traceback
from collections import deque
from concurrent.futures import ThreadPoolExecutor

AHEAD = 8  # lines that may be here before their turn: of fewer the next would be late, of more a slow one keeps many waiting
REPORT_SECONDS = 5  # from one report of prometheus_client's metrics to the next


class Refused(Exception):
    """Not the program's fault: the status for the caller, from 400 to 599, and why."""

    def __init__(self, code, message):
        super().__init__(code, message)
        self.error = {"code": code, "message": str(message)}


class Call:
    """What is known of a request, beside its body."""

    def __init__(self, message):
        self.id, params = message.get("id"), message["params"]
        self.body, self.headers = params.get("body"), params.get("headers", {})
        self.timeout_ms, self.protocol = params.get("timeout_ms"), params.get("protocol")

    def cancelled(self):
        _channel.look()
        return self.id in _channel.cancelled


class _Channel:
    """Where lines come from and go to: the socket ADAPTER_SOCKET, or else stdin and stdout, which nobody else gets then."""

    def __init__(self):
        if os.environ.get("ADAPTER_SOCKET"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(os.environ["ADAPTER_SOCKET"])
            self.reads, self.writer = self.socket.fileno(), self.socket.makefile("wb")
        else:
            self.reads, self.writer = os.dup(0), os.fdopen(os.dup(1), "wb")
            os.dup2(2, 1)  # from now on a stray print() is a log line,
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # and no subprocess can eat requests
        self.poll, self.reader, self.lock = select.poll(), threading.get_ident(), threading.Lock()
        self.poll.register(self.reads, select.POLLIN)
        self.bare = None  # whether bodies come alone, without JSON-RPC around them
        self.begun, self.ended = [], False
        self.waiting, self.running, self.cancelled = deque(), set(), set()  # lines; ids of calls

    def look(self):
        """Takes what has come, without waiting. With threads, the one that reads does so all the time."""
        while threading.get_ident() == self.reader and len(self.waiting) < 256 and not self.ended and self.poll.poll(0):
            self.read()

    def read(self):
        chunk = os.read(self.reads, 1 << 20)
        self.ended = not chunk
        *lines, rest = (chunk or b"\n").split(b"\n")  # at the end, a last line may lack its own
        if lines:
            lines[0], self.begun = b"".join(self.begun) + lines[0], []
        self.begun.append(rest)
        for line in filter(bytes.strip, lines):
            self.sort(json.loads(line))

    def sort(self, message):
        first = message[0] if isinstance(message, list) and message else message
        if not self.bare:  # once a body has come alone, so do all others, whatever they look like
            self.bare = not (isinstance(first, dict) and first.get("jsonrpc") == "2.0" and "method" in first)
        if self.bare:
            self.waiting.append({"method": "predict", "params": {"body": message}})
        elif isinstance(message, dict) and message["method"] == "cancel":
            self.cancelled |= self.running & {message["params"]["id"]}
        else:
            self.running.update(each["id"] for each in (message if isinstance(message, list) else [message]) if "id" in each)
            self.waiting.append(message)

    def write(self, line):
        with self.lock:
            self.writer.write(line.encode() + b"\n")
            self.writer.flush()


_channel = None


def _dumps(value):
    with contextlib.suppress(TypeError):
        return json.dumps(value, default=_plain)
    return json.dumps(_with_plain_keys(value), default=_plain)  # perhaps it was a key of numpy's, such as a predicted class


def _plain(value):
    """What JSON has instead of a value of pandas, numpy or datetime."""
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return value.to_dict("records")  # a DataFrame: its rows
    if hasattr(value, "tolist"):  # an array, one of its elements, a Series
        if getattr(getattr(value, "dtype", None), "kind", "") == "M" and not hasattr(value, "to_numpy"):
            value = value.astype("datetime64[us]")  # nanoseconds would become a number
        return value.tolist()
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if type(value).__name__ == "Decimal":
        return float(value)
    raise TypeError(f"a result can't have a {type(value).__name__}, which JSON does not have")


def _with_plain_keys(value):
    if isinstance(value, dict):
        return {key.item() if hasattr(key, "item") else key: _with_plain_keys(own) for key, own in value.items()}
    return [_with_plain_keys(element) for element in value] if isinstance(value, (list, tuple)) else value


def _message(**members):
    return _dumps({"jsonrpc": "2.0", **members})


def _notify(method, params):
    if _channel and _channel.bare is False:
        _channel.write(_message(method=method, params=params))
    elif "message" in params:
        print(params["message"], file=sys.stderr)


def log(level, message):
    for line in str(message).splitlines():
        _notify("log", {"level": level, "message": line})


def fatal(message):
    _notify("fatal", {"message": str(message)})


def _metric(name, kind, value, labels, **others):
    texts = {label: str(text) for label, text in labels.items()}
    return {"name": name, "type": kind, "value": value, "labels": texts, **{key: own for key, own in others.items() if own}}


def counter(name, increase=1, help=None, **labels):
    _notify("metrics", _metric(name, "counter", increase, labels, help=help))


def gauge(name, value, help=None, **labels):
    _notify("metrics", _metric(name, "gauge", value, labels, help=help))


def histogram(name, value, buckets=None, help=None, **labels):
    _notify("metrics", _metric(name, "histogram", value, labels, help=help, buckets=buckets))


class _Reports:
    """What prometheus_client has counted since the last report. Its own thread looks, so no call waits for it."""

    def __init__(self, registry):
        self.registry, self.seen = registry, {}
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            time.sleep(REPORT_SECONDS)
            self.report()

    def report(self):
        if _channel.bare is not False:
            return  # nobody listens
        try:
            metrics = [each for family in self.registry.collect() for each in self.grown(family)]
            for i in range(0, len(metrics), 500):
                _notify("metrics", metrics[i : i + 500])
        except Exception:
            log("warn", "no metrics of prometheus_client: " + traceback.format_exc())

    def grown(self, family):
        if family.name.startswith(("adapter_", "jvm_", "process_", "system_")):
            return  # the adapter measures the process itself
        series = {}  # of a histogram: by its labels, what each sample has gained
        for name, labels, value, *_ in family.samples:
            key = name, tuple(sorted(labels.items()))
            before = self.seen.get(key, 0)
            gained = value - before if value >= before or name.endswith("_sum") else value
            if not math.isfinite(value) or (family.type != "gauge" and name.endswith("_created")):
                continue
            if family.type == "histogram":
                bound = labels.get("le", name[len(family.name) :])
                own = tuple((label, text) for label, text in labels.items() if label != "le")
                series.setdefault(own, {})[bound] = gained
            elif key in self.seen and value == before:
                continue
            elif family.type == "counter" or (family.type == "summary" and name.endswith(("_count", "_sum"))):
                yield _metric(name, "counter", gained, labels, help=family.documentation)
            else:
                yield _metric(name, "gauge", value, labels, help=family.documentation)
            self.seen[key] = value
        for labels, gains in series.items():
            total, about = gains.pop("_sum", 0), {"help": family.documentation}
            gains = sorted((float(bound), int(count)) for bound, count in gains.items() if bound != "_count")
            about["buckets"] = [bound for bound, _ in gains if bound < math.inf]
            for value in _observations(gains, total):
                yield _metric(family.name, "histogram", value, dict(labels), **about)
                about = {}


def _observations(gains, total):
    """Values of which each bucket gets as many as it has gained, and whose sum is total; gains are cumulative."""
    lower, below, finite, beyond = min(0.0, gains[0][0]), 0, [], 0
    for upper, count in gains:
        if upper < math.inf:
            finite.append((lower, upper, count - below))
            lower = upper
        else:
            beyond = count - below
        below = count
    least = sum(low * count for low, _, count in finite)
    room = sum((high - low) * count for low, high, count in finite)
    part = 0.5 if beyond or not room else min(1.0, max(1e-6, (total - least) / room))  # how far into its bucket each value is
    for low, high, count in finite:
        yield from [min(high, low + part * (high - low))] * count
    if beyond:
        yield from [max((total - least - part * room) / beyond, lower + abs(lower) * 1e-6 + 1e-9)] * beyond


def serve(predict, batch=1, threads=0):
    """Answers requests until there are no more."""
    global _channel
    _channel = channel = _Channel()
    abilities = {"concurrency": threads or (2 if batch > 1 else AHEAD), "cancel": True}
    if batch > 1:
        abilities["batch"] = {"max_size": batch, "max_delay_ms": 2}
    extra = "calls" if batch > 1 else "call"
    wanted = False
    with contextlib.suppress(ValueError):  # some functions written in C don't tell
        wanted = extra in inspect.signature(predict).parameters
    registry = getattr(sys.modules.get("prometheus_client"), "REGISTRY", None)
    reports = _Reports(registry) if registry else None

    def ask(calls):
        if batch == 1:
            return [predict(calls[0].body, **({extra: calls[0]} if wanted else {}))]
        results = predict([call.body for call in calls], **({extra: calls} if wanted else {}))
        if not isinstance(results, (list, tuple)) or len(results) != len(calls):
            raise TypeError(f"predict must return a list of {len(calls)} results, one for each body")
        return results

    def outcomes(calls):
        """A result for each call, or an exception."""
        try:
            return ask(calls)
        except (Exception, SystemExit) as fault:
            return [fault] if len(calls) == 1 else [outcomes([call])[0] for call in calls]

    def text(call, outcome):
        """The message that answers a call."""
        try:
            member, line = "result", None if isinstance(outcome, BaseException) else _dumps(outcome)
        except Exception as fault:
            outcome = fault
        if isinstance(outcome, Refused):
            member, line = "error", _dumps(outcome.error)
        elif isinstance(outcome, BaseException):
            trace = outcome.__traceback__
            while trace and trace.tb_next and trace.tb_frame.f_code.co_filename == __file__:
                trace = trace.tb_next  # what happened here is of no interest
            log("error", "".join(traceback.format_exception(type(outcome), outcome, trace)))
            about = f"the program failed: {type(outcome).__name__}; its log says more"
            member, line = "error", _dumps({"code": 500, "message": about})
        if channel.bare:
            return line if member == "result" else f'{{"error": {line}}}'
        return f'{{"jsonrpc": "2.0", "id": {json.dumps(call.id)}, "{member}": {line}}}'

    def answer(line):
        calls = [Call(message) for message in (line if isinstance(line, list) else [line])]
        begun = [call for call in calls if call.id not in channel.cancelled]
        texts = [text(call, Refused(499, "cancelled")) for call in calls if call not in begun]
        texts += map(text, begun, outcomes(begun) if begun else [])
        ids = {call.id for call in calls}
        channel.running -= ids
        channel.cancelled -= ids
        channel.write(f"[{', '.join(texts)}]" if isinstance(line, list) else texts[0])

    with ThreadPoolExecutor(threads or 1) as pool:
        while channel.waiting or not channel.ended:
            if not channel.waiting:
                channel.read()
                continue
            line = channel.waiting.popleft()
            if isinstance(line, list) or line["method"] == "predict":
                if threads and not channel.bare:
                    pool.submit(answer, line)
                else:
                    channel.look()
                    answer(line)
            elif line["method"] == "initialize":
                channel.write(_message(id=line["id"], result=abilities))
            elif "id" in line:
                channel.write(_message(id=line["id"], error={"code": -32601, "message": "Method not found"}))
    if reports:
        reports.report()
