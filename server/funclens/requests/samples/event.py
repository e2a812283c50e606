"""Sample events as values, independent of how they are delivered.

Pure: clock, id and the user's payload are arguments.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from funclens.dataclass import dataclass, field
from funclens.errors import UsageError

if TYPE_CHECKING:
    from funclens.requests.multipart import Part

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
    """The event as a 1st gen trigger sends it."""

    event_type: str
    resource: str | Mapping[str, str]
    data: Any
    beside: Mapping[str, str] = field(default_factory=dict)
    """Fields next to `context` and `data`, such as the Realtime Database's `domain`."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a Google service."""

    id: str
    time: str
    """RFC 3339, UTC."""
    type: str
    """CloudEvent type."""
    source: str
    data: Any
    """JSON value."""
    subject: str = ""
    """CloudEvent subject; empty if the event has none."""
    extensions: Mapping[str, str] = field(default_factory=dict)
    """Additional CloudEvent attributes, such as `document`."""
    legacy: Legacy | None = None
    """None if there is no 1st gen trigger."""
    protobuf: bytes | None = None
    """Data as production sends it to CloudEvent functions, if that isn't JSON."""
    protobuf_schema: str = ""
    """The matching `dataschema`."""
    topic: str = ""
    """Topic for push subscriptions: `projects/…/topics/…`."""


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """One HTTP request to a function, as a service sends it."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = "/"
    """Path and query below the function's route."""
    method: str = "POST"
    form: str = "a plain request"
    """Description for the user."""
    advice: str = ""
    """Note if production sends something else; otherwise empty."""
    parts: tuple[Part, ...] = ()
    """The parts that a multipart body is made of."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Variable parts of a sample."""

    id: str
    """Event id; digits look realistic for every service."""
    time: datetime
    """Event time; timezone-aware."""
    function: str = "function"
    """Name of the receiving function."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Arguments of the function's decorator: `document`, `topic`, `bucket` …."""
    payload: bytes | None = None
    """Payload given by the user; None keeps the sample's."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Attributes of a Pub/Sub message that the function reads."""
    defaults: list[bytes] = field(default_factory=list, compare=False)
    """Receives the sample's own payload, as text for people to edit."""

    @property
    def stamp(self) -> str:
        """The time in RFC 3339, UTC, with milliseconds."""
        return timestamp(self.time)

    def text(self, default: bytes) -> bytes:
        """Return the payload, else `default`."""
        if self.payload is None:
            self.defaults.append(default)
            return default
        return self.payload

    def json(self, default: Any) -> Any:
        """Return the payload as JSON, else `default`. Raises UsageError."""
        if self.payload is None:
            self.defaults.append(json.dumps(default, indent=2).encode())
            return default
        try:
            return json.loads(self.payload)
        except ValueError as error:
            text = self.payload[:60].decode("utf-8", "replace")
            raise UsageError(
                f"the data of this event must be JSON ({error}): {text}",
                hint="in a shell, quote a string twice, as in '\"text\"'",
            ) from error

    def fields(
        self, default: Mapping[str, Any], shown: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return `default` with its fields replaced by those of the payload.

        `shown` is what people edit, if that isn't the default. Raises UsageError if the
        payload is not a JSON object.
        """
        value = {} if self.payload is None else self.json({})
        if self.payload is None:
            self.defaults.append(json.dumps(shown or default, indent=2).encode())
        if not isinstance(value, Mapping):
            text = json.dumps(value)[:60]
            raise UsageError(
                f"the data of this event must be a JSON object: {text}",
                hint="its fields replace those of the sample",
            )
        return {**default, **value}


def timestamp(time: datetime) -> str:
    """Return a time in RFC 3339, UTC, with milliseconds."""
    text = time.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
