"""`invalid-signature` and `async-without-aio`: calls that production cannot make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from funclens.catalog.rules.context import problem_at
from funclens.discovery.resolve.facts import ParameterKind
from funclens.discovery.scoring.frameworks import registration_of
from funclens.model import Certainty, Severity, SignatureType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.catalog.rules.context import Context, Served
    from funclens.discovery.resolve.facts import Decorator, Definition
    from funclens.model import Problem

__all__ = ["accepts", "asyncs_without_aio", "invalid_signatures"]

_ROUTE = re.compile(r"\w+\.route")
"""Flask's, which only notes the function."""

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
        if _is_replaced(served) or accepts(served.found.definition, count):
            continue
        if "decorator" not in function.evidence and (
            accepts(served.found.definition, 3 - count)
        ):
            # What its trigger gives it is for `trigger-mismatch` to say.
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
            or any(item.asgi for item in served.found.deployments)
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


def accepts(definition: Definition, count: int) -> bool:
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
    decorators = served.found.definition.decorators
    if len(decorators) > 1:
        return True
    return any(not _keeps(served, decorator) for decorator in decorators)


def _keeps(served: Served, decorator: Decorator) -> bool:
    """Say whether a decorator surely hands back the function that it is given."""
    if _ROUTE.fullmatch(decorator.target):
        return True
    module = served.source.folder.find(served.found.path)
    if module is None:
        return False
    names = served.source.facts.names
    return any(
        isinstance(meaning, str) and registration_of(meaning) is not None
        for meaning in names.meanings(module, decorator.target)
    )
