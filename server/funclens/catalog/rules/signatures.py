"""`invalid-signature` and `async-without-aio`: functions production can't call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.catalog.rules.context import problem_at
from funclens.catalog.rules.decorators import may_take_other_arguments
from funclens.discovery.syntax.statements import ParameterKind
from funclens.model import Certainty, Severity, SignatureType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context
    from funclens.discovery.syntax.statements import Definition
    from funclens.model import Problem

__all__ = ["accepts", "asyncs_without_aio", "invalid_signatures"]

_GIVEN = {
    SignatureType.HTTP: (1, "the request"),
    SignatureType.CLOUDEVENT: (1, "the CloudEvent"),
    SignatureType.TYPED: (1, "the parsed input"),
    SignatureType.EVENT: (2, "the event's data and its context"),
}


def invalid_signatures(context: Context) -> Iterator[Problem]:
    """Yield a problem for each function that can't take its arguments."""
    for served in context.definitions:
        function = served.function
        count, words = _GIVEN[function.signature_type]
        if may_take_other_arguments(served) or accepts(served.found.definition, count):
            continue
        if "decorator" not in function.evidence and (
            accepts(served.found.definition, 3 - count)
        ):
            # Triggers are covered by `trigger-mismatch`.
            continue
        arguments = "one argument" if count == 1 else "two arguments"
        yield problem_at(
            served,
            "invalid-signature",
            Severity.ERROR,
            f"Every call of `{function.name}` fails: a "
            f"`{function.signature_type.value}` function is called with {arguments}, "
            f"{words}. Change its parameters.",
        )


def asyncs_without_aio(context: Context) -> Iterator[Problem]:
    """Yield a problem for each coroutine function that is never awaited."""
    for served in context.definitions:
        function = served.function
        if (
            not served.found.definition.is_async
            or function.is_async
            or function.provider != "functions-framework"
            or function.certainty is not Certainty.CERTAIN
            or may_take_other_arguments(served)
            or any(item.asgi for item in served.found.deployments)
        ):
            continue
        kind = (
            "cloud_event"
            if function.signature_type is not SignatureType.HTTP
            else "http"
        )
        yield problem_at(
            served,
            "async-without-aio",
            Severity.ERROR,
            f"`{function.name}` is an `async def` that is never awaited, so every "
            f"request fails. Decorate it with `functions_framework.aio.{kind}`, or "
            "make it a plain `def`.",
        )


def accepts(definition: Definition, count: int) -> bool:
    """Return whether it can be called with that many positional arguments."""
    positional = [
        p for p in definition.parameters if p.kind is ParameterKind.POSITIONAL
    ]
    required = [p for p in positional if not p.has_default]
    if any(
        p.kind is ParameterKind.KEYWORD_ONLY and not p.has_default
        for p in definition.parameters
    ):
        return False
    variadic = any(p.kind is ParameterKind.VARIADIC for p in definition.parameters)
    return len(required) <= count and (variadic or count <= len(positional))
