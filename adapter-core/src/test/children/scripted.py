"""A child that does what each request says: {"do": [["sleep", 100], ["answer", {"a": 1}]]}.

A request without "do" is answered with itself, this worker's number and this process's id. How it starts is said by its
arguments, each a step as well: scripted.py load=2 deaf
"""
import json
import os
import signal
import subprocess
import sys
import time


def write(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def hold_stdout(seconds):
    subprocess.Popen(["sleep", str(seconds)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


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


def exit_once(path):
    if not os.path.exists(path):
        open(path, "w").close()
        os._exit(1)


HELD = []

STEPS = {
    "sleep": lambda ms: time.sleep(ms / 1000),
    "answer": lambda value: write(json.dumps(value) + "\n"),
    "write": write,
    "write_bytes": lambda numbers: (sys.stdout.buffer.write(bytes(numbers)), sys.stdout.flush()),
    "write_many": lambda what: write(what[0] * what[1]),
    "stderr": lambda text: (sys.stderr.write(text), sys.stderr.flush()),
    "stderr_many": lambda what: (sys.stderr.write(what[0] * what[1]), sys.stderr.flush()),
    "exit": os._exit,
    "exit_once": exit_once,
    "chatter": chatter,
    "daemon": daemon,
    "hold_memory": lambda mebibytes: HELD.append(bytearray(mebibytes << 20)),
    "signal": lambda name: os.kill(os.getpid(), getattr(signal, name)),
    "close_stdout": lambda _: (sys.stdout.close(), os.close(1)),
    "close_stdin": lambda _: os.close(0),
    "hold_stdout": hold_stdout,
}


def echo(request):
    request["worker"] = int(os.environ["ADAPTER_WORKER"])
    request["pid"] = os.getpid()
    write(json.dumps(request, separators=(",", ":")) + "\n")


def start(argument):
    name, _, value = argument.partition("=")
    if name == "load":
        time.sleep(float(value))
    elif name == "ignore-term":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    elif name == "exit":
        os._exit(int(value))
    elif name == "deaf":
        while True:
            time.sleep(3600)
    elif name == "banner":
        write('{"event":"loading"}\n')
    elif name == "heartbeat":
        while True:
            write('{"heartbeat":1}\n')
            time.sleep(float(value))
    elif name == "once":
        if os.path.exists(value):
            os._exit(3)
        open(value, "w").close()
    elif name == "stray-after":
        return int(value)
    return 0


def main():
    stray = 0
    for argument in sys.argv[1:]:
        stray = start(argument) or stray
    served = 0
    for line in sys.stdin:
        request = json.loads(line)
        served += 1
        if served == stray:
            write('{"stray":%d}\n' % served)
            # By now the next request is under way, and nothing but a pause will tell the answers apart.
            time.sleep(0.02)
        if isinstance(request, dict) and "do" in request:
            for step, value in request["do"]:
                STEPS[step](value)
        else:
            echo(request)


main()
