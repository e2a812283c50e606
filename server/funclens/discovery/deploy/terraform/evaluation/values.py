"""Values of expressions; several if a condition is unknown.

A value that depends on unknown conditions, or is set in several files, has one arm for
each possibility. An arm records the choices that lead to it, so that two values of one
resource are combined only if their choices agree.

A reference points to the module instance it belongs to, which evaluates its
expressions. `Instance` is the interface; `instance.py` implements it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field

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
"""Maximum number of arms per value."""


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Position of a string in a file."""

    source: Source
    start: int
    end: int

    @property
    def path(self) -> str:
        """Absolute path of the file."""
        return self.source.path

    @property
    def span(self) -> Span:
        """Span in the file."""
        return self.source.span(self.start, self.end)


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """A value that the files don't define."""


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """A string, number, true, false or null."""

    data: str | float | bool | None
    origin: Origin | None = None
    is_default: bool = False
    """True if the user may override it when deploying."""


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list or a set."""

    items: tuple[Arms, ...]
    is_open: bool = False
    """True if it may have more items."""


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """A map or an object."""

    items: Mapping[str, Arms]
    is_open: bool = False
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Positions of the keys in the file."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A resource or data source, or an attribute of it."""

    instance: Instance
    address: tuple[str, str, str]
    """`resource` or `data`, then type and name."""
    key: str | int | None = None
    attribute: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Called:
    """A module call, with one instance per key."""

    children: Sequence[Child]


Value = Unknown | Plain | Items | Keyed | Reference | Called
Choices = tuple[tuple[object, object], ...]
Child = tuple["str | int | None", "Instance", Choices]
"""An instance of a module call: its key, and the choices that lead to it."""


@dataclass(frozen=True, slots=True, eq=False)
class Arm:
    """One possible value, and the choices that lead to it."""

    value: Value
    choices: Choices = field(default=())


Arms = tuple[Arm, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """One of the resources or modules that a block creates."""

    instance: Instance
    """The module that contains the block."""
    key: str | int | None = None
    choices: Choices = ()
    names: Mapping[str, Arms] = field(default_factory=dict)
    """Values of `each` and `count` in the block."""
    identity: object = None
    """Distinguishes resources whose names have the same values."""


class Instance(ABC):
    """Interface of a module instance for the values inside it."""

    module: Module
    project: Project

    @abstractmethod
    def variable(self, name: str) -> Arms:
        """Return an input: the caller's value, else the default."""

    @abstractmethod
    def local(self, name: str) -> Arms:
        """Return a local value."""

    @abstractmethod
    def output(self, name: str) -> Arms:
        """Return an output."""

    @abstractmethod
    def attribute(self, reference: Reference) -> Arms:
        """Return an attribute of a resource, if its block sets it."""

    @abstractmethod
    def children(self, name: str) -> Sequence[Child]:
        """Return the instances that a call of a local module creates."""

    @abstractmethod
    def folder_of_call(self, block: Block) -> str | None:
        """Return the folder of a module called by a relative path."""

    @abstractmethod
    def made_by(self, block: Block) -> Sequence[Made]:
        """Return the resources of a block, according to `for_each` or `count`."""

    @abstractmethod
    def made(self, reference: Reference) -> Sequence[Made]:
        """Return what a reference means: all of a block, or the one with its key."""


UNKNOWN = Unknown()
FAILED = Unknown()
"""An error in Terraform, such as a missing key; `try` skips it."""
NOTHING = Plain(None)


def unknown() -> Arms:
    """Return an unknown value."""
    return (Arm(UNKNOWN),)


def arm(value: Value) -> Arms:
    """Return a value that doesn't depend on any choice."""
    return (Arm(value),)


def agree(one: Choices, other: Choices) -> Choices | None:
    """Combine two sets of choices; return None if they contradict each other."""
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
    """Apply a function to each arm and combine the results."""
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
    """Yield each arm that is a non-empty string."""
    for item in arms or ():
        value = item.value
        if isinstance(value, Plain) and isinstance(value.data, str) and value.data:
            yield value.data, value, item.choices
