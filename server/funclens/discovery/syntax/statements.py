"""The module-level statements of a file as immutable values.

Lines inside a `Block` are relative to its first line, so that edits above a block
don't change its facts.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field

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
    """How an argument is passed to a parameter."""

    POSITIONAL = "positional"
    VARIADIC = "variadic"
    KEYWORD_ONLY = "keyword-only"
    KEYWORDS = "keywords"


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: ParameterKind = ParameterKind.POSITIONAL
    annotation: tuple[str, ...] = ()
    """Dotted names in the annotation, outermost first; empty if there is none."""
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class Decorator:
    """One decorator as written."""

    target: str
    """Dotted name; empty for any other expression."""
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
    """Line of the first decorator, or of `def`."""
    returns: tuple[str, ...] = ()
    """Dotted names in the return annotation."""
    doc: str = ""
    """First line of the docstring."""
    body: Body | None = field(default=None, compare=False, repr=False)
    """The body; None if it could not be parsed."""


class BindingKind(enum.Enum):
    """What gives a module-level name its value."""

    DEFINITION = "definition"
    CLASS = "class"
    IMPORT = "import"
    """The name refers to `target`, an absolute or relative dotted path."""
    ALIAS = "alias"
    """The name refers to `target`, a dotted name of the same module."""
    CALL = "call"
    """The name holds the result of calling `target` with `arguments`."""
    VALUE = "value"
    STAR = "star"
    """All public names of the module `target`."""
    DELETED = "deleted"


class Condition(enum.Enum):
    """When a binding is executed."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    """In a branch, a loop or an exception handler."""
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
    """Module that an import loads: `a.b` for `import a.b`, which binds `a`."""
    level: int = 0
    """Number of leading dots of a relative import."""
    arguments: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    """Dotted names of a class's bases."""
    members: frozenset[str] = frozenset()
    """Names that a class body defines."""
    definition: Definition | None = None


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """A syntax error and its position."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """One top-level statement, or a run of simple ones."""

    bindings: tuple[Binding, ...]
    exported: tuple[str, ...] | None = None
    """Names in `__all__`, if this block sets it."""
    faults: tuple[SyntaxFault, ...] = ()
