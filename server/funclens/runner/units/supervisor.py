"""The life of one unit: no worker, a starting one, a ready one, the next one.

Connections that come while a worker starts or is replaced wait here. What was
handed to a worker that dies is answered by nobody else.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from funclens.errors import FunclensError, RunnerError
from funclens.runner.http import responses
from funclens.runner.units.status import (
    DebugAddress,
    UnitFailure,
    UnitState,
    UnitStatus,
)
from funclens_worker.contract import DebugSpec, EventName

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from funclens.runner.events import EventBus
    from funclens.runner.http.head import Head
    from funclens.runner.http.responses import Answer
    from funclens.runner.processes.worker import WorkerLink

__all__ = ["Arrival", "SlotOwner", "UnitSlot"]

WAITING_LIMIT = 512
"""Connections that wait for a worker to start before the door refuses."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that is a function's, on its way to a worker."""

    number: int
    function: str
    """Id of the function."""
    head: Head
    target: str
    """The request target that production would see."""
    connection: socket.socket

    @property
    def data(self) -> bytes:
        """What was read, with the target that production would see."""
        return self.head.with_target(self.target)


class SlotOwner(Protocol):
    """What a slot needs of the front door."""

    drain_seconds: float
    debug_all: bool
    """Whether every worker starts under debugpy."""
    bus: EventBus

    def launch(self, slot: UnitSlot, debug: DebugSpec | None) -> WorkerLink:
        """Start a worker. Raises FunclensError when that cannot be done."""

    def answer(self, arrival: Arrival, answer: Answer) -> None:
        """Answer a request that no worker gets."""


