"""A definition that may be a Cloud Function, with everything the rules ask about it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass
from funclens.discovery.resolve.imports import Local
from funclens.discovery.scoring.references import count_references
from funclens.discovery.syntax.statements import ParameterKind
from funclens.model import Span

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from funclens.discovery.resolve.facts import Module, Placed
    from funclens.discovery.resolve.imports import Names
    from funclens.discovery.scoring.project_context import ProjectContext
    from funclens.discovery.syntax.statements import Definition, Parameter

__all__ = ["Candidate"]

_EMPTY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A definition, its module, and the source that would serve it."""

    names: Names
    source: Module
    """The module in whose namespace production looks for the function."""
    name: str
    """Name in the source."""
    module: Module
    """The module that defines it."""
    placed: Placed
    definition: Definition
    project_context: ProjectContext

    @property
    def reexported(self) -> bool:
        """True if the source imports it from another module."""
        return self.module is not self.source

    @cached_property
    def positional(self) -> tuple[Parameter, ...]:
        """Parameters that accept positional arguments, except `*args`."""
        return tuple(
            parameter
            for parameter in self.definition.parameters
            if parameter.kind is ParameterKind.POSITIONAL
        )

    @cached_property
    def required(self) -> tuple[Parameter, ...]:
        """Parameters without a default."""
        return tuple(
            parameter
            for parameter in self.definition.parameters
            if not parameter.has_default
            and parameter.kind in {ParameterKind.POSITIONAL, ParameterKind.KEYWORD_ONLY}
        )

    def accepts(self, arguments: int) -> bool:
        """Return whether it can be called with that many positional arguments."""
        if any(p.kind is ParameterKind.KEYWORD_ONLY for p in self.required):
            return False
        most = len(self.positional)
        variadic = any(
            p.kind is ParameterKind.VARIADIC for p in self.definition.parameters
        )
        return len(self.required) <= arguments and (variadic or arguments <= most)

    @cached_property
    def annotations(self) -> tuple[frozenset[str], ...]:
        """Full dotted names in the annotation of each positional parameter."""
        return tuple(
            frozenset(
                full for name in parameter.annotation for full in self.full_names(name)
            )
            for parameter in self.positional
        )

    def full_names(self, name: str) -> Iterator[str]:
        """Yield the full dotted names outside the workspace that a name may refer to.

        A name that the module doesn't bind is returned as it is.
        """
        found = False
        for meaning in self.names.meanings(self.module, name):
            found = True
            if isinstance(meaning, str):
                yield meaning
        if not found:
            yield name

    def uses(self, index: int) -> frozenset[str]:
        """Return how the body uses the positional parameter at `index`."""
        body = self.definition.body
        if body is None or index >= len(self.positional):
            return _EMPTY
        return body.uses.get(self.positional[index].name, _EMPTY)

    def calls(self, name: str) -> bool:
        """Return whether the body calls anything whose last name part is `name`."""
        body = self.definition.body
        return body is not None and any(
            called.rpartition(".")[2] == name for called in body.calls
        )

    def decorator_names(self) -> Iterator[tuple[str, tuple[str, ...], bool]]:
        """Yield each decorator's name, its full names, and whether it is local."""
        for decorator in self.definition.decorators:
            meanings = list(self.names.meanings(self.module, decorator.target))
            yield (
                decorator.target,
                tuple(item for item in meanings if isinstance(item, str)),
                any(isinstance(item, Local) for item in meanings),
            )

    def imports(self, packages: re.Pattern[str]) -> bool:
        """Return whether its module imports a package that matches at the start."""
        return any(
            packages.match(placed.binding.target)
            for placed in self.module.imports
            if not placed.binding.level
        )

    @cached_property
    def words(self) -> str:
        """The docstring and the comment above the definition."""
        body = self.definition.body
        doc = body.docstring if body is not None else self.definition.doc
        return doc + "\n" + self._comment_above()

    def _comment_above(self) -> str:
        lines = self.module.lines
        above = self.definition.span.line - self.definition.head_line
        line = self.placed.span.line - above - 2
        found: list[str] = []
        while line >= 0 and lines[line].lstrip().startswith("#"):
            found.append(lines[line])
            line -= 1
        return "\n".join(reversed(found))

    @cached_property
    def references(self) -> int:
        """Number of references in its module and in the source."""
        span = self.placed.span
        found = count_references(self.module, self.definition.name, span)
        if self.reexported:
            nowhere = Span(1, 1, 0, 1)
            found += count_references(self.source, self.name, nowhere)
        return found
