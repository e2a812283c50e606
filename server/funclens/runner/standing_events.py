"""Events that hold until others end them, for listeners that come later."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funclens.runner.subscription import Event

__all__ = ["StandingEvents"]

_Key = tuple[str, ...]


class StandingEvents:
    """Event listener that keeps emulators, what they are wired to, and what is missing.

    Their number is bounded by the functions and emulators of a runner.
    """

    def __init__(self) -> None:
        self._events: dict[_Key, Event] = {}

    def put(self, event: Event) -> None:
        """Record an event, or forget the one that it ends."""
        key = _key(event)
        if event["event"] == "unwired":
            self._events.pop(("wired", *key[1:]), None)
        elif key:
            self._events[key] = event

    def close(self) -> None:
        """Do nothing: there is nobody to wake."""

    def all(self) -> list[Event]:
        """Return the events that hold, oldest first."""
        return [*self._events.values()]


def _key(event: Event) -> _Key:
    name = event["event"]
    if name in {"wired", "unwired"}:
        return name, event["id"], event["source"]
    if name == "emulator":
        return name, event["kind"]
    if name == "warning" and event.get("emulator"):
        return name, event["emulator"]
    return ()
