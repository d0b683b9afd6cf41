"""A child that does what each request says: {"do": [["sleep", 100], ["answer", {"a": 1}]]}.

A request without "do" is answered with itself, this worker's number and this process's id. How it starts is said by its
arguments, any step among them: scripted.py load=2 'stderr="loading"' deaf. It speaks bare JSON, numbered if told
numbered, unless told jsonrpc, and then takes batch=8, concurrency=8 and cancel, which is advertised, and followed unless it is cancel=ignored, cancel=swallowed
(what was cancelled is never answered) or cancel=dies. With instances it also takes {"instances": [a request, …]}, does what each of them
says, one after the other, and answers with {"predictions": [the answer to each]} once it has all of those.
"""
import json
import os
import signal
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True

import speech

HELD = []
OPTIONS = {}
CALLS = {}
STREAM = speech.Stream()
READING = threading.Event()


class Cancelled(Exception):
    pass


class Call:
    """One request, to be answered in the words of the format."""

    def __init__(self, words, ident=None, params=None):
        self.words = words
        self.ident = ident
        self.params = params or {}
        self.body = self.params.get("body")
        self.cancelled = threading.Event()

    def answer(self, value):
        self.say(json.dumps(value))

    def say(self, text):
        STREAM.write(self.words.answer(self.ident, text) + "\n")

    def error(self, code, message):
        STREAM.write(self.words.error(self.ident, code, message) + "\n")

    def write(self, text):
        """Writes it as it is, this request's id in the place of $ID."""
        STREAM.write(text.replace("$ID", str(self.ident)))

    def sleep(self, millis):
        if OPTIONS.get("cancel") == "ignored":
            time.sleep(millis / 1000)
        elif self.cancelled.wait(millis / 1000):
            raise Cancelled

    def wait_for(self, path):
        while not os.path.exists(path):
            self.sleep(10)

    def miscount(self):
        """Has one prediction too many on its line, if there are to be several."""

    def echo(self):
        self.say(speech.compact({**self.body, "worker": int(speech.WORKER), "pid": os.getpid()}))

    def run(self):
        try:
            self.work()
        except OSError:
            # Nobody listens any more.
            pass
        CALLS.pop(self.ident, None)

    def work(self):
        try:
            if isinstance(self.body, dict) and "do" in self.body:
                for step, value in self.body["do"]:
                    STEPS[step](self, value)
            else:
                self.echo()
        except Cancelled:
            if OPTIONS["cancel"] != "swallowed":
                self.error(-32800, "cancelled")


class Predictions:
    """The answers to the requests of one line, which go together."""

    def __init__(self, words, ident, bodies):
        self.words = words
        self.ident = ident
        self.calls = [Instance(self, body) for body in bodies]
        self.surplus = []
        self.over = False

    def flush(self):
        texts = [call.text for call in self.calls]
        if None not in texts:
            self.end(self.words.answer(self.ident, '{"predictions":[%s]}' % ",".join(texts + self.surplus)))

    def end(self, line):
        if not self.over:
            self.over = True
            STREAM.write(line + "\n")


class Instance(Call):
    """One request of several on a line."""

    def __init__(self, line, body):
        super().__init__(line.words, line.ident, {"body": body})
        self.line = line
        self.text = None

    def say(self, text):
        self.text = text
        self.line.flush()

    def error(self, code, message):
        self.line.end(self.words.error(self.ident, code, message))

    def miscount(self):
        # A program that is asked by one caller may answer what it likes: nobody counts that.
        if len(self.line.calls) > 1:
            self.line.surplus.append('{"token":"surplus"}')


def calls(words, message):
    """What a line asks for."""
    body = message["params"].get("body")
    if "instances" in OPTIONS and isinstance(body, dict) and "instances" in body:
        return Predictions(words, message.get("id"), body["instances"]).calls
    return [Call(words, message.get("id"), message["params"])]


def log(text):
    sys.stderr.write(text)
    sys.stderr.flush()


