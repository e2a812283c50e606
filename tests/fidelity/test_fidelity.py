"""The same request to functions-framework and to us has the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fidelity.exchange import exchange
from fidelity.table import TABLE

if TYPE_CHECKING:
    from fidelity.row import Row
    from fidelity.servers import Servers


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.fact.replace(" ", "-"))
def test_responses_are_the_same(row: Row, servers: Servers) -> None:
    """Status, headers and body are equal, or the row says where they are not."""
    theirs = exchange(servers.theirs(row), row.request(at=""))
    ours = exchange(servers.ours(row), row.request(at=row.route))

    if row.differs:
        assert ours.comparable() != theirs.comparable(), "It differs no longer."
    else:
        assert ours.comparable() == theirs.comparable()
