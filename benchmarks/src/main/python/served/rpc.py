"""A child that speaks JSON-RPC and has no threads: rpc.py FUNCTION. With `fixed` it takes 32 calls in one go."""
import json
import sys

import functions

predict = functions.named(sys.argv[1])
# Two: the next line is there when the last is answered.
BATCHES = {"concurrency": 2, "batch": {"max_size": 32, "max_delay_ms": 2}}


def answer(call, result):
    return {"jsonrpc": "2.0", "id": call["id"], "result": result}


def together(calls):
    """One use of the model for the rows of all calls."""
    rows = [call["params"]["body"]["instances"] for call in calls]
    predictions = iter(functions.fixed_rows(sum(rows, [])))
    return [answer(call, {"predictions": [next(predictions) for _ in own]}) for call, own in zip(calls, rows)]


for message in map(json.loads, sys.stdin.buffer):
    if isinstance(message, list):
        reply = together(message)
    elif message["method"] == "predict":
        reply = answer(message, predict(message["params"]["body"]))
    elif message["method"] == "initialize":
        reply = answer(message, BATCHES if sys.argv[1] == "fixed" else {"concurrency": 64})
    else:
        continue
    print(json.dumps(reply, separators=(",", ":")), flush=True)
