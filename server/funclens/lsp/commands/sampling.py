"""Sample events for a function of the editor, as requests that can be sent."""

from __future__ import annotations

import random
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from funclens.errors import UsageError
from funclens.features import Request
from funclens.features.snapshot import absolute
from funclens.lsp.commands.arguments import encode_data
from funclens.requests import samples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.lsp.session import Session
    from funclens.model import Function

__all__ = ["describe_samples", "sample_request"]

AUTO = "auto"
"""The type of event Default for this function."""


def describe_samples(
    session: Session, function: Function, argument: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the types of events, and the one that was asked for as a request.

    `request` is null for a function that waits for no event, as long as `event`
    names none.
    """
    answer: dict[str, Any] = {
        "id": function.id,
        "types": [
            {"name": item.name, "title": item.title, "payload": item.payload}
            for item in samples.TYPES
        ],
        "default": _default(session, function),
        "request": None,
    }
    if argument.get("event") or answer["default"]:
        made = _build(session, function, {"event": AUTO, **argument})
        answer["request"] = {
            "method": made.method,
            "path": made.path,
            "headers": dict(made.headers),
            "body": made.body.decode("utf-8", "replace"),
            "form": made.form,
            "advice": made.advice,
        }
    return answer


def sample_request(
    session: Session, function: Function, argument: Mapping[str, Any]
) -> Request:
    """Return the request that `event`, `mode` and `data` describe.

    Raises UsageError for what does not fit.
    """
    made = _build(session, function, argument)
    path = made.path.removesuffix("/")
    return Request(made.method, path, dict(made.headers), made.body)


def _build(
    session: Session, function: Function, argument: Mapping[str, Any]
) -> samples.SampleRequest:
    hints = _hints(session, function)
    name, mode = argument.get("event"), argument.get("mode")
    kind = (
        samples.default_type(function, hints)
        if name == AUTO
        else samples.find_type(str(name))
    )
    data = argument.get("data")
    inputs = samples.Inputs(
        id=str(random.randrange(10**15, 10**16)),  # noqa: S311 - no secret
        time=datetime.now(timezone.utc),
        payload=None if data is None else encode_data(data),
    )
    return samples.build_request(
        kind, function, inputs, hints=hints, mode=_mode(mode) if mode else None
    )


def _mode(name: str) -> samples.Mode:
    try:
        return samples.Mode(name)
    except ValueError:
        known = ", ".join(mode.value for mode in samples.Mode)
        raise UsageError(f"`mode` must be one of {known}: {name!r}") from None


def _default(session: Session, function: Function) -> str | None:
    try:
        return samples.default_type(function, _hints(session, function)).name
    except UsageError:
        return None


def _hints(session: Session, function: Function) -> samples.Hints:
    path = absolute(function.folder, function.file)
    return samples.hints_of(session.places.text_of(path) or "", function.span.line)
