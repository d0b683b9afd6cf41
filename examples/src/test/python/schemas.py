"""What Kubernetes, KServe and other operators say of their objects, as JSON schemas that admit no unknown field."""

import ast
import copy
import functools
import json
import os
import pathlib
import re
import subprocess
import zipfile

import jsonschema
import referencing
import yaml
from referencing.jsonschema import DRAFT202012

FOLDER = pathlib.Path(os.environ["SCHEMAS"])
KUBERNETES = ("1.25.0", "1.37.0")
DEFINITIONS = "/api/_definitions.json"
OBJECT_META = f"{DEFINITIONS}#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
CRDS = pathlib.Path(__file__).with_name("crds.txt")
TYPES = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "float": {"type": "number"},
    "object": {},
    "ResourceQuantity": {"type": ["string", "number"]},
    "KnativeURL": {"type": "string"},
}


@functools.cache
def wheel(package):
    """The schemas are thousands of files: they are read from the wheel as it came."""
    (found,) = FOLDER.glob(f"{package}-*.whl")
    return zipfile.ZipFile(found)


@functools.cache
def kubernetes(version, name):
    path = f"kubernetes_validate/kubernetes-json-schema/v{version}-local-strict/{name}.json"
    return json.loads(wheel("kubernetes_validate").read(path))


@functools.cache
def kserve():
    """The classes of KServe's SDK, which are generated from its OpenAPI: name to fields and their types."""
    classes = {}
    for path in wheel("kserve").namelist():
        if re.fullmatch(r"kserve/models/\w+\.py", path):
            for node in ast.parse(wheel("kserve").read(path)).body:
                if isinstance(node, ast.ClassDef):
                    tables = {
                        each.targets[0].id: ast.literal_eval(each.value)
                        for each in node.body
                        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Dict)
                    }
                    names, types = tables.get("attribute_map", {}), tables.get("openapi_types", {})
                    classes[node.name] = {names[attribute]: kind for attribute, kind in types.items()}
    return classes


def of_type(kind, version):
    """The schema of a type as KServe's SDK writes it."""
    if listed := re.fullmatch(r"list\[(.*)\]", kind):
        return {"type": "array", "items": of_type(listed[1], version)}
    if mapped := re.fullmatch(r"dict\(str, (.*)\)", kind):
        return {"type": "object", "additionalProperties": of_type(mapped[1], version)}
    if kind in kserve():
        return {"$ref": f"#/$defs/{kind}"}
    if kind in TYPES:
        return TYPES[kind]
    name = kind.removeprefix("V1")
    for package in ("api.core.v1", "apimachinery.pkg.apis.meta.v1"):
        path = f"io.k8s.{package}.{name}"
        if path in kubernetes(version, "_definitions")["$defs"]:
            return {"$ref": f"{DEFINITIONS}#/$defs/{path}"}
    return {"description": f"{kind} is of a later Kubernetes than {version}"}


@functools.cache
def inference_service(version):
    definitions = {
        name: {
            "type": "object",
            "additionalProperties": False,
            "properties": {field: of_type(kind, version) for field, kind in fields.items()},
        }
        for name, fields in kserve().items()
    }
    return {
        "allOf": [{"$ref": "#/$defs/V1beta1InferenceService"}],
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {"apiVersion": {"const": "serving.kserve.io/v1beta1"}},
        "$defs": definitions,
    }


@functools.cache
def module(name):
    """The folder of a Go module, which go has checked against its public checksum."""
    fetched = subprocess.run(
        ["go", "mod", "download", "-json", name],
        cwd=FOLDER,
        env=os.environ | {"GOFLAGS": "-mod=mod"},
        check=True,
        stdout=subprocess.PIPE,
        timeout=300,
    )
    return pathlib.Path(json.loads(fetched.stdout)["Dir"])


@functools.cache
def of_operators():
    """By kind and version: the schemas by which an API server judges the objects of operators."""
    schemas = {}
    for line in CRDS.read_text().splitlines():
        if not line.startswith("#"):
            name, path = line.split()
            definition = yaml.safe_load((module(name) / path).read_text())["spec"]
            for version in definition["versions"]:
                group = f"{definition['group']}/{version['name']}"
                described = version["schema"]["openAPIV3Schema"]
                described["properties"]["metadata"] = {"$ref": OBJECT_META}
                schemas[definition["names"]["kind"], group] = strict(described)
    return schemas


def strict(node):
    """An API server drops fields that it doesn't know, without a word: here they are faults."""
    if isinstance(node, list):
        return [strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: strict(each) for key, each in node.items()}
    if isinstance(node.get("properties"), dict) and "type" in node and "x-kubernetes-preserve-unknown-fields" not in node:
        node.setdefault("additionalProperties", False)
    return node


def schema(manifest, version):
    if manifest["kind"] == "InferenceService":
        return inference_service(version)
    defined = of_operators().get((manifest["kind"], manifest["apiVersion"]))
    if defined:
        return defined
    group = manifest["apiVersion"].replace(".k8s.io", "").split("/")
    return kubernetes(version, "-".join([manifest["kind"].lower(), *group]))


def without_null(node):
    """KServe's schema is made from Go's types, where nothing may be null; Kubernetes itself takes null for nothing."""
    if isinstance(node, list):
        return [without_null(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: without_null(each) for key, each in node.items()}
    if isinstance(node.get("type"), list) and "null" in node["type"]:
        node["type"] = [kind for kind in node["type"] if kind != "null"]
    return node


def admitted(manifest):
    """What an API server gets to judge: KServe's webhook writes its objects anew, with all fields that Go doesn't omit."""
    manifest = copy.deepcopy(manifest)
    if manifest["kind"] == "InferenceService":
        for container in manifest["spec"]["predictor"]["containers"]:
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                if "grpc" in container.get(probe, {}):
                    container[probe]["grpc"].setdefault("service", None)
    return manifest


@functools.cache
def definitions(kind, version):
    described = kubernetes(version, "_definitions")
    return without_null(described) if kind == "InferenceService" else described


def faults(manifest, version):
    """What is wrong with it, each as the place and the matter."""
    known = referencing.Resource.from_contents(definitions(manifest["kind"], version), DRAFT202012)
    registry = referencing.Registry().with_resource(DEFINITIONS, known)
    validator = jsonschema.Draft202012Validator(schema(manifest, version), registry=registry)
    found = validator.iter_errors(admitted(manifest))
    return [f"{'.'.join(map(str, fault.path))}: {fault.message}" for fault in found]
