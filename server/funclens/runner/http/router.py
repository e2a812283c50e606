"""Decides who handles a request: a function or the front door. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.runner.http.access import Access, CrossSite, ForbiddenHost
from funclens.suggest import nearest
from funclens_worker.contract import split_target

if TYPE_CHECKING:
    from funclens.model import Catalog, Function
    from funclens.runner.http.head import Head

__all__ = [
    "RESERVED",
    "Ambiguous",
    "Control",
    "CrossSite",
    "Decision",
    "ForbiddenHost",
    "HandOver",
    "Listing",
    "NoPath",
    "NotFound",
    "Router",
]

RESERVED = "_funclens"
"""First path segment of the runner's own routes."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """The request is for a function."""

    function: Function
    target: str
    """Request target as in production."""


@dataclass(frozen=True, slots=True)
class Control:
    """The request is for the runner itself."""

    path: str
    """Path below `/_funclens`, with a leading slash, without the query."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The request is for `/`, the list of functions."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """No function has that name."""

    name: str
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several functions have that name."""

    name: str
    functions: tuple[Function, ...]


@dataclass(frozen=True, slots=True)
class NoPath:
    """The target has no path: `OPTIONS *`, CONNECT."""


Decision = (
    HandOver
    | Control
    | Listing
    | NotFound
    | Ambiguous
    | ForbiddenHost
    | CrossSite
    | NoPath
)


class Router:
    """Maps the names of one catalog to functions."""

    def __init__(
        self,
        catalog: Catalog,
        access: Access | None = None,
        target: str | None = None,
    ) -> None:
        """`target` is the id of the function for requests without a matching name."""
        self._functions = {function.id: function for function in catalog.functions}
        self._routes = catalog.routes
        self._access = access or Access()
        self._target = self._functions.get(target) if target else None

    def decide(self, head: Head) -> Decision:  # noqa: PLR0911 - one for each decision
        """Return how to handle a request."""
        refusal = self._access.refusal(head)
        if refusal is not None:
            return refusal
        target = split_target(head.target)
        if target is None:
            return NoPath()
        if target.name == RESERVED:
            return Control(target.rest.partition("?")[0])
        ids = self._routes.get(target.name, ())
        if len(ids) == 1:
            return HandOver(self._functions[ids[0]], target.rest)
        if ids:
            found = tuple(self._functions[id_] for id_ in ids)
            return Ambiguous(target.name, found)
        if self._target is not None:
            return HandOver(self._target, head.target)
        if not target.name and target.rest.partition("?")[0] == "/":
            return Listing()
        return NotFound(target.name, tuple(nearest(self._routes, target.name)))
