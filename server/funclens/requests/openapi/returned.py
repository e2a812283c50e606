"""What a function of HTTP returns: status, media type and value, found in its code.

Static: statements are read in their order of writing; which path is taken isn't known.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.requests.openapi.return_scope import (
    Bound,
    Budget,
    Scope,
    arguments_of,
    content_type,
    definition_of,
    note,
    statements,
    status_of,
    text_of,
)
from funclens.requests.openapi.returned_calls import (
    ERRORS,
    FACTORIES,
    HTML,
    JSON,
    TEXT_CALLS,
    TEXT_METHODS,
)
from funclens.requests.reads.follow_expressions import Exhausted
from funclens.requests.reads.models import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from funclens.requests.reads.module_names import Module

__all__ = ["Returned", "returned_by"]

_DEEPEST = 6
_MOST = 400
"""Returned values that are looked at for one function."""
_JSON_NODES = (ast.Dict, ast.List, ast.DictComp, ast.ListComp)
_Code = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Returned:
    """One response of a function."""

    status: int = 200
    media: str = ""
    """Empty if it isn't known, or if there is no content."""
    value: Bound | None = None
    """What is in it; None if that isn't known."""
    is_known: bool = True
    """False for what may be any response."""


def returned_by(module: Module, node: _Code) -> list[Returned]:
    """Return the responses in the code of a function."""
    found: list[Returned] = []
    try:
        for item in _of_function(module, node, Budget(), {}, 0):
            found.append(item)
            if len(found) >= _MOST:
                break
    except (Exhausted, RecursionError):
        found.append(Returned(is_known=False))
    return found


def _of_function(
    module: Module,
    node: _Code,
    budget: Budget,
    arguments: Mapping[str, Bound],
    depth: int,
) -> Iterator[Returned]:
    scope = Scope(module, budget, arguments)
    found = [*statements(node.body)]
    budget.spend(len(found))
    for item in found:
        note(item, scope)
    for item in found:
        if isinstance(item, ast.Return) and item.value is not None:
            yield from _of_value(Bound(item.value, scope), depth)
        elif isinstance(item, ast.Raise) and item.exc is not None:
            yield from _raised(item.exc, scope)
        elif isinstance(item, ast.Expr):
            yield from _aborted(item.value, scope, depth)


def _raised(node: ast.expr, scope: Scope) -> Iterator[Returned]:
    call = node if isinstance(node, ast.Call) else None
    name = last_name(call.func if call is not None else node)
    status = ERRORS.get(name)
    if name == "HttpsError":
        status = _https_error(call)
    elif name == "HTTPException" and call is not None:
        arguments = {item.arg: item.value for item in call.keywords}
        given = arguments.get("status_code", next(iter(call.args), None))
        status = status_of(given, scope)
    if status is not None:
        media = JSON if name == "HttpsError" else HTML
        yield Returned(status, media)


def _https_error(call: ast.Call | None) -> int:
    """Return the status of an error of Firebase's callable functions."""
    arguments = {item.arg: item.value for item in call.keywords} if call else {}
    given = arguments.get("code", next(iter(call.args if call else ()), None))
    name = given.attr if isinstance(given, ast.Attribute) else ""
    return ERRORS.get(name, 500)


def _aborted(node: ast.expr, scope: Scope, depth: int) -> Iterator[Returned]:
    if isinstance(node, ast.Call) and last_name(node.func) == "abort" and node.args:
        status = status_of(node.args[0], scope)
        if status is not None:
            yield Returned(status, HTML)
        elif isinstance(node.args[0], ast.Call):
            yield from _of_value(Bound(node.args[0], scope), depth + 1)


def _of_value(bound: Bound, depth: int) -> Iterator[Returned]:
    """Yield what a returned expression becomes."""
    node, scope = bound.node, bound.scope
    scope.budget.spend()
    if depth > _DEEPEST:
        yield Returned(is_known=False)
    elif isinstance(node, ast.Tuple) and node.elts:
        yield from _of_tuple(node, scope, depth)
    elif isinstance(node, ast.Name):
        yield from _of_name(node, scope, depth)
    elif isinstance(node, ast.Call):
        yield from _of_call(node, scope, depth)
    elif isinstance(node, _JSON_NODES):
        yield Returned(media=JSON, value=bound)
    elif _is_text(node):
        yield Returned(media=HTML, value=bound)
    elif parts := _alternatives(node):
        for part in parts:
            yield from _of_value(Bound(part, scope), depth + 1)
    else:
        yield Returned(is_known=False)


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """Return the expressions of which a value is one; empty for others."""
    if isinstance(node, ast.Await):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    return node.values if isinstance(node, ast.BoolOp) else []


