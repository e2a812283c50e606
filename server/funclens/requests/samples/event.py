"""Sample events as values: what is in them, apart from how they travel.

Pure: a clock, an id and what a person wants changed come in as arguments.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from funclens.errors import UsageError

__all__ = [
    "PROJECT",
    "REGION",
    "Event",
    "Inputs",
    "Legacy",
    "SampleRequest",
    "timestamp",
]

PROJECT = "demo-project"
REGION = "us-central1"


@dataclass(frozen=True, slots=True)
class Legacy:
    """The event as a trigger of the first generation posts it."""

    event_type: str
    resource: str | Mapping[str, str]
    data: Any
    beside: Mapping[str, str] = field(default_factory=dict)
    """Fields beside `context` and `data`: the Realtime Database has `domain`."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a Google service."""

    id: str
    time: str
    """RFC 3339, UTC."""
    type: str
    """The CloudEvent's type."""
    source: str
    data: Any
    """JSON."""
    subject: str = ""
    """Empty: the event has none."""
    extensions: Mapping[str, str] = field(default_factory=dict)
    """Further attributes of the CloudEvent, such as `document`."""
    legacy: Legacy | None = None
    """None: the first generation had no such trigger."""
    protobuf: bytes | None = None
    """The data as production sends it to CloudEvent functions, where not as JSON."""
    protobuf_schema: str = ""
    """The `dataschema` that goes with it."""
    topic: str = ""
    """Where a push subscription can deliver it: `projects/…/topics/…`."""


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """One HTTP request to a function, as a service posts it."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = "/"
    """Below the function's route."""
    method: str = "POST"
    form: str = "a plain request"
    """What it is, in words for a person."""
    advice: str = ""
    """A sentence where production sends something else; empty where it does not."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What differs from one sample of a type to the next."""

    id: str
    """Of the event: digits look real for every service."""
    time: datetime
    """When it happened; aware of its zone."""
    function: str = "function"
    """Name of the function that gets it."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What the function's decorator asks for: `document`, `topic`, `bucket` …."""
    payload: bytes | None = None
    """What a person wants in it; None keeps the sample's own."""

    @property
    def stamp(self) -> str:
        """The time in RFC 3339, UTC, to the millisecond."""
        return timestamp(self.time)

    def json(self, default: Any) -> Any:
        """Return the payload as JSON, else `default`. Raises UsageError."""
        if self.payload is None:
            return default
        try:
            return json.loads(self.payload)
        except ValueError as error:
            text = self.payload[:60].decode("utf-8", "replace")
            raise UsageError(
                f"the data of this event must be JSON ({error}): {text}",
                hint="in a shell, quote a string twice, as in '\"text\"'",
            ) from error

    def fields(self, default: Mapping[str, Any]) -> dict[str, Any]:
        """Return `default` with the fields of the payload put over its own.

        Raises UsageError when the payload is no JSON object.
        """
        value = self.json({})
        if not isinstance(value, Mapping):
            text = json.dumps(value)[:60]
            raise UsageError(
                f"the data of this event must be a JSON object: {text}",
                hint="its fields replace those of the sample",
            )
        return {**default, **value}


def timestamp(time: datetime) -> str:
    """Return an instant in RFC 3339, UTC, to the millisecond."""
    text = time.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
