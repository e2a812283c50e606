"""Shows the value of a variable without running user code.

A `__repr__` may raise, block or return a gigabyte, and `__getattr__` and properties may
do anything. So none of them is called: values of built-in types are shown as Python
shows them, other objects as their class with the fields that the interpreter stores.
Everything is bounded: the number of objects looked at, their depth, and the text.
"""

from __future__ import annotations

import itertools
import sys
import types
from typing import Any, Callable, Dict, Iterable, Iterator, Tuple

MOST = 1_000
"""Maximum number of characters of a value."""

_MOST_TEXT = 300
_MOST_ITEMS = 10
_MOST_FIELDS = 12
_MOST_DEPTH = 4
_MOST_NODES = 150
_MOST_BITS = 1_024
_MOST_CLASSES = 30
_CUT = "…"

_PLAIN = (bool, float, complex, type(None), type(...), type(NotImplemented), range)

_OF_STANDARD_LIBRARY = (
    *(("datetime", name) for name in ("datetime", "date", "time", "timedelta")),
    ("decimal", "Decimal"),
    ("fractions", "Fraction"),
    ("uuid", "UUID"),
    ("pathlib", "PosixPath"),
    ("pathlib", "PurePosixPath"),
)
"""Types whose own `repr` is safe: only the exact types, no subclasses."""

_WITH_SHAPE = {("numpy", "ndarray"), ("pandas", "DataFrame"), ("pandas", "Series")}

_mro: Callable[[type], Tuple[type, ...]] = type.__dict__["__mro__"].__get__
_dict_of_class: Callable[[type], Any] = type.__dict__["__dict__"].__get__
_dict_of_module: Callable[[types.ModuleType], Any] = vars(types.ModuleType)[
    "__dict__"
].__get__
_name_of_class: Callable[[type], str] = type.__dict__["__qualname__"].__get__


def safe_repr(value: object) -> str:
    """Return a short text for any value; never raises and never runs user code."""
    try:
        return _cut(_Shown().show(value, 0), MOST)
    except Exception:  # noqa: BLE001 - for example, another thread changes a dict
        return f"<{class_name(type(value))} object>"


def class_name(cls: type) -> str:
    """Return the qualified name of a class, whatever its metaclass does."""
    try:
        return _cut(str(_name_of_class(cls)).replace("<locals>.", ""), _MOST_TEXT)
    except Exception:  # noqa: BLE001
        return "?"


class _Shown:
    """Shows one value with everything in it, up to a number of objects."""

    def __init__(self) -> None:
        self._left = _MOST_NODES

    def show(self, value: object, depth: int) -> str:
        kind = type(value)
        self._left -= 1
        if self._left < 0 or depth > _MOST_DEPTH:
            return _CUT
        if kind in _PLAIN:
            return repr(value)
        for base, show in _BASES:
            if issubclass_of(kind, base):
                text = show(self, value, depth)
                return text if kind is base else f"{class_name(kind)}({text})"
        if kind in _safe_types():
            return _cut(repr(value), _MOST_TEXT)
        if isinstance_of(value, BaseException):
            args = BaseException.__dict__["args"].__get__(value)
            return f"{class_name(kind)}{self._sequence(args, depth, '()', '')}"
        return _named(value, kind) or self._object(value, kind, depth)

    def _integer(self, value: Any, _depth: int) -> str:
        bits = int.bit_length(value)
        return int.__repr__(value) if bits <= _MOST_BITS else f"<int of {bits} bits>"

    def _text(self, value: Any, _depth: int) -> str:
        start = str.__getitem__(value, slice(0, _MOST_TEXT))
        return repr(start) + (_CUT if str.__len__(value) > _MOST_TEXT else "")

    def _bytes(self, value: Any, _depth: int) -> str:
        kind = bytes if issubclass_of(type(value), bytes) else bytearray
        start = kind.__getitem__(value, slice(0, _MOST_TEXT))
        return repr(start) + (_CUT if kind.__len__(value) > _MOST_TEXT else "")

    def _list(self, value: Any, depth: int) -> str:
        return self._items(list.__iter__(value), list.__len__(value), depth, "[]")

    def _tuple(self, value: Any, depth: int) -> str:
        end = "," if tuple.__len__(value) == 1 else ""
        return self._sequence(value, depth, "()", end)

    def _sequence(self, value: Any, depth: int, around: str, end: str) -> str:
        items = tuple.__iter__(value)
        return self._items(items, tuple.__len__(value), depth, around, end)

    def _set(self, value: Any, depth: int) -> str:
        if not set.__len__(value):
            return "set()"
        return self._items(set.__iter__(value), set.__len__(value), depth, "{}")

    def _frozenset(self, value: Any, depth: int) -> str:
        size = frozenset.__len__(value)
        text = self._items(frozenset.__iter__(value), size, depth, "{}")
        return f"frozenset({text if size else ''})"

    def _dict(self, value: Any, depth: int) -> str:
        shown = [
            f"{self.show(key, depth + 1)}: {self.show(item, depth + 1)}"
            for key, item in itertools.islice(dict.items(value), _MOST_ITEMS)
        ]
        return "{" + _joined(shown, dict.__len__(value)) + "}"

    def _items(
        self, items: Iterable[object], size: int, depth: int, around: str, end: str = ""
    ) -> str:
        shown = [self.show(x, depth + 1) for x in itertools.islice(items, _MOST_ITEMS)]
        return around[0] + _joined(shown, size) + end + around[1]

    def _object(self, value: object, kind: type, depth: int) -> str:
        fields = dict(itertools.islice(_fields(value, kind), _MOST_FIELDS + 1))
        if "_name_" in fields and "_value_" in fields:
            return f"{class_name(kind)}.{self.show(fields['_name_'], depth)[1:-1]}"
        if not fields:
            return f"<{class_name(kind)} object>"
        shown = [
            f"{_cut(name, 60)}={self.show(field, depth + 1)}"
            for name, field in itertools.islice(fields.items(), _MOST_FIELDS)
        ]
        more = f", {_CUT}" if len(fields) > _MOST_FIELDS else ""
        return f"{class_name(kind)}({', '.join(shown)}{more})"


