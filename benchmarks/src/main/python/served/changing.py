"""A program whose speed changes: changing.py PERIOD, with batches if it is asked for what it can do."""
import json
import sys
import time

SPEEDS = [0.002, 0.008, 0.001, 0.004]
period = float(sys.argv[1])


def cost():
    return SPEEDS[int(time.time() / period) % len(SPEEDS)]


def answer(call):
    return {"jsonrpc": "2.0", "id": call["id"], "result": {"predictions": [1]}}


for line in sys.stdin:
    said = json.loads(line)
    if isinstance(said, list):
        time.sleep(cost() * (3 + 0.3 * len(said)))
        reply = [answer(call) for call in said]
    elif "jsonrpc" not in said:
        time.sleep(cost())
        reply = {"predictions": [1]}
    elif said["method"] == "initialize":
        reply = {"jsonrpc": "2.0", "id": said["id"], "result": {"batch": {"max_size": 16, "max_delay_ms": 2}}}
    else:
        time.sleep(cost() * 3.3)
        reply = answer(said)
    print(json.dumps(reply), flush=True)
