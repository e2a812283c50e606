"""Calls of well-known functions and methods, on what is known of their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.requests.reads.alternatives import Keys, Literal, Role, keys_in, shapes_in
from funclens.requests.reads.shape import MISSING, Coding, Kind, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.requests.reads.alternatives import Arguments, Value, Values
    from funclens.requests.reads.shape import RequestReads

__all__ = ["function_call", "method_call", "request_attribute"]

_CONVERSIONS = {
    "int": Kind.INTEGER,
    "float": Kind.NUMBER,
    "Decimal": Kind.NUMBER,
    "round": Kind.NUMBER,
    "bool": Kind.BOOLEAN,
    "fromisoformat": Kind.TIME,
    "parse_datetime": Kind.TIME,
    "strptime": Kind.TIME,
    "fromtimestamp": Kind.NUMBER,
}
_SAME = {
    "str",
    "dict",
    "list",
    "tuple",
    "sorted",
    "reversed",
    "deepcopy",
    "cast",
    "next",
    "iter",
    "escape",
    "unquote",
    "unquote_plus",
    "bytes",
    "BytesIO",
    "StringIO",
}
"""Functions whose result holds what their argument holds."""

_TEXT_METHODS = {
    "lower",
    "upper",
    "strip",
    "lstrip",
    "rstrip",
    "title",
    "capitalize",
    "casefold",
    "replace",
}
_TEXT_TESTS = {"startswith", "endswith", "split", "splitlines", "partition", "isdigit"}
_SAME_METHODS = {
    "decode",
    "encode",
    "copy",
    "to_dict",
    "read",
    "items",
    "values",
    "keys",
    "lists",
}
_GETTERS = {"get", "pop", "getlist", "get_all", "getall", "setdefault"}
_TYPES = {
    "str": Kind.TEXT,
    "int": Kind.INTEGER,
    "float": Kind.NUMBER,
    "bool": Kind.BOOLEAN,
    "list": Kind.LIST,
    "dict": Kind.MAPPING,
}


def request_attribute(reads: RequestReads, name: str) -> Values:
    """Return an attribute of a Flask or Starlette request."""
    found: dict[str, Shape] = {
        "args": reads.query,
        "query_params": reads.query,
        "values": reads.query,
        "files": reads.files,
        "headers": reads.headers,
        "data": reads.body,
        "stream": reads.body,
        "method": reads.method,
        "path": reads.path,
    }
    if name == "json":
        return (reads.body.decode(Coding.JSON),)
    if name == "form":
        reads.form.is_read = True
        return (reads.form,)
    if name in {"data", "stream", "files", "path"}:
        found[name].is_read = True
    return (found[name],) if name in found else ()


def method_call(
    reads: RequestReads,
    receiver: Value,
    name: str,
    arguments: Arguments,
) -> Values | None:
    """Return the result of a method; None if nothing is known about it."""
    if receiver is Role.REQUEST:
        return _request_method(reads, name)
    if receiver is Role.CLOUD_EVENT:
        return (reads.body,) if name in {"get_data", "_get_data"} else ()
    if isinstance(receiver, Shape):
        return _shape_method(receiver, name, arguments)
    if isinstance(receiver, Literal) and name in {"issubset", "difference"}:
        for shape in shapes_in(arguments.first):
            read_all(shape, (receiver,))
        return ()
    return None


def _request_method(reads: RequestReads, name: str) -> Values | None:
    if name in {"get_json", "json"}:
        return (reads.body.decode(Coding.JSON),)
    if name == "form":
        reads.form.is_read = True
        return (reads.form,)
    if name in {"get_data", "body"}:
        reads.body.is_read = True
        return (reads.body,)
    return None


def _shape_method(shape: Shape, name: str, arguments: Arguments) -> Values | None:
    if name in _GETTERS:
        if not arguments.positional:
            return (shape.item(),) if name == "pop" else ()
        return _get(shape, name, arguments)
    if name in {"update", "setdefault"}:
        return ()
    if name in _TEXT_METHODS or name in _TEXT_TESTS:
        shape.use_as(Kind.TEXT)
        return (shape,) if name in _TEXT_METHODS else ()
    if name in _SAME_METHODS:
        shape.is_read = True
        return (shape,)
    return None


def _get(shape: Shape, name: str, arguments: Arguments) -> Values:
    others = arguments.positional[1:]
    defaults = arguments.keywords.get("default", others[0] if others else ())
    found: list[Value] = []
    for key in keys_in(arguments.first):
        child = shape.child(key)
        if child is None:
            continue
        if child.default is MISSING:
            child.default = _plain(defaults)
        if any(isinstance(v, Literal) and isinstance(v.value, Keys) for v in defaults):
            child.use_as(Kind.MAPPING)
        types = arguments.keywords.get("type", others[1] if len(others) > 1 else ())
        _note_types([child], types)
        if name in {"getlist", "getall", "get_all"}:
            child.use_as(Kind.LIST)
        found.append(child)
    return tuple(found)


def _plain(values: Values) -> Any:
    for value in values:
        if isinstance(value, Literal) and not isinstance(value.value, Keys):
            return list(value.value) if isinstance(value.value, tuple) else value.value
    return MISSING


def function_call(name: str, args: Sequence[Values]) -> Values | None:
    """Return the result of a well-known function; None if it isn't one."""
    first = args[0] if args else ()
    shapes = shapes_in(first)
    if name in {"loads", "load", "parse_raw"}:
        return tuple(shape.decode(Coding.JSON) for shape in shapes)
    if name in {"b64decode", "urlsafe_b64decode", "standard_b64decode"}:
        return tuple(shape.decode(Coding.BASE64) for shape in shapes)
    if name == "isinstance" and len(args) > 1:
        _note_types(shapes, args[1])
        return ()
    if name in _CONVERSIONS:
        for shape in shapes:
            shape.use_as(_CONVERSIONS[name])
            if name == "strptime" and len(args) > 1:
                shape.format = next(iter(keys_in(args[1])), "")
        return ()
    if name in _SAME:
        return first
    return None


def _note_types(shapes: list[Shape], types: Values) -> None:
    for name in keys_in(types):
        for shape in shapes:
            if name in _TYPES:
                shape.use_as(_TYPES[name])


def read_all(shape: Shape, keys: Values) -> None:
    """Read the keys that a collection names."""
    for value in keys:
        if isinstance(value, Literal) and isinstance(value.value, tuple):
            for key in value.value:
                if isinstance(key, str):
                    shape.child(key)
