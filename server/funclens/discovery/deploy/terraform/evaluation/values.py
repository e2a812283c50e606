"""What expressions come to: values, several where a condition is not known.

A value that several files or conditions give has an arm for each. An arm
remembers the choices that lead to it, so that two values of one resource are only
put together where their choices agree.

A reference leads to the module it stands in, whose values are worked out from
expressions: `Instance` says what may be asked of one, `instance.py` does the work.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from funclens.discovery.deploy.terraform.language.hcl_blocks import Block
    from funclens.discovery.deploy.terraform.language.scanner import Source
    from funclens.discovery.deploy.terraform.module import Module
    from funclens.discovery.deploy.terraform.project import Project
    from funclens.model import Span

__all__ = [
    "FAILED",
    "NOTHING",
    "UNKNOWN",
    "Arm",
    "Arms",
    "Called",
    "Child",
    "Choices",
    "Instance",
    "Items",
    "Keyed",
    "Made",
    "Origin",
    "Plain",
    "Reference",
    "Unknown",
    "Value",
    "agree",
    "arm",
    "each_of",
    "texts",
    "unknown",
]

_MOST_ARMS = 12
"""More than these for one value are not worth telling apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where a text is written."""

    source: Source
    start: int
    end: int

    @property
    def path(self) -> str:
        """The file, absolute."""
        return self.source.path

    @property
    def span(self) -> Span:
        """The place in the file."""
        return self.source.span(self.start, self.end)


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """A value that the files do not give."""


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """A text, number, true, false or null."""

    data: str | float | bool | None
    origin: Origin | None = None
    is_default: bool = False
    """True for what the one who deploys may set otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list or a set."""

    items: tuple[Arms, ...]
    is_open: bool = False
    """True when there may be more."""


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """A map or an object."""

    items: Mapping[str, Arms]
    is_open: bool = False
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Where keys are written."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A resource or data source, or an attribute of it."""

    instance: Instance
    address: tuple[str, str, str]
    """`resource` or `data`, type, name."""
    key: str | int | None = None
    attribute: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Called:
    """A call of a module: one instance for each key."""

    children: Sequence[Child]


Value = Unknown | Plain | Items | Keyed | Reference | Called
Choices = tuple[tuple[object, object], ...]
Child = tuple["str | int | None", "Instance", Choices]
"""An instance that a call makes: its key, and the choices that lead to it."""


@dataclass(frozen=True, slots=True, eq=False)
class Arm:
    """One thing that a value can be, and what was chosen for it to be that."""

    value: Value
    choices: Choices = field(default=())


Arms = tuple[Arm, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """One of the resources or modules that a block makes."""

    instance: Instance
    """The module that the block stands in."""
    key: str | int | None = None
    choices: Choices = ()
    names: Mapping[str, Arms] = field(default_factory=dict)
    """What `each` and `count` stand for in the block."""
    identity: object = None
    """Tells what is made apart from others with the same names."""


class Instance(ABC):
    """A module as it is called, as the values in it see it."""

    module: Module
    project: Project

    @abstractmethod
    def variable(self, name: str) -> Arms:
        """Return an input: what the caller gives, else the default."""

    @abstractmethod
    def local(self, name: str) -> Arms:
        """Return a local value."""

    @abstractmethod
    def output(self, name: str) -> Arms:
        """Return an output."""

    @abstractmethod
    def attribute(self, reference: Reference) -> Arms:
        """Return an attribute of a resource, where its block gives it."""

    @abstractmethod
    def children(self, name: str) -> Sequence[Child]:
        """Return the instances of a local module that a call makes."""

    @abstractmethod
    def folder_of_call(self, block: Block) -> str | None:
        """Return the folder of a module that is called by a relative path."""

    @abstractmethod
    def made_by(self, block: Block) -> Sequence[Made]:
        """Return what a block makes, by its `for_each` or `count`."""

    @abstractmethod
    def made(self, reference: Reference) -> Sequence[Made]:
        """Return what a reference means: all of a block, or that of its key."""


UNKNOWN = Unknown()
FAILED = Unknown()
"""What Terraform refuses: a key that is not there. `try` goes on to the next."""
NOTHING = Plain(None)


def unknown() -> Arms:
    """Return a value of which nothing is known."""
    return (Arm(UNKNOWN),)


def arm(value: Value) -> Arms:
    """Return a value that is the same whatever is chosen."""
    return (Arm(value),)


def agree(one: Choices, other: Choices) -> Choices | None:
    """Return the choices of both; None when they contradict each other."""
    if not other or one is other:
        return one
    if not one:
        return other
    joined = dict(one)
    for key, chosen in other:
        if joined.setdefault(key, chosen) != chosen:
            return None
    return tuple(joined.items())


def each_of(arms: Arms, then: Callable[[Value], Arms]) -> Arms:
    """Return what follows from each arm of a value."""
    if len(arms) == 1 and not arms[0].choices:
        return then(arms[0].value)
    found = [
        Arm(inner.value, choices)
        for outer in arms
        for inner in then(outer.value)
        if (choices := agree(outer.choices, inner.choices)) is not None
    ]
    return tuple(found) if 0 < len(found) <= _MOST_ARMS else unknown()


def texts(arms: Arms | None) -> Iterable[tuple[str, Plain, Choices]]:
    """Yield each arm that is a text and not empty."""
    for item in arms or ():
        value = item.value
        if isinstance(value, Plain) and isinstance(value.data, str) and value.data:
            yield value.data, value, item.choices
