"""The front door: owns the public port, decides each request's unit, hands it over.

It runs no user code and never proxies. A connection is read until its head is
complete, then the worker gets the socket and what was read; the door keeps
nothing of it. What no function answers, the door answers itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import itertools
import os
import secrets
import socket
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from funclens.errors import PortInUseError, RunnerError
from funclens.runner import answers, routing
from funclens.runner.control import Control
from funclens.runner.events import EventBus
from funclens.runner.guard import Guard
from funclens.runner.head import BadHead, Head, parse_head
from funclens.runner.launch import debugger, plan_launch, resolve_python
from funclens.runner.link import WorkerLink
from funclens.runner.slot import Arrival, UnitSlot
from funclens.runner.state import UnitState, UnitStatus
from funclens.runner.template import Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Mapping

    from funclens.model import Catalog, Unit
    from funclens.runner.answers import Answer
    from funclens.runner.link import LinkListener
    from funclens_worker.contract import DebugSpec, Manifest

__all__ = ["DoorOptions", "FrontDoor", "bind"]

_CHUNK = 65_536
_LINGER_SECONDS = 2.0
_OUT_OF_DESCRIPTORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


@dataclass(frozen=True, slots=True)
class DoorOptions:
    """What a runner is told by its user. Times are in seconds."""

    allow_host: tuple[str, ...] = ()
    """Further Host headers that are answered."""
    python: Mapping[str, str] = field(default_factory=dict)
    """Workspace folder to the interpreter that its `python` setting names."""
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    """Environment of the workers."""
    debug: bool = False
    """Whether every worker starts under debugpy."""
    threads: int = (os.cpu_count() or 1) * 4
    """Requests that one worker runs at once; the framework's own default."""
    head_seconds: float = 30.0
    """How long a client may take to send its request head."""
    drain_seconds: float = 10.0
    """How long a replaced worker may go on with what it has."""


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
    ) -> None:
        self.bus = EventBus()
        self.token = secrets.token_urlsafe(24)
        self.drain_seconds = options.drain_seconds
        self.debug_all = options.debug
        self.stopping = asyncio.Event()
        """Set when somebody asked for the end."""
        self._listener = listener
        self._options = options
        self._describe = describe
        self._build_manifest = build_manifest
        self._on_changed = on_changed
        self._loop = asyncio.get_running_loop()
        self._guard = Guard()
        self._templates = Templates(self._guard)
        self._numbers = itertools.count(1)
        self._catalog: Catalog | None = None
        self._units: dict[str, Unit] = {}
        self._slots: dict[str, UnitSlot] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._incoming: set[_Incoming] = set()
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
            "units": [status.to_json() for status in self.statuses],
        }
        return {**self._describe(self._catalog), "runner": state}

    @property
    def statuses(self) -> list[UnitStatus]:
        """The status of every unit, in the order of the catalog."""
        return [
            slot.status if (slot := self._slots.get(unit)) else UnitStatus(unit)
            for unit in self._units
        ]

    def serve(self, catalog: Catalog) -> None:
        """Begin to answer requests."""
        self.update(catalog)
        self._loop.add_reader(self._listener, self._accept)
        self._loop.add_reader(self._guard.socket, self._guard_is_gone)

    def update(self, catalog: Catalog, changed: Iterable[str] = ()) -> None:
        """Serve another catalog; replace the workers whose code has changed.

        `changed` are absolute paths of files that differ from before.
        """
        before, self._catalog = self._catalog, catalog
        if before is not None and before.functions != catalog.functions:
            self.bus.publish("functions-changed", functions=len(catalog.functions))
        self._router = routing.Router(catalog, self._options.allow_host)
        self._units = {unit.id: unit for unit in catalog.units}
        for gone in self._slots.keys() - self._units.keys():
            slot = self._slots.pop(gone)
            self._spawn(slot.stop(self.drain_seconds))
        paths = {os.path.realpath(path) for path in changed}
        for id_, slot in self._slots.items():
            files = sorted(p for p in paths if _is_code(slot, self._units[id_], p))
            if files:
                self.bus.publish("reload", unit=id_, files=files)
                slot.replace()

    def files_changed(self, paths: list[str]) -> None:
        """Tell whoever keeps the catalog that files changed; it calls `update`."""
        if self._on_changed is not None:
            self._on_changed(paths)

    def slot(self, unit: str) -> UnitSlot:
        """Return the slot of a unit. Raises RunnerError when there is no such unit."""
        if unit not in self._units:
            known = ", ".join(self._units) or "none"
            raise RunnerError(f"No unit has this name: {unit}. There are: {known}")
        if unit not in self._slots:
            self._slots[unit] = UnitSlot(unit, self)
        return self._slots[unit]

    async def stop(self, seconds: float) -> None:
        """Take no more requests, let workers finish for `seconds`, end them all."""
        self._loop.remove_reader(self._listener)
        self._listener.close()
        for incoming in list(self._incoming):
            incoming.close()
        await asyncio.gather(*(slot.stop(seconds) for slot in self._slots.values()))
        self._templates.close()
        self._loop.remove_reader(self._guard.socket)
        self._guard.close(seconds)
        self.bus.publish("stopped")
        self.bus.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def kill(self) -> None:
        """End every worker at once, whatever it does."""
        for slot in self._slots.values():
            slot.kill()

    def launch(
        self, unit: str, debug: DebugSpec | None, listener: LinkListener
    ) -> WorkerLink:
        """Start a worker for a slot. Raises FunclensError when that fails."""
        if self._catalog is None:
            raise RunnerError("The runner has no functions yet.")
        found = self._units[unit]
        environ = self._options.environ
        python = resolve_python(
            found, self._options.python.get(found.folder, ""), environ
        )
        manifest = self._build_manifest(self._catalog, unit, self._options.threads)
        if debug is not None:
            manifest = replace(manifest, debug=debugger())
        spec = plan_launch(found, python, environ, debug=debug is not None)
        if debug is not None:  # a debugger must not meet a forked process
            return WorkerLink(self._guard.start(spec), manifest, listener, self.bus)
        process, template = self._templates.start(spec)
        link = WorkerLink(process, manifest, listener, self.bus)
        link.on_ready = lambda modules: self._templates.learn(spec, modules)
        link.on_end = template.worker_ended if template else None
        return link

    def answer(self, arrival: Arrival, answer: Answer) -> None:
        """Answer a request that no worker gets, and tell about it."""
        self.bus.publish(
            "request",
            unit=self._router.unit_of(arrival.function),
            id=arrival.function,
            method=arrival.head.method,
            path=arrival.head.target,
            status=answer.status,
            seconds=0.0,
        )
        self.reply(arrival.connection, answer.encode(arrival.head.method))

    def reply(self, connection: socket.socket, data: bytes) -> None:
        """Send a response of the door's own and close the connection in order."""
        self._spawn(_reply(connection, data))

    def take(self, head: Head, connection: socket.socket) -> None:
        """Do with a request what the router decides."""
        decision = self._router.decide(head)
        if isinstance(decision, routing.HandOver):
            function = decision.function
            data = head.with_target(decision.target)
            arrival = Arrival(next(self._numbers), function.id, head, data, connection)
            self.slot(function.unit).deliver(arrival)
            return
        if isinstance(decision, routing.Control):
            self._spawn(self._control.handle(decision.path, head, connection))
            return
        self.reply(connection, self._own_answer(head, decision).encode(head.method))

    def refuse(self, connection: socket.socket, reason: str, status: int) -> None:
        """Answer what is no request."""
        self.reply(connection, answers.bad_request(reason, status).encode("GET"))

    def forget(self, incoming: _Incoming) -> None:
        """Take a connection off the list of those whose head is being read."""
        self._incoming.discard(incoming)

    def _own_answer(self, head: Head, decision: routing.Decision) -> Answer:
        if isinstance(decision, routing.Ambiguous):
            return answers.ambiguous(head, decision)
        if isinstance(decision, routing.NotFound):
            return answers.not_found(head, decision)
        if isinstance(decision, routing.ForbiddenHost):
            return answers.forbidden_host(head, decision)
        if isinstance(decision, routing.NoPath):
            return answers.no_path(head)
        if "text/html" in (head.header("Accept") or ""):
            return answers.index_page(self.listing, self.url)
        return answers.json_answer(self.listing)

    def _accept(self) -> None:
        for _ in range(64):
            try:
                connection, _address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _OUT_OF_DESCRIPTORS:
                    self._pause_accepting()
                return
            connection.setblocking(False)
            incoming = _Incoming(self, connection, self._options.head_seconds)
            self._incoming.add(incoming)
            incoming.read()

    def _pause_accepting(self) -> None:
        """Leave connections in the kernel's queue until some others are closed."""
        self._loop.remove_reader(self._listener)
        self._loop.call_later(
            0.1,
            lambda: (
                self._listener.fileno() >= 0
                and self._loop.add_reader(self._listener, self._accept)
            ),
        )

    def _guard_is_gone(self) -> None:
        self._loop.remove_reader(self._guard.socket)
        if not self.stopping.is_set():
            self._guard.close(1.0)
            self._guard = Guard()
            self._templates = Templates(self._guard)
            self._loop.add_reader(self._guard.socket, self._guard_is_gone)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Incoming:
    """A connection whose request head is not complete yet."""

    def __init__(
        self, door: FrontDoor, connection: socket.socket, seconds: float
    ) -> None:
        self._door = door
        self._connection = connection
        self._data = b""
        self._loop = asyncio.get_running_loop()
        self._is_watched = False
        self._deadline = self._loop.call_later(seconds, self._too_slow)

    def read(self) -> None:
        """Read what is there; decide when the head is complete."""
        try:
            data = self._connection.recv(_CHUNK)
        except BlockingIOError:
            self._watch()
            return
        except OSError:
            self.close()
            return
        if not data:
            self.close()
            return
        self._data += data
        try:
            head = parse_head(self._data)
        except BadHead as error:
            self._let_go()
            self._door.refuse(self._connection, str(error), 400)
            return
        if head is None:
            self._watch()
            return
        self._let_go()
        self._door.take(head, self._connection)

    def close(self) -> None:
        """Forget the connection."""
        self._let_go()
        self._connection.close()

    def _watch(self) -> None:
        if not self._is_watched:
            self._is_watched = True
            self._loop.add_reader(self._connection, self.read)

    def _let_go(self) -> None:
        self._deadline.cancel()
        if self._is_watched:
            self._loop.remove_reader(self._connection)
        self._door.forget(self)

    def _too_slow(self) -> None:
        self._let_go()
        if not self._data:
            self._connection.close()
            return
        self._door.refuse(
            self._connection, "The request head did not arrive in time.", 408
        )


def bind(host: str, port: int, *, search: int = 0) -> socket.socket:
    """Return a listening socket, non-blocking.

    When `port` is taken, the next `search` ports are tried, then any free one.
    Raises PortInUseError when none can be had, RunnerError for a bad host.
    """
    candidates = [port, *range(port + 1, port + search + 1), *([0] if search else [])]
    for candidate in candidates:
        try:
            listener = _listen(host, candidate)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise RunnerError(
                    f"The address cannot be used: {host}: {error.strerror}"
                ) from error
            continue
        listener.setblocking(False)
        return listener
    raise PortInUseError(
        f"Port {port} is taken by another program. Stop that, choose another with "
        "--port, or leave --port out to get the next free one."
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _is_code(slot: UnitSlot, unit: Unit, path: str) -> bool:
    """Tell whether a changed file makes the unit's worker answer otherwise."""
    slot.changed(path)
    if slot.is_stale(path):
        return True
    root = os.path.realpath(unit.root) + os.sep
    if slot.status.state is not UnitState.READY and path.endswith(".py"):
        return path.startswith(root)
    return path.startswith(f"{root}templates{os.sep}")


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
