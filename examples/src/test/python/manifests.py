"""The manifests of examples/kubernetes, and where in them their containers and their limits are."""

import pathlib
import re

import yaml

ROOT = pathlib.Path(__file__).parents[4]
FOLDER = ROOT / "examples/kubernetes"
OPTIONS = ROOT / "docs/configuration.md"

# Their keys are the author's.
MAPS = {"annotations", "labels", "matchLabels", "selector", "requests", "limits"}


def load():
    """Pairs of a name and a manifest, one for each document, those of folders below included."""
    for path in sorted(FOLDER.rglob("*.yaml")):
        for manifest in yaml.safe_load_all(path.read_text()):
            yield f"{path.name} {manifest['kind']}", manifest


def served():
    """Those that have a container."""
    return [(name, manifest) for name, manifest in load() if manifest["kind"] in ("InferenceService", "Deployment")]


def pod(manifest):
    spec = manifest["spec"]
    return spec["predictor"] if "predictor" in spec else spec["template"]["spec"]


def container(manifest):
    (only,) = pod(manifest)["containers"]
    return only


def environment(manifest):
    return {each["name"]: each["value"] for each in container(manifest)["env"]}


def is_on_knative(manifest):
    return manifest["metadata"].get("annotations", {}).get("serving.kserve.io/deploymentMode") == "Serverless"


def port(manifest, wanted):
    """The number of a port, which a probe may call by its name."""
    return {each["name"]: each["containerPort"] for each in container(manifest)["ports"]}.get(wanted, wanted)


def defaults():
    """Variable to default, of all options that the adapter has."""
    rows = re.findall(r"^\| `--[^`]*` \| `(\w+)` \| (.*?) \|", OPTIONS.read_text(), re.MULTILINE)
    return {variable: value.strip("`") for variable, value in rows}


def seconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(ms|s|m|h)", text).groups()
    return float(number) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit]


def setting(manifest, variable):
    """What the adapter makes of a time, in seconds."""
    return seconds(environment(manifest).get(variable, defaults()[variable]))


def objects(node):
    """All objects of a manifest whose fields are not the author's to choose."""
    children = node if isinstance(node, list) else []
    if isinstance(node, dict):
        yield node
        # A trigger of KEDA has settings of its kind there.
        ours = MAPS | {"metadata"} if "metricType" in node else MAPS
        children = [child for key, child in node.items() if key not in ours]
        if "matchLabels" in node.get("selector", {}):
            yield node["selector"]
    for child in children:
        yield from objects(child)
