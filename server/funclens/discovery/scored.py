"""Cached scores of the sources of a folder, each valid until its inputs change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.discovery.cache import Cache
from funclens.discovery.files.notes import Notes, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.discovery.discover import Found
    from funclens.discovery.resolve.facts import Module
    from funclens.discovery.resolve.imports import Names
    from funclens.discovery.scoring.overrides import Overrides

__all__ = ["ScoredSources", "SourceFacts"]


@dataclass(frozen=True, slots=True, eq=False)
class SourceFacts:
    """One module and the functions that production could serve from it."""

    source: str
    """Absolute path."""
    functions: tuple[Found, ...]
    module: Module
    names: Names
    """Resolves names in the source and in the modules it imports."""
    cache: Cache = field(default_factory=Cache, repr=False)
    """Values computed from these facts, which are immutable."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """A scored source and the modules it depends on."""

    looked_at: set[str]
    overrides: Overrides
    importers: tuple[str, ...]
    facts: SourceFacts


class ScoredSources:
    """Scores a source again only when a module it depends on has changed."""

    def __init__(self) -> None:
        self.notes = Notes()
        """Sources that failed to be scored, with the reason."""
        self._current: dict[str, _Scored] = {}
        self._outdated: dict[str, _Scored] = {}
        """Previous results, used where scoring fails, until all sources are scored."""

    def outdate(self) -> None:
        """Mark all sources for scoring."""
        self._outdated.update(self._current)
        self._current = {}

    def outdate_those_that_saw(self, changed: frozenset[str]) -> None:
        """Mark the sources that depend on one of these modules."""
        for path, scored in [*self._current.items()]:
            if not scored.looked_at.isdisjoint(changed):
                self._outdated[path] = self._current.pop(path)

    def settle(self) -> None:
        """Drop previous results that were not scored again."""
        for path in self._outdated:
            self.notes.forget(path)
        self._outdated.clear()

    def facts(
        self,
        path: str,
        overrides: Overrides,
        importers: tuple[str, ...],
        unscored: Callable[[str, set[str]], SourceFacts],
        score: Callable[[SourceFacts], list[Found]],
    ) -> SourceFacts:
        """Return the facts of a source, scoring it if needed.

        `unscored` returns the facts without functions and adds the modules it depends
        on to a set. If `score` raises, the error is noted and the previous facts are
        kept.
        """
        before = self._current.get(path)
        if (
            before is not None
            and before.overrides == overrides
            and before.importers == importers
        ):
            return before.facts
        before = self._outdated.pop(path, None) or before
        looked_at = {path}
        facts = unscored(path, looked_at)
        try:
            facts = replace(facts, functions=tuple(score(facts)))
            self.notes.forget(path)
        except Exception as error:  # noqa: BLE001 - an edge: noted, the rest goes on
            self.notes.skip(path, reason_of(error))
            facts = before.facts if before else facts
        self._current[path] = _Scored(looked_at, overrides, importers, facts)
        return facts