class UnitSlot:
    """Holds the current worker of a unit, and the requests that wait for one."""

    def __init__(self, unit: str, owner: SlotOwner, only: str | None = None) -> None:
        self.only = only
        """Id of the only function that it serves; None for all of the unit."""
        self.status = UnitStatus(unit)
        self.extra: Mapping[str, str] = {}
        """Environment of the debug session, on top of the unit's own."""
        self._owner = owner
        self._current: WorkerLink | None = None
        self._leaving: set[WorkerLink] = set()
        self._waiting: list[Arrival] = []
        self._failure: UnitFailure | None = None
        self._code: dict[str, int] = {}
        """Files that the worker has loaded as modules, and when they had changed."""
        self._changed: set[str] = set()
        """Files that changed since the worker was started."""
        self._debug: asyncio.Future[DebugAddress] | None = None
        self._is_debugged = False
        """Whether workers start under debugpy until `end_debug`, failed ones too."""
        self._on_empty: asyncio.Future[None] | None = None

    @property
    def pid(self) -> int:
        """Process id of the current worker; 0 when there is none."""
        return self._current.pid if self._current else 0

    def deliver(self, arrival: Arrival) -> None:
        """Hand a request to the worker; start one when there is none."""
        link = self._current
        if link is not None and not link.serves(arrival.function):
            self.replace()
            link = self._current
        if link is not None and self.status.state is UnitState.READY:
            if not link.hand_over(
                arrival.number, arrival.function, arrival.data, arrival.connection
            ):
                self._owner.answer(arrival, responses.busy(arrival.head, self._unit))
            return
        if len(self._waiting) >= WAITING_LIMIT:
            self._owner.answer(arrival, responses.busy(arrival.head, self._unit))
            return
        self._waiting.append(arrival)
        self.start()

    def start(self) -> None:
        """Start a worker unless one is there."""
        if self._current is None:
            self._launch()

    def changed(self, path: str) -> None:
        """Take note that a file, given by its real path, has changed."""
        self._changed.add(path)

    def is_stale(self, path: str) -> bool:
        """Tell whether the worker has run another state of a file, or failed to."""
        failure = self.status.failure
        if failure is not None and path == failure.file:
            return True
        return path in self._code and self._code[path] != _changed_at(path)

    def replace(self) -> None:
        """Let the worker finish what it has and start another; wake a failed unit."""
        if self._current is None and self.status.state is not UnitState.FAILED:
            return
        self._retire()
        self._launch()

    async def debug(self, extra: Mapping[str, str] | None = None) -> DebugAddress:
        """Replace the worker by one under debugpy; return where that listens.

        `extra` is added to the environment for as long as the unit is debugged.
        Raises RunnerError when the worker cannot be started.
        """
        is_other = extra is not None and extra != self.extra
        if self._debug is None or is_other:
            self.extra = extra or {}
            self._is_debugged = True
            self._retire()
            self._launch()
        if self._debug is None:
            self._is_debugged = False
            reason = self._failure.error if self._failure else "it ended"
            raise RunnerError(f"{self._unit} cannot be debugged: {reason}")
        try:
            return await asyncio.shield(self._debug)
        except RunnerError:
            self._is_debugged = self._debug is not None
            raise

    def end_debug(self) -> None:
        """Serve without the debugger again."""
        if not self._is_debugged:
            return
        self._is_debugged = False
        was_waiting = bool(self._waiting)
        self.extra = {}
        self._retire()
        self._owner.bus.publish("debug-ended", unit=self._unit)
        self._set(state=UnitState.IDLE)
        if was_waiting:
            self.start()

    async def stop(self, seconds: float) -> None:
        """Let every worker finish, for `seconds` at most, and wait for their end."""
        if self._current is not None:
            self._retire()
        for link in self._leaving:
            link.drain(seconds)
        if self._leaving:
            self._on_empty = asyncio.get_running_loop().create_future()
            await self._on_empty

    def kill(self) -> None:
        """End every worker of the unit now."""
        for link in [*self._leaving, *([self._current] if self._current else [])]:
            link.kill()

    def on_event(self, link: WorkerLink, event: dict[str, Any]) -> None:
        """Take an event of a worker; only the current one changes the state."""
        name = event.pop("event")
        if name == EventName.REQUEST:
            event.pop("number")
            self._owner.bus.publish("request", unit=self._unit, **event)
        elif link is not self._current:
            return
        elif name == EventName.READY:
            self._set(state=UnitState.READY, failure=None)
            waiting, self._waiting = self._waiting, []
            for arrival in waiting:
                self.deliver(arrival)
        elif name == EventName.CODE:
            self._code.update(event["files"])
            # It may have changed before the worker could tell that it is code.
            if any(self.is_stale(path) for path in self._changed & set(self._code)):
                self.replace()
        elif name == EventName.IMPORT_ERROR:
            self._failure = UnitFailure.from_json(event["error"])
        elif name == EventName.DEBUG_LISTENING:
            address = DebugAddress(event["host"], event["port"])
            self._set(debug=address)
            self._owner.bus.publish(
                "debug-listening",
                unit=self._unit,
                host=address.host,
                port=address.port,
            )
            if self._debug is not None and not self._debug.done():
                self._debug.set_result(address)

    def on_exit(self, link: WorkerLink, status: int) -> None:
        """Take the end of a worker."""
        self._leaving.discard(link)
        if not self._leaving and self._on_empty and not self._on_empty.done():
            self._on_empty.set_result(None)
        if link is not self._current:
            return
        self._current = None
        if self.status.state is UnitState.STARTING:
            self._fail(self._failure or _ended_while_loading(status, link.stderr_tail))
            return
        self._owner.bus.publish(
            "worker-crashed", unit=self._unit, status=status, reason=_how_ended(status)
        )
        self._forget_debugger()
        self._set(state=UnitState.IDLE)

    @property
    def _unit(self) -> str:
        return self.status.unit

    def _launch(self) -> None:
        debug = self._is_debugged or self._owner.debug_all
        self._failure = None
        self._code = {}
        self._changed = set()
        self._debug = asyncio.get_running_loop().create_future() if debug else None
        try:
            self._current = self._owner.launch(self, DebugSpec("") if debug else None)
        except FunclensError as error:
            self._fail(UnitFailure(error.sentence))
            return
        self._set(state=UnitState.STARTING, debug=None, failure=None)
        self._owner.bus.publish("worker-started", unit=self._unit)

    def _retire(self) -> None:
        link, self._current = self._current, None
        self._forget_debugger()
        if link is None:
            return
        self._leaving.add(link)
        if self.status.state is UnitState.STARTING:
            link.kill()
        else:
            link.drain(self._owner.drain_seconds)

    def _fail(self, failure: UnitFailure) -> None:
        self._forget_debugger(RunnerError(failure.error))
        self._set(state=UnitState.FAILED, failure=failure)
        self._owner.bus.publish(
            "import-error", unit=self._unit, **self.status.to_json()["failure"]
        )
        waiting, self._waiting = self._waiting, []
        for arrival in waiting:
            answer = responses.failed(arrival.head, self._unit, failure)
            self._owner.answer(arrival, answer)

    def _forget_debugger(self, error: Exception | None = None) -> None:
        future, self._debug = self._debug, None
        self.status = replace(self.status, debug=None)
        if future is not None and not future.done():
            future.set_exception(error or RunnerError(f"{self._unit} was replaced"))
            future.exception()  # nobody may be waiting

    def _set(self, **changes: Any) -> None:
        before, self.status = self.status, replace(self.status, **changes)
        if self.status != before:
            self._owner.bus.publish("unit-state", **self.status.to_json())


def _changed_at(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return -1


def _how_ended(status: int) -> str:
    if status < 0:
        return f"it was ended by signal {-status}"
    return f"it exited with code {status}"


def _ended_while_loading(status: int, stderr: str) -> UnitFailure:
    return UnitFailure(
        error=f"the process ended while the module was loading: {_how_ended(status)}",
        traceback=stderr.strip(),
    )
