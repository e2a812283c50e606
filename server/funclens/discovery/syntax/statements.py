"""What the top-level statements of a module say, as frozen values.

Lines inside a `Block` are relative to its first line, so that a block keeps its
facts while the text above it grows and shrinks.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funclens.discovery.syntax.usage import Body
    from funclens.model import Span

__all__ = [
    "Binding",
    "BindingKind",
    "Block",
    "Condition",
    "Decorator",
    "Definition",
    "Parameter",
    "ParameterKind",
    "SyntaxFault",
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
