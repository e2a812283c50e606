"""The front door: owns the public port, decides each request's unit, hands it over.

It runs no user code and never proxies. A connection is read until its head is
complete, then the worker gets the socket and what was read; the door keeps
nothing of it. What no function answers, the door answers itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import os
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from funclens.errors import RunnerError
from funclens.runner.api.control import Control
from funclens.runner.events import EventBus
from funclens.runner.http import responses, router
from funclens.runner.http.acceptor import Reception
from funclens.runner.page.last_responses import LastAnswers
from funclens.runner.units.pool import WorkerOptions, Workers
from funclens.runner.units.supervisor import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from funclens.model import Catalog
    from funclens.runner.http.head import Head
    from funclens.runner.http.responses import Answer
    from funclens.runner.page.live import LivePage
    from funclens.runner.processes.prestart import EarlyStart
    from funclens_worker.contract import Manifest

__all__ = ["DoorOptions", "FrontDoor"]

_CHUNK = 65_536
_LINGER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class DoorOptions:
    """What a runner's user says about the front door. Times are in seconds."""

    allow_host: tuple[str, ...] = ()
    """Further Host headers that are answered."""
    target: str | None = None
    """Id of the function that gets what no other name matches."""
    body_limit: int = 32 * 1024 * 1024
    """Bytes of a body that are taken; 0 for no limit."""
    head_seconds: float = 30.0
    """How long a client may take to send its request head."""
    workers: WorkerOptions = field(default_factory=WorkerOptions)


