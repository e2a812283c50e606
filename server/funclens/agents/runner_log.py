"""The end of a runner's log: what functions printed, and what happened to units."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Happenings", "LogLine", "printed_lines"]

_MOST_HAPPENINGS = 1_000


class LogLine(NamedTuple):
    at: float
    """Seconds since 1970."""
    unit: str
    text: str


class Happenings:
    """What happened to the units of one runner: reloads, crashes, failed imports."""

    def __init__(self) -> None:
        self.lines: deque[LogLine] = deque(maxlen=_MOST_HAPPENINGS)

    def put(self, event: Mapping[str, Any]) -> None:
        """Note an event of the runner, if it is one that people want to know."""
        name, text = event["event"], ""
        if name == "import-error":
            text = f"failed to load: {_placed(event)}"
        elif name == "worker-crashed":
            text = f"its process ended: {event['reason']}"
        elif name == "reload":
            text = "reloaded, because files changed"
        elif name == "warning":
            text = f"warning: {event['message']}"
        elif name == "request" and event.get("error"):
            text = f"request failed: {_placed(event['error'])}"
        if text:
            unit = event.get("unit") or ""
            self.lines.append(LogLine(time.time(), unit, text.partition("\n")[0]))


def printed_lines(outputs: Iterable[Mapping[str, Any]]) -> list[LogLine]:
    """Return the lines in the output of units, with the time of their beginnings."""
    lines: list[LogLine] = []
    unfinished: dict[tuple[str, str], LogLine] = {}
    for output in outputs:
        key = (output["unit"], output["stream"])
        begun = unfinished.pop(key, LogLine(output["at"], output["unit"], ""))
        *whole, rest = (begun.text + output["text"]).split("\n")
        lines += [LogLine(begun.at, begun.unit, text) for text in whole]
        if rest:
            unfinished[key] = LogLine(output["at"], begun.unit, rest)
    return [*lines, *unfinished.values()]


def _placed(error: Mapping[str, Any]) -> str:
    place = f"{error['file']}:{error['line']}: " if error.get("file") else ""
    return f"{place}{error['error']}"
