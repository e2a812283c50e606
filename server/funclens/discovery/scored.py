"""The sources of a folder as last scored, kept until what they saw changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

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
    """What names in the source, and in modules that it imports, stand for."""
    cache: Cache = field(default_factory=Cache, repr=False)
    """What others worked out from these facts, which do not change."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """What a source serves, and what was looked at to say so."""

    looked_at: set[str]
    overrides: Overrides
    importers: tuple[str, ...]
    facts: SourceFacts


class ScoredSources:
    """Scores each source again only when something that it saw has changed."""

    def __init__(self) -> None:
        self.notes = Notes()
        """Which sources could not be scored, and why."""
        self._current: dict[str, _Scored] = {}
        self._outdated: dict[str, _Scored] = {}
        """To fall back on where scoring fails, until all sources are scored."""

    def outdate(self) -> None:
        """Score all sources again."""
        self._outdated.update(self._current)
        self._current = {}

    def outdate_those_that_saw(self, changed: frozenset[str]) -> None:
        """Score the sources again that looked at one of these modules."""
        for path, scored in [*self._current.items()]:
            if not scored.looked_at.isdisjoint(changed):
                self._outdated[path] = self._current.pop(path)

    def settle(self) -> None:
        """Drop what is known of sources that were not scored again."""
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
        """Return the facts of a source, scored now if it has to be.

        `unscored` gives those without functions, and adds to a set what is looked at
        in the end. If `score` raises, that is noted and the facts of before stay in
        force.
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
