"""A child that speaks JSON-RPC and answers UPI's tables with themselves, and anything else as crossed.py does.

What a call shall do is said by its target_name, as JSON: {"error": [422, "why"]}, {"sleep": milliseconds}, {"exit": code},
{"header": name}, which answers the value of that header in every row. Calls are answered in any order, after a random
while.
"""
import json
import os
import random
import sys
import threading
import time

sys.dont_write_bytecode = True

import speech

STREAM = speech.Stream()
CONCURRENCY = 32


def wish(body):
    try:
        wanted = json.loads(body.get("target_name") or "{}")
        return wanted if isinstance(wanted, dict) else {}
    except ValueError:
        return {}


def result(params, wanted):
    body = params["body"]
    table = body.get("prediction_table")
    if table is None:
        return {"answer": body}
    if "header" in wanted:
        value = params.get("headers", {}).get(wanted["header"])
        return {"prediction_result_table": {"columns": ["value"], "data": [[value] for _ in table["data"]]}}
    return {"prediction_result_table": table}


def answer(ident, params):
    wanted = wish(params["body"])
    time.sleep(wanted.get("sleep", random.random() * 4) / 1000)
    if "exit" in wanted:
        os._exit(wanted["exit"])
    if "error" in wanted:
        said = speech.JsonRpc.error(ident, *wanted["error"])
    else:
        said = speech.JsonRpc.answer(ident, speech.compact(result(params, wanted)))
    STREAM.write(said + "\n")


for line in STREAM.lines():
    message = speech.JsonRpc.request(line)
    if message["method"] == "initialize":
        STREAM.write(speech.JsonRpc.answer(message["id"], speech.compact({"concurrency": CONCURRENCY})) + "\n")
    elif message["method"] == "predict":
        threading.Thread(target=answer, args=(message["id"], message["params"]), daemon=True).start()
