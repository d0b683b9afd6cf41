"""Trains artifact/iris.json on two thirds of the iris data that scikit-learn ships, and tries it on the rest."""

import pathlib

import numpy
import xgboost
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

ROUNDS = 12
PARAMETERS = {
    "objective": "multi:softprob",
    "num_class": 3,
    "base_score": 0.5,  # said, as from 3.1 on it would be estimated, and stored in a form that 3.0 can't read
    "max_depth": 3,
    "learning_rate": 0.3,
    "tree_method": "exact",
    "nthread": 1,
    "seed": 7,
}

iris = load_iris()
known, unseen, species, truth = train_test_split(
    iris.data, iris.target, test_size=1 / 3, stratify=iris.target, random_state=7
)
# Every tenth measurement is taken away, so that the trees learn where to go without it.
known[numpy.random.default_rng(7).random(known.shape) < 0.1] = numpy.nan

names = [name.removesuffix(" (cm)").replace(" ", "_") for name in iris.feature_names]
booster = xgboost.train(PARAMETERS, xgboost.DMatrix(known, species, feature_names=names), ROUNDS)
booster.set_attr(species=",".join(iris.target_names))

artifact = pathlib.Path(__file__).with_name("artifact") / "iris.json"
booster.save_model(artifact)
right = (booster.inplace_predict(unseen).argmax(axis=1) == truth).mean()
print(f"{artifact.name}: {artifact.stat().st_size} bytes, right about {right:.0%} of {len(truth)} unseen flowers")
