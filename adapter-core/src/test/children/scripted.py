"""A child that does what each request says: {"do": [["sleep", 100], ["answer", {"a": 1}]]}.

A request without "do" is answered with itself, this worker's number and this process's id. How it starts is said by its
arguments, any step among them: scripted.py load=2 'stderr="loading"' deaf
"""
import json
import os
import signal
import subprocess
import sys
import threading
import time

HELD = []


def write(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def hold_stdout(seconds):
    subprocess.Popen(["sleep", str(seconds)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def orphan(seconds):
    """Leaves behind a process that holds stdout open, is nobody's child here, and stays in the group."""
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


def chatter(what):
    """Writes a line to a stream every tenth of a second, for some seconds."""
    stream, seconds = what
    for _ in range(10 * seconds):
        getattr(sys, stream).write("at work\n")
        getattr(sys, stream).flush()
        time.sleep(0.1)


def daemon(command):
    """Starts what leaves the session and holds on to stdin, stdout and stderr."""
    subprocess.Popen(command.split(), start_new_session=True)


STEPS = {
    "sleep": lambda ms: time.sleep(ms / 1000),
    "answer": lambda value: write(json.dumps(value) + "\n"),
    "write": write,
    "write_bytes": lambda numbers: (sys.stdout.buffer.write(bytes(numbers)), sys.stdout.flush()),
    "write_many": lambda what: write(what[0] * what[1]),
    "stderr": lambda text: (sys.stderr.write(text), sys.stderr.flush()),
    "stderr_many": lambda what: (sys.stderr.write(what[0] * what[1]), sys.stderr.flush()),
    "exit": os._exit,
    "exit_later": lambda what: threading.Timer(what[0] / 1000, os._exit, [what[1]]).start(),
    "exit_once": lambda path: been_before(path) or os._exit(1),
    "chatter": chatter,
    "daemon": daemon,
    "hold_memory": lambda mebibytes: HELD.append(bytearray(mebibytes << 20)),
    "signal": lambda name: os.kill(os.getpid(), getattr(signal, name)),
    "close_stdout": lambda _: (sys.stdout.close(), os.close(1)),
    "close_stdin": lambda _: os.close(0),
    "hold_stdout": hold_stdout,
    "orphan": orphan,
}


def echo(request):
    request["worker"] = int(os.environ["ADAPTER_WORKER"])
    request["pid"] = os.getpid()
    write(json.dumps(request, separators=(",", ":")) + "\n")


def sleep_for_ever():
    while True:
        time.sleep(3600)


def start(name, value):
    if name == "load":
        time.sleep(float(value))
    elif name == "ignore-term":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    elif name == "deaf":
        sleep_for_ever()
    elif name == "banner":
        write('{"event":"loading"}\n')
    elif name == "heartbeat":
        while True:
            write('{"heartbeat":1}\n')
            time.sleep(float(value))
    elif name == "once":
        if been_before(value):
            os._exit(3)
    elif name in STEPS:
        STEPS[name](json.loads(value))


def begin(arguments):
    """Does what the arguments say; gives back those that are for later: stray-after, dies-every and ignore-eof."""
    later = {}
    for argument in arguments:
        name, _, value = argument.partition("=")
        if name == "if-again" and not been_before(value):
            break
        later[name] = value
        start(name, value)
    return later


def main():
    vices = begin(sys.argv[1:])
    stray = int(vices.get("stray-after", 0))
    dies_every = int(vices.get("dies-every", 0))
    served = 0
    for line in sys.stdin:
        request = json.loads(line)
        served += 1
        if served == dies_every:
            os._exit(1)
        if served == stray:
            write('{"stray":%d}\n' % served)
            # By now the next request is under way, and nothing but a pause will tell the answers apart.
            time.sleep(0.02)
        if isinstance(request, dict) and "do" in request:
            for step, value in request["do"]:
                STEPS[step](value)
        else:
            echo(request)
    if "ignore-eof" in vices:
        sleep_for_ever()


main()
