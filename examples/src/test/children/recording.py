"""Writes each line that it reads to the file of its first argument, and answers with the lines that it is told to.

What it answers to initialize, or to a line that is no message, is its second argument. What it answers to a call is its
body: {"say": ["a line", ...]}; one without that it answers when the call is cancelled. In all these lines "id":2, or
"id":"2", becomes the id of the request.
"""

import json
import re
import sys

ID = re.compile(r'("id":"?)\d+')


def say(line, number):
    print(ID.sub(rf"\g<1>{number}", line), flush=True)


with open(sys.argv[1], "ab", buffering=0) as record:
    for line in sys.stdin.buffer:
        record.write(line)
        message = json.loads(line)
        method = message.get("method")
        if method == "predict":
            for said in message["params"]["body"].get("say", []):
                say(said, message["id"])
        elif method == "cancel":
            say('{"jsonrpc":"2.0","id":2,"result":{}}', message["params"]["id"])
        else:
            say(sys.argv[2], message.get("id"))
