"""Protocols of a started worker, and of what starts and ends workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

    from funclens.cold_start import ColdStart
    from funclens.runner.processes.launcher import LaunchSpec
    from funclens.runner.processes.platform.kept_requests import KeptRequests

__all__ = ["OutputSource", "Platform", "ProcessOwner", "RunningWorker"]


class ProcessOwner(Protocol):
    """Learns what happens to a worker's process."""

    def on_channel(self, channel: socket.socket) -> None:
        """Use the worker's channel from now on; it doesn't block."""

    def on_end(self, status: int) -> None:
        """Handle the process's exit code, or negative signal number."""


class OutputSource(Protocol):
    """What a worker prints on stdout or stderr."""

    def read(self) -> bytes:
        """Return what has been printed; empty at the end.

        Raises BlockingIOError if there is nothing yet.
        """

    def watch(self, ready: Callable[[], None]) -> None:
        """Call `ready` whenever there is something to read."""

    def unwatch(self) -> None:
        """Stop calling it."""

    def close(self) -> None:
        """Read no more."""


class RunningWorker(Protocol):
    """A worker's process, and what leads to it."""

    requests: KeptRequests
    output: tuple[OutputSource, OutputSource]
    """Its stdout and stderr."""

    @property
    def pid(self) -> int:
        """Process id; 0 until it is known."""

    def begin(self, owner: ProcessOwner) -> None:
        """Tell `owner` what happens from now on."""

    def kill(self) -> None:
        """Kill the worker and all its children immediately."""

    def close(self) -> None:
        """Close what leads to the dead worker, except its output."""


class Platform(Protocol):
    """Starts workers, and ends everything that it has started."""

    def start(self, spec: LaunchSpec) -> RunningWorker:
        """Start a worker, as fast as possible. Raises FunclensError on failure."""

    def start_fresh(self, spec: LaunchSpec) -> RunningWorker:
        """Start a worker that has nothing but its own packages in memory.

        Raises FunclensError on failure.
        """

    def is_outdated(self, worker: RunningWorker, spec: LaunchSpec) -> bool:
        """Return whether a worker that was just started has edited modules in it."""

    def loaded(
        self, worker: RunningWorker, modules: list[str], *, keeps_standby: bool
    ) -> None:
        """Record the installed modules that a worker has loaded.

        `keeps_standby` says whether a similar one may be needed soon.
        """

    async def cold_start(
        self, worker: RunningWorker, imports: Mapping[str, Any]
    ) -> ColdStart | None:
        """Return what a worker's load costs in a fresh process, if that is known.

        `imports` are its own.
        """

    def drop_standbys(self) -> None:
        """End processes that wait for a launch, until they are wanted again."""

    async def end_unused(self) -> bool:
        """End a process that no worker depends on; False if there are none."""

    def ended(self, worker: RunningWorker) -> None:
        """Record that a worker has ended."""

    def close(self, seconds: float) -> None:
        """End all processes within `seconds`."""
