"""How many minutes a delivery takes. Replace the model, COLUMNS and predict by your own."""

import json
import os
import pathlib

import pandas as pd

from merlin_adapter import Refused, serve

COLUMNS = ["km", "stops", "zone"]

folder = os.environ.get("CARAML_ARTIFACT_LOCATION") or pathlib.Path(__file__).with_name("artifact")
model = json.loads(pathlib.Path(folder, "model.json").read_text(encoding="utf-8"))


def rows(body):
    """The caller's instances, objects or lists of COLUMNS, as a data frame. What can't be used is the caller's fault."""
    if not isinstance(body, dict) or not isinstance(body.get("instances"), list):
        raise Refused(422, 'the body must be {"instances": [...]}')
    for i, instance in enumerate(body["instances"]):
        names = instance if isinstance(instance, dict) else COLUMNS[: len(instance)] if isinstance(instance, list) else []
        if any(column not in names for column in COLUMNS) or len(instance) > len(COLUMNS):
            raise Refused(422, f"instances[{i}]: must be an object or a list of {', '.join(COLUMNS)}")
    frame = pd.DataFrame(
        [[row[c] for c in COLUMNS] if isinstance(row, dict) else row for row in body["instances"]], columns=COLUMNS
    )
    for column in ["km", "stops"]:
        frame[column] = pd.to_numeric(frame[column], errors="coerce")  # what is no number becomes NaN, which is between nothing
    good = frame["km"].between(0, 1000) & frame["stops"].between(0, 100) & frame["zone"].map(str).isin(list(model["zones"]))
    for i in frame.index[~good]:
        zones = ", ".join(model["zones"])
        raise Refused(422, f"instances[{i}]: km must be from 0 to 1000, stops from 0 to 100, and zone one of {zones}")
    return frame


def predict(body):
    frame = rows(body)
    minutes = model["km"] * frame["km"] + model["stops"] * frame["stops"] + frame["zone"].map(model["zones"]).astype(float)
    return {"predictions": minutes.round(1)}


serve(predict)