def hold_stdout(seconds):
    subprocess.Popen(["sleep", str(seconds)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def orphan(seconds):
    """Leaves behind a process that holds the streams open, is nobody's child here, and stays in the group."""
    middle = os.fork()
    if middle == 0:
        if os.fork() == 0:
            time.sleep(seconds)
        os._exit(0)
    os.waitpid(middle, 0)


def been_before(path):
    """Whether this file was there; now it is."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
        return False
    except FileExistsError:
        return True


def chatter(stream, seconds):
    """Writes a line to a stream every tenth of a second, for some seconds."""
    for _ in range(10 * seconds):
        getattr(sys, stream).write("at work\n")
        getattr(sys, stream).flush()
        time.sleep(0.1)


def pause_reading(millis):
    """Reads no request for a while, but for those that have been read ahead."""
    READING.clear()
    threading.Timer(millis / 1000, READING.set).start()


def connects_again():
    try:
        speech.connect(os.environ["ADAPTER_SOCKET"]).close()
        return True
    except OSError:
        return False


def later(millis, action, *arguments):
    threading.Timer(millis / 1000, action, arguments).start()


# What a request may ask for: the call, and what stands beside the step's name.
STEPS = {
    "sleep": lambda call, ms: call.sleep(ms),
    "until": lambda call, path: call.wait_for(path),
    "answer": lambda call, value: call.answer(value),
    "answer_later": lambda call, what: later(what[0], call.answer, what[1]),
    "error": lambda call, what: call.error(*what),
    "miscount": lambda call, _: call.miscount(),
    "params": lambda call, _: call.answer({k: v for k, v in call.params.items() if k != "body"}),
    "connect": lambda *_: STREAM.open(),
    "connect_again": lambda call, token: call.answer({"token": token, "connected": connects_again()}),
    "write": lambda call, text: call.write(text),
    "write_bytes": lambda _, numbers: STREAM.write(bytes(numbers)),
    "write_each": lambda _, what: STREAM.write("".join(what[0].replace("$N", str(n)) for n in range(what[1]))),
    "write_many": lambda _, what: STREAM.write(what[0] * what[1]),
    "pause_reading": lambda _, ms: pause_reading(ms),
    "stdout_many": lambda _, what: print(what[0] * what[1], end="", flush=True),
    "stderr": lambda _, text: log(text),
    "stderr_many": lambda _, what: log(what[0] * what[1]),
    "exit": lambda _, code: os._exit(code),
    "exit_later": lambda _, what: later(what[0], os._exit, what[1]),
    "exit_once": lambda _, path: been_before(path) or os._exit(1),
    "chatter": lambda _, what: chatter(*what),
    # Leaves the session and holds on to stdin, stdout and stderr.
    "daemon": lambda _, command: subprocess.Popen(command.split(), start_new_session=True),
    "hold_stdout": lambda _, seconds: hold_stdout(seconds),
    "hold_memory": lambda _, mebibytes: HELD.append(bytearray(mebibytes << 20)),
    "signal": lambda _, name: os.kill(os.getpid(), getattr(signal, name)),
    "close_replies": lambda *_: STREAM.close(),
    "close_stdout": lambda *_: os.close(1),
    "orphan": lambda _, seconds: orphan(seconds),
}


def sleep_for_ever():
    while True:
        time.sleep(3600)


def invite(command):
    """Opens the way to the socket for everybody, and has another one go it first."""
    path = os.environ["ADAPTER_SOCKET"]
    os.chmod(os.path.dirname(path), 0o711)
    os.chmod(path, 0o666)
    subprocess.run(command.split() + [sys.executable, "-c", STRANGER, path], check=True)


STRANGER = "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); sys.exit(s.recv(1) != b'')"


def start(name, value):
    OPTIONS[name] = value
    if name == "load":
        time.sleep(float(value))
    elif name == "listen":
        STREAM.listen_at(value)
    elif name == "ignore-term":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    elif name == "deaf":
        sleep_for_ever()
    elif name == "stranger":
        invite(value)
    elif name == "banner":
        STREAM.write('{"event":"loading"}\n')
    elif name == "heartbeat":
        while True:
            STREAM.write('{"heartbeat":1}\n')
            time.sleep(float(value))
    elif name == "once":
        if been_before(value):
            os._exit(3)
    elif name == "bad-once":
        # The first life of worker 1 goes bad.
        OPTIONS["bad"] = speech.WORKER == "1" and not been_before(value)
    elif name in STEPS:
        STEPS[name](Call(None), json.loads(value))


def begin(arguments):
    """Does what the arguments say, in their order, and keeps those that are for later."""
    for argument in arguments:
        name, _, value = argument.partition("=")
        if name == "if-again" and not been_before(value):
            break
        start(name, value)


def initialize(call):
    """Answers as told: init=, init-error= and init-write= take what is to be answered instead."""
    if "init-write" in OPTIONS:
        call.write(OPTIONS["init-write"])
    elif "init-error" in OPTIONS:
        call.error(int(OPTIONS["init-error"]), "no such thing")
    elif "init" in OPTIONS:
        call.answer(json.loads(OPTIONS["init"]))
    else:
        capabilities = {"concurrency": int(OPTIONS.get("concurrency", 1)), "cancel": "cancel" in OPTIONS}
        if "batch" in OPTIONS:
            capabilities["batch"] = {"max_size": int(OPTIONS["batch"]), "max_delay_ms": 1}
        call.answer(capabilities)


def cancel(call):
    # Its answer may have been on the way already.
    if OPTIONS.get("cancel") == "dies":
        os._exit(3)
    if call:
        log("cancelled id %d: %.200s\n" % (call.ident, json.dumps(call.body)))
        call.cancelled.set()


def messages(words):
    """Those of a batch one after the other: each is answered on a line of its own."""
    for line in STREAM.lines():
        message = words.request(line)
        yield from message if isinstance(message, list) else [message]


def serve(words):
    stray = int(OPTIONS.get("stray-after", 0))
    dies_every = int(OPTIONS.get("dies-every", 0))
    # KiB for each request.
    leak = int(OPTIONS.get("leak", 0))
    threads = int(OPTIONS.get("concurrency", 1)) > 1 or "cancel" in OPTIONS
    served = 0
    for message in messages(words):
        method = message["method"]
        if method == "cancel":
            cancel(CALLS.get(message["params"]["id"]))
        elif method == "initialize":
            initialize(Call(words, message["id"], message["params"]))
        for call in calls(words, message) if method == "predict" else []:
            served += 1
            if served == dies_every:
                os._exit(1)
            if leak:
                HELD.append(bytearray(leak << 10))
            if OPTIONS.get("bad") and served > 10:
                call.error(500, "no device")
                continue
            if served == stray:
                STREAM.write(OPTIONS.get("stray", '{"stray":%d}' % served) + "\n")
                # By now the next request is under way, and nothing but a pause will tell the answers apart.
                time.sleep(0.02)
            if "tell" in OPTIONS:
                log("read id %s: %.40s\n" % (call.ident, json.dumps(call.body)))
            if threads:
                CALLS[call.ident] = call
                threading.Thread(target=call.run, daemon=True).start()
            else:
                call.run()
        READING.wait()


def main():
    READING.set()
    begin(sys.argv[1:])
    serve(speech.words(OPTIONS))
    if "ignore-eof" in OPTIONS:
        sleep_for_ever()


main()
