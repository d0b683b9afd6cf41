"""Sends tables back as they came: Arrow, or JSON where one has data. Answers cross; target_name asks for what is wrong."""
import json
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pyarrow

requests, replies, lock = sys.stdin.buffer, sys.stdout.buffer, threading.Lock()


def send(message, payloads=()):
    if payloads:
        message["payload_bytes"] = [len(payload) for payload in payloads]
    line = json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n"
    with lock:
        replies.write(line + b"".join([*payloads, b"\n"]) if payloads else line)
        replies.flush()


def stream(columns, names, **options):
    sink = pyarrow.BufferOutputStream()
    table = pyarrow.Table.from_arrays(columns, names=names)
    with pyarrow.ipc.new_stream(sink, table.schema, options=pyarrow.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=7)
    return sink.getvalue().to_pybytes()


def answer(message, payloads):
    body = message["params"]["body"]
    asked, target = body["prediction_table"], body["target_name"]
    time.sleep(random.random() / 200)
    columns = pyarrow.ipc.open_stream(payloads[asked["arrow"]]).read_all()
    assert columns.num_rows == len(asked["row_ids"])
    result = {"prediction_result_table": {"row_ids": asked["row_ids"], "arrow": 0}}
    if target == "json":
        rows = [list(row.values()) for row in columns.to_pylist()]
        table = {"columns": columns.column_names, "data": rows}
        send({"id": message["id"], "result": {"prediction_result_table": table}})
    elif target == "compressed":
        reply = stream(columns.columns, columns.column_names, compression="zstd")
        send({"id": message["id"], "result": result}, [reply])
    elif target == "short":
        with lock:
            line = {"jsonrpc": "2.0", "id": message["id"], "result": result, "payload_bytes": [10]}
            replies.write(json.dumps(line).encode() + b"\n" + stream(columns.columns, columns.column_names) + b"\n")
            replies.flush()
    else:
        send({"id": message["id"], "result": result}, [stream(columns.columns, columns.column_names)])


with ThreadPoolExecutor(16) as pool:
    for line in requests:
        calls = json.loads(line)
        calls = calls if isinstance(calls, list) else [calls]
        payloads = [[requests.read(size) for size in call.get("payload_bytes", [])] for call in calls]
        if any(payloads):
            assert requests.readline() == b"\n"
        for call, own in zip(calls, payloads):
            if call["method"] == "initialize":
                abilities = {"concurrency": 16, "cancel": True, "tables": "arrow", "batch": {"max_size": 4}}
                send({"id": call["id"], "result": abilities})
            elif call["method"] == "predict":
                pool.submit(answer, call, own)
