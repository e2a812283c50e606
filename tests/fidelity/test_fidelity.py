"""The same request to functions-framework and to us has the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fidelity.conftest import key_of
from fidelity.exchange import exchange
from fidelity.table import TABLE

if TYPE_CHECKING:
    from fidelity.conftest import Key
    from fidelity.row import Row
    from runner_process import FrameworkProcess, RunnerProcess


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.fact.replace(" ", "-"))
def test_answers_are_the_same(
    row: Row,
    references: dict[Key, FrameworkProcess],
    runners: dict[tuple[tuple[str, str], ...], RunnerProcess],
) -> None:
    """Status, headers and body are equal, or the row says where they are not."""
    theirs = exchange(references[key_of(row)].address, row.request(at=""))
    ours = exchange(runners[row.env].address, row.request(at=row.route))

    if row.differs:
        assert ours.comparable() != theirs.comparable(), "It differs no longer."
    else:
        assert ours.comparable() == theirs.comparable()
