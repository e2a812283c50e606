"""What a module says of itself: no meaning, no names resolved.

`Module` knows where each block stands, whose own lines are relative to its first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from funclens.discovery.syntax.statements import Block, Condition, SyntaxFault
from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.syntax.deferred import DeferredBlock
    from funclens.discovery.syntax.statements import Binding, BindingKind

__all__ = ["Module", "Placed", "shifted"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A binding of a block, and the number of lines above the block."""

    block: Block | DeferredBlock
    index: int
    offset: int

    @property
    def binding(self) -> Binding:
        """The binding; the block is parsed for it if it was not yet."""
        return self.block.bindings[self.index]

    @property
    def is_deferred(self) -> bool:
        """True for a class or a definition whose text says that it is no function."""
        return not isinstance(self.block, Block)

    @property
    def name(self) -> str:
        """The bound name, without parsing for it."""
        block = self.block
        return (
            block.bindings[self.index].name if isinstance(block, Block) else block.name
        )

    @property
    def kind(self) -> BindingKind:
        """The kind of the binding, without parsing for it."""
        block = self.block
        return (
            block.bindings[self.index].kind if isinstance(block, Block) else block.kind
        )

    @property
    def condition(self) -> Condition:
        """When it is carried out, without parsing for it."""
        block = self.block
        if isinstance(block, Block):
            return block.bindings[self.index].condition
        return Condition.ALWAYS

    @property
    def is_readable(self) -> bool:
        """False when nothing of the binding can be read but its name."""
        return isinstance(self.block, Block) or self.block.is_readable

    @property
    def span(self) -> Span:
        """Where the binding stands in the file."""
        return shifted(self.binding.span, self.offset)

    @property
    def name_span(self) -> Span:
        """Where the bound name stands in the file."""
        return shifted(self.binding.name_span, self.offset)


@dataclass(frozen=True, eq=False)
class Module:
    """All facts of one file. Compared by identity: a change makes a new one."""

    path: str
    """Absolute."""
    text: str = field(repr=False)
    """With `\\n` as the only line end."""
    blocks: tuple[tuple[int, Block | DeferredBlock], ...] = field(repr=False)
    """Number of lines above, and the block."""
    names: dict[str, tuple[Placed, ...]] = field(repr=False)
    """Bindings of each name, in the order of the file."""
    stars: tuple[Placed, ...] = ()
    imports: tuple[Placed, ...] = ()
    """Bindings of import statements, those of all names too."""
    exported: tuple[str, ...] | None = None
    """`__all__`, when the module sets it to a list of strings."""
    comments: tuple[tuple[int, str, bool], ...] = ()
    """Line and words of each comment to Funclens, and whether it stands alone."""
    commented: frozenset[int] = frozenset()
    """Number of lines above each block that begins right below a comment."""
    undecodable: bool = False
    """True when the file is not valid in its declared encoding."""

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    @cached_property
    def has_comment_lines(self) -> bool:
        """True when a line begins with a comment at column 0."""
        return self.text.startswith("#") or "\n#" in self.text

    @cached_property
    def names_framework(self) -> bool:
        """True when the text names a functions framework at all."""
        return "functions_framework" in self.text or "firebase_functions" in self.text

    def placed(self) -> Iterator[Placed]:
        """Yield all bindings in the order of the file."""
        for offset, block in self.blocks:
            for index in range(len(block.bindings)):
                yield Placed(block, index, offset)

    def faults(self) -> Iterator[SyntaxFault]:
        """Yield the places that do not parse, in the order of the file."""
        for offset, block in self.blocks:
            for fault in block.faults:
                yield SyntaxFault(fault.message, shifted(fault.span, offset))


def shifted(span: Span, lines: int) -> Span:
    """Return the span that many lines further down."""
    if not lines:
        return span
    return Span(span.line + lines, span.column, span.end_line + lines, span.end_column)
