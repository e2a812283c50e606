"""The documents of a YAML file as plain values that anyone can walk through.

Values are strings, booleans, None, lists and dicts with strings for keys; numbers
and dates stay as they are written. Aliases cost what they stand for and cycles are
cut, so that walking a value ends, and takes a number of steps that is bounded for
each file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from funclens.discovery.files.budget import Budget, OverBudgetError
from funclens.nesting import nesting

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Reference", "Written", "yaml_documents"]

_MOST_EVENTS = 60_000
"""Keys and values that are read of one file; each costs as much as 100 characters."""

_MOST_VALUES = 100_000
"""Values of one file, those behind aliases counted at each place."""

_LARGEST = 1_000_000
"""Characters of a document."""

_DEEPEST = 100
"""Lists and mappings in each other. The scanner looks at all open ones each time."""

_START = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Reference(list[Any]):
    """`!reference [job, key]` of GitLab: what stands there stands here."""


class Written(str):
    """A text that knows the offset in its file where it is written."""

    __slots__ = ("at",)

    at: int


def yaml_documents(text: str, wanted: re.Pattern[str] | None = None) -> Iterator[Any]:
    """Yield the documents; those that are not valid YAML are left out.

    With `wanted` only those are read in whose text it is found. Raises
    OverBudgetError for a file that nobody wrote by hand.
    """
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415  # few folders need it

    events, values = Budget(_MOST_EVENTS), Budget(_MOST_VALUES)
    for start, document in _split(text):
        if wanted is not None and wanted.search(document) is None:
            continue
        if len(document) > _LARGEST:
            raise OverBudgetError
        if nesting(document) > _DEEPEST:
            raise OverBudgetError("nested too deeply")
        try:
            yield _Composer(document, events, values, start).value()
        except (YAMLError, ValueError, TypeError):
            continue


def _split(text: str) -> Iterator[tuple[int, str]]:
    """Yield offset and text of each document: `---` in column 1 always starts one."""
    start = 0
    for match in _START.finditer(text):
        yield start, text[start : match.start()]
        start = match.start()
    yield start, text[start:]


class _Composer:
    """Makes one value of the events of a document, without recursion."""

    def __init__(self, text: str, events: Budget, values: Budget, start: int) -> None:
        from ruamel.yaml import YAML  # noqa: PLC0415

        self._events = YAML(typ="safe", pure=True).parse(text)
        self._start = start
        self._budget = events
        self._values = values
        self._anchors: dict[str, tuple[Any, int]] = {}
        """Finished values, and of how many values each is made."""

    def value(self) -> Any:
        """Return the value of the first document; None when there is none."""
        from ruamel.yaml import events as kinds  # noqa: PLC0415

        open_: list[_Open] = [_Open([], None)]
        for event in self._events:
            self._budget.spend()
            if isinstance(event, (kinds.SequenceStartEvent, kinds.MappingStartEvent)):
                made = _opened(event, kinds.SequenceStartEvent)
                open_.append(_Open(made, event.anchor))
                if len(open_) > _DEEPEST:
                    raise OverBudgetError("nested too deeply")
            elif isinstance(event, (kinds.SequenceEndEvent, kinds.MappingEndEvent)):
                done = open_.pop()
                if done.anchor:
                    self._anchors[done.anchor] = (done.made, done.size)
                self._add(open_[-1], done.made, done.size)
            elif isinstance(event, kinds.ScalarEvent):
                value = _scalar(event, self._start)
                if event.anchor:
                    self._anchors[event.anchor] = (value, 1)
                self._values.spend()
                self._add(open_[-1], value, 1)
            elif isinstance(event, kinds.AliasEvent):
                # One that stands in its own value is not finished: a cycle is cut.
                value, size = self._anchors.get(event.anchor, (None, 1))
                self._values.spend(size)
                self._add(open_[-1], value, size)
        return open_[0].made[0] if open_[0].made else None

    def _add(self, parent: _Open, value: Any, size: int) -> None:
        parent.size += size
        if isinstance(parent.made, list):
            parent.made.append(value)
        elif not parent.has_key:
            parent.has_key, parent.key = True, value
        else:
            parent.has_key = False
            if parent.key == "<<":
                _merge(parent.made, value)
            elif not isinstance(parent.key, (list, dict)):
                parent.made[_key(parent.key)] = value


def _key(value: str | bool | None) -> str:  # noqa: FBT001
    """Return a key as a text: whoever looks for one looks for a text."""
    return value if isinstance(value, str) else str(value or "").lower()


def _opened(event: Any, sequence: type) -> Any:
    if not isinstance(event, sequence):
        return {}
    tag = str(getattr(event, "tag", ""))
    return Reference() if tag == "!reference" else []


class _Open:
    """A list or mapping that is being read."""

    __slots__ = ("anchor", "has_key", "key", "made", "size")

    def __init__(self, made: Any, anchor: str | None) -> None:
        self.made = made
        self.anchor = anchor
        self.size = 1
        self.has_key = False
        self.key: Any = None


def _merge(into: dict[Any, Any], value: Any) -> None:
    """Take in what `<<` names: mappings whose keys are not there yet."""
    for source in value if isinstance(value, list) else [value]:
        if isinstance(source, dict):
            for key, item in source.items():
                into.setdefault(key, item)


def _scalar(event: Any, start: int) -> str | bool | None:
    if event.style is None and event.tag is None:
        if event.value in _NULL:
            return None
        if event.value in _BOOLEANS:
            return _BOOLEANS[event.value]
    found = Written(event.value)
    quoted = event.style in {"'", '"'}
    found.at = start + event.start_mark.index + (1 if quoted else 0)
    return found
