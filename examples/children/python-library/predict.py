"""Minutes until a ride arrives: the JSON-RPC library json-rpc as it is, and no method but predict."""

import os
import socket
import sys
import time

from jsonrpc import JSONRPCResponseManager, dispatcher
from jsonrpc.exceptions import JSONRPCDispatchException


@dispatcher.add_method
def predict(body, **_others):
    if not isinstance(body, dict) or not isinstance(body.get("instances"), list):
        raise JSONRPCDispatchException(400, 'the body must be {"instances": [...]}')
    for i, ride in enumerate(body["instances"]):
        if not isinstance(ride, dict) or type(ride.get("km")) not in (int, float):
            raise JSONRPCDispatchException(422, f"instances[{i}]: km must be a number")
    time.sleep(body.get("delay_ms", 0) / 1000)
    return {"predictions": [5 + 3 * ride["km"] for ride in body["instances"]]}


requests, replies = sys.stdin.buffer, sys.stdout.buffer
if "ADAPTER_SOCKET" in os.environ:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(os.environ["ADAPTER_SOCKET"])
    requests, replies = connection.makefile("rb"), connection.makefile("wb")

for line in requests:
    response = JSONRPCResponseManager.handle(line, dispatcher)
    if response:  # a notification has none
        replies.write(response.json.encode() + b"\n")
        replies.flush()
