"""A child that takes batches and says so in each answer: batching.py max_size=8 delay=2 concurrency=1.

A request is {"n": a number}; the answer has that number, the size of its batch and the process. A number may be a
"poison", of which the child dies, or, with "once", dies if it is the first to read that; PATH is what tells it.
"""
import json
import os
import sys

OPTIONS = dict(argument.partition("=")[::2] for argument in sys.argv[1:])


def answer(message, size):
    return {
        "jsonrpc": "2.0",
        "id": message["id"],
        "result": {"n": message["params"]["body"]["n"], "batch": size, "pid": os.getpid()},
    }


def dies(body):
    if body.get("poison"):
        return True
    if "once" not in body or os.path.exists(body["once"]):
        return False
    open(body["once"], "w").close()
    return True


for line in sys.stdin:
    message = json.loads(line)
    if isinstance(message, list):
        if any(dies(each["params"]["body"]) for each in message):
            os._exit(3)
        # In no order of the requests'.
        reply = [answer(each, len(message)) for each in reversed(message)]
    elif message["method"] == "initialize":
        batch = {"max_size": int(OPTIONS["max_size"]), "max_delay_ms": float(OPTIONS["delay"])}
        result = {"concurrency": int(OPTIONS["concurrency"]), "batch": batch}
        reply = {"jsonrpc": "2.0", "id": message["id"], "result": result}
    else:
        if dies(message["params"]["body"]):
            os._exit(3)
        reply = answer(message, 1)
    print(json.dumps(reply), flush=True)
