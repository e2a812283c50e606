"""Symbolic values of expressions in a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from funclens.model import Span

__all__ = [
    "UNKNOWN",
    "Attribute",
    "Fields",
    "Joined",
    "Listed",
    "Made",
    "OneOf",
    "Text",
    "Unknown",
    "Value",
    "get",
    "texts",
]

_MOST = 8


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the text doesn't determine."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string and, unless it is composed, its position in the text."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """A dictionary or an object."""

    items: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Listed:
    items: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Joined:
    """A string composed of parts that are not all known."""

    parts: Sequence[Value]


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several values, as in a conditional expression or after `or`."""

    items: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Made:
    """Result of a call."""

    callee: str
    """Full dotted name of the callee."""
    arguments: Sequence[Value]
    named: Mapping[str, Value] = field(default_factory=dict)
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """`of.name`."""

    of: Value
    name: str


Value = Unknown | Text | Fields | Listed | Joined | OneOf | Made | Attribute

UNKNOWN = Unknown()


def get(value: Value | None, *names: str) -> Value | None:
    """Return a nested field, in any naming style (`snake_case` or `camelCase`)."""
    for name in names:
        items: Mapping[str, Value] = {}
        if isinstance(value, Fields):
            items = value.items
        elif isinstance(value, Made):
            items = value.named
            if not items:
                fields = [i for i in value.arguments if isinstance(i, Fields)]
                items = fields[0].items if fields else {}
        value = next((v for k, v in items.items() if _plain(k) == name), None)
    return value


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def texts(value: Value | None) -> Iterator[Text]:
    """Yield the strings that a value may be; none if it is unknown."""
    pending = [value]
    found = 0
    while pending and found < _MOST:
        item = pending.pop(0)
        if isinstance(item, Text) and item.text:
            found += 1
            yield item
        elif isinstance(item, OneOf):
            pending = [*item.items, *pending]
        elif isinstance(item, Joined):
            parts = [part.text for part in item.parts if isinstance(part, Text)]
            if len(parts) == len(item.parts):
                found += 1
                yield Text("".join(parts))
