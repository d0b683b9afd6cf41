"""Minutes until a ride arrives: JSON-RPC, over ADAPTER_SOCKET or else stdin and stdout; THREADS=8 for so many at a time."""

import json
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

# Threads help a model that waits: for a database, a service, a GPU. What Python computes itself they make slower, as only
# one of them computes at a time. Without them the next lines are there when one is answered, and nothing can be cancelled.
THREADS = int(os.environ.get("THREADS", "0"))


class Refused(Exception):
    """Not the program's fault: the HTTP status, and why."""


def predict(body, cancelled):
    """The model. `cancelled` is an event: look at it, or wait for it, wherever the work takes long."""
    if not isinstance(body, dict) or not isinstance(body.get("instances"), list):
        raise Refused(400, 'the body must be {"instances": [...]}')
    for i, ride in enumerate(body["instances"]):
        if not isinstance(ride, dict) or type(ride.get("km")) not in (int, float):
            raise Refused(422, f"instances[{i}]: km must be a number")
    if cancelled.wait(body.get("delay_ms", 0) / 1000):
        raise Refused(499, "cancelled")
    return {"predictions": [5 + 3 * ride["km"] for ride in body["instances"]]}


def open_channel():
    if "ADAPTER_SOCKET" in os.environ:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(os.environ["ADAPTER_SOCKET"])
        return connection.makefile("rb"), connection.makefile("w")
    channel = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # from now on a stray print() is a log line,
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # and no subprocess can eat requests
    return channel


requests, replies = open_channel()
lock, running = threading.Lock(), {}


def send(call, **outcome):
    line = json.dumps({"jsonrpc": "2.0", "id": call, **outcome}, allow_nan=False)
    with lock:
        print(line, file=replies, flush=True)


def answer(call, body):
    try:
        send(call, result=predict(body, running[call]))
    except Exception as fault:  # also one of json.dumps, which has written nothing then
        code, message = fault.args if isinstance(fault, Refused) else (500, repr(fault))
        send(call, error={"code": code, "message": message})
    finally:
        del running[call]


with ThreadPoolExecutor(THREADS or 1) as pool:
    for message in map(json.loads, requests):
        call, method, params = message.get("id"), message["method"], message.get("params", {})
        if method == "initialize":
            send(call, result={"concurrency": THREADS or 64, "cancel": THREADS > 0})
        elif method == "predict":
            running[call] = threading.Event()
            if THREADS:
                pool.submit(answer, call, params["body"])
            else:
                answer(call, params["body"])
        elif method == "cancel":
            running.get(params["id"], threading.Event()).set()
        elif call is not None:
            send(call, error={"code": -32601, "message": "Method not found"})
