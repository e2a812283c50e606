"""Syntax tree of a shell script: words, commands, loops, branches."""

from __future__ import annotations

from funclens.dataclass import dataclass, field

__all__ = [
    "AndOr",
    "Assignment",
    "Branches",
    "Case",
    "Command",
    "Function",
    "Group",
    "Literal",
    "Loop",
    "Node",
    "Part",
    "Substitution",
    "Unknown",
    "Variable",
    "While",
    "Word",
]


@dataclass(slots=True)
class Literal:
    """Literal text; unquoted wildcards are expanded."""

    text: str
    quoted: bool = False


@dataclass(slots=True)
class Variable:
    """`$name`, `${name:-word}` and other parameter expansions."""

    name: str
    """`1` for the first positional parameter, and so on."""
    quoted: bool = False
    operator: str = ""
    argument: str = ""
    """Unexpanded text after the operator."""
    index: str | None = None
    """Text in brackets: `@`, a number or a key."""
    keys: bool = False
    """True for `${!name[@]}`."""


@dataclass(slots=True)
class Substitution:
    """`$(command)`."""

    text: str
    quoted: bool = False


@dataclass(slots=True)
class Unknown:
    """A placeholder: `<name>`, `{{ name }}`."""

    text: str


Part = Literal | Variable | Substitution | Unknown


@dataclass(slots=True)
class Word:
    parts: tuple[Part, ...]
    start: int
    """Offset in the text."""
    end: int

    @property
    def bare(self) -> str | None:
        """Return the text of a word without quotes or variables, else None."""
        if len(self.parts) == 1:
            (part,) = self.parts
            if isinstance(part, Literal) and not part.quoted:
                return part.text
        return None


@dataclass(slots=True)
class Assignment:
    """`name=value`, `name+=value`, `name=(a b)`."""

    name: str
    value: Word
    appends: bool = False
    items: tuple[Word, ...] | None = None
    """Words of an array."""
    index: str | None = None


@dataclass(slots=True)
class Command:
    start: int
    end: int = 0
    words: list[Word] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    heredoc: str | None = None
    """Here-document on its standard input."""
    herestring: Word | None = None
    stdin: Word | None = None
    """File on its standard input."""


@dataclass(slots=True)
class Loop:
    """`for name in words`."""

    name: str
    words: list[Word] | None
    """None to loop over the positional parameters."""
    body: list[Node]


@dataclass(slots=True)
class While:
    """`while condition; do body; done`, with its standard input."""

    condition: list[Node]
    body: list[Node]
    heredoc: str | None = None
    herestring: Word | None = None
    stdin: Word | None = None


@dataclass(slots=True)
class Branches:
    """`if`: conditions and bodies; an `else` body has no condition."""

    arms: list[tuple[list[Node], list[Node]]]


@dataclass(slots=True)
class Case:
    """`case subject in pattern) body;; esac`."""

    subject: Word
    arms: list[tuple[list[Word], list[Node]]]


@dataclass(slots=True)
class Group:
    """`{ …; }`, or `( … )` with a separate environment."""

    body: list[Node]
    is_subshell: bool


@dataclass(slots=True)
class Function:
    """A shell function."""

    name: str
    body: list[Node]


@dataclass(slots=True)
class AndOr:
    """Commands joined by `&&` and `||`."""

    first: Node
    rest: list[tuple[str, Node]]


Node = Command | Loop | While | Branches | Case | Group | Function | AndOr
