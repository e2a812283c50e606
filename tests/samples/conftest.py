"""A runner and functions-framework over the same functions of events."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from runner_process import FrameworkProcess, RunnerProcess
from samples.delivery import ALL, WORKSPACES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunnerProcess]:
    """Our runner over tests/workspaces/events."""
    state = tmp_path_factory.mktemp("state")
    with RunnerProcess(WORKSPACES / "events", state=state) as process:
        yield process


@pytest.fixture(scope="module")
def references(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, FrameworkProcess]]:
    """functions-framework for each of the functions, by name."""
    home = tmp_path_factory.mktemp("gunicorn")
    with contextlib.ExitStack() as stack:
        yield {
            item.name: stack.enter_context(
                FrameworkProcess(
                    WORKSPACES / "events",
                    item.name,
                    home=home,
                    signature_type=item.signature_type.value,
                )
            )
            for item in ALL
        }
