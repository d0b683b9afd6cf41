"""Compares a served iris model with the XGBoost library: iris_check.py MODEL-FILE http|upi URL"""

import json
import pathlib
import sys
import urllib.request

import numpy
import xgboost
from sklearn.datasets import load_iris

TOLERANCE = 1e-6
BATCH = 150


def edges(file, count):
    """Flowers at the limits of the model's trees, just below and just above them; one value in five is missing."""
    limits = [set() for _ in range(4)]
    for tree in json.loads(file.read_text())["learner"]["gradient_booster"]["model"]["trees"]:
        for left, column, limit in zip(tree["left_children"], tree["split_indices"], tree["split_conditions"]):
            if left >= 0:
                limits[column].add(limit)
    chance = numpy.random.default_rng(5)
    columns = [chance.choice(numpy.float32(sorted(column)), count) for column in limits]
    at = numpy.stack(columns, axis=1)
    near = numpy.stack([at, numpy.nextafter(at, numpy.float32(0)), numpy.nextafter(at, numpy.float32(99))])
    # Digits that 32 bits don't hold: what looks different is equal to the limit.
    rows = numpy.choose(chance.integers(3, size=at.shape), near.astype(float)) + chance.choice([0, -1e-9], at.shape)
    rows[chance.random(at.shape) < 0.2] = numpy.nan
    return rows


def ask(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def by_http(url, rows, names):
    instances = [[None if numpy.isnan(value) else value for value in row] for row in rows.tolist()]
    predictions = ask(url, {"instances": instances})["predictions"]
    return [row["species"] for row in predictions], [[row[name] for name in names] for row in predictions]


def by_upi(url, rows, names):
    missing = [{"isNull": True}, {"doubleValue": "NaN"}]
    cells = [
        [missing[i % 2] if numpy.isnan(value) else {"doubleValue": value} for value in row]
        for i, row in enumerate(rows.tolist())
    ]
    table = {
        "columns": [{"name": str(i), "type": "TYPE_DOUBLE"} for i in range(rows.shape[1])],
        "rows": [{"rowId": str(i), "values": values} for i, values in enumerate(cells)],
    }
    result = ask(url, {"predictionTable": table})["predictionResultTable"]
    assert [column["name"] for column in result["columns"]] == ["species", *names], result["columns"]
    assert [row["rowId"] for row in result["rows"]] == [row["rowId"] for row in table["rows"]]
    values = [row["values"] for row in result["rows"]]
    return [row[0]["stringValue"] for row in values], [[cell["doubleValue"] for cell in row[1:]] for row in values]


def compare(booster, rows, how, url):
    names = booster.attr("species").split(",")
    expected = booster.predict(xgboost.DMatrix(rows, feature_names=booster.feature_names))
    ask_model = by_http if how == "http" else by_upi
    served = [ask_model(url, rows[i : i + BATCH], names) for i in range(0, len(rows), BATCH)]
    probabilities = numpy.concatenate([batch for _, batch in served])
    furthest = numpy.abs(probabilities - expected).max()
    assert furthest <= TOLERANCE, f"a probability is {furthest} off"
    for i, name in enumerate(name for batch, _ in served for name in batch):
        # Of two that are equally likely, either is right.
        assert expected[i][names.index(name)] >= expected[i].max() - TOLERANCE, f"row {i} is {name}, not {expected[i]}"
    print(f"{len(rows)} rows agree; {furthest:.1e} is the largest difference")


model_file, protocol, address = sys.argv[1:]
library = xgboost.Booster(model_file=model_file)
compare(library, load_iris().data, protocol, address)
compare(library, edges(pathlib.Path(model_file), 3000), protocol, address)
