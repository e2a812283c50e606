"""The servers that rows are sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fidelity.servers import Servers

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Return what starts a server for a row."""
    with Servers(tmp_path_factory.mktemp) as servers:
        yield servers