def _is_text(node: ast.AST) -> bool:
    """Return whether a value is a text, or one made of texts: `"a" + b`."""
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (str, bytes))
    return isinstance(node, ast.JoinedStr)


def _of_tuple(node: ast.Tuple, scope: Scope, depth: int) -> Iterator[Returned]:
    """Yield `body, status`, `body, headers` or `body, status, headers`."""
    status: int | None = None
    media = ""
    unknown = False
    for part in node.elts[1:3]:
        found = status_of(part, scope)
        if found is not None:
            status = found
        elif headers := content_type(part, scope):
            media = headers
        elif part is node.elts[1] and not _is_headers(part, scope):
            unknown = True
    for item in _of_value(Bound(node.elts[0], scope), depth + 1):
        changed = replace(item, status=status) if status is not None else item
        if media:
            changed = replace(changed, media=media)
        yield (
            replace(changed, is_known=item.is_known or status is not None)
            if (not unknown)
            else Returned(is_known=False)
        )


def _is_headers(node: ast.expr, scope: Scope) -> bool:
    if isinstance(node, ast.Name):
        return any(isinstance(it.node, ast.Dict) for it in scope.values(node.id))
    return isinstance(node, (ast.Dict, ast.List))


def _of_name(node: ast.Name, scope: Scope, depth: int) -> Iterator[Returned]:
    values = scope.values(node.id)
    if not values:
        yield Returned(is_known=False)
    given = [status_of(item, scope) for item in scope.statuses.get(node.id, [])]
    statuses = [status for status in given if status is not None]
    for value in values:
        for item in _of_value(value, depth + 1):
            yield item
            for status in statuses:
                yield replace(item, status=status, is_known=True)


def _of_call(node: ast.Call, scope: Scope, depth: int) -> Iterator[Returned]:
    name = last_name(node.func)
    definition = definition_of(node, scope)
    if definition is not None:
        module, found = definition
        if isinstance(found, ast.ClassDef):
            yield Returned(media=JSON, value=Bound(node, scope))
        else:
            bound = arguments_of(found, node, scope)
            yield from _of_function(module, found, scope.budget, bound, depth + 1)
    elif name == "jsonify":
        yield Returned(media=JSON, value=Bound(node, scope))
    elif name == "redirect":
        given = {item.arg: item.value for item in node.keywords}
        code = given.get("code", node.args[1] if len(node.args) > 1 else None)
        yield Returned(status_of(code, scope) or HTTPStatus.FOUND.value)
    elif name == "make_response":
        yield from _made(node, scope, depth)
    elif name in FACTORIES:
        yield _response(node, name, scope)
    elif name in {"asdict", "model_dump"}:
        yield Returned(media=JSON, value=Bound(node, scope))
    elif name in TEXT_CALLS or (
        isinstance(node.func, ast.Attribute) and name in TEXT_METHODS
    ):
        yield Returned(media=HTML, value=Bound(node, scope))
    else:
        yield Returned(is_known=False)


def _made(node: ast.Call, scope: Scope, depth: int) -> Iterator[Returned]:
    """Yield `make_response(body)`, or with status and headers."""
    if not node.args:
        yield Returned()
    elif len(node.args) == 1:
        yield from _of_value(Bound(node.args[0], scope), depth + 1)
    else:
        parts = ast.Tuple(elts=node.args, ctx=ast.Load())
        yield from _of_tuple(parts, scope, depth)


def _response(node: ast.Call, name: str, scope: Scope) -> Returned:
    """Return `Response(…)` of Flask, Werkzeug, Firebase or Starlette."""
    known = FACTORIES[name]
    given = {item.arg: item.value for item in node.keywords}
    place = 1 if len(node.args) > 1 else None
    code = given.get("status", given.get("status_code"))
    code = node.args[place] if code is None and place is not None else code
    status = known.status if code is None else status_of(code, scope)
    media = known.media
    for key in ("mimetype", "content_type", "media_type", "headers"):
        if key in given:
            text = content_type(given[key], scope) or text_of(given[key], scope)
            media = text.partition(";")[0].strip() or media
    body = given.get("response", given.get("content"))
    body = node.args[0] if body is None and node.args else body
    value = None if body is None else Bound(body, scope)
    return Returned(status or 200, media if body is not None else "", value)
