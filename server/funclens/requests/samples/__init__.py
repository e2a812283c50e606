"""Sample events as Google services send them to functions.

Pure: id, time and the user's payload are arguments; nothing here opens a file or a
socket or reads the clock.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.errors import UsageError
from funclens.model import SignatureType
from funclens.requests.samples.choice import declared_options, default_type
from funclens.requests.samples.encode import Mode, default_mode, encode, modes_of
from funclens.requests.samples.event import Event, Inputs, SampleRequest
from funclens.requests.samples.event_types import TYPES, SampleType, find_type
from funclens.requests.samples.hints import Hints, hints_of

if TYPE_CHECKING:
    from funclens.model import Function

__all__ = [
    "TYPES",
    "Event",
    "Hints",
    "Inputs",
    "Mode",
    "SampleRequest",
    "SampleType",
    "build_request",
    "default_mode",
    "default_type",
    "encode",
    "find_type",
    "hints_of",
    "modes_of",
]


def build_request(
    sample: SampleType,
    function: Function,
    inputs: Inputs,
    *,
    hints: Hints,
    mode: Mode | None = None,
) -> SampleRequest:
    """Return the request that delivers a sample to a function.

    The default mode is the one the function takes. Raises UsageError if the payload,
    mode or function doesn't fit the sample.
    """
    options = {**hints.options, **declared_options(function)}
    named = replace(inputs, function=function.name, options=options)
    built = sample.build(named)
    if isinstance(built, Event):
        return encode(built, function, mode or default_mode(built, function, hints))
    if function.signature_type in {SignatureType.CLOUDEVENT, SignatureType.EVENT}:
        raise UsageError(
            f"'{sample.name}' is a plain HTTP request, but {function.endpoint} takes "
            "events",
            hint="such services reach event functions through Pub/Sub: use "
            "'--event pubsub'",
        )
    if mode is not None:
        raise UsageError(
            f"'{sample.name}' is a plain HTTP request and has no modes",
            hint="remove --mode",
        )
    return built