class FrontDoor:
    """Serves the functions of a catalog on one listening socket."""

    def __init__(
        self,
        listener: socket.socket,
        options: DoorOptions,
        *,
        describe: Callable[[Catalog], dict[str, Any]],
        build_manifest: Callable[[Catalog, str, int], Manifest],
        on_changed: Callable[[list[str]], None] | None = None,
        on_settings: Callable[[str], None] | None = None,
        early: EarlyStart | None = None,
    ) -> None:
        self.bus = EventBus()
        self.token = os.urandom(24).hex()
        self.stopping = asyncio.Event()
        """Set when somebody asked for the end."""
        self.workers = Workers(
            options.workers,
            self.bus,
            build_manifest=build_manifest,
            answer=self._answer_for_worker,
            early=early,
        )
        self._listener = listener
        self._options = options
        self._describe = describe
        self._on_changed = on_changed
        self._on_settings = on_settings
        self._loop = asyncio.get_running_loop()
        self._numbers = itertools.count(1)
        self._catalog: Catalog | None = None
        self.answered = LastAnswers(time.time)
        self.bus.attach(self.answered)
        self._tasks: set[asyncio.Task[None]] = set()
        self._reception = Reception(
            listener, options.head_seconds, take=self.take, refuse=self.refuse
        )
        self._control = Control(self)

    @property
    def url(self) -> str:
        """Address of the runner, without a trailing slash."""
        host, port = self._listener.getsockname()[:2]
        shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
        return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"

    @property
    def listing(self) -> dict[str, Any]:
        """The functions as `list --json` tells them, and the state of each unit."""
        if self._catalog is None:
            return {}
        state = {
            "url": self.url,
            "units": [status.to_json() for status in self.workers.statuses],
            "answers": {
                id_: answer.to_json() for id_, answer in self.answered.all().items()
            },
        }
        return {**self._describe(self._catalog), "runner": state}

    @property
    def catalog(self) -> Catalog:
        """What is served. Before `serve` there is none, and RunnerError is raised."""
        if self._catalog is None:
            raise RunnerError("The runner has no functions yet.")
        return self._catalog

    @property
    def folders(self) -> tuple[str, ...]:
        """The workspace folders, absolute."""
        return tuple(self._options.workers.folders)

    @functools.cached_property
    def page(self) -> LivePage:
        """What people without an editor look at."""
        from funclens.runner.page.live import LivePage  # noqa: PLC0415 - until then

        return LivePage(self)

    def serve(self, catalog: Catalog) -> None:
        """Begin to answer requests."""
        self.update(catalog)
        self._reception.open()

    def update(self, catalog: Catalog, changed: Iterable[str] = ()) -> None:
        """Serve another catalog; replace the workers whose code has changed.

        `changed` are absolute paths of files that differ from before.
        """
        before, self._catalog = self._catalog, catalog
        if before is not None and before.functions != catalog.functions:
            self.bus.publish("functions-changed", functions=len(catalog.functions))
        self._router = router.Router(
            catalog, self._options.allow_host, self._options.target
        )
        self.workers.update(catalog, changed)

    def files_changed(self, paths: list[str]) -> None:
        """Tell whoever keeps the catalog that files changed; it calls `update`."""
        if self._on_changed is not None:
            self._on_changed(paths)

    def settings_changed(self, settings: str) -> None:
        """Tell whoever reads the settings that the editor has others, as JSON."""
        if self._on_settings is not None:
            self._on_settings(settings)

    async def stop(self, seconds: float) -> None:
        """Take no more requests, let workers finish for `seconds`, end them all."""
        self._reception.close()
        await self.workers.stop(seconds)
        self.bus.publish("stopped")
        self.bus.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def reply(self, connection: socket.socket, data: bytes) -> None:
        """Send a response of the door's own and close the connection in order."""
        self._spawn(_reply(connection, data))

    def take(self, head: Head, connection: socket.socket) -> None:
        """Do with a request what the router decides."""
        decision = self._router.decide(head)
        if isinstance(decision, router.HandOver):
            function = decision.function
            if self._is_too_large(head):
                answer = responses.too_large(head, self._options.body_limit)
                self.reply(connection, answer.encode(head.method))
                return
            arrival = Arrival(
                next(self._numbers), function.id, head, decision.target, connection
            )
            self.workers.slot_of(function).deliver(arrival)
            return
        if isinstance(decision, router.Control):
            self._spawn(self._control.handle(decision.path, head, connection))
            return
        if isinstance(decision, router.Listing) and head.wants_html:
            self._spawn(self.page.show(head, connection))
            return
        self.reply(connection, self._own_answer(head, decision).encode(head.method))

    def refuse(self, connection: socket.socket, reason: str, status: int) -> None:
        """Answer what is no request."""
        self.reply(connection, responses.bad_request(reason, status).encode("GET"))

    def _answer_for_worker(self, arrival: Arrival, answer: Answer) -> None:
        """Answer a request that no worker gets, and tell about it."""
        path, _, query = arrival.target.partition("?")
        self.bus.publish(
            "request",
            unit=self._router.unit_of(arrival.function),
            id=arrival.function,
            method=arrival.head.method,
            path=unquote(path),
            query=query,
            status=answer.status,
            seconds=0.0,
        )
        self.reply(arrival.connection, answer.encode(arrival.head.method))

    def _is_too_large(self, head: Head) -> bool:
        """Compare the announced length; a body in chunks announces none."""
        length = head.header("Content-Length") or ""
        limit = self._options.body_limit
        return limit > 0 and length.isdigit() and int(length) > limit

    def _own_answer(self, head: Head, decision: router.Decision) -> Answer:
        if isinstance(decision, router.Ambiguous):
            return responses.ambiguous(head, decision)
        if isinstance(decision, router.NotFound):
            return responses.not_found(head, decision)
        if isinstance(decision, router.ForbiddenHost):
            return responses.forbidden_host(head, decision)
        if isinstance(decision, router.NoPath):
            return responses.no_path(head)
        return responses.json_answer(self.listing)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _reply(connection: socket.socket, data: bytes) -> None:
    """Send, then wait for the client's end: a reset would take the answer back."""
    loop = asyncio.get_running_loop()
    with connection, contextlib.suppress(OSError, TimeoutError, asyncio.TimeoutError):
        await loop.sock_sendall(connection, data)
        connection.shutdown(socket.SHUT_WR)
        deadline = loop.time() + _LINGER_SECONDS
        while loop.time() < deadline:
            rest = await asyncio.wait_for(
                loop.sock_recv(connection, _CHUNK), deadline - loop.time()
            )
            if not rest:
                return
