"""Lifecycle of one unit: idle, starting, ready, replaced.

Requests wait here while a worker starts or is replaced. If a worker dies, requests that
it hadn't taken go to the next worker; those that it had taken get a 500 response that
says how it ended.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from funclens.errors import OutOfDescriptorsError, RunnerError
from funclens.runner.units.crash_loop import CrashLoop
from funclens.runner.units.debug_state import DebugState
from funclens.runner.units.loaded_files import LoadedFiles
from funclens.runner.units.start_pace import StartPace
from funclens.runner.units.status import (
    DebugAddress,
    UnitFailure,
    UnitState,
    UnitStatus,
    ended_while_loading,
    not_started,
)
from funclens.runner.units.status_board import StatusBoard
from funclens.runner.units.thread_warnings import ThreadWarnings
from funclens.runner.units.waiting import WaitingRequests
from funclens_worker.contract import EventName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.runner.events import EventBus
    from funclens.runner.http.pending import PendingRequest
    from funclens.runner.processes.platform.kept_requests import LeftRequests
    from funclens.runner.processes.worker import WorkerConnection
    from funclens.runner.processes.worker_exit import WorkerExit
    from funclens.runner.processes.worker_reports import WorkerReport
    from funclens.runner.units.refusals import Refusals
    from funclens.runner.units.unit_workers import UnitWorkers
    from funclens.runner.units.worker_manifest import Served

__all__ = ["UnitSupervisor"]


class UnitSupervisor:
    """Decides when a unit has a worker, and keeps the requests that wait for one."""

    def __init__(
        self,
        unit: str,
        served: Served,
        workers: UnitWorkers,
        *,
        bus: EventBus,
        refusals: Refusals,
    ) -> None:
        self.served = served
        """Functions for the next start; a save may change them."""
        self.files = LoadedFiles()
        """Files of the current worker."""
        self.used_at = 0.0
        """Time of the last request, of the event loop's clock."""
        self._unit = unit
        self._refusals = refusals
        self._loop = asyncio.get_running_loop()
        self._workers = workers
        self.waiting = WaitingRequests(unit, refusals)
        self._failure: UnitFailure | None = None
        self._threads = ThreadWarnings(unit, bus)
        self._debug = DebugState()
        self._crashes = CrashLoop(self._loop.time)
        self._pace = StartPace(self._loop.time)
        self._board = StatusBoard(unit, bus, self._crashes, refusals.history)
        self._is_stopped = False

    @property
    def status(self) -> UnitStatus:
        """State of the unit, its failure and where its debugger listens."""
        return self._board.status

    def deliver(self, request: PendingRequest) -> None:
        """Pass the request to the worker; start one if needed."""
        self.used_at = self._loop.time()
        worker = self._workers.current
        if worker is None or not worker.serves(request.function):
            if self._is_stopped or not self.served.has(request.function):
                self._refusals.gone(self._unit, request)
                return
            if worker is not None:
                self.replace()
        if self.status.state is UnitState.READY and self._workers.have_room:
            if not self._workers.hand_over(request):
                self._refusals.busy(self._unit, request)
        elif self.waiting.is_full:
            self._refusals.busy(self._unit, request)
        elif not self._workers.has_current and self._crashes.seconds_left > 0:
            failure = self.status.failure or UnitFailure("crash loop")
            self._refusals.failed(self._unit, request, "is not started", failure)
        else:
            request.awaited_start = self.status.state is not UnitState.READY
            self.waiting.add(request)
            if not self._workers.has_current:
                self._launch()

    @property
    def is_idle(self) -> bool:
        """Whether there is a worker and it has nothing to do."""
        is_ready = self.status.state is UnitState.READY
        return is_ready and self._workers.is_idle and not self._debug.is_awaited

    async def rest(self, why: str = "its descriptors were needed") -> None:
        """End the worker; the next request starts another."""
        self._retire()
        self._board.set(state=UnitState.IDLE, failure=None)
        await self._workers.end_leaving(why)

    async def release(self) -> None:
        """End the worker and refuse what waits; the next request starts another."""
        self._crashes.forget()
        self.waiting.refuse_stopped()
        self.end_debug()
        await self.rest("it was stopped")

    def start(self) -> None:
        """Start a worker unless there is one."""
        if not self._workers.has_current:
            self._crashes.forget()
            self._launch()

    def replace(self, saved: Iterable[str] = ()) -> None:
        """Drain the worker and start another; retry a failed unit.

        `saved` are the files that caused it.
        """
        self._crashes.forget()
        if self.status.state is UnitState.STARTING and self._pace.must_wait:
            if self._pace.put_off():
                self._loop.call_later(self._pace.seconds_left, self._replace_late)
            return
        if self._workers.has_current or self.status.state is UnitState.FAILED:
            if self.status.state is UnitState.STARTING:
                self._pace.ended_early()
            self._retire()
            self._launch(saved)

    async def debug(self, extra: Mapping[str, str] | None = None) -> DebugAddress:
        """Replace the worker by one under debugpy; return its address.

        `extra` is added to its environment. Raises RunnerError on failure.
        """
        if self._debug.begin(extra):
            self._crashes.forget()
            self._retire()
            self._launch()
        return await self._debug.address(self._unit)

    def end_debug(self) -> None:
        """Restart without the debugger."""
        if not self._debug.is_on:
            return
        self._debug.end()
        self._retire()
        self._board.debugger_ended()
        if self.waiting:
            self.start()

    async def stop(self, seconds: float) -> None:
        """Drain all workers for at most `seconds` and wait for their exit.

        May be called again with less time.
        """
        self._is_stopped = True
        self._retire()
        self._deliver_waiting()
        await self._workers.end_leaving("it was stopped", seconds)

    def kill(self) -> None:
        """Kill all workers of the unit immediately."""
        self._workers.kill()

    def on_event(self, worker: WorkerConnection, event: dict[str, Any]) -> None:
        """Process an event of a worker; only the current one changes the state."""
        name = event.pop("event")
        self._workers.learn(worker, name, event, self._board.measured)
        if worker is not self._workers.current:
            return
        if name == EventName.READY:
            self._threads.tell(event["threads"])
            self._pace.ready()
            self._board.set(state=UnitState.READY, failure=None)
            self._deliver_waiting()
        elif name == EventName.CODE:
            self.files.loaded(event["files"])
            if self.files.are_stale:
                self.replace()
        elif name == EventName.IMPORT_ERROR:
            self._failure = UnitFailure.from_json(event["error"])
        elif name == EventName.DEBUG_LISTENING:
            address = DebugAddress(event["host"], event["port"])
            self._board.debugger_listens(address)
            self._debug.listens(address)

    def on_request(self, worker: WorkerConnection, report: WorkerReport) -> None:
        """Record the end of a request, unless another response is recorded."""
        if self._workers.ended_request(worker, report.event):
            self._board.answered(report)
        self.on_free()

    def on_free(self) -> None:
        """Deliver what waits for the end of another request."""
        if self.waiting and self.status.state is UnitState.READY:
            self._deliver_waiting()

    def on_death(
        self, worker: WorkerConnection, end: WorkerExit, left: LeftRequests
    ) -> None:
        """Respond to what a dead worker had taken; requeue the rest."""
        self._workers.limits.lost(worker)
        is_loading = self.status.state is UnitState.STARTING
        if worker is self._workers.current and not is_loading:
            self._workers.lose()
            self._forget_debugger()
            self._board.crashed(end)
        self._refusals.lost(self._unit, left, end)
        for request in left.untaken:
            self.deliver(request)
        if not self._workers.has_current:
            self._deliver_waiting()

    def on_exit(self, worker: WorkerConnection, end: WorkerExit) -> None:
        """Record that a dead worker sends nothing more; it may never have loaded."""
        if not self._workers.ended(worker):
            return
        if self._pace.asked_at is not None:  # what failed is not what was saved last
            self._launch()
            return
        if self._failure is not None:
            self._fail(self._failure)
            return
        self._crashes.crashed()
        if end.from_outside and not (self._crashes.status or self._debug.is_awaited):
            self._launch()
        else:
            failure = ended_while_loading(end, worker.stderr_tail)
            self._fail(self._crashes.explain(failure))

    def _launch(self, saved: Iterable[str] = ()) -> None:
        is_debugged = self._debug.is_on or self._workers.are_debugged
        self._failure = None
        self.files = LoadedFiles(saved, self.files)
        self._debug.expect(is_debugged=is_debugged)
        self._crashes.started()
        self._pace.started()
        self._board.set(state=UnitState.STARTING, debug=None, failure=None)
        self._workers.begin(self._start(is_debugged=is_debugged))

    async def _start(self, *, is_debugged: bool) -> None:
        """Start the worker that `_launch` announced; canceled by `_retire`."""
        extra = self._debug.environment
        try:
            await self._workers.start(self.served, extra, self, is_debugged=is_debugged)
        except OutOfDescriptorsError as error:
            self._forget_debugger(error)
            self._board.not_started(error)
            self.waiting.do_without_worker()
        except Exception as error:  # noqa: BLE001 - requests wait for the outcome
            self._fail(not_started(error))
        else:
            self._board.worker_started()

    def _retire(self) -> None:
        self._pace.asked_at = None
        self._forget_debugger()
        self._workers.retire(is_loading=self.status.state is UnitState.STARTING)

    def _deliver_waiting(self) -> None:
        """Deliver what waits; what came after a save that was put off, after that."""
        asked_at = self._pace.asked_at
        for request in self.waiting.take(asked_at):
            self.deliver(request)
        if asked_at is not None:
            self.replace()

    def _replace_late(self) -> None:
        """Do not wait any longer with a replacement that was put off."""
        if self.status.state is UnitState.STARTING and self._pace.asked_at is not None:
            self.replace()

    def _fail(self, failure: UnitFailure) -> None:
        self._pace.ready()
        self._forget_debugger(RunnerError(failure.error))
        self._board.failed(failure)
        self.waiting.fail(failure)

    def _forget_debugger(self, error: Exception | None = None) -> None:
        self._debug.forget(error)
        self._board.forget_debugger()
