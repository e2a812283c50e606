"""Parse YAML documents into plain values.

Values are strings, booleans, None, lists and dicts with string keys; numbers and dates
keep their text. Each use of an alias counts towards the limits and cycles are cut, so
walking a value always ends, in a bounded number of steps per file.
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
"""Maximum number of keys and values to parse per file."""

_MOST_VALUES = 100_000
"""Maximum number of values per file, counting each use of an alias."""

_LARGEST = 1_000_000
"""Maximum length of a document in characters."""

_DEEPEST = 100
"""Maximum nesting depth; the scanner checks all open levels for each token."""

_START = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Reference(list[Any]):
    """GitLab's `!reference [job, key]`, replaced by the value it refers to."""


class Written(str):
    """A string that knows its offset in the file."""

    __slots__ = ("at",)

    at: int


def yaml_documents(text: str, wanted: re.Pattern[str] | None = None) -> Iterator[Any]:
    """Yield the documents, skipping invalid ones.

    With `wanted`, only documents whose text matches are parsed. Raises OverBudgetError
    for a file that is too large to be handwritten.
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
    """Yield offset and text of each document, split at `---` in column 1."""
    start = 0
    for match in _START.finditer(text):
        yield start, text[start : match.start()]
        start = match.start()
    yield start, text[start:]


class _Composer:
    """Builds a value from the parser events of a document, without recursion."""

    def __init__(self, text: str, events: Budget, values: Budget, start: int) -> None:
        from ruamel.yaml import YAML  # noqa: PLC0415

        self._events = YAML(typ="safe", pure=True).parse(text)
        self._start = start
        self._budget = events
        self._values = values
        self._anchors: dict[str, tuple[Any, int]] = {}
        """Finished values by anchor, each with its size in values."""

    def value(self) -> Any:
        """Return the value of the first document, or None if there is none."""
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
                # An alias inside its own value: cut the cycle.
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
    """Return a key as a string, because all lookups use strings."""
    return value if isinstance(value, str) else str(value or "").lower()


def _opened(event: Any, sequence: type) -> Any:
    if not isinstance(event, sequence):
        return {}
    tag = str(getattr(event, "tag", ""))
    return Reference() if tag == "!reference" else []


class _Open:
    """A list or mapping that is being parsed."""

    __slots__ = ("anchor", "has_key", "key", "made", "size")

    def __init__(self, made: Any, anchor: str | None) -> None:
        self.made = made
        self.anchor = anchor
        self.size = 1
        self.has_key = False
        self.key: Any = None


def _merge(into: dict[Any, Any], value: Any) -> None:
    """Merge the mappings of `<<`; existing keys win."""
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
