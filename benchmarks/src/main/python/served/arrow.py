"""A child that gets tables as Arrow: its columns as numpy's arrays, which it sends back as columns: arrow.py."""
import json
import sys

import pyarrow


def predict(table):
    columns = [column.to_numpy() for column in table.columns]
    return pyarrow.Table.from_arrays([pyarrow.array(column) for column in columns], names=table.column_names)


def stream(table):
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def send(message, payload=None):
    line = json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n"
    sys.stdout.buffer.write(line if payload is None else b"".join((line, payload, b"\n")))
    sys.stdout.buffer.flush()


for line in sys.stdin.buffer:
    message = json.loads(line)
    if message.get("method") == "predict":
        payloads = [sys.stdin.buffer.read(size) for size in message["payload_bytes"]]
        sys.stdin.buffer.readline()
        asked = message["params"]["body"]["prediction_table"]
        answer = stream(predict(pyarrow.ipc.open_stream(payloads[asked["arrow"]]).read_all()))
        result = {"prediction_result_table": {"arrow": 0}}
        send({"id": message["id"], "payload_bytes": [answer.size], "result": result}, answer)
    elif message.get("method") == "initialize":
        send({"id": message["id"], "result": {"concurrency": 2, "tables": "arrow"}})
