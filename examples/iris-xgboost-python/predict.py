"""Iris species by XGBoost: JSON-RPC lines in, JSON-RPC lines out. README.md says what the numbers mean."""

import json
import math
import os
import pathlib
import sys
from collections import Counter

import numpy
import xgboost

# Lines that are here at a time: one is worked on, and the next is at hand.
ABILITIES = {"concurrency": 2, "batch": {"max_size": 64, "max_delay_ms": 1}}
LARGEST = 100
MISSING = (None, "NaN")
BUCKETS = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]


class Refused(Exception):
    """Not the program's fault: what is wrong with the request."""


class Model:
    def __init__(self, file):
        self.booster = xgboost.Booster({"nthread": 1}, model_file=str(file))
        self.columns = self.booster.feature_names
        self.species = self.booster.attr("species").split(",")

    def read(self, instance):
        """The measurements of one flower, given as an object or as a list in the order of the columns."""
        if isinstance(instance, dict) and instance.keys() == set(self.columns):
            instance = [instance[name] for name in self.columns]
        if not isinstance(instance, list) or len(instance) != len(self.columns):
            raise Refused(f"must be an object or a list of {', '.join(self.columns)}")
        for name, value in zip(self.columns, instance):
            if value not in MISSING and (type(value) not in (int, float) or not 0 <= value <= LARGEST):
                raise Refused(f"{name} is {json.dumps(value)[:40]} (expected: a number from 0 to {LARGEST}, or null)")
        return [math.nan if value in MISSING else value for value in instance]

    def rows(self, body):
        """A row for each flower of a request."""
        if not isinstance(body, dict) or not isinstance(body.get("instances"), list):
            raise Refused('the request: must be {"instances": [...]}')
        rows = []
        for i, instance in enumerate(body["instances"]):
            try:
                rows.append(self.read(instance))
            except Refused as bad:
                raise Refused(f"instances[{i}]: {bad}") from None
        return rows

    def predict(self, rows):
        """A prediction for each row, all of them by one call of the library."""
        if not rows:
            return []
        matrix = numpy.array(rows, dtype=numpy.float32)
        return self.named(self.booster.inplace_predict(matrix, validate_features=False))

    def named(self, probabilities):
        """What the caller gets: the likeliest species first, then how likely each is."""
        rounded = probabilities.astype(float).round(6).tolist()
        return [
            {"species": self.species[top], **dict(zip(self.species, row))}
            for top, row in zip(probabilities.argmax(axis=1), rounded)
        ]


def measured(predictions):
    """Metrics of an answer: how sure the model was of each flower, and what they were."""
    said_once = {"buckets": BUCKETS, "help": "Probability of the species that was predicted; low: the model guesses"}
    for prediction in predictions:
        sure = prediction[prediction["species"]]
        yield {"name": "iris_top_probability", "type": "histogram", "value": sure, **said_once}
        said_once = {}
    for species, count in Counter(prediction["species"] for prediction in predictions).items():
        yield {"name": "iris_predictions", "type": "counter", "value": count, "labels": {"species": species},
               "help": "Flowers by predicted species; shares that shift: other flowers, or other measuring"}


def error(call, code, text):
    return {"jsonrpc": "2.0", "id": call, "error": {"code": code, "message": text}}


def result(call, value):
    return {"jsonrpc": "2.0", "id": call, "result": value}


def answer(calls, model):
    """The metrics of some calls, and an answer to each: the rows of all become one matrix, a bad one's stay out."""
    answers, rows, parts = [], [], []
    for call in calls:
        try:
            own = model.rows(call["params"]["body"])
        except Refused as bad:
            answers.append(error(call["id"], 422, str(bad)))
        else:
            parts.append((call["id"], slice(len(rows), len(rows) + len(own))))
            rows += own
    try:
        predictions = model.predict(rows)
    except Exception as fault:
        return [], answers + [error(call, 500, repr(fault)) for call, _ in parts]
    answers += [result(call, {"predictions": predictions[part]}) for call, part in parts]
    return list(measured(predictions)), answers


def replies_to(line, model):
    """The lines that answer a line, if any do: a call, or an array of them, or another message."""
    batch = isinstance(line, list)
    if batch or line["method"] == "predict":
        metrics, answers = answer(line if batch else [line], model)
        yield {"jsonrpc": "2.0", "method": "metrics", "params": metrics}
        yield answers if batch else answers[0]
    elif line["method"] == "initialize":
        yield result(line["id"], ABILITIES)
    elif "id" in line:
        yield error(line["id"], -32601, "Method not found")


def main():
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is a log line then, and no answer
    folder = os.environ.get("CARAML_ARTIFACT_LOCATION") or pathlib.Path(__file__).with_name("artifact")
    model = Model(pathlib.Path(folder, "iris.json"))
    for line in requests:
        for reply in replies_to(json.loads(line), model):
            print(json.dumps(reply), file=replies)
        replies.flush()


if __name__ == "__main__":
    main()
