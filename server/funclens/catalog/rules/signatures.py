"""`invalid-signature` and `async-without-aio`: calls that production cannot make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.catalog.rules.context import problem_at
from funclens.discovery.resolve.facts import ParameterKind
from funclens.model import Certainty, Severity, SignatureType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context, Served
    from funclens.discovery.resolve.facts import Definition
    from funclens.model import Problem

__all__ = ["asyncs_without_aio", "invalid_signatures"]

_GIVEN = {
    SignatureType.HTTP: (1, "the request"),
    SignatureType.CLOUDEVENT: (1, "the CloudEvent"),
    SignatureType.TYPED: (1, "the parsed input"),
    SignatureType.EVENT: (2, "the event's data and its context"),
}


def invalid_signatures(context: Context) -> Iterator[Problem]:
    """Yield a problem for each function that cannot take what it is given."""
    for served in context.definitions:
        function = served.function
        count, words = _GIVEN[function.signature_type]
        if _is_replaced(served) or _accepts(served.found.definition, count):
            continue
        arguments = "one argument" if count == 1 else "two arguments"
        yield problem_at(
            served,
            "invalid-signature",
            Severity.ERROR,
            f"Production calls this `{function.signature_type.value}` function with "
            f"{arguments}, {words}, which its parameters do not take: every call "
            f"fails. Change the parameters of: {function.name}",
        )


def asyncs_without_aio(context: Context) -> Iterator[Problem]:
    """Yield a problem for each coroutine function that nobody awaits."""
    for served in context.definitions:
        function = served.function
        if (
            not served.found.definition.is_async
            or function.is_async
            or function.provider != "functions-framework"
            or _is_replaced(served)
        ):
            continue
        kind = (
            "cloud_event"
            if function.signature_type is not SignatureType.HTTP
            else "http"
        )
        certain = function.certainty is Certainty.CERTAIN
        yield problem_at(
            served,
            "async-without-aio",
            Severity.ERROR if certain else Severity.WARNING,
            "Nobody awaits this `async def`: its body never runs, and a request for it "
            f"fails. Decorate it with `functions_framework.aio.{kind}`, or make it a "
            f"plain `def`: {function.name}",
        )


def _accepts(definition: Definition, count: int) -> bool:
    """Say whether a call with that many positional arguments fits."""
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


def _is_replaced(served: Served) -> bool:
    """Say whether another decorator may change what the function takes."""
    return len(served.found.definition.decorators) > 1 or (
        served.found.certainty is not Certainty.CERTAIN
        and bool(served.found.definition.decorators)
    )
