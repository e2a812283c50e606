"""Syntax tree of HCL expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from funclens.discovery.deploy.terraform.language.scanner import Source

__all__ = [
    "Attribute",
    "Binary",
    "Call",
    "Conditional",
    "Constant",
    "Expression",
    "ForEach",
    "Index",
    "ListOf",
    "Missing",
    "Name",
    "ObjectOf",
    "Splat",
    "Template",
    "Unary",
]


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """An expression that could not be parsed."""


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A string, number, true, false or null, with its position."""

    data: str | float | bool | None
    source: Source
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A string with `${}`."""

    parts: tuple[Expression, ...]
    source: Source
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """First word of a reference."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """`of.name`."""

    of: Expression
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """`of[key]`."""

    of: Expression
    key: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Splat:
    """`of[*]` or `of.*`; what follows applies to each item."""

    of: Expression
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """`name(arguments)`."""

    name: str
    arguments: tuple[Expression, ...]
    spread: bool
    """True if the last argument is a list of arguments (`list...`)."""


@dataclass(frozen=True, slots=True, eq=False)
class ListOf:
    """`[a, b]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ObjectOf:
    """`{ a = b }`."""

    items: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ForEach:
    """`[for k, v in items : v if test]`, or with braces and `k => v`."""

    names: tuple[str, ...]
    items: Expression
    key: Expression | None
    value: Expression
    test: Expression | None
    groups: bool


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """`test ? yes : no`."""

    test: Expression
    text: str
    """Source text of the condition, without blanks."""
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Binary:
    """`left sign right`."""

    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Unary:
    """`!of` or `-of`."""

    sign: str
    of: Expression


Expression = (
    Missing
    | Constant
    | Template
    | Name
    | Attribute
    | Index
    | Splat
    | Call
    | ListOf
    | ObjectOf
    | ForEach
    | Conditional
    | Binary
    | Unary
)
