"""Custom messages between the server and its extension.

scripts/generate_protocol generates the extension's types and readers from this module.
Consumers ignore unknown fields. Fields may be added but never change their meaning.
"""

from __future__ import annotations

from typing import Literal, TypedDict

__all__ = ["MESSAGES", "METHODS"]

METHODS = {
    "RUNNER_CHANGED": "funclens/runnerChanged",
    "FUNCTIONS_CHANGED": "funclens/functionsChanged",
    "OUTPUT": "funclens/output",
    "FUNCTIONS": "funclens/functions",
    "SAMPLES": "funclens/samples",
    "CURL": "funclens/curl",
    "HTTP_REQUEST": "funclens/httpRequest",
    "SAVED_REQUESTS": "funclens/savedRequests",
    "HTTP_FILE": "funclens/httpFile",
    "SENDING": "funclens/sending",
    "SENT": "funclens/sent",
}
"""Methods of the custom notifications and requests."""


class DebugAddress(TypedDict):
    """Address where debugpy listens in a unit's worker."""

    host: str
    port: int


class Remedy(TypedDict):
    """How to fix a failure; the machine-readable form of its hint."""

    code: str
    """`missing-package` or `missing-requirements`."""
    interpreter: str
    module: str
    package: str | None
    """None if it isn't certain which distribution provides the module."""
    command: list[str]
    """Command line that installs what is missing; empty if unknown."""


class UnitFailure(TypedDict):
    """Why a unit failed to load."""

    error: str
    file: str | None
    """Absolute path."""
    line: int | None
    hint: str
    remedy: Remedy | None


class CrashLoop(TypedDict):
    """The workers of a unit end one after the other, without an answer between."""

    count: int
    """Workers that ended in a row."""
    seconds: float
    """How long after the last end no request starts another."""


class UnitStatus(TypedDict):
    """State of one unit of a running runner."""

    unit: str
    state: Literal["idle", "starting", "ready", "failed"]
    debug: DebugAddress | None
    failure: UnitFailure | None
    crash_loop: CrashLoop | None


class RunnerStatus(TypedDict):
    """Parameters of `funclens/runnerChanged`."""

    state: Literal["stopped", "starting", "running"]
    url: str
    """Without a trailing slash; empty when stopped."""
    units: list[UnitStatus]


class TriggerInfo(TypedDict):
    """What makes production call a function."""

    kind: str
    text: str
    """One line for people."""
    origin: str
    """`decorator`, `deploy-file` or `setting`."""


class FunctionInfo(TypedDict):
    """One function; lines and columns are 1-based."""

    id: str
    name: str
    endpoint: str
    deployed_name: str | None
    qualified_name: str
    route: str
    folder: str
    """Absolute path of the workspace folder."""
    source: str
    file: str
    """Relative to `folder`, with forward slashes."""
    line: int
    column: int
    end_line: int
    signature_type: str
    is_async: bool
    trigger: str | None
    triggers: list[TriggerInfo]
    unit: str


class Collision(TypedDict):
    """Functions that share an endpoint."""

    endpoint: str
    functions: list[str]


class Listing(TypedDict):
    """Result of `funclens/functions`."""

    functions: list[FunctionInfo]
    collisions: list[Collision]
    runner: RunnerStatus
    revision: int
    """Revision of the functions; the next change has the next number."""


class _Revision(TypedDict):
    revision: int


class FunctionsChanged(_Revision, total=False):
    """Parameters of `funclens/functionsChanged`: changes since the last message."""

    functions: list[FunctionInfo]
    """New or changed functions."""
    removed: list[str]
    order: list[str]
    """All ids, if they or their order changed."""
    collisions: list[Collision]
    """All collisions, if they changed."""


class OutputEntry(TypedDict):
    """Text that a unit printed, or one line about a request (stream `request`)."""

    unit: str
    stream: str
    text: str


class Output(TypedDict):
    """Parameters of `funclens/output`."""

    entries: list[OutputEntry]


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


class HttpRequest(TypedDict):
    """The result of `funclens/httpRequest`: a request of a .http file, filled in."""

    id: str
    method: str
    path: str
    """Below the function's route: empty, or with a leading slash or question mark."""
    headers: str
    """One `Name: value` a line."""
    body: str


class SavedRequest(TypedDict):
    """A request that the team shares, as `funclens/httpRequest` returns it."""

    name: str
    method: str
    path: str
    headers: str
    body: str


class SavedRequests(TypedDict):
    """The result of `funclens/savedRequests`."""

    requests: list[SavedRequest]


class HttpFileText(TypedDict):
    """The result of `funclens/httpFile`: a request as a .http file."""

    text: str


class DebugResult(TypedDict):
    """Result of `funclens.debug`."""

    id: str
    unit: str
    host: str
    port: int
    url: str


MESSAGES = (
    *(DebugAddress, Remedy, UnitFailure, CrashLoop, UnitStatus, RunnerStatus),
    *(TriggerInfo, FunctionInfo, Collision, Listing, FunctionsChanged),
    *(OutputEntry, Output, SampleType, SamplePart, SampleRequest, Samples, Curl),
    *(HttpRequest, SavedRequest, SavedRequests, HttpFileText, DebugResult),
)
"""In order of dependency."""
