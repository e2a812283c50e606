"""Validate arguments of the server's commands, with messages for the user."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from funclens.errors import UnknownFunctionError, UsageError
from funclens.lsp.uris import path_of
from funclens.requests.lookup import find_by_route
from funclens.requests.multipart import Part
from funclens.requests.request import request_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funclens.features import Snapshot
    from funclens.model import Function
    from funclens.requests.request import Request

__all__ = [
    "encode_data",
    "find_function",
    "find_unit",
    "listing_version",
    "one_object",
    "parse_call",
    "parts_of",
]


def one_object(command: str, arguments: Sequence[Any]) -> Mapping[str, Any]:
    """Return the object that a command takes; empty if none was passed.

    Raises UsageError for anything else.
    """
    if not arguments or arguments[0] is None:
        return {}
    if len(arguments) > 1 or not isinstance(arguments[0], Mapping):
        raise UsageError(
            f"{command} takes one object, not {json.dumps(list(arguments))}",
            hint='for example: {"id": "billing.main.charge"}',
        )
    return arguments[0]


def find_function(
    snapshot: Snapshot, command: str, argument: Mapping[str, Any]
) -> Function:
    """Return the function for `id`, which is an id or an unambiguous endpoint.

    Raises UsageError without an id, UnknownFunctionError with suggestions.
    """
    name = argument.get("id")
    if not isinstance(name, str) or not name:
        raise UsageError(f'{command} needs the id of a function: {{"id": …}}')
    if name in snapshot.functions:
        return snapshot.functions[name]
    return snapshot.functions[find_by_route(snapshot.catalog.routes, name)]


def find_unit(snapshot: Snapshot, command: str, argument: Mapping[str, Any]) -> str:
    """Return the unit named by `unit`, or the unit of the function `id`.

    Raises UsageError without either, RunnerError for unknown names.
    """
    unit = argument.get("unit")
    if unit is None:
        return find_function(snapshot, command, argument).unit
    units = [item.id for item in snapshot.catalog.units]
    if unit not in units:
        known = ", ".join(units) or "none"
        raise UnknownFunctionError(f"no unit named '{unit}'", hint=f"units: {known}")
    return str(unit)


def listing_version(command: str, params: Any) -> int:
    """Return the version of changes that a client asks for; 1 is the default.

    A client of a later version gets the latest that there is.
    """
    version = one_object(command, [params]).get("version")
    return 2 if isinstance(version, int) and version > 1 else 1


def parse_call(argument: Mapping[str, Any]) -> Request:
    """Return the request described by `method`, `path`, `headers` and `data`.

    A string is sent as it is, any other `data` as JSON with its content type. `base64`
    is a body of bytes. The default method is POST with data, else GET. Raises
    UsageError.
    """
    data = argument.get("data")
    binary = _decoded(argument.get("base64"))
    headers = argument.get("headers") or {}
    if not isinstance(headers, Mapping) or not all(
        isinstance(word, str) for pair in headers.items() for word in pair
    ):
        raise UsageError(f"`headers` must be an object of strings: {headers!r}")
    path, method = argument.get("path"), argument.get("method")
    for name, value in (("path", path), ("method", method)):
        if value is not None and not isinstance(value, str):
            raise UsageError(f"`{name}` must be a string: {value!r}")
    if data is not None and not any(key.lower() == "content-type" for key in headers):
        kind = "text/plain" if isinstance(data, str) else "application/json"
        headers = {**headers, "Content-Type": kind}
    return request_of(
        method=method or None,
        path=path or None,
        headers=[f"{name}: {value}" for name, value in headers.items()],
        data=binary if data is None else encode_data(data),
    )


def _decoded(text: Any) -> bytes | None:
    if text is None:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError) as error:
        raise UsageError(f"`base64` is not base64: {error}") from error


def encode_data(data: Any) -> bytes:
    """Encode a string as it is and anything else as JSON, in UTF-8."""
    return (data if isinstance(data, str) else json.dumps(data)).encode()


def parts_of(value: Any) -> tuple[Part, ...]:
    """Return the parts of a form; those of files have their paths as file names."""
    if not isinstance(value, list):
        return ()
    found = []
    for item in value:
        name, file = str(item.get("name", "")), item.get("file")
        path = None if file is None else path_of(str(file)) or str(file)
        found.append(Part(name, str(item.get("value") or ""), path or ""))
    return tuple(found)
