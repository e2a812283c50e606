"""Content of the page at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.model import Catalog
    from funclens.runner.page.last_responses import LastResponse
    from funclens.runner.units.status import UnitStatus

__all__ = ["PageView"]


@dataclass(frozen=True, slots=True)
class PageView:
    """The functions of a runner with their state."""

    url: str
    """Address by which the reader reaches the runner, without a trailing slash."""
    folders: tuple[str, ...]
    """Absolute workspace folders."""
    catalog: Catalog
    units: Mapping[str, UnitStatus]
    """By unit id."""
    responses: Mapping[str, LastResponse]
    """By function id; functions that weren't called are missing."""
