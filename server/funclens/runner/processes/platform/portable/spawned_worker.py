"""A worker that was spawned, and connects back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import threading
from typing import TYPE_CHECKING

from funclens.runner.descriptors import original_limit
from funclens.runner.processes.platform.portable.relayed_requests import (
    RelayedRequests,
)
from funclens_worker.contract import encode_hello

if TYPE_CHECKING:
    import socket

    from funclens.runner.processes.platform.kept_requests import KeptRequests
    from funclens.runner.processes.platform.portable.rendezvous import Rendezvous
    from funclens.runner.processes.platform.worker_process import (
        OutputSource,
        ProcessOwner,
    )
    from funclens_worker.processes.child_group import ChildGroup

__all__ = ["SpawnedWorker"]


class SpawnedWorker:
    """A worker's process group, its channel and its requests."""

    def __init__(
        self,
        group: ChildGroup,
        life: int,
        output: tuple[OutputSource, OutputSource],
        rendezvous: Rendezvous,
    ) -> None:
        """`life` is the other end of the worker's standard input."""
        self._relayed = RelayedRequests()
        self.requests: KeptRequests = self._relayed
        self.output = output
        self.pid = group.pid
        self._group = group
        self._life = life
        self._rendezvous = rendezvous
        self._loop = asyncio.get_running_loop()
        self._channel: socket.socket | None = None
        self._is_dead = False

    def begin(self, owner: ProcessOwner) -> None:
        """Let the worker connect; tell `owner` what happens from now on."""
        self._owner = owner
        self._number, token = self._rendezvous.invite(self)
        invitation = {
            "address": self._rendezvous.address,
            "worker": self._number,
            "token": token.hex(),
            "hello": encode_hello(self._number, token, 0).hex(),
            "descriptors": original_limit() if os.name == "posix" else 0,
        }
        with contextlib.suppress(OSError):  # it has ended already
            os.write(self._life, json.dumps(invitation).encode() + b"\n")
        waiter = threading.Thread(target=self._wait, daemon=True, name="funclens-wait")
        waiter.start()

    def on_control(self, connection: socket.socket) -> None:
        """Take the connection of the channel."""
        if self._channel is not None or self._is_dead:
            connection.close()
            return
        self._channel = connection
        self._owner.on_channel(connection)

    def on_data(self, number: int, connection: socket.socket) -> None:
        """Take the connection for a request."""
        self._relayed.connect(number, connection)

    def kill(self) -> None:
        """Kill the worker and all its children immediately."""
        self._group.kill()

    def close(self) -> None:
        """Close what leads to the dead worker, except its output."""
        self._rendezvous.dismiss(self._number)
        os.close(self._life)
        if self._channel is not None:
            self._channel.close()

    def _wait(self) -> None:
        status = self._group.wait()
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._end, status)

    def _end(self, status: int) -> None:
        self._relayed.close()  # a dead worker takes nothing
        self._rendezvous.catch_up()  # it may have said something before it ended
        self._is_dead = True
        self._owner.on_end(status)
