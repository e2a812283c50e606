"""Build the sample event for a function, as a request."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.errors import UsageError
from funclens.model import SignatureType
from funclens.requests import samples
from funclens.requests.event_payload import attributes_of, payload_of
from funclens.requests.first_request import first_request
from funclens.requests.reads import Coding, RequestReads

if TYPE_CHECKING:
    from funclens.model import Function

__all__ = [
    "AUTO",
    "Sampled",
    "default_event",
    "first_sample",
    "new_inputs",
    "sample_event",
    "takes_only_events",
]

AUTO = "auto"
"""Chooses the event type that the function takes."""


@dataclass(frozen=True, slots=True)
class Sampled:
    type: samples.SampleType
    request: samples.SampleRequest
    data: str = ""
    """Payload of the event, as people edit it."""


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
    given = inputs or new_inputs(payload)
    if given.payload is None:
        kind.build(given)
        usual = b"".join(given.defaults)
        own = payload_of(kind.name, hints.reads, hints.passes, usual)
        attributes = attributes_of(hints.reads, hints.passes)
        given = replace(given, payload=own, attributes=attributes, defaults=[])
    request = samples.build_request(
        kind, function, given, hints=hints, mode=_mode(mode) if mode else None
    )
    written = given.payload if given.payload is not None else b"".join(given.defaults)
    return Sampled(kind, request, written.decode("utf-8", "replace"))


def first_sample(
    function: Function, hints: samples.Hints, inputs: samples.Inputs | None = None
) -> tuple[samples.SampleType | None, samples.SampleRequest]:
    """Return the first request to a function: an event, or a plain request.

    A plain request has the keys that the function reads, and no event type. Raises
    UsageError if there is none.
    """
    try:
        sampled = sample_event(function, hints, inputs=inputs)
    except UsageError:
        if takes_only_events(function):
            raise
        reads = hints.reads or RequestReads()
        if function.signature_type is SignatureType.TYPED:
            reads.body.decode(Coding.JSON)
        return None, first_request(reads)
    return sampled.type, sampled.request


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


def new_inputs(payload: bytes | None = None) -> samples.Inputs:
    """Return inputs with an id and the time of now."""
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
