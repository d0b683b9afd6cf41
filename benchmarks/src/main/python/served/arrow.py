"""A child that gets tables as Arrow, and sends their columns back: arrow.py."""
import json
import sys

import pyarrow

ALONE = pyarrow.ipc.IpcReadOptions(use_threads=False)


def read(payload):
    return pyarrow.ipc.open_stream(payload, options=ALONE).read_next_batch()


def stream(batch):
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def send(message, payload=None):
    out = sys.stdout.buffer
    out.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    if payload is not None:
        out.write(payload)
        out.write(b"\n")
    out.flush()


for line in sys.stdin.buffer:
    message = json.loads(line)
    if message.get("method") == "predict":
        payloads = [sys.stdin.buffer.read(size) for size in message["payload_bytes"]]
        sys.stdin.buffer.readline()
        asked = message["params"]["body"]["prediction_table"]
        answer = stream(read(payloads[asked["arrow"]]))
        result = {"prediction_result_table": {"arrow": 0}}
        send({"id": message["id"], "payload_bytes": [answer.size], "result": result}, answer)
    elif message.get("method") == "initialize":
        send({"id": message["id"], "result": {"concurrency": 2, "tables": "arrow"}})
