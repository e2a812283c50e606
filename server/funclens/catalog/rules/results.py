"""`returns-none` and `aio-return-type`: return values that cause a 500 response."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from funclens.catalog.rules.context import problem_at
from funclens.catalog.rules.decorators import may_answer_otherwise
from funclens.catalog.rules.flow import falls_through
from funclens.catalog.rules.signatures import accepts
from funclens.model import Severity, SignatureType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context, Served
    from funclens.model import Problem

__all__ = ["aio_return_types", "returns_of_none"]


def returns_of_none(context: Context) -> Iterator[Problem]:
    """Yield a problem for each HTTP function that returns None on some path."""
    for served in context.definitions:
        body = served.body
        if body is None or not _must_answer(served) or not body.statements:
            continue
        if served.found.definition.is_async and not served.function.is_async:
            continue
        if body.is_generator or may_answer_otherwise(served):
            continue
        none = any(
            value is None or (isinstance(value, ast.Constant) and value.value is None)
            for value in body.returned
        )
        if not none and not falls_through(body.statements):
            continue
        how = "returns None" if none else "ends without a `return`"
        yield problem_at(
            served,
            "returns-none",
            Severity.WARNING,
            f"`{served.function.name}` {how} on some path, which is a 500 response in "
            "production. Return a response, at least an empty string.",
        )


def aio_return_types(context: Context) -> Iterator[Problem]:
    """Yield a problem for each aio function whose return type only Flask accepts."""
    for served in context.definitions:
        function = served.function
        body = served.body
        if body is None or not function.is_async:
            continue
        if function.signature_type is not SignatureType.HTTP:
            continue
        if may_answer_otherwise(served):
            continue
        kinds = sorted({kind for value in body.returned if (kind := _refused(value))})
        if kinds:
            yield problem_at(
                served,
                "aio-return-type",
                Severity.WARNING,
                f"`{function.name}` returns {' or '.join(kinds)}, which is a 500 "
                "response in production for an aio function. Return a "
                "`starlette.responses.Response`, a string, a dict, or content and "
                "status.",
            )


def _must_answer(served: Served) -> bool:
    function = served.function
    if not accepts(served.found.definition, 1):
        return False
    if function.provider == "firebase":
        return function.trigger == "https.on_request"
    return function.signature_type is SignatureType.HTTP


def _refused(value: ast.expr | None) -> str:
    if isinstance(value, (ast.List, ast.ListComp)):
        return "a list"
    if isinstance(value, ast.Tuple) and len(value.elts) != 2:
        return f"{len(value.elts)} values"
    return ""
