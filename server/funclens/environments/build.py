"""Create a virtual environment and install into it, all or nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.errors import InterpreterError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from funclens.environments.environment_plan import EnvironmentPlan

__all__ = ["EnvironmentBuild"]

_LAST_LINES = 20
"""Number of lines of an installer's output to keep."""


class EnvironmentBuild:
    """One run of a plan, with uv if it is installed, else venv and pip."""

    def __init__(self, plan: EnvironmentPlan, say: Callable[[str], None]) -> None:
        """`say` is called with each line of output, without its ending."""
        self.plan = plan
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        """Last lines of the most recent command."""
        self._say = say
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._is_cancelled = False

    def run(self) -> None:
        """Create the environment.

        An existing environment is moved aside, and restored on failure. Raises
        InterpreterError then, also after `cancel`.
        """
        folder = Path(self.plan.folder)
        before = folder.with_name(f"{folder.name}.before-setup-{os.getpid()}")
        try:
            if os.path.lexists(folder):
                folder.rename(before)
            try:
                self._make()
            except BaseException:
                _remove(folder)
                if os.path.lexists(before):
                    before.rename(folder)
                raise
        except OSError as error:
            raise InterpreterError(
                f"the environment {folder} cannot be made: {error.strerror or error}",
                hint="make the folder writable, or choose another with 'python'",
            ) from error
        _remove(before)

    def cancel(self) -> None:
        """Stop the current command; `run` raises. May be called from another thread."""
        with self._lock:
            self._is_cancelled = True
            if self._process is not None:
                _end(self._process)

    def _make(self) -> None:
        plan = self.plan
        inside = str(Path(plan.folder) / "bin" / "python")
        uv = shutil.which("uv")
        if uv:
            make = [uv, "venv", "--no-project", "--python", plan.python, plan.folder]
            install = [uv, "pip", "install", "--python", inside]
        else:
            make = [plan.python, "-m", "venv", plan.folder]
            pip = [inside, "-m", "pip", "--disable-pip-version-check", "--no-input"]
            install = [*pip, "install", "--progress-bar", "off"]
        self._do(make, "the environment could not be made")
        Path(plan.folder, ".gitignore").write_text("*\n", "utf-8")
        what = f"{plan.requirements.shown} could not be installed"
        self._do([*install, *plan.requirements.words], what)

    def _do(self, command: Sequence[str], failure: str) -> None:
        """Run one command until it ends. Raises InterpreterError if it fails."""
        self.last_lines.clear()
        with self._lock:
            if self._is_cancelled:
                raise InterpreterError("the set-up was cancelled")
            self._process = process = subprocess.Popen(
                command,
                cwd=self.plan.requirements.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            for line in process.stdout:
                self.last_lines.append(line.rstrip())
                self._say(line.rstrip())
            code = process.wait()
        except BaseException:
            _end(process)
            raise
        finally:
            process.stdout.close()  # type: ignore[union-attr]
            with self._lock:
                self._process = None
        if self._is_cancelled:
            raise InterpreterError("the set-up was cancelled")
        if code:
            said = [line for line in self.last_lines if line.strip()]
            raise InterpreterError(
                f"{failure}: {said[-1].strip() if said else f'exit code {code}'}",
                hint="fix what the installer reports, and run the command again",
            )


def _environment() -> dict[str, str]:
    """Return the environment variables without an active virtual environment."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PIP_TARGET"}
    }
    return {**kept, "PYTHONUNBUFFERED": "1", "PIP_REQUIRE_VIRTUALENV": "1"}


def _end(process: subprocess.Popen[str]) -> None:
    """End a command and its children."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(5)
    except ProcessLookupError:
        pass
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path, ignore_errors=True)
