"""How likely a tumour is malignant: JSON lines in, JSON lines out. It knows nothing of batches; README.md says more."""

import json
import os
import pathlib
import sys

import numpy
from sklearn.linear_model import LogisticRegression

folder = os.environ.get("CARAML_ARTIFACT_LOCATION") or pathlib.Path(__file__).with_name("artifact")
saved = json.loads(pathlib.Path(folder, "tumours.json").read_text(encoding="utf-8"))
columns = saved["columns"]
model = LogisticRegression()
model.coef_, model.intercept_ = numpy.array(saved["weights"]), numpy.array(saved["intercept"])
model.classes_ = numpy.array([False, True])


def row(i, instance):
    try:
        values = [instance[column] for column in columns] if isinstance(instance, dict) else instance
        numbers = [float(value) for value in values]
        if len(numbers) != len(columns):
            raise ValueError(f"it has {len(numbers)}")
        return numbers
    except (TypeError, ValueError, KeyError, OverflowError) as fault:
        raise ValueError(f"instances[{i}]: must be an object or a list of {len(columns)} numbers: {fault!r}") from None


def answer(request):
    if not isinstance(request, dict) or not isinstance(request.get("instances"), list):
        raise ValueError('the request: must be {"instances": [...]}')
    rows = [row(i, instance) for i, instance in enumerate(request["instances"])]
    return {"predictions": model.predict_proba(rows)[:, 1].round(6).tolist() if rows else []}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except ValueError as bad:
        reply = {"error": {"code": 422, "message": str(bad)}}
    print(json.dumps(reply), flush=True)
