"""State of a runner as values for lenses, views and pages."""

from __future__ import annotations

import enum
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from funclens.cold_start import ColdStart
from funclens.dataclass import dataclass, field
from funclens.errors import FunclensError
from funclens_worker.contract import Remedy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.runner.processes.worker_exit import WorkerExit

__all__ = [
    "CrashLoopStatus",
    "DebugAddress",
    "RunnerSnapshot",
    "RunnerState",
    "UnitFailure",
    "UnitState",
    "UnitStatus",
    "ended_serving",
    "ended_while_loading",
    "not_started",
]


class RunnerState(str, enum.Enum):
    """State of a runner as seen by the language server."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"


class UnitState(str, enum.Enum):
    """State of one unit in a running runner."""

    IDLE = "idle"
    """No worker yet; the first request or click starts one."""
    STARTING = "starting"
    """A worker is loading the module; requests wait in the front door."""
    READY = "ready"
    """A worker handles requests."""
    FAILED = "failed"
    """The module failed to load; the next request tries again."""


@dataclass(frozen=True, slots=True)
class DebugAddress:
    """Address where debugpy listens in a worker."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class UnitFailure:
    """Why a unit failed to load, or how its worker ended."""

    error: str
    """Type and message of the user's error."""
    file: str | None = None
    """Absolute path of the user's file, if known."""
    line: int | None = None
    """1-based."""
    traceback: str = ""
    """Traceback of the user's frames."""
    hint: str = ""
    """The next step, if known."""
    remedy: Remedy | None = None
    """Machine-readable form of the hint."""

    @property
    def details(self) -> list[str]:
        """Location, traceback and next step, as far as known."""
        place = f"{self.file}:{self.line}" if self.file else ""
        return [text for text in (place, self.traceback, self.hint) if text]

    def to_json(self) -> dict[str, Any]:
        """Return the failure in the form of `unit-state` and `import-error` events."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> UnitFailure:
        """Parse the JSON of a worker or of `to_json`, ignoring unknown keys."""
        remedy = value.get("remedy")
        known = _known_fields(cls, value)
        if remedy:
            remedy = Remedy(**_known_fields(Remedy, remedy))
            remedy = replace(remedy, command=tuple(remedy.command))
        return cls(**{**known, "remedy": remedy or None})


@dataclass(frozen=True, slots=True)
class CrashLoopStatus:
    """Crashes of a unit's workers in a row, without a response in between."""

    count: int
    """Number of crashes in a row."""
    seconds: float
    """Seconds after the last crash during which no request starts a worker."""

    def to_json(self) -> dict[str, Any]:
        """Return the loop in the form of `unit-state` and `worker-crashed` events."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """State of one unit."""

    unit: str
    state: UnitState = UnitState.IDLE
    debug: DebugAddress | None = None
    failure: UnitFailure | None = None
    crash_loop: CrashLoopStatus | None = None
    """Set while the unit has failed or is being tried again."""
    cold_start: ColdStart | None = None
    """Of the last load that was measured."""

    def to_json(self) -> dict[str, Any]:
        """Return the status in the form of `snapshot` events and `/functions`."""
        cold_start = self.cold_start and self.cold_start.to_json()
        return {**self.state_json(), "cold_start": cold_start}

    def state_json(self) -> dict[str, Any]:
        """Return the status in the form of `unit-state` events."""
        return {
            "unit": self.unit,
            "state": self.state.value,
            "debug": None
            if self.debug is None
            else {"host": self.debug.host, "port": self.debug.port},
            "failure": self.failure and self.failure.to_json(),
            "crash_loop": self.crash_loop and self.crash_loop.to_json(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> UnitStatus:
        """Parse the JSON of `to_json` or `state_json`, ignoring unknown keys."""
        debug = value.get("debug")
        failure = value.get("failure")
        crash_loop = value.get("crash_loop")
        cold_start = value.get("cold_start")
        return cls(
            unit=value["unit"],
            state=UnitState(value["state"]),
            debug=DebugAddress(debug["host"], debug["port"]) if debug else None,
            failure=UnitFailure.from_json(failure) if failure else None,
            crash_loop=CrashLoopStatus(**_known_fields(CrashLoopStatus, crash_loop))
            if crash_loop
            else None,
            cold_start=ColdStart.from_json(cold_start) if cold_start else None,
        )


@dataclass(frozen=True, slots=True)
class RunnerSnapshot:
    """State of a workspace's runner at one moment."""

    state: RunnerState = RunnerState.STOPPED
    url: str = ""
    """Without a trailing slash: `http://127.0.0.1:8080`; empty when stopped."""
    units: Mapping[str, UnitStatus] = field(default_factory=dict)
    """By unit id; missing units are idle."""


def ended_serving(end: WorkerExit) -> UnitFailure:
    """Return the failure of a worker that had loaded its module."""
    return UnitFailure(end.how, end.file, end.line, end.traceback, end.hint)


def ended_while_loading(end: WorkerExit, stderr: str) -> UnitFailure:
    """Return the failure of a worker that ended before its module was loaded."""
    return UnitFailure(
        error=f"the process ended while the module was loading: {end.how}",
        file=end.file,
        line=end.line,
        traceback=end.traceback or stderr.strip(),
        hint=end.hint,
    )


def not_started(error: Exception) -> UnitFailure:
    """Return the failure of a worker that could not be started."""
    if isinstance(error, FunclensError):
        return UnitFailure(error.sentence)
    return UnitFailure(f"internal error: {type(error).__name__}: {error}")


def _known_fields(kind: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value[name] for name in kind.__dataclass_fields__ if name in value}
