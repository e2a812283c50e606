"""Variables of a failed request are shown without running user code."""

from __future__ import annotations

import datetime as dt
import enum
import sys
import uuid
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import flask
import pytest

from funclens_worker.log.exception_report import exception_report
from funclens_worker.log.safe_repr import MOST, safe_repr


def refuse(*_):
    """Stand in for a method that raises, blocks or returns a gigabyte."""
    raise SystemExit("user code ran")


def hostile_class():
    """Return a class all of whose hooks run user code; pytest must not see it."""

    class Trap(type):
        """A metaclass all of whose hooks run user code."""

        def __getattribute__(cls, name):
            raise SystemExit(name)

        def __instancecheck__(cls, instance):
            raise SystemExit("instancecheck")

        def __subclasscheck__(cls, subclass):
            raise SystemExit("subclasscheck")

    class Hostile(metaclass=Trap):
        __repr__ = __str__ = __getattr__ = __len__ = __iter__ = __hash__ = refuse
        __eq__ = __bool__ = __getitem__ = __format__ = refuse
        __class__ = property(refuse)

    return Hostile


class HostileDict(dict):
    __repr__ = items = keys = values = __iter__ = __len__ = refuse
    __getattribute__ = refuse


class HostileList(list):
    __repr__ = __iter__ = __len__ = __getattribute__ = refuse


class HostileText(str):
    __slots__ = ()
    __repr__ = __str__ = __getitem__ = __len__ = __getattribute__ = refuse


class HostileNumber(int):
    __repr__ = __str__ = bit_length = __getattribute__ = refuse


class OddFields:
    __dict__ = property(refuse)


class Slots:
    __slots__ = ("empty", "full")

    def __init__(self):
        self.full = 1


@dataclass
class Order:
    id: int
    items: list

    def __repr__(self):
        raise SystemExit


class Color(enum.Enum):
    RED = 1


class Point(NamedTuple):
    x: int
    y: int


cyclic: list[object] = []
cyclic.append(cyclic)
moment = dt.datetime(2026, 1, 2, tzinfo=dt.timezone.utc)

SHOWN = {
    "None": None,
    "7": 7,
    "'text'": "text",
    "[1, (2,), {3}, frozenset({4}), set()]": [1, (2,), {3}, frozenset({4}), set()],
    "{'a': b'b'}": {"a": b"b"},
    "Order(id=7, items=['tea'])": Order(7, ["tea"]),
    "Slots(full=1)": Slots(),
    "Point((1, 2))": Point(1, 2),
    "OrderedDict({'a': 1})": OrderedDict(a=1),
    "defaultdict({})": defaultdict(refuse),
    "Color.RED": Color.RED,
    "<class 'Order'>": Order,
    "<function refuse>": refuse,
    "<module sys>": sys,
    "ValueError('wrong', 1)": ValueError("wrong", 1),
    "UUID('00000000-0000-0000-0000-000000000007')": uuid.UUID(int=7),
    repr(moment): moment,
    "<OddFields object>": OddFields(),
    "HostileDict({'a': 1})": HostileDict(a=1),
    "HostileList([1])": HostileList([1]),
    "HostileText('x')": HostileText("x"),
    "HostileNumber(7)": HostileNumber(7),
    "<hostile_class.Hostile object>": object.__new__(hostile_class()),
    "<class 'hostile_class.Hostile'>": hostile_class(),
}


@pytest.mark.parametrize("text", SHOWN)
def test_a_value_is_shown(text):
    assert safe_repr(SHOWN[text]) == text


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10_000_000,
        b"x" * 10_000_000,
        list(range(1_000_000)),
        dict.fromkeys(range(10000), "y" * 1000),
        1 << 10_000_000,
        cyclic,
        [[[[[[[1] * 20] * 20] * 20] * 20] * 20] * 20],
        Order(1, [Order(2, ["z" * 1_000] * 1_000)] * 1_000),
        type("C" * 100_000, (), {})(),
    ],
    ids=range(9),
)
def test_a_large_value_is_cut(value):
    assert len(safe_repr(value)) <= MOST


def test_a_request_is_shown_by_its_method_and_path():
    with flask.Flask("test").test_request_context("/shop?x=1", method="PUT"):
        request = flask.request._get_current_object()
        assert safe_repr(request) == "<Request PUT '/shop'>"


def test_deep_recursion_is_reported_with_its_ends():
    def deeper(number):
        return deeper(number + 1)

    with pytest.raises(RecursionError) as caught:
        deeper(0)
    report = exception_report(caught.value)

    assert report["type"] == "RecursionError"
    assert len(report["frames"]) == 50
    assert report["frames"][-1]["locals"]["number"]
    assert report["frames"][-1]["source"] == "return deeper(number + 1)"
    assert report["frames"][-1]["file"] == str(Path(__file__))


def test_an_exception_with_a_hostile_message_is_reported():
    class OddError(Exception):
        def __str__(self):
            raise ValueError

    class LongError(Exception):
        def __str__(self):
            return "x" * 10_000_000

    assert exception_report(OddError())["message"] == ""
    assert len(exception_report(LongError())["message"]) == 10_000


def test_the_variables_of_all_frames_are_bounded_together():
    def fail(number):
        names = ["x" * 900] * 200
        text = "y" * 900
        if number:
            return fail(number - 1)
        raise ValueError(text, names)

    with pytest.raises(ValueError, match="y") as caught:
        fail(45)
    frames = exception_report(caught.value)["frames"]

    total = sum(len(v) for f in frames for v in f.get("locals", {}).values())
    assert total < 65_000
    assert frames[-1]["locals"]["number"] == "0"
