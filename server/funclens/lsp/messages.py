"""What the server and its extension send each other beside the standard messages.

The extension's types and readers are generated from here: scripts/generate_protocol.
Consumers ignore unknown fields; a field is added freely and never changes its meaning.
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
    "SENDING": "funclens/sending",
    "SENT": "funclens/sent",
}
"""Notifications and requests of ours."""


class DebugAddress(TypedDict):
    """Where debugpy of a unit's worker listens."""

    host: str
    port: int


class Remedy(TypedDict):
    """What fixes a failure: the same as its hint, for programs."""

    code: str
    """`missing-package`, `missing-requirements`."""
    interpreter: str
    module: str
    package: str | None
    """None when it is not certain which distribution provides the module."""
    command: list[str]
    """Arguments that install what is missing; empty when nothing surely does."""


class UnitFailure(TypedDict):
    """Why a unit does not load."""

    error: str
    file: str | None
    """Absolute path."""
    line: int | None
    hint: str
    remedy: Remedy | None


class UnitStatus(TypedDict):
    """The state of one unit in a running runner."""

    unit: str
    state: Literal["idle", "starting", "ready", "failed"]
    debug: DebugAddress | None
    failure: UnitFailure | None


class RunnerStatus(TypedDict):
    """The parameters of `funclens/runnerChanged`."""

    state: Literal["stopped", "starting", "running"]
    url: str
    """Without a trailing slash; empty when stopped."""
    units: list[UnitStatus]


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
    unit: str


class Collision(TypedDict):
    """Functions that share an endpoint."""

    endpoint: str
    functions: list[str]


class Listing(TypedDict):
    """The result of `funclens/functions`."""

    functions: list[FunctionInfo]
    collisions: list[Collision]
    runner: RunnerStatus
    revision: int
    """Of the functions; the next difference has the one after it."""


class _Revision(TypedDict):
    revision: int


class FunctionsChanged(_Revision, total=False):
    """The parameters of `funclens/functionsChanged`: what changed since the last."""

    functions: list[FunctionInfo]
    """New or changed."""
    removed: list[str]
    order: list[str]
    """All ids, when they are others or in another order."""
    collisions: list[Collision]
    """All collisions, when they changed."""


class OutputEntry(TypedDict):
    """Text that a unit printed, or one line on a request (stream `request`)."""

    unit: str
    stream: str
    text: str


class Output(TypedDict):
    """The parameters of `funclens/output`."""

    entries: list[OutputEntry]


class SampleType(TypedDict):
    """A type of event."""

    name: str
    title: str


class SampleRequest(TypedDict):
    """A request that delivers a sample event."""

    method: str
    path: str
    """Below the function's route: `/`, or a path that carries meaning."""
    headers: dict[str, str]
    body: str
    advice: str
    """Where the sample differs from production; may be empty."""


class Samples(TypedDict):
    """The result of `funclens/samples`."""

    types: list[SampleType]
    default: str | None
    """The type Default for this function; None when it takes no events."""
    request: SampleRequest | None


class Curl(TypedDict):
    """The result of `funclens/curl`."""

    curl: str


class DebugResult(TypedDict):
    """The result of `funclens.debug`."""

    id: str
    unit: str
    host: str
    port: int
    url: str


MESSAGES = (
    *(DebugAddress, Remedy, UnitFailure, UnitStatus, RunnerStatus),
    *(FunctionInfo, Collision, Listing, FunctionsChanged),
    *(OutputEntry, Output, SampleType, SampleRequest, Samples, Curl, DebugResult),
)
"""In an order in which each is defined before it is used."""
