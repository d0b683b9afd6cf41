"""What a test asks of merlin_adapter.py; MODE is plain, batch or many."""

import os
import subprocess
import sys
import time

from merlin_adapter import Refused, counter, fatal, gauge, histogram, log, serve


def wait(call):
    print("waiting", file=sys.stderr, flush=True)
    while not call.cancelled():
        time.sleep(0.01)
    raise Refused(499, "gone")


def values():
    """Of every kind that JSON does not know of itself."""
    import datetime
    import decimal

    import numpy as np
    import pandas as pd

    return {
        "array": np.arange(3),
        "float32": np.float32(1.5),
        "int64": np.int64(2**62),
        "bool": np.bool_(True),
        "matrix": np.array([[1, 2], [3, 4]]),
        "series": pd.Series([1.5, 2.5]),
        "frame": pd.DataFrame({"km": [1, 2], "at": pd.to_datetime(["2024-01-01", None])}),
        "timestamp": pd.Timestamp("2024-01-01T12:00"),
        "times": np.array(["2024-01-01T00:00", "NaT"], dtype="datetime64[ns]"),
        "category": pd.Series(["a", "b"]).astype("category"),
        "na": pd.NA,
        "date": datetime.date(2024, 1, 1),
        "decimal": decimal.Decimal("0.5"),
        "by_class": {np.int64(7): np.float64(0.25)},
    }


def counted():
    import prometheus_client

    prometheus_client.Counter("asked", "Calls", ["zone"]).labels("a").inc(3)
    prometheus_client.Gauge("level", "Level").set(1.5)
    prometheus_client.Summary("size", "Sizes").observe(4)
    seconds = prometheus_client.Histogram("took", "Seconds", buckets=[0.1, 1, 10])
    for value in [0.05, 0.5, 0.5, 7, 70]:
        seconds.observe(value)


def predict(body, call):
    what = body["do"]
    if what == "echo":
        return {"predictions": [body["text"]]}
    if what == "headers":
        return {"predictions": [call.headers["x-request-id"], call.timeout_ms, call.protocol]}
    if what == "refuse":
        raise Refused(422, "no")
    if what == "fail":
        raise ValueError("the password is hunter2")
    if what == "nan":
        return {"predictions": [float("nan")]}
    if what == "print":
        print("stray words")
        subprocess.run(["sh", "-c", "echo stray process"], check=True)
    if what == "read":
        return {"predictions": [subprocess.run(["wc", "-c"], stdout=subprocess.PIPE, check=True).stdout.decode().strip()]}
    if what == "wait":
        wait(call)
    if what == "report":
        log("warn", "a week old")
        counter("hits", zone="a")
        gauge("level", 2.5, help="How high")
        histogram("score", 0.3, buckets=[0.5, 1])
        fatal("the GPU is gone")
    if what == "values":
        return values()
    return {"predictions": []}


def predict_all(bodies):
    if any(body["do"] == "fail" for body in bodies):
        raise ValueError("the password is hunter2")
    return [Refused(422, "no") if body["do"] == "refuse" else {"together": len(bodies)} for body in bodies]


mode = os.environ["MODE"]
if mode == "batch":
    serve(predict_all, batch=32)
elif mode == "counted":
    counted()
    serve(predict)
else:
    serve(predict, threads=4 if mode == "many" else 0)
