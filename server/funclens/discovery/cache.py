"""Typed cache for values computed from facts; it lives as long as the facts do."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

__all__ = ["Cache", "CacheKey"]

Value = TypeVar("Value")


class CacheKey(Generic[Value]):
    """Typed key of a cache entry, private to the module that fills the entry."""


class Cache:
    """Values computed from one immutable set of facts, by key."""

    def __init__(self) -> None:
        self._values: dict[CacheKey[Any], Any] = {}

    def get(self, key: CacheKey[Value]) -> Value | None:
        """Return the cached value, or None."""
        found: Value | None = self._values.get(key)
        return found

    def keep(self, key: CacheKey[Value], value: Value) -> Value:
        """Store a value, replacing an earlier one, and return it."""
        self._values[key] = value
        return value
