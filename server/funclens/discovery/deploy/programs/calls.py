"""Results of Python methods and functions that programs use to build paths."""

from __future__ import annotations

import os

from funclens.discovery.deploy.programs.program_values import (
    UNKNOWN,
    Attribute,
    Fields,
    Listed,
    OneOf,
    Text,
    Value,
    texts,
)

__all__ = ["function_of", "item_of", "joined_path", "method_of"]


def item_of(of: Value, key: Value) -> Value:
    """Return `of[key]`."""
    name = next((text.text for text in texts(key)), "")
    if isinstance(of, Fields):
        return of.items.get(name, UNKNOWN)
    if isinstance(of, Listed):
        at = int(name) if name.isdecimal() and len(name) < 6 else 0
        return of.items[at] if at < len(of.items) else UNKNOWN
    return UNKNOWN if of is UNKNOWN else Attribute(of, name)


def method_of(name: str, of: Value, arguments: list[Value]) -> Value | None:
    """Return the result of a method of a known value, or None for other methods."""
    if isinstance(of, Fields):
        if name == "items":
            return Listed([Listed([Text(k), v]) for k, v in of.items.items()])
        if name in {"keys", "values"}:
            keys = [Text(key) for key in of.items]
            return Listed(keys if name == "keys" else list(of.items.values()))
        if name == "get" and arguments:
            found = item_of(of, arguments[0])
            return arguments[1] if found is UNKNOWN and len(arguments) > 1 else found
    text = next((item.text for item in texts(of)), None)
    if text is None:
        return None
    if name in {"resolve", "absolute", "as_posix"}:
        return of
    if name == "iterdir":
        # Any file will do, as long as it exists; otherwise nothing is deployed.
        return Listed([Text(os.path.join(text, "main.py"))])
    if name == "joinpath":
        return joined_path([of, *arguments])
    if name == "replace" and len(arguments) == 2:
        old, new = (next((t.text for t in texts(a)), "") for a in arguments)
        return Text(text.replace(old, new)) if old and len(text) < 1000 else UNKNOWN
    return None


def function_of(callee: str, arguments: list[Value]) -> Value | None:
    """Return the result of a known function, or None for all others."""
    last = callee.rpartition(".")[2]
    if callee in {"str", "Path", "pathlib.Path", "os.fspath", "PurePath"}:
        return joined_path(arguments)
    if callee in {"os.path.join", "path.join", "posixpath.join"}:
        return joined_path(arguments)
    if callee in {"os.path.abspath", "os.path.realpath", "os.path.normpath"}:
        return arguments[0] if arguments else None
    if callee == "os.path.dirname" and arguments:
        return OneOf(
            [Text(os.path.dirname(t.text) or ".") for t in texts(arguments[0])]
        )
    if callee in {"os.environ.get", "os.getenv"} and len(arguments) > 1:
        return arguments[1]
    if callee == "os.listdir":
        return Listed([Text("main.py")])
    if callee == "os.walk" and arguments:
        return Listed([Listed([arguments[0], Listed([]), Listed([Text("main.py")])])])
    if last == "enumerate" and arguments and isinstance(arguments[0], Listed):
        items = arguments[0].items
        return Listed([Listed([Text(str(n)), item]) for n, item in enumerate(items)])
    return None


def joined_path(parts: list[Value]) -> Value:
    """Join the parts of a path; unknown if any part is."""
    if len(parts) == 1:
        return parts[0]
    known = [next((text.text for text in texts(part)), None) for part in parts]
    found = [text for text in known if text is not None]
    return Text(os.path.join(*found)) if found and len(found) == len(parts) else UNKNOWN
