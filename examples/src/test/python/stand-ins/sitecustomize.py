"""Stands in for packages that the SDK imports for other models than custom ones, or for other stores than a folder.

They are four fifths of its size. Whatever is imported from them is a class that takes anything and does nothing.
"""

import importlib.abc
import importlib.machinery
import sys
import types

ABSENT = {"boto3", "docker", "numpy", "pandas", "scipy"}
ABSENT_PARTS = {"google.cloud"}


class Anything:
    def __init__(self, *_, **__):
        pass


class Absent(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Anything,), {})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        parts = name.split(".")
        if parts[0] in ABSENT or ".".join(parts[:2]) in ABSENT_PARTS:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return Absent(spec.name)

    def exec_module(self, module):
        pass


sys.meta_path.insert(0, Finder())
