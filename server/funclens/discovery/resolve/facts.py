"""What a module says of itself, as frozen values: no meaning, no names resolved.

Lines inside a `Block` are relative to its first line, so that a block keeps its
facts while the text above it grows and shrinks. `Module` knows where each block
stands.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from funclens.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funclens.discovery.syntax.deferred import DeferredBlock
    from funclens.discovery.syntax.usage import Body

__all__ = [
    "Binding",
    "BindingKind",
    "Block",
    "Condition",
    "Decorator",
    "Definition",
    "Module",
    "Parameter",
    "ParameterKind",
    "Placed",
    "SyntaxFault",
    "shifted",
]


class ParameterKind(enum.Enum):
    """How an argument reaches a parameter."""

    POSITIONAL = "positional"
    VARIADIC = "variadic"
    KEYWORD_ONLY = "keyword-only"
    KEYWORDS = "keywords"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a definition."""

    name: str
    kind: ParameterKind = ParameterKind.POSITIONAL
    annotation: tuple[str, ...] = ()
    """Dotted names in the annotation, outermost first; empty when there is none."""
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class Decorator:
    """One decorator, as it is written."""

    target: str
    """Dotted name; empty for anything that is not one."""
    called: bool
    arguments: tuple[str, ...] = ()
    """Dotted names of the positional arguments; empty for other expressions."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A `def`, `async def` or lambda at module level."""

    name: str
    is_async: bool
    parameters: tuple[Parameter, ...]
    decorators: tuple[Decorator, ...]
    span: Span
    name_span: Span
    head_line: int = 1
    """The line of the first decorator, or of `def`."""
    returns: tuple[str, ...] = ()
    """Dotted names in the annotation of the result."""
    doc: str = ""
    """The first line of the docstring."""
    body: Body | None = field(default=None, compare=False, repr=False)
    """What the body does; None when the body could not be parsed."""


class BindingKind(enum.Enum):
    """What gives a module-level name its value."""

    DEFINITION = "definition"
    CLASS = "class"
    IMPORT = "import"
    """The name stands for `target`, an absolute or relative dotted path."""
    ALIAS = "alias"
    """The name stands for `target`, a dotted name of the same module."""
    CALL = "call"
    """The name stands for what calling `target` with `arguments` returns."""
    VALUE = "value"
    STAR = "star"
    """All public names of the module `target`."""
    DELETED = "deleted"


class Condition(enum.Enum):
    """When a binding is carried out."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    """In a branch, a loop or a handler."""
    TYPING = "typing"
    """Only for type checkers."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One module-level name that gets a value."""

    name: str
    kind: BindingKind
    span: Span
    name_span: Span
    condition: Condition = Condition.ALWAYS
    target: str = ""
    imported: str = ""
    """What an import statement loads: `a.b` for `import a.b`, which binds `a`."""
    level: int = 0
    """Leading dots of a relative import."""
    arguments: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    """Dotted names of a class's bases."""
    members: frozenset[str] = frozenset()
    """Names that a class defines in its body."""
    definition: Definition | None = None


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """Where Python stops reading."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """One top-level statement, or a run of simple ones."""

    bindings: tuple[Binding, ...]
    exported: tuple[str, ...] | None = None
    """Names of `__all__`, when this block sets it."""
    faults: tuple[SyntaxFault, ...] = ()


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
