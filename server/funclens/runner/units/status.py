"""What is known of a running runner, as values for lenses, views and pages."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

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
]


class RunnerState(str, enum.Enum):
    """The life of a runner, as the language server sees it."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"


class UnitState(str, enum.Enum):
    """The life of one unit in a running runner."""

    IDLE = "idle"
    """No worker yet: the first request or click starts one."""
    STARTING = "starting"
    """A worker loads the user's module; requests wait in the front door."""
    READY = "ready"
    """A worker answers."""
    FAILED = "failed"
    """The last attempt to load the module failed; the next request tries again."""


@dataclass(frozen=True, slots=True)
class DebugAddress:
    """Where debugpy of a worker listens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class UnitFailure:
    """Why a unit could not be loaded, or how its worker ended."""

    error: str
    """Type and message of the user's error."""
    file: str | None = None
    """The user's file, absolute; None when none is known."""
    line: int | None = None
    """1-based."""
    traceback: str = ""
    """Traceback of the user's frames."""
    hint: str = ""
    """The next step, where one is known."""
    remedy: Remedy | None = None
    """The same as the hint, for programs."""

    @property
    def details(self) -> list[str]:
        """Place, traceback and next step, as far as they are known."""
        place = f"{self.file}:{self.line}" if self.file else ""
        return [text for text in (place, self.traceback, self.hint) if text]

    def to_json(self) -> dict[str, Any]:
        """Return the failure as it stands in `unit-state` and `import-error`."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> UnitFailure:
        """Return what a worker or `to_json` wrote; unknown keys are ignored."""
        remedy = value.get("remedy")
        known = _known_fields(cls, value)
        if remedy:
            remedy = Remedy(**_known_fields(Remedy, remedy))
            remedy = replace(remedy, command=tuple(remedy.command))
        return cls(**{**known, "remedy": remedy or None})


@dataclass(frozen=True, slots=True)
class CrashLoopStatus:
    """The workers of a unit end one after the other, without an answer between."""

    count: int
    """Workers that ended in a row."""
    seconds: float
    """How long after the last end no request starts another."""

    def to_json(self) -> dict[str, Any]:
        """Return the loop as it stands in `unit-state` and `worker-crashed` events."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """State of one unit."""

    unit: str
    state: UnitState = UnitState.IDLE
    debug: DebugAddress | None = None
    failure: UnitFailure | None = None
    crash_loop: CrashLoopStatus | None = None
    """Only while the unit has failed, or another try is being made."""

    def to_json(self) -> dict[str, Any]:
        """Return the status as it stands in `snapshot` and `unit-state` events."""
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
        """Return the status that `to_json` wrote; unknown keys are ignored."""
        debug = value.get("debug")
        failure = value.get("failure")
        crash_loop = value.get("crash_loop")
        return cls(
            unit=value["unit"],
            state=UnitState(value["state"]),
            debug=DebugAddress(debug["host"], debug["port"]) if debug else None,
            failure=UnitFailure.from_json(failure) if failure else None,
            crash_loop=CrashLoopStatus(**_known_fields(CrashLoopStatus, crash_loop))
            if crash_loop
            else None,
        )


@dataclass(frozen=True, slots=True)
class RunnerSnapshot:
    """The runner of a workspace at one moment."""

    state: RunnerState = RunnerState.STOPPED
    url: str = ""
    """Without a trailing slash: `http://127.0.0.1:8080`; empty when stopped."""
    units: Mapping[str, UnitStatus] = field(default_factory=dict)
    """By id of the unit; a unit that is missing is idle."""


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


def _known_fields(kind: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value[name] for name in kind.__dataclass_fields__ if name in value}
