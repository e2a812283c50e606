"""The command of `funclens run -- CMD`: starts it, passes signals on, waits for it.

It stays in the process group of the runner, so that a terminal treats both as one job.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from typing import TYPE_CHECKING

from funclens.cli.run.child_process import start_child
from funclens.cli.run.stop_signals import existing_signals
from funclens.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from funclens.cli.run.child_process import ChildProcess

__all__ = ["PASSED_SIGNALS", "Command", "check"]

_NOT_EXECUTABLE = 126
_NOT_FOUND = 127
"""Exit codes of a POSIX shell for a command that can't be run."""

PASSED_SIGNALS = existing_signals(
    *("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGBREAK")
)
_FROM_KEYBOARD = existing_signals("SIGINT", "SIGQUIT", "SIGBREAK")


def check(words: Sequence[str]) -> None:
    """Raise CommandError if the first word isn't a command."""
    name = words[0]
    if shutil.which(name) is not None:
        return
    if shutil.which(name, os.F_OK) is None and not os.path.isdir(name):  # noqa: PTH112
        raise CommandError(
            f"command not found: '{name}'",
            hint="install it, or activate the environment that has it",
            exit_code=_NOT_FOUND,
        )
    raise CommandError(
        f"not an executable file: '{name}'",
        hint="make it executable, or name its interpreter, as in 'python FILE'",
        exit_code=_NOT_EXECUTABLE,
    )


class Command:
    """A command that runs while the functions are served."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self.stopped_by: int = signal.SIGTERM
        """Signal that the runner got before the command was started."""
        self._process: ChildProcess | None = None
        self._is_starting = False
        """Whether it may run already, and `_process` isn't known yet."""
        self._early: list[int] = []
        """Signals for it that came meanwhile."""

    @property
    def is_running(self) -> bool:
        """Whether it has been started and has not ended."""
        if self._process is None:
            return self._is_starting
        return self._process.returncode is None

    async def run(self, environment: Mapping[str, str]) -> int:
        """Start it and wait; return its exit code, 128 + n if signal n ended it.

        Raises CommandError if it can't be started.
        """
        self._is_starting = True
        try:
            self._process = await start_child(self.words, environment)
        except OSError as error:
            raise CommandError(
                f"cannot run '{self.words[0]}': {error.strerror}",
                exit_code=_NOT_EXECUTABLE,
            ) from error
        finally:
            self._is_starting = False
        for number in self._early:
            self.send(number)
        code = await self._process.wait()
        return code if code >= 0 else 128 - code

    def pass_on(self, number: int) -> None:
        """Send it a signal that this process got.

        What was typed in a terminal went to both already.
        """
        if number in _FROM_KEYBOARD and _is_in_foreground():
            return
        self.send(number)

    def send(self, number: int) -> None:
        """Send it a signal; nothing happens if it has ended."""
        if self._process is None:
            self._early.append(number)
        else:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)


def _is_in_foreground() -> bool:
    """Return whether the terminal sends its signals to this process group.

    On Windows, a console always does.
    """
    if os.name != "posix":
        return True
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
