"""Makes artifact/iris.onnx of the XGBoost model next door: the same trees, as one operator of ONNX."""

import json
import pathlib

import onnx
from onnx import TensorProto, helper

here = pathlib.Path(__file__).parent
learner = json.loads((here.parent / "iris-xgboost-python/artifact/iris.json").read_text())["learner"]
booster = learner["gradient_booster"]["model"]
columns = learner["feature_names"]
species = learner["attributes"]["species"].split(",")

nodes = {"treeids": [], "nodeids": [], "featureids": [], "values": [], "modes": [], "truenodeids": [],
         "falsenodeids": [], "missing_value_tracks_true": []}
leaves = {"treeids": [], "nodeids": [], "ids": [], "weights": []}
for number, (tree, group) in enumerate(zip(booster["trees"], booster["tree_info"])):
    for node, left in enumerate(tree["left_children"]):
        leaf = left < 0
        limit = tree["split_conditions"][node]
        row = [number, node, tree["split_indices"][node], 0.0 if leaf else limit, "LEAF" if leaf else "BRANCH_LT",
               0 if leaf else left, 0 if leaf else tree["right_children"][node], tree["default_left"][node]]
        for values, value in zip(nodes.values(), row):
            values.append(value)
        if leaf:
            for values, value in zip(leaves.values(), [number, node, group, limit]):
                values.append(value)

trees = helper.make_node(
    "TreeEnsembleClassifier",
    inputs=["flowers"],
    outputs=["species", "probabilities"],
    domain="ai.onnx.ml",
    post_transform="SOFTMAX",
    base_values=[float(learner["learner_model_param"]["base_score"])] * len(species),
    classlabels_strings=species,
    **{f"nodes_{name}": values for name, values in nodes.items()},
    **{f"class_{name}": values for name, values in leaves.items()},
)
graph = helper.make_graph(
    [trees],
    "iris",
    [helper.make_tensor_value_info("flowers", TensorProto.FLOAT, ["n", len(columns)])],
    [helper.make_tensor_value_info("species", TensorProto.STRING, ["n"]),
     helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", len(species)])],
)
opsets = [helper.make_opsetid("", 13), helper.make_opsetid("ai.onnx.ml", 3)]
model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="iris-onnx-node")
onnx.checker.check_model(model)
onnx.save(model, here / "artifact/iris.onnx")
