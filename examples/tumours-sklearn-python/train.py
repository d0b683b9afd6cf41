"""Trains artifact/tumours.json on two thirds of the tumours that scikit-learn ships, and tries it on the rest."""

import json
import pathlib

from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

data = load_breast_cancer()
malignant = data.target == list(data.target_names).index("malignant")
known, unseen, truth, unseen_truth = train_test_split(
    data.data, malignant, test_size=1 / 3, stratify=malignant, random_state=7
)
scaler = StandardScaler().fit(known)
model = LogisticRegression(C=0.1).fit(scaler.transform(known), truth)

# What the scaler does is a part of the weights, so that the program needs none.
weights = model.coef_ / scaler.scale_
intercept = model.intercept_ - weights @ scaler.mean_
artifact = pathlib.Path(__file__).with_name("artifact") / "tumours.json"
columns = [name.replace(" ", "_") for name in data.feature_names]
parameters = {"columns": columns, "weights": weights.tolist(), "intercept": intercept.tolist()}
artifact.write_text(json.dumps(parameters, indent=1) + "\n", encoding="utf-8")
right = (model.predict(scaler.transform(unseen)) == unseen_truth).mean()
print(f"{artifact.name}: {artifact.stat().st_size} bytes, right about {right:.1%} of {len(unseen)} unseen tumours")
