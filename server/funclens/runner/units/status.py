"""What is known of a running runner, as values for lenses, views and pages."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from funclens_worker.contract import Remedy

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DebugAddress",
    "RunnerSnapshot",
    "RunnerState",
    "UnitFailure",
    "UnitState",
    "UnitStatus",
    "ended_while_loading",
    "how_ended",
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
class UnitStatus:
    """State of one unit."""

    unit: str
    state: UnitState = UnitState.IDLE
    debug: DebugAddress | None = None
    failure: UnitFailure | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the status as it stands in `snapshot` and `unit-state` events."""
        return {
            "unit": self.unit,
            "state": self.state.value,
            "debug": None
            if self.debug is None
            else {"host": self.debug.host, "port": self.debug.port},
            "failure": self.failure and self.failure.to_json(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> UnitStatus:
        """Return the status that `to_json` wrote; unknown keys are ignored."""
        debug = value.get("debug")
        failure = value.get("failure")
        return cls(
            unit=value["unit"],
            state=UnitState(value["state"]),
            debug=DebugAddress(debug["host"], debug["port"]) if debug else None,
            failure=UnitFailure.from_json(failure) if failure else None,
        )


@dataclass(frozen=True, slots=True)
class RunnerSnapshot:
    """The runner of a workspace at one moment."""

    state: RunnerState = RunnerState.STOPPED
    url: str = ""
    """Without a trailing slash: `http://127.0.0.1:8080`; empty when stopped."""
    units: Mapping[str, UnitStatus] = field(default_factory=dict)
    """By id of the unit; a unit that is missing is idle."""


def how_ended(status: int) -> str:
    """Return how a process ended, by its exit code or minus its signal."""
    if status < 0:
        return f"it was ended by signal {-status}"
    return f"it exited with code {status}"


def ended_while_loading(status: int, stderr: str) -> UnitFailure:
    """Return the failure of a worker that ended before its module was loaded."""
    return UnitFailure(
        error=f"the process ended while the module was loading: {how_ended(status)}",
        traceback=stderr.strip(),
    )


def _known_fields(kind: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value[name] for name in kind.__dataclass_fields__ if name in value}
