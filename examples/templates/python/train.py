"""Makes artifact/model.json of deliveries.csv: by least squares, what each km, stop and zone costs in minutes."""

import json
import pathlib

import numpy as np
import pandas as pd

folder = pathlib.Path(__file__).parent
deliveries = pd.read_csv(folder / "deliveries.csv")
columns = pd.get_dummies(deliveries[["km", "stops", "zone"]], columns=["zone"]).astype(float)
weights, *_ = np.linalg.lstsq(columns, deliveries["minutes"], rcond=None)
named = dict(zip(columns, weights.round(4).tolist()))
model = {
    "km": named.pop("km"),
    "stops": named.pop("stops"),
    "zones": {zone[len("zone_") :]: minutes for zone, minutes in named.items()},
}
(folder / "artifact/model.json").write_text(json.dumps(model, indent=2) + "\n", encoding="utf-8")
