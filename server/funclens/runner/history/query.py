"""What a client asks of the list of requests. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from funclens.runner.history.entry import Entry

__all__ = ["Query"]

_STATUS = re.compile(r"[0-9]{1,3}|[1-5]xx|failed")


@dataclass(frozen=True, slots=True)
class Query:
    """Filters of the list; those that are empty let everything pass."""

    function: str = ""
    """Id of a function."""
    status: tuple[str, ...] = ()
    """`404`, `5xx` or `failed`; one of them must fit."""
    since: str = ""
    """Id of a request: those after it."""
    since_time: float = 0.0
    """Time in seconds since the epoch: requests that arrived after it."""
    limit: int | None = None

    @classmethod
    def parse(cls, query: str) -> Query:
        """Parse a raw query. Raises ValueError with a sentence for the client."""
        given = {name: values[-1] for name, values in parse_qs(query).items()}
        status = tuple(word for word in given.get("status", "").split(",") if word)
        for word in status:
            if not _STATUS.fullmatch(word):
                raise ValueError(f"`status` must be like 404, 5xx or failed: {word!r}")
        limit = given.get("limit")
        if limit is not None and not (limit.isdecimal() and len(limit) < 10):
            raise ValueError(f"`limit` must be a number: {limit!r}")
        since = given.get("since", "")
        at = _time(since)
        return cls(
            given.get("function", ""),
            status,
            since if at is None else "",
            at or 0.0,
            None if limit is None else int(limit),
        )

    def select(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield the entries that are asked for, from all of them, newest first."""
        number = 0
        for entry in entries:
            if number == self.limit or (self.since and entry.id == self.since):
                return
            if self.fits(entry):
                number += 1
                yield entry

    def fits(self, entry: Entry) -> bool:
        """Return whether an entry passes the filters."""
        return (
            self.function in ("", entry.function)
            and entry.at > self.since_time
            and (not self.status or any(_has(entry, word) for word in self.status))
        )


def _has(entry: Entry, status: str) -> bool:
    if status == "failed":
        return entry.has_failed
    if status.endswith("xx"):
        return entry.status // 100 == int(status[0])
    return entry.status == int(status)


def _time(text: str) -> float | None:
    """Return an RFC 3339 time in seconds since the epoch; None if it is none."""
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return at.timestamp()
