"""Minutes until a ride arrives: JSON-RPC, tables of UPI as Arrow, over ADAPTER_SOCKET or else stdin and stdout."""

import json
import os
import socket

import numpy
import pyarrow

# Two lines: the next one is there when the last is answered.
ABILITIES = {"concurrency": 2}


class Refused(Exception):
    """Not the program's fault: the HTTP status, and why."""


def predict(km):
    """The model: an array in, an array out."""
    return 5 + 3 * km


def answer_table(table, payloads):
    """A table as Arrow has its columns in a payload; one of a warm-up has them beside its name."""
    if "arrow" in table:
        columns = pyarrow.ipc.open_stream(payloads[table["arrow"]]).read_all()
    else:
        columns = pyarrow.table(list(zip(*table["data"])), names=table["columns"])
    if "km" not in columns.column_names:
        raise Refused(422, "the table must have a column km")
    minutes = pyarrow.record_batch([predict(columns["km"].to_numpy())], names=["minutes"])
    stream = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(stream, minutes.schema) as writer:
        writer.write_batch(minutes)
    return {"prediction_result_table": {"arrow": 0}}, [stream.getvalue()]


def answer_instances(body):
    """A call over HTTP_JSON has no table."""
    if not isinstance(body, dict) or not isinstance(body.get("instances"), list):
        raise Refused(400, 'the body must be {"instances": [...]}')
    for i, ride in enumerate(body["instances"]):
        if not isinstance(ride, dict) or type(ride.get("km")) not in (int, float):
            raise Refused(422, f"instances[{i}]: km must be a number")
    return {"predictions": predict(numpy.array([ride["km"] for ride in body["instances"]])).tolist()}, []


def open_channel():
    if "ADAPTER_SOCKET" in os.environ:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(os.environ["ADAPTER_SOCKET"])
        return connection.makefile("rb"), connection.makefile("wb")
    channel = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # from now on a stray print() is a log line,
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # and no subprocess can eat requests
    return channel


requests, replies = open_channel()


def read_payloads(sizes):
    """What follows a line: the payloads, and a newline."""
    payloads = [requests.read(size) for size in sizes]
    if sizes:
        requests.readline()
    return payloads


def send(call, payloads=(), **outcome):
    if payloads:
        outcome["payload_bytes"] = [payload.size for payload in payloads]
    replies.write(json.dumps({"jsonrpc": "2.0", "id": call, **outcome}).encode() + b"\n")
    if payloads:
        replies.writelines([*payloads, b"\n"])
    replies.flush()


for message in map(json.loads, requests):
    call, method = message.get("id"), message["method"]
    payloads = read_payloads(message.get("payload_bytes", []))
    if method == "predict":
        body = message["params"]["body"]
        try:
            is_table = isinstance(body, dict) and "prediction_table" in body
            result, answer = answer_table(body["prediction_table"], payloads) if is_table else answer_instances(body)
        except Exception as fault:
            code, text = fault.args if isinstance(fault, Refused) else (500, repr(fault))
            send(call, error={"code": code, "message": text})
        else:
            send(call, answer, result=result)
    elif method == "initialize":
        arrow = "arrow" in message["params"].get("tables", ())  # only where it is offered: not without UPI_V1
        send(call, result={**ABILITIES, "tables": "arrow"} if arrow else ABILITIES)
    elif call is not None:
        send(call, error={"code": -32601, "message": "Method not found"})
