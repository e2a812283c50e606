"""Several different events of one type, and an order to deliver them in."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone

from funclens.requests.samples import Inputs

__all__ = ["NUMBER", "numbered_inputs", "shuffled"]

NUMBER = b"{{n}}"
"""Replaced by the number of the event in its data."""


def numbered_inputs(count: int, data: bytes | None) -> list[Inputs]:
    """Return the inputs of events that happened a second apart, the last one now."""
    now = datetime.now(timezone.utc)
    first = random.randrange(10**15, 9 * 10**15)  # noqa: S311 - no secret
    return [
        Inputs(
            id=str(first + number),
            time=now - timedelta(seconds=count - number),
            payload=None
            if data is None
            else data.replace(NUMBER, str(number).encode()),
        )
        for number in range(1, count + 1)
    ]


def shuffled(count: int, seed: int) -> list[int]:
    """Return 0 to `count` - 1 in an order that differs from theirs, if it can."""
    order = list(range(count))
    random.Random(seed).shuffle(order)  # noqa: S311 - no secret
    if order == sorted(order) and count > 1:
        order.reverse()
    return order
