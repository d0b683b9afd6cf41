"""Surge pricing: JSON lines in, JSON lines out. README.md says what the numbers mean."""

import json
import math
import os
import pathlib
import sys

COLUMNS = ["zone", "requests", "drivers", "rain_mm", "hour"]
LIMITS = {"requests": 1_000_000, "drivers": 1_000_000, "rain_mm": 500, "hour": 24}


def read(instance):
    """One instance as a dict, given as an object or as a list in the order of COLUMNS."""
    listed = isinstance(instance, list) and len(instance) == len(COLUMNS)
    row = dict(zip(COLUMNS, instance)) if listed else instance
    if not isinstance(row, dict):
        raise ValueError(f"must be an object or a list of {', '.join(COLUMNS)}")
    if not isinstance(row.get("zone"), str):
        raise ValueError("zone must be a text")
    for name, limit in LIMITS.items():
        value = row.get(name)
        if type(value) not in (int, float) or not 0 <= value <= limit:
            raise ValueError(f"{name} is {json.dumps(value)[:40]} (expected: a number from 0 to {limit})")
    return row


def price(row, model):
    """The multiplier of one row, and the factors that made it."""
    shortage = (row["requests"] + model["prior"]) / (row["drivers"] + model["prior"])
    factors = [("demand", shortage ** model["elasticity"])]
    factors += [("rain", band["factor"]) for band in model["rain"] if band["from"] <= row["rain_mm"] < band["to"]]
    factors += [(peak["name"], peak["factor"]) for peak in model["peaks"] if peak["from"] <= row["hour"] < peak["to"]]
    factors += [(row["zone"], model["zones"].get(row["zone"], 1))]
    bounded = min(max(math.prod(factor for _, factor in factors), model["lowest"]), model["highest"])
    reason = ", ".join(f"{name} x{factor:.2f}" for name, factor in factors if factor != 1)
    return {"multiplier": round(round(bounded / model["step"]) * model["step"], 2), "reason": reason or "balanced"}


def answer(line, model):
    where = "the request"
    try:
        request, predictions = json.loads(line), []
        if not isinstance(request, dict) or not isinstance(request.get("instances"), list):
            raise ValueError('must be {"instances": [...]}')
        for i, instance in enumerate(request["instances"]):
            where = f"instances[{i}]"
            predictions.append(price(read(instance), model))
        return {"predictions": predictions}
    except (ValueError, RecursionError) as bad:
        return {"error": {"code": 422, "message": f"{where}: {bad}"}}


if __name__ == "__main__":
    folder = os.environ.get("CARAML_ARTIFACT_LOCATION") or pathlib.Path(__file__).with_name("artifact")
    coefficients = json.loads(pathlib.Path(folder, "coefficients.json").read_text(encoding="utf-8"))
    for line in sys.stdin.buffer:
        print(json.dumps(answer(line, coefficients)), flush=True)
