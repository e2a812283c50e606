"""Build the sample event for a function, as a request."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from funclens.errors import UsageError
from funclens.model import SignatureType
from funclens.requests import samples

if TYPE_CHECKING:
    from funclens.model import Function

__all__ = ["AUTO", "Sampled", "default_event", "sample_event", "takes_only_events"]

AUTO = "auto"
"""Chooses the event type that the function takes."""


@dataclass(frozen=True, slots=True)
class Sampled:
    type: samples.SampleType
    request: samples.SampleRequest


def sample_event(
    function: Function,
    hints: samples.Hints,
    *,
    event: str = AUTO,
    mode: str | None = None,
    payload: bytes | None = None,
    inputs: samples.Inputs | None = None,
) -> Sampled:
    """Return a sample event for a function with these hints.

    `payload` is given by the user; `inputs` are generated if None. Raises UsageError
    for an unknown type or mode, or one that doesn't fit the function.
    """
    kind = (
        samples.default_type(function, hints)
        if event == AUTO
        else samples.find_type(event)
    )
    request = samples.build_request(
        kind,
        function,
        inputs or _inputs(payload),
        hints=hints,
        mode=_mode(mode) if mode else None,
    )
    return Sampled(kind, request)


def default_event(function: Function, hints: samples.Hints) -> str | None:
    """Return the name of the default event type of a function, or None."""
    try:
        return samples.default_type(function, hints).name
    except UsageError:
        return None


def takes_only_events(function: Function) -> bool:
    """Return whether a plain request is useless for the function."""
    return function.signature_type in {
        SignatureType.CLOUDEVENT,
        SignatureType.EVENT,
    } or function.trigger not in {None, "https.on_request"}


def _inputs(payload: bytes | None) -> samples.Inputs:
    return samples.Inputs(
        id=str(random.randrange(10**15, 10**16)),  # noqa: S311 - no secret
        time=datetime.now(timezone.utc),
        payload=payload,
    )


def _mode(name: str) -> samples.Mode:
    try:
        return samples.Mode(name)
    except ValueError:
        known = ", ".join(mode.value for mode in samples.Mode)
        raise UsageError(
            f"unknown mode '{name}'", hint=f"use one of: {known}"
        ) from None
