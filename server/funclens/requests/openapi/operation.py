"""The operations of one HTTP function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funclens.requests.first_request import USUAL_HEADERS
from funclens.requests.openapi.shape_schema import schema_of
from funclens.requests.reads import Passes, RequestReads

if TYPE_CHECKING:
    from funclens.model import Function
    from funclens.requests.openapi.component_schemas import Components
    from funclens.requests.reads import Shape
    from funclens.requests.samples import Hints

__all__ = ["operations_of"]

_METHODS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "DELETE"})
_ASIDE = frozenset({"OPTIONS", "HEAD", "TRACE"})
"""Methods that a function answers besides its purpose, such as CORS preflights."""
_CALL_TRIGGER = "https.on_call"
_POSTED = frozenset(
    {_CALL_TRIGGER, "tasks.on_task_dispatched", "scheduler.on_schedule"}
)
"""Firebase's HTTP functions that are only ever called with POST."""


def operations_of(
    function: Function,
    hints: Hints,
    responses: dict[str, Any],
    components: Components,
) -> dict[str, Any]:
    """Return the operations of a function by method, in lower case."""
    reads = hints.reads or RequestReads()
    body = _body(function, hints, reads, components)
    methods = _methods(function, reads, has_body=body is not None)
    names = [
        function.route.strip("/") + ("" if len(methods) == 1 else f".{method}")
        for method in methods
    ]
    return {
        method.lower(): {
            **_operation(function, reads, name, _for(method, body, methods)),
            "responses": responses,
        }
        for method, name in zip(methods, names, strict=True)
    }


def below(operations: dict[str, Any], path: Shape) -> dict[str, Any]:
    """Return the operations for longer paths, which the code reads."""
    literals = [value for value in path.literals if isinstance(value, str)]
    examples = [text.strip("/") for text in literals if text.strip("/")]
    schema = {"type": "string", **({"examples": examples} if examples else {})}
    parameter = {
        "name": "path",
        "in": "path",
        "required": True,
        "description": "The rest of the path; it may contain slashes.",
        "schema": schema,
    }
    return {
        method: {
            **operation,
            "operationId": f"{operation['operationId']}.path",
            "parameters": [parameter, *operation["parameters"]],
        }
        for method, operation in operations.items()
    }


def _for(
    method: str, body: dict[str, Any] | None, methods: list[str]
) -> dict[str, Any] | None:
    """Return the body of a method; a method without one only has it if alone."""
    return body if method not in _WITHOUT_BODY or methods == [method] else None


def _methods(function: Function, reads: RequestReads, *, has_body: bool) -> list[str]:
    if function.trigger in _POSTED:
        return ["POST"]
    asked = [name for name in reads.method.literals if name in _METHODS]
    purpose = [name for name in asked if name not in _ASIDE]
    if not purpose:
        purpose = ["POST" if has_body else "GET"]
    elif has_body and _WITHOUT_BODY.issuperset(purpose) and "DELETE" not in purpose:
        purpose.append("POST")
    wanted = {*asked, *purpose}
    return [name for name in _METHODS if name in wanted]


def _operation(
    function: Function, reads: RequestReads, name: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    found: dict[str, Any] = {"operationId": name, "tags": [function.unit]}
    if function.doc:
        found["summary"] = function.doc
    found["parameters"] = [
        *_parameters("query", reads.query),
        *_parameters("header", reads.headers),
    ]
    if body is not None:
        found["requestBody"] = body
    if any(key.lower() == "authorization" for key in reads.headers.all_fields()):
        # An empty one means that it may be left out.
        found["security"] = [{"bearer": []}, {}]
    return found


def _parameters(place: str, shape: Shape) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, value in shape.all_fields().items():
        # Names of headers have no case.
        key = name.lower() if place == "header" else name
        if not name or (place == "header" and USUAL_HEADERS.fullmatch(name)):
            continue
        if key != "authorization" or place != "header":
            found[key] = {"name": name, "in": place, "schema": _text_schema(value)}
    return list(found.values())


def _text_schema(value: Shape) -> dict[str, Any]:
    """Return the schema of what is sent as a text, if the code says no more."""
    found = schema_of(value)
    return found if "type" in found else {"type": "string", **found}


def _body(
    function: Function, hints: Hints, reads: RequestReads, components: Components
) -> dict[str, Any] | None:
    """Return the request body that a function reads, or None."""
    content: dict[str, Any] = {}
    is_typed = hints.passes is Passes.MODEL
    root = reads.json
    if hints.passes is Passes.CALL:
        # The protocol of callable functions wraps the data.
        data = root.all_fields().get("data") if root is not None else None
        schema = schema_of(reads.body if data is None else data, components)
        wrapped = {"type": "object", "required": ["data"]}
        content["application/json"] = {
            "schema": {**wrapped, "properties": {"data": schema}}
        }
    elif root is not None:
        schema = schema_of(root, components, fields_are_required=is_typed)
        content["application/json"] = {"schema": schema}
    if reads.files.is_read:
        form = schema_of(reads.form)
        binary = {"type": "string", "contentMediaType": "application/octet-stream"}
        files = dict.fromkeys(reads.files.all_fields() or ("file",), binary)
        properties = {**form.get("properties", {}), **files}
        content["multipart/form-data"] = {
            "schema": {"type": "object", "properties": properties}
        }
    elif reads.form.all_fields():
        kind = "application/x-www-form-urlencoded"
        content[kind] = {"schema": schema_of(reads.form)}
    if not content and reads.body.is_read:
        content["text/plain"] = {"schema": {"type": "string", **schema_of(reads.body)}}
    if not content:
        return None
    is_required = is_typed or function.trigger == _CALL_TRIGGER
    return {"content": content, **({"required": True} if is_required else {})}
