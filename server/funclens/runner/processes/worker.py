"""The front door's end of one worker: connections out; events, output and its end in.

Sending never blocks the front door: what the worker's socket does not take waits in a
bounded queue, and a full queue refuses.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from funclens.runner.processes.output_pipe import OutputPipe
from funclens_worker.contract import (
    CONNECTION_HEADER,
    EventName,
    FrameKind,
    Manifest,
    encode_frame,
)

if TYPE_CHECKING:
    from funclens.runner.events import EventBus
    from funclens.runner.processes.launcher import WorkerProcess

__all__ = ["WorkerConnection", "WorkerObserver"]

QUEUE_LIMIT = 512
"""Connections that wait for one worker's socket before the front door refuses."""

_CHUNK = 65_536
_STDERR_TAIL = 2_000


class WorkerObserver(Protocol):
    """Receives what a worker reports, and its end."""

    def on_event(self, connection: WorkerConnection, event: dict[str, Any]) -> None:
        """Take one event of the worker."""

    def on_exit(self, connection: WorkerConnection, status: int) -> None:
        """Take the end: exit code, or minus the signal."""


@dataclass(slots=True)
class _Outgoing:
    data: memoryview
    connection: socket.socket | None


class WorkerConnection:
    """One worker process, as the front door sees it."""

    def __init__(
        self,
        process: WorkerProcess,
        manifest: Manifest,
        observer: WorkerObserver,
        bus: EventBus,
    ) -> None:
        self.pid = 0
        """Process id of the worker; 0 until its reaper has reported it."""
        self.stderr_tail = ""
        """The last characters that the worker wrote to stderr."""
        self._process = process
        self._manifest = manifest
        self._index = {item.id: i for i, item in enumerate(manifest.functions)}
        self._observer = observer
        self._bus = bus
        self._loop = asyncio.get_running_loop()
        self._queue: deque[_Outgoing] = deque()
        self._partial = b""
        self._reaper_said = b""
        self._is_draining = False
        self._deadline: asyncio.TimerHandle | None = None
        self._loop.add_reader(process.channel, self._read_events)
        self._loop.add_reader(process.reaper, self._read_reaper)
        self._output = [
            OutputPipe(process.stdout, self._print_stdout, bus),
            OutputPipe(process.stderr, self._print_stderr, bus),
        ]
        self._finishing: asyncio.Task[None] | None = None
        self._send(encode_frame(FrameKind.MANIFEST, 0, manifest.to_json()), None)

    def serves(self, function: str) -> bool:
        """Whether the worker was started with this function in its manifest."""
        return function in self._index

    def hand_over(
        self, number: int, function: str, head: bytes, connection: socket.socket
    ) -> bool:
        """Give the worker a connection; False when its queue is full.

        After True the connection belongs to this object, which closes it.
        """
        if len(self._queue) >= QUEUE_LIMIT or self._is_draining:
            return False
        header = CONNECTION_HEADER.pack(self._index[function], connection.family)
        payload = header + head
        self._send(encode_frame(FrameKind.CONNECTION, number, payload), connection)
        return True

    def drain(self, seconds: float) -> None:
        """Ask the worker to finish and end; kill it when `seconds` are over.

        When it was asked before, the earlier deadline counts.
        """
        self._is_draining = True
        if not self._queue:
            self._end_of_stream()
        at = self._loop.time() + seconds
        if self._deadline is not None:
            at = min(at, self._deadline.when())
            self._deadline.cancel()
        self._deadline = self._loop.call_at(at, self.kill)

    def kill(self) -> None:
        """Have the reaper kill the worker and everything it started, now."""
        if self._process.reaper.fileno() >= 0:
            self._process.reaper.shutdown(socket.SHUT_WR)

    def _send(self, data: bytes, connection: socket.socket | None) -> None:
        self._queue.append(_Outgoing(memoryview(data), connection))
        if len(self._queue) == 1:
            self._flush()

    def _flush(self) -> None:
        channel = self._process.channel
        while self._queue:
            item = self._queue[0]
            try:
                if item.connection is None:
                    sent = channel.send(item.data)
                else:
                    fds = [item.connection.fileno()]
                    sent = socket.send_fds(channel, [item.data], fds)
                    item.connection.close()
                    item.connection = None
            except BlockingIOError:
                self._loop.add_writer(channel, self._flush)
                return
            except OSError:  # the worker is gone; its exit is on its way
                self._drop_queue()
                return
            item.data = item.data[sent:]
            if not item.data:
                self._queue.popleft()
        self._loop.remove_writer(channel)
        if self._is_draining:
            self._end_of_stream()

    def _end_of_stream(self) -> None:
        try:
            self._process.channel.shutdown(socket.SHUT_WR)
        except OSError:  # the worker has ended already
            return

    def _drop_queue(self) -> None:
        self._loop.remove_writer(self._process.channel)
        for item in self._queue:
            if item.connection is not None:
                item.connection.close()
        self._queue.clear()

    def _read_events(self) -> bool:
        """Take what the worker has said; False when there is nothing more."""
        try:
            data = self._process.channel.recv(_CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._process.channel)
            return False
        *lines, self._partial = (self._partial + data).split(b"\n")
        for line in lines:
            event = json.loads(line)
            if event["event"] == EventName.REQUEST:
                for pipe in self._output:
                    pipe.catch_up()
            self._observer.on_event(self, event)
        return True

    def _read_reaper(self) -> None:
        try:
            data = self._process.reaper.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        *lines, self._reaper_said = (self._reaper_said + data).split(b"\n")
        status: int | None = None if data else -9
        for line in lines:
            message = json.loads(line)
            self.pid = message.get("pid", self.pid)
            status = message.get("status", status)
        if status is not None:
            self._end(status)

    def _end(self, status: int) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._loop.remove_reader(self._process.reaper)
        while self._read_events():
            pass  # what the worker said before it ended
        self._loop.remove_reader(self._process.channel)
        self._drop_queue()
        self._process.reaper.close()
        self._process.channel.close()
        self._finishing = self._loop.create_task(self._finish(status))

    async def _finish(self, status: int) -> None:
        """Tell the end once all output has been read."""
        for pipe in self._output:
            await pipe.wait_ended()
        self._observer.on_exit(self, status)

    def _print_stdout(self, text: str) -> None:
        self._print("stdout", text)

    def _print_stderr(self, text: str) -> None:
        self.stderr_tail = (self.stderr_tail + text)[-_STDERR_TAIL:]
        self._print("stderr", text)

    def _print(self, stream: str, text: str) -> None:
        self._bus.publish("output", unit=self._manifest.unit, stream=stream, text=text)
