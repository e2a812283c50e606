"""Messages about the functions, the runner and its units; parts of `messages`."""

from __future__ import annotations

from typing import Literal, TypedDict

__all__ = ["LISTING_MESSAGES"]


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
    cold_start: str
    """For display: `cold start 2.9 s · pandas 1.4 s`; empty until it is known."""


class RunnerStatus(TypedDict):
    """Parameters of `funclens/runnerChanged`."""

    state: Literal["stopped", "starting", "running"]
    url: str
    """Without a trailing slash; empty when stopped."""
    units: list[UnitStatus]


class UnitsChanged(TypedDict):
    """Parameters of `funclens/unitsChanged`: units of a running runner."""

    units: list[UnitStatus]


class ResponseInfo(TypedDict):
    """The last response of a function."""

    id: str
    status: int
    """0 if there was no response."""
    duration: str
    """For display: `12 ms`."""
    failed: bool
    error: str
    """First line of the function's exception, or empty."""
    can_replay: bool
    """Whether the request is known completely enough to be sent again."""
    has_place: bool
    """Whether the line that failed is known."""


class ResponsesChanged(TypedDict):
    """Parameters of `funclens/responsesChanged`; forgotten when the runner stops."""

    responses: list[ResponseInfo]


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


class UnitNeed(TypedDict):
    """What a unit lacks, where `funclens.setUp` provides it."""

    unit: str
    has_environment: bool
    missing: list[str]
    """Required distributions that are not installed; may be empty."""


class NeedsChanged(TypedDict):
    """Parameters of `funclens/needsChanged`: everything that units lack now."""

    needs: list[UnitNeed]


class NextRun(TypedDict):
    """When a function runs next by its schedule."""

    id: str
    at: str
    """RFC 3339, in the time zone of the schedule."""
    text: str
    """For display: `Thu 26 Nov 03:00 CET`."""


class NextRunsChanged(TypedDict):
    """Parameters of `funclens/nextRunsChanged`: of all functions with a schedule."""

    runs: list[NextRun]


class Listing(TypedDict):
    """Result of `funclens/functions`."""

    functions: list[FunctionInfo]
    collisions: list[Collision]
    reported: list[str]
    """Shared endpoints that are reported as a warning or an error."""
    runner: RunnerStatus
    responses: list[ResponseInfo]
    needs: list[UnitNeed]
    next_runs: list[NextRun]
    revision: int
    """Revision of the functions; the next change has the next number."""


class MovedFunction(TypedDict):
    """The lines of a function that is otherwise the same."""

    id: str
    line: int
    end_line: int


class PlacedFunctions(TypedDict):
    """Functions in the order in which they follow another."""

    after: str | None
    """None if they are the first."""
    ids: list[str]


class CollisionChange(TypedDict):
    """Functions that share an endpoint now, and those that don't any more."""

    endpoint: str
    added: list[str]
    removed: list[str]


class _Revision(TypedDict):
    revision: int


class FunctionsChanged(_Revision, total=False):
    """Parameters of `funclens/functionsChanged`: changes since the last message."""

    functions: list[FunctionInfo]
    """New or changed functions."""
    moved: list[MovedFunction]
    removed: list[str]
    placed: PlacedFunctions
    """Where the order changed; the others keep theirs."""
    collided: list[CollisionChange]
    reported: list[str]
    """All of them, if they changed."""


LISTING_MESSAGES = (
    *(DebugAddress, Remedy, UnitFailure, CrashLoop, UnitStatus, RunnerStatus),
    *(UnitsChanged, ResponseInfo, ResponsesChanged, TriggerInfo, FunctionInfo),
    *(Collision, UnitNeed, NeedsChanged, NextRun, NextRunsChanged, Listing),
    *(MovedFunction, PlacedFunctions, CollisionChange, FunctionsChanged),
)
"""In order of dependency."""
