"""Loads a unit's module as production does.

The module is named after its file and gets its folder as search location, so that
relative imports work although it isn't a package. It is in `sys.modules` before it
runs, and its folder is last on `sys.path`. Source: `load_function_module` of
functions-framework.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from types import ModuleType


def make_module(source: str) -> ModuleType:
    """Create the module of the file `source` without running it."""
    path = os.path.realpath(source)
    folder, file = os.path.split(path)
    name = os.path.splitext(file)[0]
    spec = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{source} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.append(folder)
    sys.modules[name] = module
    return module


def execute(module: ModuleType) -> None:
    """Run a module created by `make_module`.

    Exceptions of user code propagate, including SystemExit.
    """
    if module.__spec__ is not None and module.__spec__.loader is not None:
        module.__spec__.loader.exec_module(module)
