"""What code reads of a value: its keys, their kinds, what they are compared with."""

from __future__ import annotations

import enum
from typing import Any

from funclens.dataclass import dataclass, field

__all__ = ["MISSING", "Coding", "Kind", "RequestReads", "Shape", "is_push_message"]

MISSING: Any = object()
"""Stands for no default; None is one."""

_MOST_FIELDS = 60
"""Of one value."""
_MOST_ITEMS = 10


class Kind(enum.Enum):
    """What a value is used as."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    MAPPING = "mapping"
    DATE = "date"
    TIME = "time"


class Coding(enum.Enum):
    """How a text holds another value."""

    JSON = "json"
    BASE64 = "base64"


@dataclass(slots=True)
class Shape:
    """What is read of one value; it grows while code is followed."""

    fields: dict[str, Shape] = field(default_factory=dict)
    guesses: dict[str, Shape] = field(default_factory=dict)
    """Fields of which code only asks whether they are there."""
    items: Shape | None = None
    columns: dict[int, Shape] = field(default_factory=dict)
    """Items that are read by their index; each may be something else."""
    decoded: dict[Coding, Shape] = field(default_factory=dict)
    kinds: dict[Kind, None] = field(default_factory=dict)
    literals: list[Any] = field(default_factory=list)
    """What it is compared with."""
    default: Any = MISSING
    """What code takes if it is missing, or the default of a model's field."""
    written: set[str] = field(default_factory=set)
    """Keys that code has set itself."""
    format: str = ""
    """Format of a date, for `strptime`."""
    parent: Shape | None = field(default=None, repr=False)
    """The list that this is an item of."""
    model: str = ""
    """The class that it becomes; `?` if there are several."""
    declared: dict[str, bool] = field(default_factory=dict)
    """Fields of that class, and whether each is required."""
    by_attribute: bool = False
    """Whether fields are read as attributes, as of Firebase's events."""
    is_root: bool = False
    is_read: bool = False

    def child(self, key: str) -> Shape | None:
        """Return a field; None for one that code has written, or beyond the limit."""
        self.is_read = True
        if key in self.written:
            return None
        found = self.fields.get(key)
        if found is None:
            found = self.guesses.pop(key, None) or Shape(by_attribute=self.by_attribute)
            if len(self.fields) >= _MOST_FIELDS:
                return None
            self.fields[key] = found
        return found

    def guess(self, key: str) -> None:
        """Note that code asks for a field; a text may also be what is searched."""
        self.is_read = True
        if key not in self.fields and key not in self.written:
            if self.is_root:
                self.child(key)
            elif len(self.guesses) < _MOST_FIELDS:
                self.guesses.setdefault(key, Shape(by_attribute=self.by_attribute))

    def at(self, index: int) -> Shape:
        """Return the item of a list that is read by its index."""
        self.is_read = True
        known = self.columns.get(index if 0 <= index < _MOST_ITEMS else 0)
        if known is None:
            known = Shape(by_attribute=self.by_attribute)
            self.columns[index if 0 <= index < _MOST_ITEMS else 0] = known
        return known

    def item(self) -> Shape:
        """Return the items of a list that is looped over."""
        self.is_read = True
        if self.items is None:
            self.items = Shape(parent=self, by_attribute=self.by_attribute)
        return self.items

    def decode(self, coding: Coding) -> Shape:
        """Return the value in a text."""
        self.is_read = True
        if coding not in self.decoded:
            self.decoded[coding] = Shape(is_root=coding is Coding.JSON)
        return self.decoded[coding]

    def use_as(self, kind: Kind) -> None:
        """Note what the value is used as."""
        self.is_read = True
        self.kinds.setdefault(kind)

    def compare(self, value: Any) -> None:
        """Note a value that it is compared with."""
        if isinstance(value, bool):
            self.use_as(Kind.BOOLEAN)
        elif isinstance(value, (str, int, float)) and value not in self.literals:
            self.literals.append(value)

    def all_fields(self) -> dict[str, Shape]:
        """Return the fields, and those that are asked for if it has others."""
        if not self.fields or Kind.TEXT in self.kinds:
            return self.fields
        return {**self.fields, **self.guesses}

    @property
    def has_parts(self) -> bool:
        """Whether fields or items are read."""
        return bool(self.all_fields() or self.items or self.columns)

    @property
    def is_mapping(self) -> bool:
        return bool(self.fields) or Kind.MAPPING in self.kinds


@dataclass(slots=True)
class RequestReads:
    """What a function reads of its request, or of its event."""

    body: Shape = field(default_factory=Shape)
    """The body as bytes: its JSON is decoded. The data of an event."""
    query: Shape = field(default_factory=lambda: Shape(is_root=True))
    form: Shape = field(default_factory=lambda: Shape(is_root=True))
    files: Shape = field(default_factory=lambda: Shape(is_root=True))
    headers: Shape = field(default_factory=lambda: Shape(is_root=True))
    method: Shape = field(default_factory=Shape)
    path: Shape = field(default_factory=Shape)
    """The path after the function's name."""

    @property
    def json(self) -> Shape | None:
        """The body as JSON; None if it isn't read."""
        return self.body.decoded.get(Coding.JSON)


_MESSAGE_FIELDS = {"data", "attributes", "messageId", "message_id"}


def is_push_message(reads: RequestReads) -> bool:
    """Return whether code reads the JSON of a Pub/Sub push subscription."""
    root = reads.json
    message = None if root is None else root.all_fields().get("message")
    if message is None:
        return False
    return bool(message.all_fields().keys() & _MESSAGE_FIELDS)
