"""Start a runner as a child process and wait until it is ready."""

from __future__ import annotations

import asyncio
import json
import os
import site
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funclens.errors import RunnerError
from funclens.runner.api.client import RunnerClient

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Event = Mapping[str, Any]

__all__ = ["RunnerProcess", "run_command"]

_PACKAGE = Path(__file__).resolve().parents[2]
_LINE_LIMIT = 16_777_216
_LAST_LINES = 20
"""Number of log lines to keep for an error message."""


class RunnerProcess:
    """A runner started by this process. Created by `start`."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        on_event: Callable[[Event], None],
        on_log: Callable[[str], None],
    ) -> None:
        self.client: RunnerClient
        """Set when the runner is ready."""
        self._process = process
        self._on_event = on_event
        self._on_log = on_log
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._reading: asyncio.Task[None] | None = None
        self._logging = asyncio.create_task(self._read_log())

    @classmethod
    async def start(
        cls,
        folders: Sequence[str],
        flags: Sequence[str] = (),
        *,
        on_event: Callable[[Event], None] = lambda _: None,
        on_log: Callable[[str], None] = lambda _: None,
    ) -> RunnerProcess:
        """Start a runner of the folders; return it once it accepts requests.

        `on_event` gets every event after `ready`, `on_log` each line of its log. Raises
        RunnerError if the runner doesn't start.
        """
        runner = await cls._spawn(folders, flags, on_event, on_log)
        await runner.come_up()
        return runner

    @classmethod
    async def prepare(
        cls,
        folders: Sequence[str],
        flags: Sequence[str] = (),
        *,
        on_log: Callable[[str], None] = lambda _: None,
    ) -> RunnerProcess:
        """Start a runner that waits for `begin`, which is then faster."""
        flags = ["--standby", *flags]
        return await cls._spawn(folders, flags, lambda _: None, on_log)

    async def begin(self) -> None:
        """Make a prepared runner serve; return once it accepts requests.

        Raises RunnerError if it doesn't start.
        """
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write(b"\n")
        await self.come_up()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether the process has exited."""
        return self._process.returncode is not None

    @classmethod
    async def _spawn(
        cls,
        folders: Sequence[str],
        flags: Sequence[str],
        on_event: Callable[[Event], None],
        on_log: Callable[[str], None],
    ) -> RunnerProcess:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *run_command(folders, flags),
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            limit=_LINE_LIMIT,
        )
        return cls(process, on_event, on_log)

    @property
    def reason(self) -> str:
        """Last log lines of the runner, or its exit code."""
        said = " ".join(self._last_lines)
        return said or f"exit code {self._process.returncode}"

    async def wait(self) -> int:
        """Wait until the runner exits; return its exit code."""
        if self._reading is not None:
            await asyncio.shield(self._reading)
        code = await self._process.wait()
        await asyncio.shield(self._logging)
        return code

    async def end(self, seconds: float = 10.0) -> None:
        """End the runner by closing its input, and wait for it.

        It is killed if that takes longer than `seconds`.
        """
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), seconds)
        except (TimeoutError, asyncio.TimeoutError):
            self._process.kill()
            await self._process.wait()
        await asyncio.gather(
            *(task for task in (self._reading, self._logging) if task is not None)
        )

    async def come_up(self) -> None:
        """Wait until it accepts requests. Raises RunnerError if it doesn't."""
        try:
            await self._wait_until_ready()
        except BaseException:
            await self.end()
            raise

    async def _wait_until_ready(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        line = await self._process.stdout.readline()
        if not line:
            await self._process.wait()
            await self._logging
            raise RunnerError(f"the runner did not start: {self.reason}")
        ready = json.loads(line)
        self.client = RunnerClient(ready["url"], ready["token"])
        self._reading = asyncio.create_task(self._read_events())

    async def _read_events(self) -> None:
        """Read everything the runner prints, so that it never blocks."""
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        while line := await self._process.stdout.readline():
            self._on_event(json.loads(line))

    async def _read_log(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - it is a pipe
        while data := await self._process.stderr.readline():
            line = data.decode("utf-8", "replace").rstrip()
            self._last_lines.append(line)
            self._on_log(line)


def run_command(folders: Sequence[str], flags: Sequence[str]) -> list[str]:
    """Return the command for a runner that prints events and ends with its parent.

    It ends when its standard input closes. Isolated mode prevents accidental imports
    from the current folder or user site-packages.
    """
    return [
        *(sys.executable, "-I", "-u", *_launcher()),
        *("run", "--events", "--parent-stdin", *flags, *folders),
    ]


def _launcher() -> list[str]:
    """Return the command that starts Funclens in isolated mode."""
    if Path(sys.argv[0]).name == "launch_server.py":
        return [sys.argv[0]]
    hidden = [folder for folder in _hidden_by_isolation() if folder in sys.path]
    if not any(_PACKAGE.is_relative_to(Path(folder).resolve()) for folder in hidden):
        return [str(_PACKAGE / "__main__.py")]
    code = (
        f"import sys; sys.path += {hidden!r}; "
        "from funclens.cli import main; sys.exit(main())"
    )
    return ["-c", code]


def _hidden_by_isolation() -> list[str]:
    """Return import folders that isolated mode ignores."""
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    own = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    return [folder for folder in (*named, *own) if folder]
