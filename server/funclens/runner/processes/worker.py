"""The front door's end of one worker: connections out; events, output and exit in.

Sending never blocks: connections that the worker's socket doesn't accept wait in a
bounded queue; if it is full, requests are refused. Each request is kept until the
worker reports that it is done, and returned if the worker dies.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from funclens.dataclass import dataclass
from funclens.runner.processes.output_pipe import OutputPipe
from funclens.runner.processes.worker_exit import describe_exit, oom_kills
from funclens.runner.processes.worker_reports import WorkerReports
from funclens_worker.contract import (
    EventName,
    FrameKind,
    Manifest,
    encode_frame,
)

if TYPE_CHECKING:
    from funclens.runner.events import EventBus
    from funclens.runner.http.pending import PendingRequest
    from funclens.runner.processes.platform.kept_requests import LeftRequests
    from funclens.runner.processes.platform.worker_process import RunningWorker
    from funclens.runner.processes.worker_exit import WorkerExit
    from funclens.runner.processes.worker_reports import WorkerReport

__all__ = ["WorkerConnection", "WorkerObserver"]

QUEUE_LIMIT = 512
"""Maximum number of connections waiting for one worker's socket."""

_CHUNK = 65_536
_STDERR_TAIL = 2_000


class WorkerObserver(Protocol):
    """Receives the reports of a worker, and its end."""

    def on_event(self, connection: WorkerConnection, event: dict[str, Any]) -> None:
        """Handle one event of the worker."""

    def on_request(self, connection: WorkerConnection, report: WorkerReport) -> None:
        """Handle the end of a request."""

    def on_death(
        self, connection: WorkerConnection, end: WorkerExit, left: LeftRequests
    ) -> None:
        """Handle the worker's death and the requests without a response."""

    def on_exit(self, connection: WorkerConnection, end: WorkerExit) -> None:
        """Handle the end of a dead worker's output."""


@dataclass(slots=True)
class _Outgoing:
    data: memoryview
    descriptor: int | None
    """Descriptor to send with the first byte; None once it is sent."""


