"""`dataclass` of the standard library, with less work at import.

The standard one compiles six methods for each frozen class, which took a tenth of the
start of the language server. This one compiles `__init__` alone. Equality, hash and
representation are shared functions with the same results. Assignments to a frozen
value are an error for the type checker only, so that creating one is faster, too.
"""

from __future__ import annotations

import dataclasses
from dataclasses import field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from dataclasses import dataclass

__all__ = ["dataclass", "field"]

if not TYPE_CHECKING:

    def dataclass(
        cls: type | None = None,
        /,
        *,
        frozen: bool = False,
        slots: bool = False,
        eq: bool = True,
        order: bool = False,
    ) -> Any:
        """Return the class with the methods of a data class."""

        def made(cls: type) -> type:
            if order:
                return dataclasses.dataclass(frozen=frozen, slots=slots, order=True)(
                    cls
                )
            return _made(cls, frozen=frozen, slots=slots, eq=eq)

        return made if cls is None else made(cls)


def _made(cls: type, *, frozen: bool, slots: bool, eq: bool) -> type:
    own = {*vars(cls)}
    if vars(cls).get("__hash__") is None and "__eq__" in own:
        own.discard("__hash__")  # Python added it
    cls = dataclasses.dataclass(repr=False, eq=False, slots=slots)(cls)
    methods: dict[str, Any] = {"__repr__": _representation}
    if eq:
        fields = dataclasses.fields(cls)
        compared = _getter(item.name for item in fields if item.compare)
        hashed = _getter(
            item.name
            for item in fields
            if (item.compare if item.hash is None else item.hash)
        )

        def equals(self: Any, other: Any) -> Any:
            if other.__class__ is not self.__class__:
                return NotImplemented
            return compared(self) == compared(other)

        methods["__eq__"] = equals
        methods["__hash__"] = (lambda self: hash(hashed(self))) if frozen else None
    for name, method in methods.items():
        if name not in own:
            setattr(cls, name, method)
    return cls


def _getter(names: Iterable[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that returns the values of attributes as a tuple."""
    listed = tuple(names)
    if len(listed) > 1:
        return attrgetter(*listed)
    return lambda value: tuple(getattr(value, name) for name in listed)


def _representation(self: Any) -> str:
    shown = (
        f"{item.name}={getattr(self, item.name)!r}"
        for item in dataclasses.fields(self)
        if item.repr
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"
