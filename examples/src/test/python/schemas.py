"""Kubernetes' and KServe's own descriptions of their objects, as JSON schemas that admit no unknown field."""

import ast
import functools
import json
import os
import pathlib
import re
import zipfile

import jsonschema
import referencing
from referencing.jsonschema import DRAFT202012

FOLDER = pathlib.Path(os.environ["SCHEMAS"])
KUBERNETES = ("1.25.0", "1.37.0")
DEFINITIONS = "/api/_definitions.json"
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


def schema(manifest, version):
    if manifest["kind"] == "InferenceService":
        return inference_service(version)
    group = manifest["apiVersion"].split("/")
    return kubernetes(version, "-".join([manifest["kind"].lower(), *group]))


def faults(manifest, version):
    """What is wrong with it, each as the place and the matter."""
    definitions = referencing.Resource.from_contents(kubernetes(version, "_definitions"), DRAFT202012)
    registry = referencing.Registry().with_resource(DEFINITIONS, definitions)
    validator = jsonschema.Draft202012Validator(schema(manifest, version), registry=registry)
    return [f"{'.'.join(map(str, fault.path))}: {fault.message}" for fault in validator.iter_errors(manifest)]