class WorkerConnection:
    """One worker process as seen by the front door."""

    def __init__(
        self,
        process: RunningWorker,
        manifest: Manifest,
        observer: WorkerObserver,
        bus: EventBus,
    ) -> None:
        self.process = process
        self.stderr_tail = ""
        """Last characters that the worker wrote to stderr."""
        self._channel: socket.socket | None = None
        """None until the worker has one."""
        self._manifest = manifest
        self._index = {item.id: i for i, item in enumerate(manifest.functions)}
        self._observer = observer
        self._bus = bus
        self._loop = asyncio.get_running_loop()
        self.handed = process.requests
        """The requests that have not ended."""
        self._queue: deque[_Outgoing] = deque()
        self._is_broken = False
        """Whether the worker's socket accepts nothing more: it is dead or dying."""
        self._killed = "", ""
        """Why the front door kills the worker, if it does, and the next step."""
        self._oom_kills = oom_kills()
        self._reports = WorkerReports()
        self._is_draining = False
        self._deadline: asyncio.TimerHandle | None = None
        self._output = [
            OutputPipe(
                source, partial(self._print, name), partial(self._drop, name), bus
            )
            for name, source in zip(("stdout", "stderr"), process.output, strict=True)
        ]
        self._finishing: asyncio.Task[None] | None = None
        data = encode_frame(FrameKind.MANIFEST, 0, manifest.to_json())
        self._queue.append(_Outgoing(memoryview(data), self.handed.descriptor))
        process.begin(self)

    @property
    def pid(self) -> int:
        """Process id of the worker; 0 until it is known."""
        return self.process.pid

    def on_channel(self, channel: socket.socket) -> None:
        """Use the worker's channel from now on."""
        self._channel = channel
        self._loop.add_reader(channel, self._read_events)
        self._flush()

    def serves(self, function: str) -> bool:
        """Whether the worker's manifest includes this function."""
        return function in self._index

    def hand_over(self, request: PendingRequest) -> bool:
        """Pass a request to the worker; return False if its queue is full.

        After True, the request belongs to this object until `on_death` returns it.
        """
        is_full = len(self._queue) >= QUEUE_LIMIT or not self.handed.has_room
        if is_full or self._is_draining:
            return False
        function = self._index[request.function]
        frame, descriptor = self.handed.hand_over(request, function)
        request.handed = time.monotonic()
        self._send(frame, descriptor)
        return True

    def drain(self, seconds: float, why: str = "it was replaced") -> None:
        """Ask the worker to finish and exit; kill it after `seconds`.

        If it was asked before, the earlier deadline applies.
        """
        self._is_draining = True
        if not self._queue:
            self._end_of_stream()
        at = self._loop.time() + seconds
        if self._deadline is not None:
            at = min(at, self._deadline.when())
            self._deadline.cancel()
        reason = f"{why}, and did not finish within {seconds:g} s"
        self._deadline = self._loop.call_at(at, self.kill, reason)

    def kill(self, reason: str = "it was stopped", hint: str = "") -> None:
        """Kill the worker and all its children immediately."""
        self._killed = self._killed if self._killed[0] else (reason, hint)
        self.process.kill()

    def _send(self, data: bytes, descriptor: int | None) -> None:
        if self._is_broken:
            return
        self._queue.append(_Outgoing(memoryview(data), descriptor))
        if len(self._queue) == 1:
            self._flush()

    def _flush(self) -> None:
        channel = self._channel
        if channel is None:
            return
        while self._queue:
            item = self._queue[0]
            try:
                if item.descriptor is None:
                    sent = channel.send(item.data)
                else:
                    sent = socket.send_fds(channel, [item.data], [item.descriptor])
                    item.descriptor = None
                    self.handed.sent_descriptor()
            except BlockingIOError:
                self._loop.add_writer(channel, self._flush)
                return
            except OSError:  # the worker is gone; its exit will be reported
                self._stop_sending()
                return
            item.data = item.data[sent:]
            if not item.data:
                self._queue.popleft()
        self._loop.remove_writer(channel)
        if self._is_draining:
            self._end_of_stream()

    def _end_of_stream(self) -> None:
        if self._channel is not None:
            with contextlib.suppress(OSError):  # the worker has already ended
                self._channel.shutdown(socket.SHUT_WR)

    def _stop_sending(self) -> None:
        """Stop sending; queued requests are kept until the worker's end is certain."""
        self._is_broken = True
        if self._channel is not None:
            self._loop.remove_writer(self._channel)
        self._queue.clear()

    def _read_events(self) -> bool:
        """Read what is available; return False at the end of the stream."""
        channel = self._channel
        if channel is None:
            return False
        try:
            data = channel.recv(_CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(channel)
        for report in self._reports.feed(data):
            self._take(report)
        return bool(data)

    def _take(self, report: WorkerReport) -> None:
        if report.event["event"] == EventName.REQUEST:
            self._catch_up()
            report.request = self.handed.finish(report.event["number"])
        if "number" in report.event or "items" in report.event:
            self._observer.on_request(self, report)
        else:
            self._observer.on_event(self, report.event)

    def _catch_up(self) -> None:
        for pipe in self._output:
            pipe.catch_up()

    def on_end(self, status: int) -> None:
        """Handle the process's exit code, or negative signal number."""
        if self._deadline is not None:
            self._deadline.cancel()
        while self._read_events():
            pass  # the worker's last reports
        if self._channel is not None:
            self._loop.remove_reader(self._channel)
        self._stop_sending()
        self.process.close()
        self._catch_up()
        end = describe_exit(
            status,
            self._reports.last_words or self.stderr_tail,
            self._manifest.root,
            is_oom=oom_kills() > self._oom_kills,
            reason=self._killed[0],
            hint=self._killed[1],
        )
        self._observer.on_death(self, end, self.handed.leave())
        self._finishing = self._loop.create_task(self._finish(end))

    async def _finish(self, end: WorkerExit) -> None:
        """Report the exit after all output has been read."""
        for pipe in self._output:
            await pipe.wait_ended()
        self._observer.on_exit(self, end)

    def _print(self, stream: str, text: str) -> None:
        if stream == "stderr":
            self.stderr_tail = (self.stderr_tail + text)[-_STDERR_TAIL:]
        self._bus.publish("output", unit=self._manifest.unit, stream=stream, text=text)

    def _drop(self, stream: str, lines: int) -> None:
        self._bus.publish(
            "output-dropped",
            unit=self._manifest.unit,
            stream=stream,
            lines=lines,
            reason="too-much",
        )
