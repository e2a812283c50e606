"""Warns about threads that don't exist in production, once per location."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from funclens.runner.events import EventBus

__all__ = ["ThreadWarnings"]

_MOST = 1_000


class ThreadWarnings:
    """Locations in one unit that start threads at import."""

    def __init__(self, unit: str, bus: EventBus) -> None:
        self._unit = unit
        self._bus = bus
        self._told: set[tuple[str, int]] = set()

    def tell(self, threads: Iterable[Mapping[str, Any]]) -> None:
        """Warn about threads, given by `name`, `file` and `line`."""
        for thread in threads:
            place = (thread["file"], thread["line"])
            if place not in self._told and len(self._told) < _MOST:
                self._told.add(place)
                self._warn(thread)

    def _warn(self, thread: Mapping[str, Any]) -> None:
        where = f"{thread['file']}:{thread['line']}"
        self._bus.publish(
            "warning",
            unit=self._unit,
            code="thread-at-import",
            file=thread["file"],
            line=thread["line"],
            message=(
                f"{where}: thread {thread['name']!r} started while the module loaded; "
                "in production gunicorn forks after that, and the thread is lost"
            ),
            hint="start it when the first request comes",
        )
