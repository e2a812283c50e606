"""Starts the command of `funclens run -- CMD` in the way of the operating system."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING, Protocol

from funclens.runner.background import in_thread
from funclens.runner.descriptors import original_limit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ChildProcess", "SpawnedChild", "start_child"]

_TASKKILL = os.path.join(  # noqa: PTH118
    os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "taskkill.exe"
)


class ChildProcess(Protocol):
    """A command that was started."""

    @property
    def returncode(self) -> int | None:
        """The exit code; None while it runs."""

    def send_signal(self, number: int) -> None:
        """Send it a signal. Raises ProcessLookupError if it has ended."""

    async def wait(self) -> int:
        """Wait until it ends; return its exit code, or -n if signal n ended it."""


async def start_child(
    words: Sequence[str], environment: Mapping[str, str], os_name: str = os.name
) -> ChildProcess:
    """Start a command that ends with this process. Raises OSError on failure."""
    if os_name != "posix":
        return SpawnedChild(words, environment)
    import resource  # noqa: PLC0415 - as in `descriptors`

    from funclens_worker.processes.process_tree import (  # noqa: PLC0415 - Unix only
        die_with_parent,
    )

    limit, parent = original_limit(), os.getpid()

    def prepare() -> None:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        die_with_parent(parent, signal.SIGTERM)

    return await asyncio.create_subprocess_exec(
        *words, env=dict(environment), preexec_fn=prepare
    )


class SpawnedChild:
    """A command on Windows, where a loop that waits for sockets can't start processes.

    It gets no signals but those of the console, which reach both. Any other signal ends
    it with its children.
    """

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        # The full name: programs of npm and others are .cmd files, not found without.
        program = shutil.which(words[0], path=environment.get("PATH")) or words[0]
        self._process = subprocess.Popen([program, *words[1:]], env=dict(environment))

    @property
    def returncode(self) -> int | None:
        """The exit code; None while it runs."""
        return self._process.poll()

    def send_signal(self, number: int) -> None:
        """End it and its children."""
        del number  # there is one way to end a process
        if self._process.poll() is not None:
            raise ProcessLookupError
        with contextlib.suppress(OSError):
            subprocess.run(
                [_TASKKILL, "/F", "/T", "/PID", str(self._process.pid)],
                capture_output=True,
                check=False,
            )
        self._process.kill()

    async def wait(self) -> int:
        """Wait until it ends."""
        return await in_thread(self._process.wait)
