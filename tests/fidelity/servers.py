"""Both sides of the fidelity table: functions-framework and our runner, running.

A server is started when the first row asks for it, and lives for one module of tests:
an idle functions-framework looks at its workers once a second.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from runner_process import FrameworkProcess, RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from fidelity.row import Row

SOURCES = Path(__file__).parent / "sources"

Env = tuple[tuple[str, str], ...]


class Servers:
    """A context manager over the servers that rows have asked for.

    `folder` makes an empty folder for what a server keeps.
    """

    def __init__(self, folder: Callable[[str], Path]) -> None:
        self._folder = folder
        self._theirs: dict[tuple[str, str, Env], FrameworkProcess] = {}
        self._ours: dict[Env, RunnerProcess] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        for process in (*self._theirs.values(), *self._ours.values()):
            process.terminate()
        self._stack.close()

    def theirs(self, row: Row) -> tuple[str, int]:
        """Return the address of functions-framework for the function of a row."""
        key = (row.source, row.target, row.env)
        if key not in self._theirs:
            self._theirs[key] = self._stack.enter_context(
                FrameworkProcess(
                    SOURCES / row.source,
                    row.target,
                    home=self._folder("gunicorn"),
                    source=f"{row.module}.py",
                    signature_type=row.signature_type,
                    env=dict(row.env),
                )
            )
        return self._theirs[key].address

    def ours(self, row: Row) -> tuple[str, int]:
        """Return the address of `funclens run` over all sources, in the row's env."""
        if row.env not in self._ours:
            self._ours[row.env] = self._stack.enter_context(
                RunnerProcess(SOURCES, state=self._folder("state"), env=dict(row.env))
            )
        return self._ours[row.env].address
