"""`funclens.dataclass` makes what the standard library's makes, and costs less."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from pathlib import Path

import pytest

from funclens.dataclass import dataclass

SERVER = Path(__file__).parents[2] / "server/funclens"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two values."""

    left: int
    right: list[int] = dataclasses.field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class Single:
    """One value."""

    only: str = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class Nothing:
    """No value."""


@dataclass(slots=True)
class Mutable:
    """A value that changes."""

    count: int = 0


@dataclass(frozen=True, slots=True)
class Ours:  # noqa: PLW1641  # the decorator adds it
    """A value with its own idea of equality."""

    name: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ours) and self.name.lower() == other.name.lower()


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """A value that equals only itself."""

    name: str


@pytest.mark.parametrize("made", [Pair, Single, Nothing, Mutable, Same])
def test_a_class_equals_what_the_standard_library_makes(made: type) -> None:
    fields = dataclasses.fields(made)
    values = [f"a{number}" for number in range(len(fields))]
    standard = dataclasses.make_dataclass(
        made.__name__,
        [
            (
                field.name,
                object,
                dataclasses.field(repr=field.repr, compare=field.compare),
            )
            for field in fields
        ],
        frozen=made is not Mutable,
        slots=True,
        eq=made is not Same,
    )
    for other in (values, [*reversed(values)], ["b"] * len(values)):
        ours, theirs = made(*values), standard(*values)
        assert (ours == made(*other)) == (theirs == standard(*other))
        assert repr(ours).rpartition(".")[2] == repr(theirs)
        if made is not Same and made is not Mutable:
            assert hash(ours) == hash(theirs)
    assert (made.__hash__ is None) == (standard.__hash__ is None)
    assert made(*values) != theirs
    assert not hasattr(ours, "__dict__")


def test_a_value_can_be_copied_replaced_matched_and_pickled() -> None:
    pair = Pair(1, [2])
    pickled = pickle.dumps(pair)
    assert pickle.loads(pickled) == copy.deepcopy(pair) == pair  # noqa: S301
    assert dataclasses.replace(pair, left=3) == Pair(3)
    assert dataclasses.astuple(pair) == (1, [2])
    match pair:
        case Pair(left, [right]):
            assert (left, right) == (1, 2)
        case _:
            pytest.fail("no match")


def test_own_methods_are_kept() -> None:
    assert Ours("a") == Ours("A")
    assert hash(Ours("a")) == hash(("a",))


def test_every_class_of_the_server_is_made_this_way() -> None:
    using = [
        str(path.relative_to(SERVER))
        for path in SERVER.rglob("*.py")
        if "from dataclasses import dataclass" in path.read_text("utf-8")
    ]
    assert using == ["dataclass.py"]
