"""Both sides of the fidelity table: functions-framework and our runner, running."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fidelity.row import Row
from runner_process import FrameworkProcess, RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = Path(__file__).parent / "sources"

Key = tuple[str, str, tuple[tuple[str, str], ...]]


def _rows_of(session: pytest.Session) -> list[Row]:
    rows = []
    for item in session.items:
        callspec = getattr(item, "callspec", None)
        row = callspec.params.get("row") if callspec else None
        if isinstance(row, Row):
            rows.append(row)
    return rows


def key_of(row: Row) -> Key:
    """Return what makes functions-framework need a process of its own."""
    return (row.source, row.target, row.env)


@pytest.fixture(scope="session")
def references(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Key, FrameworkProcess]]:
    """functions-framework for each function that a collected row asks for."""
    wanted = {key_of(row): row for row in _rows_of(request.session)}
    home = tmp_path_factory.mktemp("gunicorn")
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(4) as pool:

        def start(row: Row) -> FrameworkProcess:
            process = FrameworkProcess(
                SOURCES / row.source,
                row.target,
                home=home,
                source=f"{row.module}.py",
                signature_type=row.signature_type,
                env=dict(row.env),
            )
            stack.callback(process.stop)
            return process.__enter__()

        yield dict(zip(wanted, pool.map(start, wanted.values()), strict=True))


@pytest.fixture(scope="session")
def runners(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[tuple[str, str], ...], RunnerProcess]]:
    """`funclens run` over all sources, once for each environment of the rows."""
    wanted = {row.env for row in _rows_of(request.session)}
    with contextlib.ExitStack() as stack:
        yield {
            env: stack.enter_context(
                RunnerProcess(
                    SOURCES, state=tmp_path_factory.mktemp("state"), env=dict(env)
                )
            )
            for env in sorted(wanted)
        }
