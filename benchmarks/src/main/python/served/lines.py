"""A child that reads and writes bare lines of JSON: lines.py FUNCTION [numbered]. With `table` it sends UPI's table back."""
import json
import sys

import functions


def table(request):
    asked = request["prediction_table"]
    return {"prediction_result_table": {"columns": asked["columns"], "data": asked["data"]}}


predict = table if sys.argv[1] == "table" else functions.named(sys.argv[1])
numbered = "numbered" in sys.argv
for number, line in enumerate(sys.stdin.buffer, 1):
    reply = json.dumps(predict(json.loads(line)), separators=(",", ":"))
    print(f"{number}\t{reply}" if numbered else reply, flush=True)
