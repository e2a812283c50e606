"""Facts of a single module, before names are resolved.

Lines inside a block are relative to its first line; `Module` knows where each block
starts.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
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
        """The binding. Parses the block if needed."""
        return self.block.bindings[self.index]

    @property
    def is_deferred(self) -> bool:
        """True for a definition whose text shows that it can't be a function."""
        return not isinstance(self.block, Block)

    @property
    def name(self) -> str:
        """The bound name; available without parsing."""
        block = self.block
        return (
            block.bindings[self.index].name if isinstance(block, Block) else block.name
        )

    @property
    def kind(self) -> BindingKind:
        """The kind of the binding; available without parsing."""
        block = self.block
        return (
            block.bindings[self.index].kind if isinstance(block, Block) else block.kind
        )

    @property
    def condition(self) -> Condition:
        """When the binding is executed; available without parsing."""
        block = self.block
        if isinstance(block, Block):
            return block.bindings[self.index].condition
        return Condition.ALWAYS

    @property
    def is_readable(self) -> bool:
        """False if nothing but the name could be parsed."""
        return isinstance(self.block, Block) or self.block.is_readable

    @property
    def span(self) -> Span:
        """Span of the binding in the file."""
        return shifted(self.binding.span, self.offset)

    @property
    def name_span(self) -> Span:
        """Span of the bound name in the file."""
        return shifted(self.binding.name_span, self.offset)


@dataclass(frozen=True, eq=False)
class Module:
    """All facts of one file. Compared by identity: each change creates a new one."""

    path: str
    """Absolute path."""
    text: str = field(repr=False)
    r"""With `\n` line endings only."""
    blocks: tuple[tuple[int, Block | DeferredBlock], ...] = field(repr=False)
    """Number of lines above, and the block."""
    names: dict[str, tuple[Placed, ...]] = field(repr=False)
    """Bindings of each name, in file order."""
    stars: tuple[Placed, ...] = ()
    imports: tuple[Placed, ...] = ()
    """Bindings of import statements, including star imports."""
    exported: tuple[str, ...] | None = None
    """`__all__`, if the module sets it to a list of strings."""
    comments: tuple[tuple[int, str, bool], ...] = ()
    """Line and text of each `# funclens:` comment, and whether it has its own line."""
    commented: frozenset[int] = frozenset()
    """Number of lines above each block that follows a comment line."""
    undecodable: bool = False
    """True if the file is invalid in its declared encoding."""
    type_aliases: frozenset[str] = frozenset()
    """Names that imports give to types of requests and events: `Request as R`."""

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def has_comment_lines(self) -> bool:
        """True if a comment starts at column 0 of any line."""
        return self.text.startswith("#") or "\n#" in self.text

    @cached_property
    def names_framework(self) -> bool:
        """True if the text mentions a functions framework."""
        return "functions_framework" in self.text or "firebase_functions" in self.text

    def placed(self) -> Iterator[Placed]:
        """Yield all bindings in file order."""
        for offset, block in self.blocks:
            for index in range(len(block.bindings)):
                yield Placed(block, index, offset)

    def faults(self) -> Iterator[SyntaxFault]:
        """Yield the syntax errors in file order."""
        for offset, block in self.blocks:
            for fault in block.faults:
                yield SyntaxFault(fault.message, shifted(fault.span, offset))


def shifted(span: Span, lines: int) -> Span:
    """Return the span moved down by a number of lines."""
    if not lines:
        return span
    return Span(span.line + lines, span.column, span.end_line + lines, span.end_column)
