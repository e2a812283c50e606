"""The responses of an operation, by status code."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from funclens.model import SignatureType
from funclens.requests.openapi.returned import returned_by
from funclens.requests.openapi.returned_calls import HTML, JSON
from funclens.requests.openapi.value_schema import (
    schema_of_annotation,
    schema_of_value,
)
from funclens.requests.reads.follow_expressions import Exhausted
from funclens.requests.reads.models import last_name

if TYPE_CHECKING:
    import ast

    from funclens.model import Function
    from funclens.requests.openapi.component_schemas import Components
    from funclens.requests.openapi.returned import Returned
    from funclens.requests.reads.module_names import Module

__all__ = ["Code", "responses_of"]

Code = tuple["Module", "ast.FunctionDef | ast.AsyncFunctionDef"]
"""A function, and the names of its module."""
_ANY = {"description": "The response of the function."}
_OTHER = {"description": "Any other response, such as an error."}
_CALL_TRIGGER = "https.on_call"
_EMPTY = frozenset({204, 205, 304})


def responses_of(
    function: Function, code: Code | None, components: Components
) -> dict[str, Any]:
    """Return the responses by status; `default` stands for all others."""
    found = {} if code is None else _known(function, *code, components)
    return {**found, "default": dict(_OTHER if found else _ANY)}


def _known(
    function: Function,
    module: Module,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    components: Components,
) -> dict[str, Any]:
    if function.signature_type is SignatureType.TYPED:
        return _of_typed(module, node, components)
    found = returned_by(module, node)
    if function.trigger == _CALL_TRIGGER:
        return _of_call(found, components)
    responses: dict[str, Any] = {}
    for item in sorted(filter(lambda it: it.is_known, found), key=lambda it: it.status):
        _add(responses, item, components)
    if len(responses) == 0 or any(not item.is_known for item in found):
        annotated = _of_annotation(node, module, components)
        if annotated:
            responses.setdefault("200", annotated)
    return responses


def _add(responses: dict[str, Any], item: Returned, components: Components) -> None:
    entry = responses.setdefault(
        str(item.status), {"description": _phrase(item.status)}
    )
    if not item.media or item.status in _EMPTY:
        return
    schema = _schema(item, components)
    if item.media != JSON and schema.get("type") not in {"string", None}:
        schema = {}
    if item.media == JSON and schema == {"type": "string"}:
        # A text made by json.dumps: what is in it isn't looked at.
        schema = {}
    content = entry.setdefault("content", {})
    known = content.get(item.media, {}).get("schema")
    if known is None:
        content[item.media] = {"schema": schema or _default(item.media)}
    elif schema and schema != known:
        content[item.media] = {"schema": _either(known, schema)}


def _schema(item: Returned, components: Components) -> dict[str, Any]:
    if item.value is None:
        return {}
    try:
        return schema_of_value(item.value, components)
    except (Exhausted, RecursionError):
        return {}


def _default(media: str) -> dict[str, Any]:
    return {"type": "string"} if media == HTML or media.startswith("text/") else {}


def _either(known: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if not known:
        return schema
    options = known.get("anyOf", [known])
    return known if schema in options else {"anyOf": [*options, schema]}


def _phrase(status: int) -> str:
    return (
        HTTPStatus(status).phrase
        if status in HTTPStatus._value2member_map_
        else f"Status {status}"
    )


def _of_typed(
    module: Module,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    components: Components,
) -> dict[str, Any]:
    schema = schema_of_annotation(node.returns, module, components)
    return {"200": {"description": "OK", "content": {JSON: {"schema": schema}}}}


def _of_call(found: list[Returned], components: Components) -> dict[str, Any]:
    """Return the responses of a callable function, which wraps its results."""
    results: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for item in found:
        if item.status < 400:
            inner = _schema(item, components)
            results = _either(results, inner) if inner else results
        else:
            error = {"type": "object", "properties": {"error": {"type": "object"}}}
            errors[str(item.status)] = {
                "description": _phrase(item.status),
                "content": {JSON: {"schema": error}},
            }
    schema = {"type": "object", "properties": {"result": results}}
    ok = {"description": "OK", "content": {JSON: {"schema": schema}}}
    return {"200": ok, **dict(sorted(errors.items()))}


def _of_annotation(
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    module: Module,
    components: Components,
) -> dict[str, Any]:
    """Return the response that a return annotation promises; empty if it doesn't."""
    schema = schema_of_annotation(node.returns, module, components)
    if not schema:
        return {}
    is_text = schema.get("type") == "string" or last_name(node.returns or node) in {  # type: ignore[arg-type]
        "str",
        "bytes",
    }
    if schema.get("type") in {"integer", "number", "boolean"}:
        # Flask refuses them: the annotation is about something else.
        return {}
    media = HTML if is_text else JSON
    return {"description": "OK", "content": {media: {"schema": schema}}}