_BASES: Tuple[Tuple[type, Callable[[_Shown, Any, int], str]], ...] = (
    (int, _Shown._integer),  # noqa: SLF001
    (str, _Shown._text),  # noqa: SLF001
    (dict, _Shown._dict),  # noqa: SLF001
    (list, _Shown._list),  # noqa: SLF001
    (tuple, _Shown._tuple),  # noqa: SLF001
    (bytes, _Shown._bytes),  # noqa: SLF001
    (bytearray, _Shown._bytes),  # noqa: SLF001
    (set, _Shown._set),  # noqa: SLF001
    (frozenset, _Shown._frozenset),  # noqa: SLF001
)


def issubclass_of(kind: type, base: type) -> bool:
    """Return whether a class is derived from another, without asking a metaclass."""
    return kind is base or base in itertools.islice(_mro(kind), _MOST_CLASSES)


def isinstance_of(value: object, base: type) -> bool:
    """Return whether a value is of a class, whatever its `__class__` says."""
    return issubclass_of(type(value), base)


def _fields(value: object, kind: type) -> Iterator[Tuple[str, object]]:
    """Yield the stored fields of an object: those in its `__dict__` and slots."""
    for cls in itertools.islice(_mro(kind), _MOST_CLASSES):
        members = _dict_of_class(cls)
        stored = members.get("__dict__")
        if type(stored) is types.GetSetDescriptorType:
            found = stored.__get__(value)
            if type(found) is dict:
                yield from itertools.islice(_named_fields(found), _MOST_FIELDS + 1)
        if "__slots__" in members:
            for name, member in itertools.islice(members.items(), 200):
                if type(member) is types.MemberDescriptorType:
                    try:
                        yield name, member.__get__(value)
                    except AttributeError:  # not set
                        continue


def _named_fields(found: Dict[Any, object]) -> Iterator[Tuple[str, object]]:
    for name, field in itertools.islice(found.items(), 200):
        if type(name) is str:
            yield name, field


def _named(value: Any, kind: type) -> str:
    """Return a text for what has a name or a shape; empty for anything else."""
    if issubclass_of(kind, type):
        return f"<class '{class_name(value)}'>"
    if kind in (types.FunctionType, types.BuiltinFunctionType):
        return f"<function {_cut(str(value.__qualname__), _MOST_TEXT)}>"
    if kind is types.MethodType:
        return f"<method of {class_name(type(value.__self__))}>"
    if kind is types.ModuleType:
        return f"<module {_cut(str(_dict_of_module(value).get('__name__')), 60)}>"
    name = class_name(kind)
    if name == "Request":
        return _request(value, kind)
    package = str(_dict_of_class(kind).get("__module__")).partition(".")[0]
    is_table = (package, name) in _WITH_SHAPE
    return f"<{name} {tuple(value.shape)}>" if is_table else ""


def _request(value: object, kind: type) -> str:
    """Return method and path of a request of Flask or Starlette, else nothing."""
    fields = dict(_fields(value, kind))
    scope = fields.get("scope")
    found = scope if type(scope) is dict else fields
    method, path = found.get("method"), found.get("path")
    if type(method) is not str or type(path) is not str:
        return ""
    return _cut(f"<Request {method} {path!r}>", _MOST_TEXT)


def _safe_types() -> Iterator[object]:
    for module, name in _OF_STANDARD_LIBRARY:
        loaded = sys.modules.get(module)
        if loaded is not None:
            yield getattr(loaded, name, None)


def _joined(shown: Iterable[str], size: int) -> str:
    texts = [*shown]
    rest = size - len(texts)
    return ", ".join([*texts, f"{_CUT} {rest} more"] if rest > 0 else texts)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + _CUT
