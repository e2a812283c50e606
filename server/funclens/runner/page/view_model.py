"""What the page shows at one moment, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from funclens.model import Catalog
    from funclens.runner.page.last_responses import LastResponse
    from funclens.runner.units.status import UnitStatus

__all__ = ["PageView"]


@dataclass(frozen=True, slots=True)
class PageView:
    """The functions of a runner and how they go."""

    url: str
    """As the reader reaches the runner, without a trailing slash."""
    folders: tuple[str, ...]
    """Workspace folders, absolute."""
    catalog: Catalog
    units: Mapping[str, UnitStatus]
    """By id of the unit."""
    responses: Mapping[str, LastResponse]
    """By id of the function; those that were not called are missing."""
