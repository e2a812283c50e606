"""Lifecycle of one unit: idle, starting, ready, replaced.

Requests wait here while a worker starts or is replaced. If a worker dies, requests that
it hadn't taken go to the next worker; those that it had taken get a 500 response that
says how it ended.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from funclens.errors import FunclensError, OutOfDescriptorsError, RunnerError
from funclens.runner.units.crash_loop import CrashLoop
from funclens.runner.units.debug_state import DebugState
from funclens.runner.units.loaded_files import LoadedFiles
from funclens.runner.units.start_pace import StartPace
from funclens.runner.units.status import (
    DebugAddress,
    UnitFailure,
    UnitState,
    UnitStatus,
    ended_serving,
    ended_while_loading,
)
from funclens.runner.units.thread_warnings import ThreadWarnings
from funclens_worker.contract import EventName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.runner.events import EventBus
    from funclens.runner.http.pending import PendingRequest
    from funclens.runner.processes.handed import LeftRequests
    from funclens.runner.processes.starter import WorkerStarter
    from funclens.runner.processes.worker import WorkerConnection
    from funclens.runner.processes.worker_exit import WorkerExit
    from funclens.runner.units.capacity import Capacity
    from funclens.runner.units.refusals import Refusals
    from funclens.runner.units.worker_manifest import Served

__all__ = ["UnitSupervisor"]

_REST_SECONDS = 2.0
"""Maximum seconds for an idle worker to end."""

WAITING_LIMIT = 512
"""Maximum number of requests that wait for a worker to start."""


class UnitSupervisor:
    """Owns the current worker of a unit, and the requests that wait for one."""

    def __init__(
        self,
        unit: str,
        served: Served,
        starter: WorkerStarter,
        *,
        capacity: Capacity,
        bus: EventBus,
        refusals: Refusals,
    ) -> None:
        self.status = UnitStatus(unit)
        self.served = served
        """Functions for the next start; a save may change them."""
        self.used_at = 0.0
        """Time of the last request, of the event loop's clock."""
        self._starter = starter
        self._capacity = capacity
        self._bus = bus
        self._refusals = refusals
        self._loop = asyncio.get_running_loop()
        self._current: WorkerConnection | None = None
        self._starting: asyncio.Task[None] | None = None
        """Task that plans and starts the current worker."""
        self._leaving: set[WorkerConnection] = set()
        self._waiting: list[PendingRequest] = []
        self._failure: UnitFailure | None = None
        self._files = LoadedFiles()
        self._threads = ThreadWarnings(unit, bus)
        self._debug = DebugState()
        self._crashes = CrashLoop(self._loop.time)
        self._pace = StartPace(self._loop.time)
        self._is_stopped = False
        self._on_empty: asyncio.Future[None] | None = None

    def deliver(self, request: PendingRequest) -> None:
        """Pass the request to the worker; start one if needed."""
        self.used_at = self._loop.time()
        worker = self._current
        if worker is None or not worker.serves(request.function):
            if not self._is_served(request.function):
                self._refusals.gone(self._unit, request)
                return
            if worker is not None:
                self.replace()
                worker = self._current
        if worker is not None and self.status.state is UnitState.READY:
            if not worker.hand_over(request):
                self._refusals.busy(self._unit, request)
        elif len(self._waiting) >= WAITING_LIMIT:
            self._refusals.busy(self._unit, request)
        elif not self._has_worker and self._crashes.seconds_left > 0:
            failure = self.status.failure or UnitFailure("crash loop")
            self._refusals.failed(self._unit, request, "is not started", failure)
        else:
            self._waiting.append(request)
            if not self._has_worker:
                self._launch()

    @property
    def is_idle(self) -> bool:
        """Whether there is a worker and it has nothing to do."""
        worker = self._current
        if worker is None or self.status.state is not UnitState.READY:
            return False
        return worker.handed.is_empty and not self._debug.is_awaited

    async def rest(self) -> None:
        """End an idle worker; the next request starts another."""
        self._retire()
        self._set(state=UnitState.IDLE)
        await self._end_leaving(_REST_SECONDS, "its descriptors were needed")

    def start(self) -> None:
        """Start a worker unless there is one."""
        if not self._has_worker:
            self._crashes.forget()
            self._launch()

    def has_begun_with(self, path: str) -> bool:
        """Return whether a file is the same as when the last worker was started."""
        return self._files.is_unchanged(path)

    def is_stale(self, path: str) -> bool:
        """Return whether the worker loaded another version of a file (real path)."""
        self._files.changed(path)
        failure = self.status.failure
        if failure is not None and path == failure.file:
            return True
        return self._files.is_stale(path)

    def may_miss(self, path: str) -> bool:
        """Return whether a changed module may have been missed by the worker.

        A ready worker has reported the modules it loaded.
        """
        if self.status.state is UnitState.STARTING:
            return self._files.may_be_missed(path)
        return self.status.state is not UnitState.READY

    def replace(self, saved: Iterable[str] = ()) -> None:
        """Drain the worker and start another; retry a failed unit.

        `saved` are the files that caused it.
        """
        self._crashes.forget()
        if self.status.state is UnitState.STARTING and self._pace.must_wait:
            if self._pace.put_off():
                self._loop.call_later(self._pace.seconds_left, self._replace_late)
            return
        if self._has_worker or self.status.state is UnitState.FAILED:
            if self.status.state is UnitState.STARTING:
                self._pace.ended_early()
            self._retire()
            self._launch(saved)

    async def debug(self, extra: Mapping[str, str] | None = None) -> DebugAddress:
        """Replace the worker by one under debugpy; return its address.

        `extra` is added to the environment while the unit is debugged. Raises
        RunnerError if the worker can't be started.
        """
        is_other = extra is not None and extra != self._debug.environment
        if not self._debug.is_awaited or is_other:
            self._debug.begin(extra)
            self._crashes.forget()
            self._retire()
            self._launch()
        return await self._debug.address(self._unit)

    def end_debug(self) -> None:
        """Restart without the debugger."""
        if not self._debug.is_on:
            return
        was_waiting = bool(self._waiting)
        self._debug.end()
        self._retire()
        self._bus.publish("debug-ended", unit=self._unit)
        self._set(state=UnitState.IDLE)
        if was_waiting:
            self.start()

    async def stop(self, seconds: float) -> None:
        """Drain all workers for at most `seconds` and wait for their exit.

        May be called again with less time.
        """
        self._is_stopped = True
        self._retire()
        self._deliver_waiting()
        await self._end_leaving(seconds, "it was stopped")

    def kill(self) -> None:
        """Kill all workers of the unit immediately."""
        for worker in [*self._leaving, *([self._current] if self._current else [])]:
            worker.kill()

    def on_event(self, worker: WorkerConnection, event: dict[str, Any]) -> None:
        """Process an event of a worker; only the current one changes the state."""
        name = event.pop("event")
        if name == EventName.REQUEST:
            self._answered(event)
            return
        if name == EventName.REFUSED:
            request = worker.handed.take_back(event["number"])
            self._refusals.leaking(self._unit, request)
            return
        if name == EventName.READY:
            self._starter.loaded(worker, event["modules"])
        if worker is not self._current:
            return
        if name == EventName.READY:
            self._threads.tell(event["threads"])
            self._pace.ready()
            self._set(state=UnitState.READY, failure=None)
            self._deliver_waiting()
        elif name == EventName.CODE:
            self._files.loaded(event["files"])
            if self._files.are_stale:
                self.replace()
        elif name == EventName.IMPORT_ERROR:
            self._failure = UnitFailure.from_json(event["error"])
        elif name == EventName.DEBUG_LISTENING:
            self._debugger_listens(DebugAddress(event["host"], event["port"]))

    def on_death(
        self, worker: WorkerConnection, end: WorkerExit, left: LeftRequests
    ) -> None:
        """Respond to what a dead worker had taken; requeue the rest."""
        if worker is self._current and self.status.state is not UnitState.STARTING:
            self._leaving.add(worker)
            self._current = None
            self._forget_debugger()
            self._crash(end)
        self._refusals.lost(self._unit, left, end)
        for request in left.untaken:
            self.deliver(request)

    def on_exit(self, worker: WorkerConnection, end: WorkerExit) -> None:
        """Record that a dead worker sends nothing more; it may never have loaded."""
        self._starter.ended(worker)
        self._leaving.discard(worker)
        if not self._leaving and self._on_empty and not self._on_empty.done():
            self._on_empty.set_result(None)
        if worker is not self._current:
            return
        self._current = None
        if self._pace.asked_at is not None:  # what failed is not what was saved last
            self._launch()
            return
        if self._failure is not None:
            self._fail(self._failure)
            return
        self._crashes.crashed()
        is_loop = self._crashes.status is not None
        if end.from_outside and not is_loop and not self._debug.is_awaited:
            self._launch()
            return
        failure = ended_while_loading(end, worker.stderr_tail)
        self._fail(self._crashes.explain(failure))

    @property
    def _unit(self) -> str:
        return self.status.unit

    @property
    def _has_worker(self) -> bool:
        return self._current is not None or self._starting is not None

    async def _end_leaving(self, seconds: float, why: str) -> None:
        for worker in self._leaving:
            worker.drain(seconds, why)
        if self._leaving:
            if self._on_empty is None or self._on_empty.done():
                self._on_empty = self._loop.create_future()
            await asyncio.shield(self._on_empty)

    def _launch(self, saved: Iterable[str] = ()) -> None:
        is_debugged = self._debug.is_on or self._starter.options.debug
        self._failure = None
        self._files = LoadedFiles(saved, self._files)
        self._debug.expect(is_debugged=is_debugged)
        self._crashes.started()
        self._pace.started()
        self._set(state=UnitState.STARTING, debug=None, failure=None)
        self._starting = self._loop.create_task(self._start(is_debugged=is_debugged))

    async def _start(self, *, is_debugged: bool) -> None:
        """Start the worker that `_launch` announced; canceled by `_retire`."""
        starter = self._starter
        try:
            served = self.served
            extra = {**served.extra, **self._debug.environment}
            spec = await starter.plan(served.unit, extra, debug=is_debugged)
            start = starter.start_debugged if is_debugged else starter.start
            await self._capacity.make_room()
            self._current = start(spec, served.manifest, self)
        except OutOfDescriptorsError as error:
            self._starting = None
            self._do_without_worker(error)
        except FunclensError as error:
            self._starting = None
            self._fail(UnitFailure(error.sentence))
        except Exception as error:  # noqa: BLE001 - requests wait for the outcome
            self._starting = None
            self._fail(UnitFailure(f"internal error: {type(error).__name__}: {error}"))
        else:
            self._starting = None
            self._bus.publish("worker-started", unit=self._unit)

    def _retire(self) -> None:
        worker, self._current = self._current, None
        self._pace.asked_at = None
        if self._starting is not None:
            self._starting.cancel()
            self._starting = None
        self._forget_debugger()
        if worker is None:
            return
        self._leaving.add(worker)
        if self.status.state is UnitState.STARTING:
            worker.kill()
        else:
            worker.drain(self._starter.options.drain_seconds)

    def _answered(self, event: dict[str, Any]) -> None:
        event.pop("number")
        self._bus.publish("request", unit=self._unit, **event)
        if event["status"]:
            self._crashes.answered()
            if self.status.crash_loop is not None:
                self._set()

    def _is_served(self, function: str) -> bool:
        manifest = self.served.manifest
        return not self._is_stopped and any(
            function == item.id for item in manifest.functions
        )

    def _crash(self, end: WorkerExit) -> None:
        """Report a worker that ended unexpectedly."""
        self._crashes.crashed()
        loop = self._crashes.status
        self._bus.publish(
            "worker-crashed",
            unit=self._unit,
            **end.to_json(),
            crash_loop=loop and loop.to_json(),
        )
        if loop is None:
            self._set(state=UnitState.IDLE)
        else:
            failure = self._crashes.explain(ended_serving(end))
            self._set(state=UnitState.FAILED, failure=failure)

    def _deliver_waiting(self) -> None:
        """Deliver what waits; what came after a save that was put off, after that."""
        waiting, self._waiting = self._waiting, []
        asked_at = self._pace.asked_at
        if asked_at is not None:
            self._waiting = [item for item in waiting if item.arrived > asked_at]
        for request in waiting:
            if asked_at is None or request.arrived <= asked_at:
                self.deliver(request)
        if asked_at is not None:
            self.replace()

    def _replace_late(self) -> None:
        """Do not wait any longer with a replacement that was put off."""
        is_starting = self.status.state is UnitState.STARTING
        if is_starting and self._pace.asked_at is not None:
            self.replace()

    def _fail(self, failure: UnitFailure) -> None:
        self._pace.ready()
        self._forget_debugger(RunnerError(failure.error))
        self._set(state=UnitState.FAILED, failure=failure)
        self._bus.publish("import-error", unit=self._unit, **failure.to_json())
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self._refusals.failed(self._unit, request, "failed to load", failure)

    def _do_without_worker(self, error: OutOfDescriptorsError) -> None:
        """Refuse what waits; the next request tries again."""
        self._forget_debugger(error)
        self._set(state=UnitState.IDLE)
        self._bus.publish(
            "warning",
            unit=self._unit,
            message=f"{self._unit} is not started: {error}",
            hint=error.hint,
        )
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self._refusals.out_of_descriptors(self._unit, request)

    def _debugger_listens(self, address: DebugAddress) -> None:
        self._set(debug=address)
        self._bus.publish(
            "debug-listening", unit=self._unit, host=address.host, port=address.port
        )
        self._debug.listens(address)

    def _forget_debugger(self, error: Exception | None = None) -> None:
        self._debug.forget(error)
        self.status = replace(self.status, debug=None)

    def _set(self, **changes: Any) -> None:
        before = self.status
        self.status = replace(before, **changes, crash_loop=self._crashes.status)
        if self.status != before:
            self._bus.publish("unit-state", **self.status.to_json())
