"""What others work out from facts, kept as long as the facts are."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

__all__ = ["Cache", "CacheKey"]

Value = TypeVar("Value")


class CacheKey(Generic[Value]):
    """One kind of value in caches. Whoever fills it makes one and keeps it private."""


class Cache:
    """Values by their key. It belongs to facts, which do not change."""

    def __init__(self) -> None:
        self._values: dict[CacheKey[Any], Any] = {}

    def get(self, key: CacheKey[Value]) -> Value | None:
        """Return the value that was kept under a key."""
        found: Value | None = self._values.get(key)
        return found

    def keep(self, key: CacheKey[Value], value: Value) -> Value:
        """Keep a value in the place of the one before, and return it."""
        self._values[key] = value
        return value
