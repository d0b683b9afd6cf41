"""Iris species by XGBoost: JSON-RPC lines in, JSON-RPC lines out. README.md says what the numbers mean."""

import json
import math
import os
import pathlib
import sys
from collections import Counter

import numpy
import xgboost

CONCURRENCY = 8  # calls that are here at a time; they are answered in turn, and the next is always at hand
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

    def probabilities(self, body):
        """A row for each flower of the request, with a column for each species; all of them by one call."""
        if not isinstance(body, dict) or not isinstance(body.get("instances"), list):
            raise Refused('the request: must be {"instances": [...]}')
        rows = []
        for i, instance in enumerate(body["instances"]):
            try:
                rows.append(self.read(instance))
            except Refused as bad:
                raise Refused(f"instances[{i}]: {bad}") from None
        if not rows:
            return numpy.empty((0, len(self.species)))
        return self.booster.inplace_predict(numpy.array(rows, dtype=numpy.float32), validate_features=False)

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


def handle(message, model):
    """The lines that answer a message, if any do."""
    call, method = message.get("id"), message.get("method")
    try:
        if method == "initialize":
            yield {"id": call, "result": {"concurrency": CONCURRENCY}}
        elif method == "predict":
            predictions = model.named(model.probabilities(message["params"]["body"]))
            yield {"method": "metrics", "params": list(measured(predictions))}
            yield {"id": call, "result": {"predictions": predictions}}
        elif call is not None:
            yield {"id": call, "error": {"code": -32601, "message": "Method not found"}}
    except Refused as bad:
        yield {"id": call, "error": {"code": 422, "message": str(bad)}}
    except Exception as fault:
        yield {"id": call, "error": {"code": 500, "message": repr(fault)}}


def main():
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is a log line then, and no answer
    folder = os.environ.get("CARAML_ARTIFACT_LOCATION") or pathlib.Path(__file__).with_name("artifact")
    model = Model(pathlib.Path(folder, "iris.json"))
    for line in requests:
        message = json.loads(line)
        for each in message if isinstance(message, list) else [message]:
            for answer in handle(each, model):
                print(json.dumps({"jsonrpc": "2.0", **answer}), file=replies)
        replies.flush()


if __name__ == "__main__":
    main()
