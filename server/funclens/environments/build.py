"""Create a virtual environment and install into it, all or nothing.

Another process does the work, and undoes it if this one ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from typing import IO, TYPE_CHECKING, Any

from funclens.environments.install_commands import install_commands
from funclens.environments.installer_output import summarize, without_secrets
from funclens.errors import InterpreterError
from funclens.runner.processes.launcher import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.environments.environment_plan import EnvironmentPlan
    from funclens.environments.install_commands import Command

__all__ = ["EnvironmentBuild"]

_LAST_LINES = 1_000
"""Number of lines of an installer's output to keep."""

_DROPPED = frozenset(
    {"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "UV_SYSTEM_PYTHON"}
    | {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "UV_TARGET", "UV_PREFIX"}
)
"""Variables that would make an installer install elsewhere."""


class EnvironmentBuild:
    """One run of a plan, with uv if it is installed, else venv and pip."""

    def __init__(self, plan: EnvironmentPlan, say: Callable[[str], None]) -> None:
        """`say` is called with each line of output, without its ending."""
        self.plan = plan
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        """Last lines of output."""
        self._say = say
        self._lock = threading.Lock()
        self._stdin: IO[bytes] | None = None
        self.is_cancelled = False
        """Whether `cancel` was called before it was done."""

    def run(self) -> None:
        """Create the environment, or replace it.

        Raises InterpreterError if that fails, also after `cancel`; an existing
        environment is then as it was.
        """
        commands = install_commands(self.plan)
        outcome = self._install(commands)
        name = outcome.get("outcome")
        if name == "done":
            return
        if name == "failed":
            command = commands[outcome["command"]]
            raise self._failed(command, outcome["code"])
        if name == "cancelled":
            raise InterpreterError("the set-up was cancelled")
        folder = self.plan.folder
        if name == "busy":
            raise InterpreterError(
                f"the environment {folder} is being set up by another process",
                hint="wait for it to finish, or stop it",
            )
        why = outcome.get("error") or "the installer was killed"
        raise InterpreterError(
            f"the environment {folder} cannot be made: {why}",
            hint="make the folder writable, or choose another with 'python'",
        )

    def cancel(self) -> None:
        """Stop the installer; `run` raises. May be called from another thread."""
        with self._lock:
            self.is_cancelled = True
        self._end()

    def _end(self) -> None:
        """Let the installer end; it undoes what is not complete."""
        with self._lock:
            if self._stdin is not None:
                self._stdin.close()

    def _install(self, commands: list[Command]) -> dict[str, Any]:
        """Run the commands in the installer's process and return the outcome."""
        job = {
            "environment": self.plan.folder,
            "copies": self.plan.keeps_packages,
            "commands": [command.argv for command in commands],
            "cwd": self.plan.requirements.folder,
            "env": _environment(),
        }
        status, report = os.pipe()
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", SCRIPT, "installer", str(report)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[report],
                start_new_session=True,
            )
        except BaseException:
            os.close(status)
            raise
        finally:
            os.close(report)
        with process, os.fdopen(status, "rb") as outcome:
            try:
                self._begin(process, job)
                self._read(process)
            finally:
                self._end()
                process.wait()
            return dict(json.loads(outcome.read() or b"{}"))

    def _begin(self, process: subprocess.Popen[bytes], job: dict[str, Any]) -> None:
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()
        with self._lock:
            self._stdin = process.stdin
            if self.is_cancelled:
                self._stdin.close()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Pass the output on until the installer has ended."""
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for data in process.stdout:
            line = without_secrets(data.decode("utf-8", "replace").rstrip())
            self.last_lines.append(line)
            self._say(line)

    def _failed(self, command: Command, code: int) -> InterpreterError:
        summary = summarize(self.last_lines)
        return InterpreterError(
            f"{command.failure}: {summary.text or f'exit code {code}'}",
            hint=summary.hint or "fix what the installer reports, and try again",
        )


def _environment() -> dict[str, str]:
    """Return the environment variables without those that lead elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    return {
        **kept,
        "PYTHONUNBUFFERED": "1",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PIP_USER": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }
