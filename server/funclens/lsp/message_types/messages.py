"""Custom messages between the server and its extension.

scripts/generate_protocol generates the extension's types and readers from this module.
Consumers ignore unknown fields. Fields may be added but never change their meaning.
"""

from __future__ import annotations

from typing import TypedDict

from funclens.lsp.message_types.history_messages import HISTORY_MESSAGES
from funclens.lsp.message_types.listing_messages import LISTING_MESSAGES

__all__ = ["MESSAGES", "METHODS"]

METHODS = {
    "RUNNER_CHANGED": "funclens/runnerChanged",
    "UNITS_CHANGED": "funclens/unitsChanged",
    "FUNCTIONS_CHANGED": "funclens/functionsChanged",
    "RESPONSES_CHANGED": "funclens/responsesChanged",
    "OUTPUT": "funclens/output",
    "NEW_KINDS": "funclens/newKinds",
    "REQUEST_FAILED": "funclens/requestFailed",
    "FUNCTIONS": "funclens/functions",
    "SAMPLES": "funclens/samples",
    "CURL": "funclens/curl",
    "HTTP_REQUEST": "funclens/httpRequest",
    "SAVED_REQUESTS": "funclens/savedRequests",
    "HTTP_FILE": "funclens/httpFile",
    "UNITS_OF": "funclens/unitsOf",
    "SENDING": "funclens/sending",
    "SENT": "funclens/sent",
    "NEEDS_CHANGED": "funclens/needsChanged",
    "NEXT_RUNS_CHANGED": "funclens/nextRunsChanged",
    "SET_UP_PLAN": "funclens/setUpPlan",
    "SET_UP_OUTPUT": "funclens/setUpOutput",
    "DEBUG_FAILED": "funclens/debugFailed",
    "DELIVERY": "funclens/delivery",
    "REQUESTS": "funclens/requests",
    "REQUESTS_CHANGED": "funclens/requestsChanged",
    "REQUEST_RECORDED": "funclens/requestRecorded",
    "REQUEST": "funclens/request",
    "COPY_AS": "funclens/copyAs",
    "FORGET_REQUESTS": "funclens/forgetRequests",
}
"""Methods of the custom notifications and requests."""


class OutputEntry(TypedDict):
    """Text that a unit printed, or one line about a request (stream `request`)."""

    unit: str
    stream: str
    text: str


class Output(TypedDict):
    """Parameters of `funclens/output`."""

    entries: list[OutputEntry]


class RequestFailed(TypedDict):
    """Parameters of `funclens/requestFailed`: a request that the editor sent failed."""

    id: str
    """Function."""
    port: int
    """Port of the client's end of the connection."""
    error: str
    """Type and message of the exception, or empty."""
    file: str | None
    """Absolute path of the user's file that raised it."""
    line: int | None
    output: str
    """Last lines that the request printed."""


class SampleType(TypedDict):
    """A type of event."""

    name: str
    title: str
    payload: str
    """What the data of this event is, in a few words."""
    fits: bool
    """Whether it fits the function's trigger."""
    modes: list[str]
    """Forms of delivery, the usual one first; empty for a plain request."""


class SamplePart(TypedDict):
    """A part of a multipart body."""

    name: str
    value: str
    filename: str
    """Empty for a field."""


class SampleRequest(TypedDict):
    """A first request: one that delivers a sample event, or a plain one."""

    method: str
    path: str
    """Path below the function's route: `/`, or a path with meaning."""
    headers: dict[str, str]
    body: str
    base64: str | None
    """The body if it isn't text."""
    parts: list[SamplePart]
    event: str | None
    """Type of the event."""
    data: str | None
    """Payload of the event, as text for people to edit."""
    advice: str
    """How the sample differs from production; may be empty."""


class Samples(TypedDict):
    """Result of `funclens/samples`."""

    types: list[SampleType]
    default: str | None
    """Default event type of the function; None if it takes no events."""
    request: SampleRequest | None
    """The event that was asked for, or the default one."""
    first: SampleRequest | None
    """What to propose first: the default event, or a plain request."""


class Curl(TypedDict):
    """Result of `funclens/curl`."""

    curl: str


class HttpPart(TypedDict):
    """A part of a form in a .http file: a field, or a file by its URI."""

    name: str
    value: str | None
    file: str | None


class HttpRequest(TypedDict):
    """The result of `funclens/httpRequest`: a request of a .http file, filled in."""

    id: str
    method: str
    path: str
    """Below the function's route: empty, or with a leading slash or question mark."""
    headers: str
    """One `Name: value` a line."""
    body: str
    parts: list[HttpPart]
    """Parts of a form with files, whose body is empty."""


class SavedRequest(TypedDict):
    """A request that the team shares, as `funclens/httpRequest` returns it."""

    id: str
    """Function."""
    name: str
    file: str
    """Absolute path."""
    line: int
    """1-based line of the request line."""
    alone: bool
    """Whether it is the only request of its file."""
    method: str
    path: str
    headers: str
    body: str
    parts: list[HttpPart]


class SavedRequests(TypedDict):
    """The result of `funclens/savedRequests`."""

    requests: list[SavedRequest]


class HttpFileText(TypedDict):
    """The result of `funclens/httpFile`: a request as a .http file."""

    text: str


class UnitsOf(TypedDict):
    """The result of `funclens/unitsOf`."""

    units: list[str]
    """Ids of the units that load a module."""


class NewKind(TypedDict):
    """What a function that is created can be called by."""

    name: str
    title: str
    detail: str


class NewEvent(TypedDict):
    """An event that a function can be created for."""

    name: str
    title: str


class NewKinds(TypedDict):
    """The result of `funclens/newKinds`."""

    kinds: list[NewKind]
    events: list[NewEvent]


class DebugResult(TypedDict):
    """Result of `funclens.debug`."""

    id: str
    unit: str
    host: str
    port: int
    url: str


class DebugFailed(TypedDict):
    """Parameters of `funclens/debugFailed`: a unit failed to load for debugging."""

    id: str
    unit: str
    message: str


class SetUpPlan(TypedDict):
    """Result of `funclens/setUpPlan`: what `funclens.setUp` would do for a unit."""

    environment: str
    """Absolute path."""
    folder: str
    """Absolute folder of the requirements."""
    keeps_packages: bool
    """Whether it installs into an environment that is there."""
    version: str
    """Python version that a deploy file asks for; may be empty."""


class SetUpResult(TypedDict):
    """Result of `funclens.setUp`."""

    cancelled: bool


MESSAGES = (
    *LISTING_MESSAGES,
    *HISTORY_MESSAGES,
    *(DebugFailed, SetUpPlan, SetUpResult),
    *(OutputEntry, Output, RequestFailed, SampleType, SamplePart, SampleRequest),
    *(Samples, Curl),
    *(HttpPart, HttpRequest, SavedRequest, SavedRequests, HttpFileText),
    *(UnitsOf, DebugResult),
    *(NewKind, NewEvent, NewKinds),
)
"""In order of dependency."""
