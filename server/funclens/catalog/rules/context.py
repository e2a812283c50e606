"""Input of the rules: functions with the facts they come from."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.syntax.statements import Condition
from funclens.model import Problem, RelatedPlace, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from funclens.discovery import FolderFacts, Found, SourceFacts, WorkspaceFacts
    from funclens.discovery.resolve.facts import Module, Placed
    from funclens.discovery.syntax.usage import Body
    from funclens.model import Collision, Function, Span

__all__ = ["Context", "Served", "Source", "place_of", "problem_at"]


@dataclass(frozen=True)
class Source:
    """A source with functions, in its folder."""

    folder: FolderFacts
    facts: SourceFacts

    @property
    def root(self) -> str:
        """Folder of the source, which is production's entry on sys.path."""
        return os.path.dirname(self.facts.source)

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The source and the modules of its folder that it imports, also indirectly."""
        found: dict[str, Module] = {}
        pending = [self.facts.module]
        while pending:
            module = pending.pop()
            if module.path in found or not module.path.startswith(self.root + os.sep):
                continue
            found[module.path] = module
            pending += self._imported(module)
        return tuple(found.values())

    def _imported(self, module: Module) -> Iterator[Module]:
        for placed in module.imports:
            if placed.binding.condition is not Condition.TYPING:
                yield from self.imported(module, placed)

    def imported(self, module: Module, placed: Placed) -> Iterator[Module]:
        """Yield the workspace modules that one import loads."""
        binding = placed.binding
        parts = binding.imported.split(".") if binding.imported else []
        for length in range(len(parts), 0 if not binding.level else -1, -1):
            target = self.facts.names.imported_module(
                module, ".".join(parts[:length]), binding.level
            )
            if target is not None:
                yield target


@dataclass(frozen=True, slots=True)
class Served:
    """One function and the facts it comes from."""

    function: Function
    found: Found
    source: Source

    @property
    def body(self) -> Body | None:
        """The function's body, or None if it can't be parsed."""
        return self.found.definition.body


@dataclass(frozen=True)
class Context:
    """Everything that rules may read."""

    facts: WorkspaceFacts
    served: Sequence[Served]
    collisions: Sequence[Collision]

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Sources with functions, each once."""
        return tuple(
            {item.source.facts.source: item.source for item in self.served}.values()
        )

    @cached_property
    def by_source(self) -> tuple[tuple[Source, tuple[Served, ...]], ...]:
        """The functions of each source."""
        found: dict[str, list[Served]] = {}
        for item in self.served:
            found.setdefault(item.source.facts.source, []).append(item)
        return tuple((items[0].source, tuple(items)) for items in found.values())

    @cached_property
    def definitions(self) -> tuple[Served, ...]:
        """One function per definition, in order."""
        places = {place_of(item.function): item for item in reversed(self.served)}
        return tuple(reversed(places.values()))


def place_of(function: Function) -> tuple[str, str, Span]:
    """Return a key that identifies a definition."""
    return (function.folder, function.file, function.name_span)


def problem_at(
    served: Served,
    code: str,
    severity: Severity,
    message: str,
    related: tuple[RelatedPlace, ...] = (),
) -> Problem:
    """Return a problem that underlines the name of a function."""
    function = served.function
    return Problem(
        code=code,
        severity=severity,
        message=message,
        folder=function.folder,
        file=function.file,
        span=function.name_span,
        related=related,
    )
