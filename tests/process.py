"""A real process under test: its lines as they come, and its end."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import IO, TypeVar

    from typing_extensions import Self

    T = TypeVar("T")

DEADLINE_S = 30.0
"""How long a test waits for anything; reached only when something is broken."""


class LiveProcess:
    """A context manager over a process whose two outputs are read line by line.

    `env` is the whole environment; None inherits that of the tests.
    """

    def __init__(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.argv = list(argv)
        self.stdout: list[str] = []
        self.stderr: list[str] = []
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            self.argv,
            cwd=cwd,
            env=os.environ if env is None else env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
            errors="replace",
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in (
                (self._process.stdout, self.stdout),
                (self._process.stderr, self.stderr),
            )
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Process id, which leads a process group of its own."""
        return self._process.pid

    def wait_until(
        self, look: Callable[[], T | None], *, what: str, deadline: float = DEADLINE_S
    ) -> T:
        """Return the first truthy answer of `look`, asked again after each line.

        Raises AssertionError with all output when the process ends or the
        deadline (seconds) passes before.
        """
        end = time.monotonic() + deadline
        with self._changed:
            while not (found := look()):
                left = end - time.monotonic()
                over = not any(reader.is_alive() for reader in self._readers)
                if left <= 0 or over:
                    reason = "it ended" if over else f"{deadline:g} s passed"
                    raise AssertionError(f"{reason} before {what}.\n{self.report()}")
                self._changed.wait(left)
        return found

    def wait_for_line(
        self, text: str, *, stream: str = "stderr", deadline: float = DEADLINE_S
    ) -> str:
        """Return the first line of a stream that holds `text`."""
        lines: list[str] = getattr(self, stream)
        return self.wait_until(
            lambda: next((line for line in lines if text in line), None),
            what=f"{text!r} on {stream}",
            deadline=deadline,
        )

    def terminate(self) -> None:
        """Ask the process to end, without waiting until it does."""
        if self._process.poll() is None:
            self._process.terminate()

    def stop(self, deadline: float = DEADLINE_S) -> int:
        """Ask the process to end, wait, and return its exit code; kill the stubborn."""
        self.terminate()
        return self.wait(deadline)

    def wait(self, deadline: float = DEADLINE_S) -> int:
        """Return the exit code; after the deadline (seconds) the group is killed."""
        try:
            code = self._process.wait(deadline)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            code = self._process.wait(deadline)
        for reader in self._readers:
            reader.join(deadline)
        return code

    def report(self) -> str:
        """Return the command and everything that it said so far."""
        return "\n".join(
            [
                f"command: {' '.join(self.argv)}",
                "stdout:",
                *self.stdout,
                "stderr:",
                *self.stderr,
            ]
        )

    def _read(self, stream: IO[str], lines: list[str]) -> None:
        with stream:
            for line in stream:
                with self._changed:
                    lines.append(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()
