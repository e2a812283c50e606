"""The status of a unit, published whenever it changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.runner.units.status import (
    DebugAddress,
    UnitFailure,
    UnitState,
    UnitStatus,
    ended_serving,
)
from funclens_worker.contract import EventName

if TYPE_CHECKING:
    from funclens.cold_start import ColdStart
    from funclens.errors import OutOfDescriptorsError
    from funclens.runner.events import EventBus
    from funclens.runner.history.history import History
    from funclens.runner.processes.worker_exit import WorkerExit
    from funclens.runner.processes.worker_reports import WorkerReport
    from funclens.runner.units.crash_loop import CrashLoop

__all__ = ["StatusBoard"]


class StatusBoard:
    """Holds a unit's status and publishes the events about it."""

    def __init__(
        self, unit: str, bus: EventBus, crashes: CrashLoop, history: History
    ) -> None:
        self.status = UnitStatus(unit)
        self._bus = bus
        self._crashes = crashes
        self._history = history

    def set(self, **changes: Any) -> None:
        """Change fields of the status; publish `unit-state` if it is different."""
        before = self.status
        self.status = replace(before, **changes, crash_loop=self._crashes.status)
        if self.status != before:
            self._bus.publish("unit-state", **self.status.state_json())

    def forget_debugger(self) -> None:
        """Drop the debugger's address, with the next change."""
        self.status = replace(self.status, debug=None)

    def answered(self, report: WorkerReport) -> None:
        """Record and publish a request of the unit that has ended."""
        event = report.event
        if event["event"] == EventName.CAPTURES:
            self._history.captured(report)
            return
        self._history.completed(self.status.unit, report)
        self._bus.publish(**event, unit=self.status.unit)
        if event["status"]:
            self._crashes.answered()
            if self.status.crash_loop is not None:
                self.set()

    def debugger_listens(self, address: DebugAddress) -> None:
        """Publish where the debugger of the unit can be attached."""
        self.set(debug=address)
        self._publish("debug-listening", host=address.host, port=address.port)

    def debugger_ended(self) -> None:
        """Publish that the unit runs without debugger again."""
        self._publish("debug-ended")
        self.set(state=UnitState.IDLE)

    def worker_started(self) -> None:
        """Publish that a worker begins to load the unit."""
        self._publish("worker-started")

    def measured(self, cold_start: ColdStart) -> None:
        """Publish how long the unit takes to load in a fresh process."""
        self.status = replace(self.status, cold_start=cold_start)
        self._publish("cold-start", **cold_start.to_json())

    def crashed(self, end: WorkerExit) -> None:
        """Publish that the worker ended unexpectedly."""
        self._crashes.crashed()
        loop = self._crashes.status
        self._publish(
            "worker-crashed", **end.to_json(), crash_loop=loop and loop.to_json()
        )
        if loop is None:
            self.set(state=UnitState.IDLE)
        else:
            failure = self._crashes.explain(ended_serving(end))
            self.set(state=UnitState.FAILED, failure=failure)

    def failed(self, failure: UnitFailure) -> None:
        """Publish that the unit could not be loaded."""
        self.set(state=UnitState.FAILED, failure=failure)
        self._publish("import-error", **failure.to_json())

    def not_started(self, error: OutOfDescriptorsError) -> None:
        """Publish that no worker could be started for now."""
        self.set(state=UnitState.IDLE)
        message = f"{self.status.unit} is not started: {error}"
        self._publish("warning", message=message, hint=error.hint)

    def _publish(self, name: str, **fields: Any) -> None:
        self._bus.publish(name, unit=self.status.unit, **fields)
