"""The portable mode answers as the other one, which answers as production."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fidelity.exchange import exchange
from fidelity.servers import SOURCES
from fidelity.table import TABLE
from runner_process import RunnerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fidelity.row import Row

UNITS = ("request", "asynchronous", "answers", "server")
"""Sources with most of the rows; each costs a start in both modes."""

ROWS = [row for row in TABLE if row.source in UNITS and not row.env][::4]
"""Every row runs in this mode with `FUNCLENS_PORTABLE=1 scripts/test tests/fidelity`.
"""


@pytest.fixture(scope="module")
def runners(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[RunnerProcess, RunnerProcess]]:
    """Return a runner that passes connections, and one that passes bytes."""
    state = tmp_path_factory.mktemp("state")
    with (
        RunnerProcess(SOURCES, state=state, env={"FUNCLENS_PORTABLE": "0"}) as one,
        RunnerProcess(SOURCES, state=state, env={"FUNCLENS_PORTABLE": "1"}) as other,
    ):
        yield one, other


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.fact.replace(" ", "-"))
def test_responses_are_those_of_the_other_mode(
    row: Row, runners: tuple[RunnerProcess, RunnerProcess]
) -> None:
    expected, found = (
        exchange(runner.address, row.request(at=row.route)) for runner in runners
    )

    assert found.comparable() == expected.comparable()
